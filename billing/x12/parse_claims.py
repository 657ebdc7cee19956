"""Loop 2300 and its service lines read back into claims."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypedDict

from billing.x12.claim import (
    INPATIENT_BILLS,
    CodedAmount,
    CodedDate,
    CodedSpan,
    DiagnosisLine,
    Drug,
    InstitutionalClaim,
    InstitutionalLine,
    ProcedureLine,
    ProfessionalClaim,
    ProfessionalLine,
)
from billing.x12.parse_parties import Loops, death, loop_of, name_loops, provider, service_facility
from billing.x12.parse_values import (
    date_of,
    dates_of,
    day,
    days,
    decimal,
    decimal_or_none,
    find,
    time_of,
    value,
)
from billing.x12.parties import BillingProvider, Coverage, Provider, ServiceFacility
from billing.x12.reader import RawSegment, X12Error


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimContext:
    """What stands above a claim; head: the segments of its subscriber or patient level before it."""

    billing: BillingProvider
    coverage: Coverage
    head: Sequence[RawSegment]


@dataclass(frozen=True, slots=True)
class _Parts:
    """A claim's segments in three: its own, its NM1 loops, its lines."""

    clm: RawSegment
    own: list[RawSegment]
    loops: Loops
    lines: list[list[RawSegment]]


class _Common(TypedDict):
    patient_control_number: str
    billing: BillingProvider
    coverage: Coverage
    assignment_code: str
    benefits_assigned: str
    release_of_information: str
    original_claim_number: str
    prior_authorization: str
    referral_number: str
    medical_record_number: str
    note: str
    service_facility: ServiceFacility | None
    rendering: Provider | None
    referring: Provider | None


Code = tuple[RawSegment, list[str]]


def institutional_claim(found: list[RawSegment], context: ClaimContext) -> InstitutionalClaim:
    """One 837I claim. Raises X12Error for what is not a date or number."""
    parts = _parts(found)
    clm, own = parts.clm, parts.own
    bill = f"0{clm.part(5, 1)}{clm.part(5, 3)}" if clm.part(5, 1) else ""
    inpatient = bill[:3] in INPATIENT_BILLS
    codes, cl1 = _codes(own), next((s for s in own if s.name == "CL1"), None)
    statement_from, statement_through = dates_of(own, "434")
    main = [_diagnosis(code, inpatient) for code in _of(codes, "ABK", "BK")]
    return InstitutionalClaim(
        **_common(parts, context),
        total_charge=decimal(clm.get(2), clm),
        patient_amount=_amount(own, "F3"),
        type_of_bill=bill,
        statement_from=statement_from,
        statement_through=statement_through,
        admission_on=date_of(own, "435"),
        admission_time=time_of(own, "435"),
        discharge_time=time_of(own, "096"),
        admission_type=cl1.get(1) if cl1 else "",
        admission_source=cl1.get(2) if cl1 else "",
        patient_status=cl1.get(3) if cl1 else "",
        drg=_first(codes, "DR"),
        principal_diagnosis=main[0] if main else DiagnosisLine(),
        admitting_diagnosis=_first(codes, "ABJ", "BJ"),
        reasons_for_visit=tuple(_part(code, 2) for code in _of(codes, "APR", "PR")),
        external_causes=tuple(_diagnosis(code, inpatient) for code in _of(codes, "ABN", "BN")),
        other_diagnoses=tuple(_diagnosis(code, inpatient) for code in _of(codes, "ABF", "BF")),
        principal_procedure=next((_procedure(code) for code in _of(codes, "BBR", "BR")), None),
        other_procedures=tuple(_procedure(code) for code in _of(codes, "BBQ", "BQ")),
        occurrence_spans=tuple(_span(code) for code in _of(codes, "BI")),
        occurrences=tuple(CodedDate(code=_part(c, 2), on=day(_part(c, 4), c[0])) for c in _of(codes, "BH")),
        values=tuple(CodedAmount(code=_part(c, 2), amount=decimal(_part(c, 5), c[0])) for c in _of(codes, "BE")),
        conditions=tuple(_part(code, 2) for code in _of(codes, "BG")),
        attending=provider(loop_of(parts.loops, "71")),
        operating=provider(loop_of(parts.loops, "72")),
        other_operating=provider(loop_of(parts.loops, "ZZ")),
        lines=tuple(_institutional_line(line) for line in parts.lines),
    )


def professional_claim(found: list[RawSegment], context: ClaimContext) -> ProfessionalClaim:
    """One 837P claim. Raises X12Error for what is not a date or number."""
    parts = _parts(found)
    clm, own = parts.clm, parts.own
    return ProfessionalClaim(
        **_common(parts, context),
        total_charge=decimal(clm.get(2), clm),
        patient_amount=_amount(own, "F5"),
        place_of_service=clm.part(5, 1),
        frequency_code=clm.part(5, 3),
        provider_signature=clm.get(6),
        diagnoses=tuple(_part(code, 2) for code in _of(_codes(own), "ABK", "BK", "ABF", "BF")),
        accident_causes=tuple(cause for cause in (clm.part(11, 1), clm.part(11, 2)) if cause),
        accident_state=clm.part(11, 4),
        accident_on=date_of(own, "439"),
        onset_on=date_of(own, "431"),
        admission_on=date_of(own, "435"),
        discharge_on=date_of(own, "096"),
        patient_died_on=death(context.head),
        lines=tuple(_professional_line(line) for line in parts.lines),
    )


