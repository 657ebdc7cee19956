"""837P: a professional claim as the segments of loop 2300 of 005010X222A1."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from billing.x12.claim import ProfessionalClaim, ProfessionalLine
from billing.x12.lines import line_tail, procedure
from billing.x12.loops import (
    Submission,
    TransactionSet,
    facility_segments,
    provider_segments,
    reference_segments,
    transaction_body,
)
from billing.x12.segments import Composite, Segment, composite, date_segment, number, seg

GUIDE = "005010X222A1"


def transaction_set(
    claims: Sequence[ProfessionalClaim], submission: Submission, *, control_number: int, guide: str = GUIDE
) -> TransactionSet:
    """The claims as one 837P transaction set. guide: ST03 and GS08, a trading-partner setting."""
    body = transaction_body(claims, submission, claim_segments)
    return TransactionSet(guide=guide, control_number=control_number, body=body)


def claim_segments(claim: ProfessionalClaim) -> list[Segment]:
    """Loop 2300 with its lines: everything of the claim itself, nothing of its payer, patient or file."""
    return [
        _clm(claim),
        *_dates(claim),
        *([seg("AMT", "F5", number(claim.patient_amount))] if claim.patient_amount is not None else []),
        *reference_segments(claim),
        seg("HI", *(_diagnosis(n, code) for n, code in enumerate(claim.diagnoses))),
        *_providers(claim),
        *_lines(claim),
    ]


def _clm(claim: ProfessionalClaim) -> Segment:
    place = composite(claim.place_of_service, "B", claim.frequency_code)
    agreements = (claim.assignment_code, claim.benefits_assigned, claim.release_of_information)
    return seg(
        "CLM",
        claim.patient_control_number,
        number(claim.total_charge),
        "",
        "",
        place,
        claim.provider_signature,
        *agreements,
        "",
        _accident(claim),
    )


def _accident(claim: ProfessionalClaim) -> Composite:
    causes = (*claim.accident_causes, "", "")[:2]
    return composite(*causes, "", claim.accident_state)


def _dates(claim: ProfessionalClaim) -> Iterator[Segment]:
    dates = (
        ("431", claim.onset_on),
        ("439", claim.accident_on),
        ("435", claim.admission_on),
        ("096", claim.discharge_on),
    )
    yield from (date_segment(qualifier, on) for qualifier, on in dates if on)


def _diagnosis(index: int, code: str) -> Composite:
    return ("ABF" if index else "ABK", code)


def _providers(claim: ProfessionalClaim) -> Iterator[Segment]:
    yield from provider_segments("DN", claim.referring)
    yield from provider_segments("82", claim.rendering, "PE")
    yield from facility_segments(claim.service_facility)


def _lines(claim: ProfessionalClaim) -> Iterator[Segment]:
    for position, line in enumerate(claim.lines, start=1):
        yield seg("LX", str(position))
        yield _sv1(line)
        yield from line_tail(line)
        yield from provider_segments("82", line.rendering, "PE")


def _sv1(line: ProfessionalLine) -> Segment:
    pointers = tuple(str(pointer) for pointer in line.pointers)
    service = (
        procedure(line),
        number(line.charge_amount),
        line.unit,
        number(line.units),
        line.place_of_service,
    )
    return seg("SV1", *service, "", pointers, "", "Y" if line.emergency else "")
