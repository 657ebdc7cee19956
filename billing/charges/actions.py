"""Writes of charges: post, post in bulk, reverse. A charge is never changed and never deleted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from audit import gate
from audit.trail.enums import Category
from billing.charges.accounts import open_accounts
from billing.charges.models import Account, Charge
from billing.charges.rules import ChargeLine, charge_faults
from billing.claims.refresh import queue_refresh, refresh_encounters
from hims.lib.access import Permission
from hims.lib.dates import local_date
from hims.lib.errors import DomainError
from hims.lib.text import squeeze
from hims.staff.models import Facility, User
from records.encounters.enums import EncounterStatus
from records.encounters.models import Encounter

CHANGED = "This charge was posted before with other values. Reverse that one and post the new one under a new key."
CONTENT = (
    "account_id", "item_code", "description", "revenue_code", "hcpcs_code", "modifiers", "pointers", "service_on", "units",
    "amount", "rendering_id",
)  # fmt: skip
__all__ = ["ChargeLine", "Posted", "add_charge", "post_charges", "reverse_charge"]


@dataclass(frozen=True)
class Posted:
    """What a bulk posting did. rejected: place of the line in the input (from 0) and why; patient_ids: for the trail."""

    created: int
    unchanged: int
    rejected: tuple[tuple[int, str], ...]
    patient_ids: list[UUID]


@gate.command(Permission.CHARGE_EDIT, subject="facility", event="charge.posted_in_bulk", category=Category.IMPORT)
def post_charges(*, by: User, facility: Facility, lines: Sequence[ChargeLine]) -> Posted:
    """Many charges of one facility at once, from a feed or a file; safe to repeat when the lines carry source keys.

        post_charges(by=user, facility=facility, lines=[ChargeLine(
            encounter_id=encounter.pk, revenue_code="0450", description="Emergency room visit", units=Decimal(1),
            amount=Decimal("1480.00"), service_on=date(2026, 3, 9), hcpcs_code="", modifiers=(), pointers=(),
            source_key="demo|case|1")])

    Encounters get their account if they have none. Lines of encounters that are not here, or out of reach of `by`, and lines
    with a fault (`charge_faults`) are rejected, the others are posted. Claims that have not left are rebuilt by a job.
    """
    encounters = _encounters(by, facility, lines)
    accounts = open_accounts(encounters.values())
    known = _known_keys(lines)
    today = local_date(timezone.now(), facility.time_zone)
    rejected: list[tuple[int, str]] = []
    rows: list[Charge] = []
    for place, line in enumerate(lines):
        encounter = encounters.get(line.encounter_id)
        sentence = (
            "; ".join(charge_faults(line, today=today).values()) if encounter else "There is no such encounter here."
        )
        if sentence:
            rejected.append((place, sentence))
            continue
        row = _row(accounts[line.encounter_id], line)
        before = known.get(line.source_key) if line.source_key else None
        if before is None:
            known[line.source_key] = row
            rows.append(row)
        elif not _same(before, row):
            rejected.append((place, CHANGED))
    Charge.objects.bulk_create(rows, batch_size=1000, ignore_conflicts=True)
    touched = {row.account.encounter_id for row in rows}
    queue_refresh(touched, by)
    patients = sorted({row.patient_id for row in rows})
    return Posted(len(rows), len(lines) - len(rows) - len(rejected), tuple(rejected), patients)


@gate.command(Permission.CHARGE_EDIT, subject="account", event="charge.posted", category=Category.CREATE)
def add_charge(*, by: User, account: Account, line: ChargeLine) -> Charge:
    """One charge on an account; its claim, if it has not left, is rebuilt at once. Raises DomainError naming the field."""
    encounter = account.encounter
    if encounter.status == EncounterStatus.CANCELLED:
        raise DomainError("This encounter is cancelled; it takes no charges.")
    today = local_date(timezone.now(), encounter.facility.time_zone)
    for field, sentence in charge_faults(line, today=today).items():
        raise DomainError(sentence, field=field)
    charge = _row(account, line)
    try:
        with transaction.atomic():
            charge.save(force_insert=True)
    except IntegrityError:
        return _sent_before(charge)
    refresh_encounters([encounter.pk])
    return charge


@gate.command(Permission.CHARGE_EDIT, subject="charge", event="charge.reversed")
def reverse_charge(*, by: User, charge: Charge) -> Charge:
    """The opposite charge, so that both together are nothing. Raises DomainError when it is a reversal or reversed already."""
    if charge.reverses_id is not None:
        raise DomainError("This line is itself a reversal. Enter the charge again instead.")
    reversal = Charge(
        account_id=charge.account_id, patient_id=charge.patient_id, facility_id=charge.facility_id,
        item_code=charge.item_code, description=charge.description, revenue_code=charge.revenue_code,
        hcpcs_code=charge.hcpcs_code, modifiers=charge.modifiers, pointers=charge.pointers,
        service_on=charge.service_on, units=-charge.units, amount=-charge.amount,
        rendering_id=charge.rendering_id, reverses=charge,
    )  # fmt: skip
    try:
        with transaction.atomic():
            reversal.save(force_insert=True)
    except IntegrityError:
        raise DomainError("This charge has been reversed already.") from None
    refresh_encounters([charge.account.encounter_id])
    return reversal


def _encounters(by: User, facility: Facility, lines: Sequence[ChargeLine]) -> dict[UUID, Encounter]:
    ids = {line.encounter_id for line in lines}
    rows = Encounter.objects.visible_to(by, Permission.CHARGE_EDIT).filter(facility=facility, pk__in=ids)
    return {row.pk: row for row in rows}


def _known_keys(lines: Sequence[ChargeLine]) -> dict[str, Charge]:
    keys = [line.source_key for line in lines if line.source_key]
    return {charge.source_key: charge for charge in Charge.objects.filter(source_key__in=keys)}


def _same(one: Charge, other: Charge) -> bool:
    """The same charge, but for the row's own id and time."""
    return all(getattr(one, name) == getattr(other, name) for name in CONTENT)


def _sent_before(charge: Charge) -> Charge:
    """The charge that the same form made before; a form that was changed since then is refused."""
    before: Charge | None = Charge.objects.filter(source_key=charge.source_key, account=charge.account).first()
    if before is None or not _same(before, charge):
        raise DomainError("This form has been sent already with other values. Open it again to charge something else.")
    return before


def _row(account: Account, line: ChargeLine) -> Charge:
    return Charge(
        account=account, patient_id=account.patient_id, facility_id=account.facility_id, item_code=line.item_code,
        description=squeeze(line.description)[:120], revenue_code=line.revenue_code, hcpcs_code=line.hcpcs_code,
        modifiers=list(line.modifiers), pointers=list(line.pointers), service_on=line.service_on, units=line.units,
        amount=line.amount, rendering_id=line.rendering_id, source_key=line.source_key,
    )  # fmt: skip