def _parts(found: list[RawSegment]) -> _Parts:
    """Cuts a claim before its first NM1, other-subscriber SBR, and each LX."""
    starts = [n for n, segment in enumerate(found) if segment.name == "LX"]
    body_end = starts[0] if starts else len(found)
    others = next((n for n in range(body_end) if found[n].name == "SBR"), body_end)
    names = next((n for n in range(others) if found[n].name == "NM1"), others)
    ends = [*starts[1:], len(found)]
    lines = [found[start:end] for start, end in zip(starts, ends, strict=False)]
    return _Parts(found[0], found[:names], name_loops(found[names:others]), lines)


def _common(parts: _Parts, context: ClaimContext) -> _Common:
    clm, own, loops = parts.clm, parts.own, parts.loops
    return _Common(
        patient_control_number=clm.get(1),
        billing=context.billing,
        coverage=context.coverage,
        assignment_code=clm.get(7),
        benefits_assigned=clm.get(8),
        release_of_information=clm.get(9),
        original_claim_number=value(own, "REF", "F8"),
        prior_authorization=value(own, "REF", "G1"),
        referral_number=value(own, "REF", "9F"),
        medical_record_number=value(own, "REF", "EA"),
        note=value(own, "NTE", "ADD"),
        service_facility=service_facility(loop_of(loops, "77")),
        rendering=provider(loop_of(loops, "82")),
        referring=provider(loop_of(loops, "DN")),
    )


def _codes(own: Sequence[RawSegment]) -> list[Code]:
    """Every composite of the HI segments, in order, with the segment it stands in."""
    return [(hi, hi.parts(n)) for hi in own if hi.name == "HI" for n in range(1, len(hi.elements)) if hi.get(n)]


def _of(codes: Sequence[Code], *qualifiers: str) -> list[Code]:
    return [code for code in codes if _part(code, 1) in qualifiers]


def _part(code: Code, sub: int) -> str:
    return code[1][sub - 1].strip() if sub <= len(code[1]) else ""


def _first(codes: Sequence[Code], *qualifiers: str) -> str:
    return next((_part(code, 2) for code in _of(codes, *qualifiers)), "")


def _diagnosis(code: Code, inpatient: bool) -> DiagnosisLine:
    """A blank POA indicator on an inpatient claim says that the code is exempt."""
    poa = _part(code, 9)
    return DiagnosisLine(code=_part(code, 2), poa=poa, poa_exempt=inpatient and not poa)


def _procedure(code: Code) -> ProcedureLine:
    return ProcedureLine(code=_part(code, 2), done_on=day(_part(code, 4), code[0]))


def _span(code: Code) -> CodedSpan:
    start, end = days(_part(code, 4), code[0])
    return CodedSpan(code=_part(code, 2), from_on=start, through_on=end)


def _amount(own: Sequence[RawSegment], qualifier: str) -> Decimal | None:
    segment = find(own, "AMT", qualifier)
    return decimal_or_none(segment.get(2), segment) if segment else None


def _service(line: Sequence[RawSegment], name: str) -> RawSegment:
    """The SV segment of a line. Raises X12Error when the line has none."""
    found = next((segment for segment in line if segment.name == name), None)
    if found is None:
        raise X12Error(f"A service line has no {name}", segment="LX", position=line[0].position)
    return found


def _institutional_line(line: list[RawSegment]) -> InstitutionalLine:
    sv2 = _service(line, "SV2")
    service_on, service_through = dates_of(line, "472")
    return InstitutionalLine(
        revenue_code=sv2.get(1),
        hcpcs=sv2.part(2, 2),
        modifiers=tuple(part for part in sv2.parts(2)[2:6] if part),
        charge_amount=decimal(sv2.get(3), sv2),
        unit=sv2.get(4),
        units=decimal(sv2.get(5), sv2),
        noncovered_amount=decimal_or_none(sv2.get(7), sv2),
        service_on=service_on,
        service_through=service_through,
        control_number=value(line, "REF", "6R"),
        drug=_drug(line),
    )


def _professional_line(line: list[RawSegment]) -> ProfessionalLine:
    sv1 = _service(line, "SV1")
    service_on, service_through = dates_of(line, "472")
    return ProfessionalLine(
        hcpcs=sv1.part(1, 2),
        modifiers=tuple(part for part in sv1.parts(1)[2:6] if part),
        charge_amount=decimal(sv1.get(2), sv1),
        unit=sv1.get(3),
        units=decimal(sv1.get(4), sv1),
        place_of_service=sv1.get(5),
        pointers=tuple(int(decimal(part.strip(), sv1)) for part in sv1.parts(7) if part.strip()),
        emergency=sv1.get(9) == "Y",
        service_on=service_on,
        service_through=service_through,
        control_number=value(line, "REF", "6R"),
        drug=_drug(line),
        rendering=provider(loop_of(name_loops(line), "82")),
    )


def _drug(line: Sequence[RawSegment]) -> Drug | None:
    lin = find(line, "LIN", "N4", at=2)
    if lin is None:
        return None
    ctp = next((segment for segment in line if segment.name == "CTP"), lin)
    return Drug(ndc=lin.get(3), quantity=decimal(ctp.get(4), ctp), unit=ctp.part(5, 1) if ctp is not lin else "")
