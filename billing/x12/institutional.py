"""837I: an institutional claim as the segments of loop 2300 of 005010X223A2."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from billing.x12.claim import DiagnosisLine, InstitutionalClaim, InstitutionalLine, ProcedureLine
from billing.x12.lines import line_tail, procedure
from billing.x12.loops import (
    Submission,
    TransactionSet,
    facility_segments,
    provider_segments,
    reference_segments,
    transaction_body,
)
from billing.x12.segments import Composite, Segment, composite, d8, hhmm, number, rd8, seg

GUIDE = "005010X223A2"
CODES_PER_SEGMENT = 12


def transaction_set(
    claims: Sequence[InstitutionalClaim], submission: Submission, *, control_number: int, guide: str = GUIDE
) -> TransactionSet:
    """The claims as one 837I transaction set.

    guide: ST03 and GS08; 005010X223A3 is a later erratum that some trading partners ask for.
    """
    body = transaction_body(claims, submission, claim_segments)
    return TransactionSet(guide=guide, control_number=control_number, body=body)


def claim_segments(claim: InstitutionalClaim) -> list[Segment]:
    """Loop 2300 with its lines: everything of the claim itself, nothing of its payer, patient or file."""
    return [
        _clm(claim),
        *_dates(claim),
        seg("CL1", claim.admission_type, claim.admission_source, claim.patient_status),
        *([seg("AMT", "F3", number(claim.patient_amount))] if claim.patient_amount is not None else []),
        *reference_segments(claim),
        *_codes(claim),
        *_providers(claim),
        *_lines(claim),
    ]


def _clm(claim: InstitutionalClaim) -> Segment:
    place = composite(claim.type_of_bill[1:3], "A", claim.frequency_code)
    agreements = (claim.assignment_code, claim.benefits_assigned, claim.release_of_information)
    return seg("CLM", claim.patient_control_number, number(claim.total_charge), "", "", place, "", *agreements)


def _dates(claim: InstitutionalClaim) -> Iterator[Segment]:
    """Discharge hour, statement dates, admission: hours only where the bill is an inpatient one."""
    if claim.discharge_time is not None:
        yield seg("DTP", "096", "TM", hhmm(claim.discharge_time))
    yield seg("DTP", "434", "RD8", rd8(claim.statement_from, claim.statement_through))
    if claim.admission_on is None:
        return
    if claim.admission_time is None:
        yield seg("DTP", "435", "D8", d8(claim.admission_on))
    else:
        yield seg("DTP", "435", "DT", d8(claim.admission_on) + hhmm(claim.admission_time))


def _codes(claim: InstitutionalClaim) -> Iterator[Segment]:
    """The HI segments in the order of the guide."""
    poa = claim.is_inpatient
    yield from _hi([_diagnosis("ABK", claim.principal_diagnosis, poa)])
    yield from _hi([("ABJ", claim.admitting_diagnosis)] if claim.admitting_diagnosis else [])
    yield from _hi([("APR", code) for code in claim.reasons_for_visit])
    yield from _hi([_diagnosis("ABN", line, poa) for line in claim.external_causes])
    yield from _hi([("DR", claim.drg)] if claim.drg else [])
    yield from _hi([_diagnosis("ABF", line, poa) for line in claim.other_diagnoses])
    yield from _hi([_procedure("BBR", claim.principal_procedure)] if claim.principal_procedure else [])
    yield from _hi([_procedure("BBQ", line) for line in claim.other_procedures])
    yield from _hi([("BI", span.code, "RD8", rd8(span.from_on, span.through_on)) for span in claim.occurrence_spans])
    yield from _hi([("BH", event.code, "D8", d8(event.on)) for event in claim.occurrences])
    yield from _hi([("BE", value.code, "", "", number(value.amount)) for value in claim.values])
    yield from _hi([("BG", code) for code in claim.conditions])


def _hi(codes: Sequence[Composite]) -> Iterator[Segment]:
    for start in range(0, len(codes), CODES_PER_SEGMENT):
        yield seg("HI", *codes[start : start + CODES_PER_SEGMENT])


def _diagnosis(qualifier: str, line: DiagnosisLine, poa: bool) -> Composite:
    """C022 of a diagnosis; its ninth part is the POA indicator, empty for an exempt code."""
    return (qualifier, line.code, "", "", "", "", "", "", line.poa if poa else "")


def _procedure(qualifier: str, line: ProcedureLine) -> Composite:
    return (qualifier, line.code, "D8", d8(line.done_on))


def _providers(claim: InstitutionalClaim) -> Iterator[Segment]:
    yield from provider_segments("71", claim.attending, "AT")
    yield from provider_segments("72", claim.operating)
    yield from provider_segments("ZZ", claim.other_operating)
    yield from provider_segments("82", claim.rendering)
    yield from facility_segments(claim.service_facility)
    yield from provider_segments("DN", claim.referring)


def _lines(claim: InstitutionalClaim) -> Iterator[Segment]:
    for position, line in enumerate(claim.lines, start=1):
        yield seg("LX", str(position))
        yield _sv2(line)
        yield from line_tail(line)


def _sv2(line: InstitutionalLine) -> Segment:
    amounts = (number(line.charge_amount), line.unit, number(line.units), "", number(line.noncovered_amount))
    return seg("SV2", line.revenue_code, procedure(line), *amounts)
