"""Ready claims leave: one interchange a form and payer, judged before anything is marked."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from audit import gate
from audit.trail.enums import Category
from billing.charges.models import Account
from billing.charges.rules import account_state
from billing.claims.build import Built, build
from billing.claims.build_parties import sender_id
from billing.claims.enums import ClaimState
from billing.claims.interchange import addressee, refereed
from billing.claims.models import Claim, ClaimFile
from billing.claims.numbers import take_number
from billing.claims.refresh import LOT, hold, lots, refresh_encounters
from billing.claims.rules import file_name
from billing.claims.sources import ACCOUNT_RELATED, load_sources
from billing.x12.faults import Fault
from hims.jobs.models import Job
from hims.jobs.queue import enqueue
from hims.lib.access import Permission
from hims.staff.models import Facility, User
from records.registry.models import Payer

CLAIMS_PER_FILE = 5000
"""The guides' limit of CLM segments in one transaction set."""
CLAIMS_PER_RUN = 20_000
"""So that a run of claims that are judged one after the other stays well within a worker's time limit."""
JOB = "billing.export"


@dataclass
class Exported:
    """What an export did.

    held: claims that were ready and may not leave. more: there were more than one run takes; run again. patient_ids: of all
    of them, for the trail.
    """

    files: list[ClaimFile] = field(default_factory=list)
    exported: int = 0
    held: list[Claim] = field(default_factory=list)
    more: bool = False
    patient_ids: list[UUID] = field(default_factory=list)


@dataclass(frozen=True)
class _Ready:
    claim: Claim
    built: Built


@gate.command(Permission.CLAIM_EXPORT, subject="facility", event="claim.exported", category=Category.EXPORT)
def export_claims(*, by: User, facility: Facility) -> Exported:
    """All ready claims of a facility that `by` may see, in files; running it twice exports nothing twice.

    Held claims are looked at again first, since what they lacked may be there now. Rows that another export holds are passed
    over. Each claim is built again from what is on file now; one that lacks something, or that the referee refuses, is held
    with a sentence, and the others go.
    """
    done = Exported()
    refresh_encounters(_in_reach(by, facility, ClaimState.HELD).values_list("encounter_id", flat=True))
    for batch in _batches(by, facility, done):
        ready = list(_ready(batch, done))
        for payer, members in _by_payer(ready):
            _send(by, facility, payer, members, done)
    return done


@gate.command(Permission.CLAIM_EXPORT, subject="facility", event="claim.export_rehearsed", category=Category.READ)
def rehearse_export(*, by: User, facility: Facility) -> Exported:
    """What `export_claims` would do now, without writing anything or taking a number; files hold no bytes."""
    done = Exported()
    for batch in _batches(by, facility, done):
        ready = list(_judged(batch))
        done.held += [each.claim for each in ready if each.built.faults]
        for payer, members in _by_payer([each for each in ready if not each.built.faults]):
            verdict = refereed([each.built.claim for each in members], addressee(facility, payer), 1)
            done.held += [members[place].claim for place, _ in verdict.refused]
            done.exported += len(verdict.passed)
            if verdict.passed:
                done.files.append(
                    ClaimFile(facility=facility, form=members[0].built.form, claim_count=len(verdict.passed))
                )
        done.patient_ids += [each.claim.patient_id for each in ready]
    return done


@gate.command(
    Permission.CLAIM_EXPORT,
    subject="facility",
    event="claim.export_requested",
    category=Category.EXPORT,
    detail=("reason",),
)
def request_export(*, by: User, facility: Facility, batch: UUID, part: int = 1, reason: str = "") -> Job:
    """The export as a job; batch: of the request, by which the page asks how far it is; part: of a run that was too long.

    reason: why data of many patients leave, for the trail alone.
    """
    payload = {"facility_id": facility.pk, "part": part}
    return enqueue(JOB, key=f"{JOB}:{batch}:{facility.pk}:{part}", actor_id=by.pk, payload=payload, batch=batch)


def _in_reach(by: User, facility: Facility, state: ClaimState) -> QuerySet[Claim]:
    rows: QuerySet[Claim] = Claim.objects.visible_to(by, Permission.CLAIM_EXPORT).filter(facility=facility, state=state)
    return rows


