"""Accounts and claims brought up to what encounters, summaries, charges and coverages say now; safe to repeat.

Everything here runs inside a gated action, which has checked who may do it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils import timezone

from billing.charges.accounts import open_accounts
from billing.charges.models import Account
from billing.charges.rules import account_state
from billing.claims.build import Built, build
from billing.claims.enums import ClaimState
from billing.claims.models import Claim
from billing.claims.sources import ACCOUNT_RELATED, ClaimSource, load_sources
from billing.x12.faults import Fault
from coding.workbench.models import CodingSummary
from hims.jobs.queue import enqueue
from hims.lib.ids import uuid7
from hims.staff.models import User
from records.encounters.enums import EncounterStatus
from records.encounters.models import Encounter

LOT = 500
JOB = "billing.refresh_accounts"
CLAIM_FIELDS = (
    "payer_id", "form", "frequency", "control_number", "state", "total_amount", "faults", "body_sha256",
)  # fmt: skip


@dataclass
class Refreshed:
    """What changed. patient_ids: for the trail."""

    accounts: int = 0
    claims: int = 0
    patient_ids: list[UUID] = field(default_factory=list)


def lots(ids: Sequence[Any], size: int = LOT) -> Iterator[Sequence[Any]]:
    """The ids in pieces of at most `size`."""
    return (ids[start : start + size] for start in range(0, len(ids), size))


def queue_refresh(encounter_ids: Iterable[UUID], by: User) -> None:
    """Jobs for those of the encounters that have been coded: their claims hang on what has changed."""
    coded = CodingSummary.objects.filter(encounter__in=set(encounter_ids)).order_by("encounter_id")
    ids = [str(encounter_id) for encounter_id in coded.values_list("encounter_id", flat=True).distinct()]
    for lot in lots(ids):
        enqueue(JOB, key=f"{JOB}:{uuid7()}", actor_id=by.pk, payload={"encounter_ids": list(lot)})


def refresh_encounters(encounter_ids: Iterable[UUID]) -> Refreshed:
    """Accounts opened and brought up to date, and the claim of each newest summary built, unless it has left."""
    done = Refreshed()
    for lot in lots(sorted(set(encounter_ids))):
        open_accounts(Encounter.objects.filter(pk__in=lot))
        locked = Account.objects.select_for_update(of=("self",)).select_related(*ACCOUNT_RELATED)
        _refresh(load_sources(list(locked.filter(encounter__in=lot).order_by("id"))), done)
    return done


def hold(claims: Iterable[tuple[Claim, Sequence[Fault]]]) -> None:
    """Claims that may not leave after all, and their accounts."""
    rows = list(claims)
    for claim, faults in rows:
        claim.state, claim.faults = ClaimState.HELD, as_json(faults)
    Claim.objects.bulk_update([claim for claim, _ in rows], ["state", "faults"], batch_size=LOT)
    by_account = {claim.account_id: faults[0].sentence for claim, faults in rows}
    accounts = list(Account.objects.filter(pk__in=by_account))
    for account in accounts:
        account.hold_reason = by_account[account.pk][:200]
        account.state = account_state(cancelled=False, discharged=True, coded=True, claim=ClaimState.HELD)
        account.updated_at = timezone.now()
    Account.objects.bulk_update(accounts, ["state", "hold_reason", "updated_at"], batch_size=LOT)


def as_json(faults: Iterable[Fault]) -> list[dict[str, str]]:
    """Faults as a claim keeps them."""
    return [{"code": fault.code, "field": fault.field, "sentence": fault.sentence} for fault in faults]


def _refresh(sources: list[ClaimSource], done: Refreshed) -> None:
    new: list[Claim] = []
    changed: list[Claim] = []
    accounts: list[tuple[Account, dict[str, Any]]] = []
    superseded: list[Claim] = []
    for source in sources:
        current = source.current
        if source.summary is not None and (current is None or current.state != ClaimState.EXPORTED):
            superseded += _older(source)
            current = _write(source, current, build(source), new, changed)
        if changed_values := _settle(source, current):
            accounts.append((source.account, changed_values))
    Claim.objects.filter(pk__in=[claim.pk for claim in superseded]).update(state=ClaimState.SUPERSEDED)
    Claim.objects.bulk_create(new, batch_size=LOT)
    Claim.objects.bulk_update(changed, CLAIM_FIELDS, batch_size=LOT)
    _save_accounts(accounts)
    done.accounts += len(accounts)
    done.claims += len(new) + len(changed)
    done.patient_ids += [source.account.patient_id for source in sources]


def _older(source: ClaimSource) -> list[Claim]:
    """Claims of earlier summaries that never left."""
    waiting = (ClaimState.HELD, ClaimState.READY)
    return [claim for claim in source.claims if claim is not source.current and claim.state in waiting]


def _write(source: ClaimSource, current: Claim | None, built: Built, new: list[Claim], changed: list[Claim]) -> Claim:
    values: dict[str, Any] = {
        "payer_id": built.payer.pk if built.payer else None,
        "form": built.form,
        "frequency": built.frequency,
        "control_number": built.claim.patient_control_number,
        "state": ClaimState.HELD if built.faults else ClaimState.READY,
        "total_amount": built.total,
        "faults": as_json(built.faults),
        "body_sha256": built.body_sha256,
    }
    if current is None:
        account = source.account
        new.append(
            Claim(
                account=account, encounter_id=account.encounter_id, patient_id=account.patient_id,
                facility_id=account.facility_id, summary=source.summary, **values,
            )
        )  # fmt: skip
        return new[-1]
    if _assign(current, values):
        changed.append(current)
    return current


def _settle(source: ClaimSource, current: Claim | None) -> dict[str, Any]:
    """The account's state and reason as they should be: those values that have changed."""
    encounter = source.encounter
    state = account_state(
        cancelled=encounter.status == EncounterStatus.CANCELLED,
        discharged=encounter.status == EncounterStatus.DISCHARGED,
        coded=source.summary is not None and not source.reopened,
        claim=ClaimState(current.state) if current else None,
    )
    reason = current.faults[0]["sentence"] if current and current.state == ClaimState.HELD else ""
    values = {
        "patient_id": encounter.patient_id, "facility_id": encounter.facility_id, "state": state,
        "hold_reason": reason[:200], "discharged_on": encounter.discharged_on,
    }  # fmt: skip
    return {name: value for name, value in values.items() if getattr(source.account, name) != value}


def _save_accounts(accounts: Sequence[tuple[Account, dict[str, Any]]]) -> None:
    """One update for all accounts that change in the same way: most only change their state."""
    alike: dict[tuple[tuple[str, Any], ...], list[UUID]] = defaultdict(list)
    for account, values in accounts:
        alike[tuple(values.items())].append(account.pk)
    for changes, ids in alike.items():
        Account.objects.filter(pk__in=ids).update(**dict(changes), updated_at=timezone.now())


def _assign(claim: Claim, values: dict[str, Any]) -> bool:
    """The values on the claim; True when something changed."""
    before = {name: getattr(claim, name) for name in values}
    for name, value in values.items():
        setattr(claim, name, value)
    return before != values
