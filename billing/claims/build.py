"""From rows to a claim: the parts that both forms share, and the verdict."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from django.utils import timezone

from billing.claims import build_institutional, build_professional
from billing.claims.build_codes import dropped_codes
from billing.claims.build_parties import submission_of
from billing.claims.enums import ClaimForm
from billing.claims.rules import ORIGINAL, REPLACEMENT, control_number, form_of
from billing.claims.sources import ClaimSource
from billing.x12 import institutional, professional
from billing.x12.claim import Claim, InstitutionalClaim, Receiver, Submitter
from billing.x12.faults import Fault, faults, submission_faults
from billing.x12.loops import Submission, TransactionSet
from billing.x12.segments import render
from hims.lib.dates import local_date
from records.encounters.enums import EncounterClass, EncounterStatus
from records.registry.coverage import coverage_on
from records.registry.enums import PayerKind
from records.registry.models import Coverage, Payer
from records.sensitivity.rules import SHORT_NOTICE

NO_PAYER_CODES = ("PAYER_", "MEMBER_ID", "FILING_CODE", "RECEIVER_")
_NOWHERE = Submission(submitter=Submitter(), receiver=Receiver(), reference="", created_at=datetime(2000, 1, 1))


@dataclass(frozen=True)
class Built:
    """A claim as it stands, ready when it has no faults.

    body_sha256: of its segments without addressee and numbers. dropped: codes of the summary the form has no room for.
    """

    claim: Claim
    form: ClaimForm
    frequency: str
    payer: Payer | None
    faults: tuple[Fault, ...]
    body_sha256: str
    dropped: int = 0

    @property
    def total(self) -> Decimal:
        """The claim's total charge in USD."""
        return self.claim.total_charge


def build(source: ClaimSource) -> Built:
    """The claim for the newest summary of an account. Raises ValueError when the account has none."""
    if source.summary is None:
        raise ValueError("an account without a final summary has no claim")
    form = form_of(source.encounter.encounter_class)
    frequency = REPLACEMENT if source.original else ORIGINAL
    coverage = coverage_on(source.coverages, source.encounter.admitted_on)
    number = control_number(source.encounter.account_number, source.summary.number)
    write = build_professional.claim if form == ClaimForm.PROFESSIONAL else build_institutional.claim
    claim = write(source, coverage, frequency=frequency, number=number)
    if source.part2:
        claim = replace(claim, note=SHORT_NOTICE)
    return Built(
        claim=claim, form=form, frequency=frequency, payer=coverage.payer if coverage else None,
        faults=tuple(_faults(source, claim, coverage)), body_sha256=body_sha256(claim),
        dropped=dropped_codes(
            source.summary.content, professional=form == ClaimForm.PROFESSIONAL,
            inpatient=source.encounter.encounter_class == EncounterClass.INPATIENT,
        ),
    )  # fmt: skip


def transaction_set(claims: list[Claim], submission: Submission, number: int) -> TransactionSet:
    """Claims of one form as one transaction set."""
    if isinstance(claims[0], InstitutionalClaim):
        inpatient_first = [claim for claim in claims if isinstance(claim, InstitutionalClaim)]
        return institutional.transaction_set(inpatient_first, submission, control_number=number)
    others = [claim for claim in claims if not isinstance(claim, InstitutionalClaim)]
    return professional.transaction_set(others, submission, control_number=number)


def body(claim: Claim) -> bytes:
    """The claim's own segments with its parties, without control numbers, dates of sending and addressee."""
    return render(transaction_set([claim], _NOWHERE, 1).body[4:])


def body_sha256(claim: Claim) -> str:
    """What tells whether a claim has changed: equal input gives equal bytes."""
    return hashlib.sha256(body(claim)).hexdigest()


def _faults(source: ClaimSource, claim: Claim, coverage: Coverage | None) -> list[Fault]:
    facility = source.encounter.facility
    today = local_date(timezone.now(), facility.time_zone)
    own = [*_state_faults(source), *_coverage_faults(source, coverage), *_charge_faults(source)]
    found = faults(claim, as_of=today, consent_missing=source.consent_missing)
    if coverage:
        found += _submission_faults(submission_of(facility, coverage.payer, reference="1", created_at=datetime.min))
    if any(fault.field == "coverage" for fault in own):
        found = [fault for fault in found if not fault.code.startswith(NO_PAYER_CODES)]
    if not isinstance(claim, InstitutionalClaim) and claim.rendering is None:
        own.append(Fault("RENDERING_MISSING", "rendering", "Enter the clinician who saw the patient."))
    return own + found


@lru_cache(maxsize=256)
def _submission_faults(submission: Submission) -> list[Fault]:
    """The same for all claims of one facility to one payer."""
    return submission_faults(submission)


def _state_faults(source: ClaimSource) -> list[Fault]:
    if source.encounter.status != EncounterStatus.DISCHARGED:
        return [Fault("NOT_DISCHARGED", "encounter", "The encounter is not discharged; record the discharge.")]
    if source.reopened:
        sentence = "Coding was reopened; the claim waits until it is finalized again."
        return [Fault("CODING_REOPENED", "coding", sentence)]
    return _stale_faults(source)


def _stale_faults(source: ClaimSource) -> list[Fault]:
    """A DRG holds for the discharge it was grouped with; another day or disposition needs another final coding.

    The coder's own disposition is no such change: what registration said then is what is compared, where the summary kept it.
    """
    content = source.summary.content if source.summary else {}
    counted = content.get("encounter", {})
    registered = content.get("registered") or counted
    encounter = source.encounter
    now = {
        "discharge_disposition": encounter.discharge_disposition,
        "discharged_on": encounter.discharged_on.isoformat() if encounter.discharged_on else "",
        "admitted_on": encounter.admitted_on.isoformat(),
    }
    if all(value in (registered.get(name, value), counted.get(name)) for name, value in now.items()):
        return []
    sentence = "Admission or discharge was corrected after coding was finalized; code the encounter again."
    return [Fault("CODING_STALE", "coding", sentence)]


def _coverage_faults(source: ClaimSource, coverage: Coverage | None) -> list[Fault]:
    on = source.encounter.admitted_on
    if coverage is None:
        sentence = f"The patient has no coverage on {on:%m/%d/%Y}. Add the coverage, or bill the patient."
        return [Fault("COVERAGE_MISSING", "coverage", sentence)]
    if coverage.payer.kind == PayerKind.SELF_PAY:
        return [Fault("SELF_PAY", "coverage", "The patient pays; no claim is sent. Send a statement instead.")]
    if not 2 <= len(coverage.payer.electronic_id) <= 15:
        sentence = f"The electronic ID of {coverage.payer.name} must have 2 to 15 characters."
        return [Fault("RECEIVER_ID_LENGTH", "coverage.payer.identifier", sentence)]
    return []


def _charge_faults(source: ClaimSource) -> list[Fault]:
    """Charges lie within the visit; those of the three days before an admission belong to it (42 CFR 412.2(c)(5))."""
    encounter = source.encounter
    first = build_institutional.first_day(encounter)
    last: date = encounter.discharged_on or encounter.admitted_on
    live = [charge for charge in source.charges if charge.amount]
    outside = sorted({charge.service_on for charge in live if not first <= charge.service_on <= last})
    if not outside:
        return []
    days = ", ".join(f"{day:%m/%d/%Y}" for day in outside[:3])
    sentence = f"Charges of {days} lie outside the visit; reverse them, or correct the visit."
    return [Fault("CHARGE_DATE_OUTSIDE", "lines", sentence)]
