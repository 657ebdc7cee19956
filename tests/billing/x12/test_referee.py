"""Files of every situation the department bills, judged by the referee; and what the referee objects to."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from pyx12.params import ParamsBase
from pyx12.x12n_document import x12n_document

from billing.x12 import institutional
from billing.x12.claim import (
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
    ServiceFacility,
)
from billing.x12.envelope import document
from billing.x12.faults import faults
from billing.x12.referee import Finding, validate
from tests.billing.x12.samples import (
    ATTENDING,
    CLINIC,
    COMMERCIAL,
    COMMERCIAL_BABY,
    COMMERCIAL_PETER,
    ENVELOPE,
    HOME,
    HOSPITAL,
    INPATIENT,
    MEDICARE_ANNA,
    OUTPATIENT,
    PROFESSIONAL,
    SUBMISSION,
    SURGEON,
    institutional_file,
    npi,
    professional_file,
)

DAY = dt.date(2026, 1, 10)


def full_house() -> InstitutionalClaim:
    """25 diagnoses, 25 procedures, 12 external causes, some codes exempt from POA."""
    others = tuple(DiagnosisLine(code=f"E1{n:02d}", poa="YNUW"[n % 4]) for n in range(20))
    exempt = tuple(DiagnosisLine(code=f"Z8{n:02d}", poa_exempt=True) for n in range(4))
    causes = tuple(DiagnosisLine(code=f"W{n:02d}XXXA", poa="Y") for n in range(12))
    procedures = tuple(ProcedureLine(code=f"0DTJ4Z{n % 10}", done_on=DAY) for n in range(24))
    return replace(INPATIENT, other_diagnoses=(*others, *exempt), external_causes=causes, other_procedures=procedures)


def all_exempt() -> InstitutionalClaim:
    exempt = DiagnosisLine(code="Z3800", poa_exempt=True)
    return replace(INPATIENT, principal_diagnosis=exempt, other_diagnoses=(DiagnosisLine(code="Z23", poa_exempt=True),))


def newborn() -> InstitutionalClaim:
    return replace(
        INPATIENT,
        coverage=COMMERCIAL_BABY,
        admission_type="4",
        admission_source="5",
        drg="795",
        principal_diagnosis=DiagnosisLine(code="Z3800", poa_exempt=True),
        admitting_diagnosis="Z3800",
        other_diagnoses=(),
        values=(CodedAmount(code="54", amount=Decimal(3250)),),
    )


def transfer() -> InstitutionalClaim:
    return replace(INPATIENT, patient_status="02", admission_source="4", prior_authorization="AUTH-7781")


def expired() -> InstitutionalClaim:
    died = CodedDate(code="55", on=dt.date(2026, 1, 15))
    return replace(INPATIENT, patient_status="20", occurrences=(died,))


def interim() -> InstitutionalClaim:
    return replace(INPATIENT, type_of_bill="0112", patient_status="30", discharge_time=None, drg="")


def replacement() -> InstitutionalClaim:
    return replace(INPATIENT, type_of_bill="0117", original_claim_number="21026000123", conditions=("D9",))


def swing_bed() -> InstitutionalClaim:
    span = CodedSpan(code="70", from_on=DAY, through_on=dt.date(2026, 1, 13))
    return replace(INPATIENT, type_of_bill="0181", drg="", occurrence_spans=(span,))


def emergency() -> InstitutionalClaim:
    line = replace(OUTPATIENT.lines[0], revenue_code="0450", hcpcs="G0380", modifiers=("25",))
    return replace(
        OUTPATIENT, admission_type="1", lines=(line,), reasons_for_visit=("R0602", "R079", "R42"),
        external_causes=(DiagnosisLine(code="W010XXA"),),
    )  # fmt: skip


def outpatient_drug() -> InstitutionalClaim:
    line = InstitutionalLine(
        revenue_code="0636", hcpcs="J1885", modifiers=("JZ",), charge_amount=Decimal("310.50"), units=Decimal("1.5"),
        noncovered_amount=Decimal(10), service_on=dt.date(2026, 2, 3), control_number="L1",
        drug=Drug(ndc="00409379301", quantity=Decimal("1.25"), unit="ML"),
    )  # fmt: skip
    return replace(OUTPATIENT, lines=(line,), patient_amount=Decimal(25))


def ambulance() -> InstitutionalClaim:
    line = replace(OUTPATIENT.lines[0], revenue_code="0540", hcpcs="A0428", modifiers=("HH", "QN"))
    return replace(OUTPATIENT, attending=None, lines=(line,))


def all_providers() -> InstitutionalClaim:
    place = ServiceFacility(name="NORTH CAMPUS", npi=npi(155566677), address=HOSPITAL.address)
    others: dict[str, Any] = {"other_operating": SURGEON, "rendering": SURGEON, "referring": SURGEON}
    return replace(INPATIENT, service_facility=place, billing=replace(HOSPITAL, pay_to=HOME), **others)


INSTITUTIONAL: list[Callable[[], InstitutionalClaim]] = [
    lambda: INPATIENT, lambda: OUTPATIENT, full_house, all_exempt, newborn, transfer, expired, interim, replacement,
    swing_bed, emergency, outpatient_drug, ambulance, all_providers,
]  # fmt: skip


def twelve_diagnoses() -> ProfessionalClaim:
    line = replace(PROFESSIONAL.lines[0], pointers=(12, 3, 2, 1), modifiers=("25", "GT", "59", "X1"))
    codes = tuple(f"E1{n:02d}" for n in range(12))
    return replace(PROFESSIONAL, diagnoses=codes, lines=(line, PROFESSIONAL.lines[1]))


def dependent() -> ProfessionalClaim:
    return replace(PROFESSIONAL, coverage=COMMERCIAL_BABY)


def dead_dependent() -> ProfessionalClaim:
    return replace(dependent(), patient_died_on=dt.date(2026, 2, 5))


def hospital_visit() -> ProfessionalClaim:
    place = ServiceFacility(name="LAKESIDE GENERAL HOSPITAL", npi=HOSPITAL.npi, address=HOSPITAL.address)
    stay: dict[str, Any] = {"admission_on": dt.date(2026, 2, 3), "discharge_on": dt.date(2026, 2, 9)}
    return replace(PROFESSIONAL, place_of_service="21", service_facility=place, referring=ATTENDING, **stay)


def auto_accident() -> ProfessionalClaim:
    at: dict[str, Any] = {"accident_causes": ("AA", "EM"), "accident_state": "MI", "accident_on": dt.date(2026, 2, 1)}
    return replace(PROFESSIONAL, **at, onset_on=dt.date(2026, 2, 1), patient_amount=Decimal("20"))


def ranges_and_minutes() -> ProfessionalClaim:
    line = ProfessionalLine(
        hcpcs="G0378", charge_amount=Decimal(245), units=Decimal(90), unit="MJ", place_of_service="22",
        pointers=(1,), emergency=True, service_on=dt.date(2026, 2, 4), service_through=dt.date(2026, 2, 6),
        control_number="A-1", rendering=replace(ATTENDING, first_name="", last_name="SPECIALISTS PC"),
        drug=Drug(ndc="00409379301", quantity=Decimal(2)),
    )  # fmt: skip
    return replace(PROFESSIONAL, lines=(line,))


def solo_physician() -> ProfessionalClaim:
    billing = replace(CLINIC, name="HALE", first_name="RUTH", tax_id_kind="SY", pay_to=HOME)
    return replace(PROFESSIONAL, billing=billing, rendering=None)


def died_subscriber() -> ProfessionalClaim:
    return replace(PROFESSIONAL, patient_died_on=dt.date(2026, 2, 4), note="DIED DURING VISIT")


PROFESSIONAL_CLAIMS: list[Callable[[], ProfessionalClaim]] = [
    lambda: PROFESSIONAL, twelve_diagnoses, dependent, dead_dependent, hospital_visit, auto_accident,
    ranges_and_minutes, solo_physician, died_subscriber,
]  # fmt: skip


@pytest.mark.parametrize("make", INSTITUTIONAL)
def test_institutional_situation_has_no_fault_and_is_valid(make: Callable[[], InstitutionalClaim]) -> None:
    claim = make()
    assert faults(claim) == []
    assert validate(institutional_file(claim)) == []


@pytest.mark.parametrize("make", PROFESSIONAL_CLAIMS)
def test_professional_situation_has_no_fault_and_is_valid(make: Callable[[], ProfessionalClaim]) -> None:
    claim = make()
    assert faults(claim) == []
    assert validate(professional_file(claim)) == []


def test_file_of_many_claims_payers_and_providers_is_valid() -> None:
    south = replace(HOSPITAL, name="LAKESIDE SOUTH", npi=npi(166677788))
    claims = [replace(make(), patient_control_number=f"M{n}") for n, make in enumerate(INSTITUTIONAL)]
    claims += [replace(claim, billing=south, patient_control_number=f"S{n}") for n, claim in enumerate(claims)]
    assert validate(institutional_file(*claims)) == []


def test_file_of_several_transaction_sets_is_valid() -> None:
    sets = [institutional.transaction_set([INPATIENT], SUBMISSION, control_number=n) for n in (1, 2, 3)]
    assert validate(document(sets, ENVELOPE)) == []


def test_claims_of_one_patient_beyond_a_hundred_open_a_new_loop_and_are_valid() -> None:
    claims = [replace(OUTPATIENT, patient_control_number=f"C{n}") for n in range(101)]
    data = institutional_file(*claims)
    assert data.count(b"HL*") == 3
    assert validate(data) == []


OBJECTIONS = [
    (b"N4*HARBOR SPRINGS*MI*497401234~", b"N4*HARBOR SPRINGS*MI*49740~", "N403", "497401234 needs nine digits"),
    (b"SE*40*0001~", b"SE*41*0001~", "", "segment count"),
    (b"GE*1*7~", b"GE*2*7~", "", "set count"),
    (b"IEA*1*000000012~", b"IEA*1*000000013~", "", "interchange number"),
    (b"CL1*1*1*01~\n", b"", "", "a required segment"),
    (b"HI*ABK:I130:::::::Y~", b"HI*ABK:I130:::::::1~", "HI01-09", "POA 1 of the older guide"),
    (b"DTP*434*RD8*20260110-20260115~", b"DTP*434*RD8*20260110-20260230~", "DTP03", "a day that is none"),
    (b"LX*2~", b"LX*3~", "", "line numbering"),
    (b"HL*2*1*22*0~", b"HL*2*9*22*0~", "", "a parent that is none"),
]


@pytest.mark.parametrize(("good", "bad", "element", "why"), OBJECTIONS)
def test_file_with_one_defect_is_objected_to(good: bytes, bad: bytes, element: str, why: str) -> None:
    data = institutional_file(INPATIENT)
    assert data.count(good) == 1, why
    findings = validate(data.replace(good, bad))
    assert findings, why
    assert element in {finding.element for finding in findings}


def test_finding_names_segment_and_position() -> None:
    data = institutional_file(INPATIENT).replace(b"CLM*A260001*", b"CLM**")
    (finding,) = validate(data)
    assert (finding.position, finding.segment, finding.element) == (22, "CLM", "CLM01")


def test_trailing_text_and_empty_segment_are_objected_to() -> None:
    data = institutional_file(INPATIENT)
    assert [f.message for f in validate(data + b"NTE*ADD")] == ["What follows is not read: NTE*ADD"]
    assert validate(data.replace(b"LX*2~\n", b"~\n~\nLX*2~\n"))


def test_guide_without_map_gets_one_finding_that_says_so() -> None:
    later = institutional.transaction_set([INPATIENT], SUBMISSION, control_number=1, guide="005010X223A3")
    (finding,) = validate(document([later], ENVELOPE))
    assert "no map for 005010X223A3" in finding.message


@pytest.mark.parametrize("data", [b"", b"ISA", b"\xff\xfe", b"GS*HC~", b"ISA*" * 40, b"\x00" * 500])
def test_bytes_that_are_no_file_get_a_finding_and_no_exception(data: bytes) -> None:
    findings = validate(data)
    assert len(findings) == 1
    assert isinstance(findings[0], Finding)


def test_verdict_agrees_with_the_library_own_document_check() -> None:
    good = institutional_file(INPATIENT, OUTPATIENT)
    defects = [(old, new) for old, new, _, _ in OBJECTIONS if old in good and old != b"LX*2~"]
    files = [good, *(good.replace(old, new) for old, new in defects)]
    theirs = [x12n_document(ParamsBase(), io.StringIO(each.decode()), None, None) for each in files]
    assert theirs == [not validate(each) for each in files]
    assert theirs.count(True) == 1


def test_validation_of_one_file_leaves_the_next_alone() -> None:
    bad = institutional_file(INPATIENT).replace(b"CL1*1*1*01~\n", b"")
    assert validate(bad)
    assert validate(institutional_file(INPATIENT)) == []
    assert validate(bad) == validate(bad)


def test_coverages_of_samples_are_what_the_situations_say() -> None:
    assert COMMERCIAL_BABY.patient.first_name == "GRACE"
    assert COMMERCIAL_PETER.payer == COMMERCIAL
    assert MEDICARE_ANNA.patient == MEDICARE_ANNA.subscriber.person