def _batches(by: User, facility: Facility, done: Exported) -> Iterator[list[Claim]]:
    """Ready claims, as many together as a file takes, those of one form and payer side by side.

    They and their accounts are locked for this transaction: whoever refreshes an account waits, or is passed over here.
    """
    rows = (
        _in_reach(by, facility, ClaimState.READY)
        .select_related("account")
        .order_by("form", "payer_id", "control_number")
    )
    locked = list(rows.select_for_update(skip_locked=True, of=("self", "account"))[: CLAIMS_PER_RUN + 1])
    done.more = len(locked) > CLAIMS_PER_RUN
    yield from (list(batch) for batch in lots(locked[:CLAIMS_PER_RUN], CLAIMS_PER_FILE))


def _judged(claims: list[Claim]) -> Iterator[_Ready]:
    """Each claim as it stands now."""
    for lot in lots(claims, LOT):
        ids = [claim.account_id for claim in lot]
        accounts = list(Account.objects.filter(pk__in=ids).select_related(*ACCOUNT_RELATED))
        built = {source.account.pk: build(source) for source in load_sources(accounts)}
        yield from (_Ready(claim, built[claim.account_id]) for claim in lot)


def _ready(claims: list[Claim], done: Exported) -> Iterator[_Ready]:
    """Those without fault; the others are held."""
    judged = list(_judged(claims))
    done.patient_ids += [each.claim.patient_id for each in judged]
    _hold([(each.claim, each.built.faults) for each in judged if each.built.faults], done)
    yield from (each for each in judged if not each.built.faults)


def _by_payer(ready: list[_Ready]) -> Iterator[tuple[Payer, list[_Ready]]]:
    """One group a form and payer, in the order of the payers' codes; claims by their control numbers."""

    def key(each: _Ready) -> tuple[str, str]:
        assert each.built.payer is not None
        return each.built.form, each.built.payer.code

    ordered = sorted(ready, key=lambda each: (*key(each), each.built.claim.patient_control_number))
    for _, group in groupby(ordered, key=key):
        members = list(group)
        payer = members[0].built.payer
        assert payer is not None
        yield payer, members


def _send(by: User, facility: Facility, payer: Payer, members: list[_Ready], done: Exported) -> None:
    sender = sender_id(facility)
    number = take_number(f"interchange:{sender}")
    to = addressee(facility, payer)
    verdict = refereed([each.built.claim for each in members], to, number)
    _hold([(members[place].claim, (fault,)) for place, fault in verdict.refused], done)
    if not verdict.passed:
        return
    form = members[0].built.form
    file = ClaimFile.objects.create(
        facility=facility, form=form, sender_id=sender, receiver_id=payer.electronic_id.upper(), usage=to.usage,
        interchange_number=number, group_number=number, name=file_name(form, facility.code, number),
        content=verdict.content, sha256=hashlib.sha256(verdict.content).hexdigest(),
        claim_count=len(verdict.passed), created_by=by,
    )  # fmt: skip
    _mark(file, [members[place] for place in verdict.passed])
    done.files.append(file)
    done.exported += len(verdict.passed)


def _mark(file: ClaimFile, sent: list[_Ready]) -> None:
    now = timezone.now()
    changed = []
    for each in sent:
        claim, built = each.claim, each.built
        if claim.body_sha256 != built.body_sha256 or (built.payer and claim.payer_id != built.payer.pk):
            claim.payer, claim.total_amount, claim.body_sha256 = built.payer, built.total, built.body_sha256
            changed.append(claim)
    Claim.objects.bulk_update(changed, ["payer", "total_amount", "body_sha256"], batch_size=LOT)
    sent_rows = Claim.objects.filter(pk__in=[each.claim.pk for each in sent])
    sent_rows.update(state=ClaimState.EXPORTED, file=file, exported_at=now)
    billed = account_state(cancelled=False, discharged=True, coded=True, claim=ClaimState.EXPORTED)
    ids = [each.claim.account_id for each in sent]
    Account.objects.filter(pk__in=ids).update(state=billed, hold_reason="", updated_at=now)


def _hold(claims: Sequence[tuple[Claim, Sequence[Fault]]], done: Exported) -> None:
    hold(claims)
    done.held += [claim for claim, _ in claims]
