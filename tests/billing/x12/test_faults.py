"""One table row a defect: what is wrong, and the one fault that names it."""

from __future__ import annotations

import datetime as dt
from dataclasses import fields, replace
from decimal import Decimal
from typing import Any

import pytest

from billing.x12.claim import (
    Address,
    Claim,
    CodedAmount,
    CodedDate,
    CodedSpan,
    DiagnosisLine,
    Drug,
    InstitutionalClaim,
    ProcedureLine,
    ProfessionalClaim,
    Provider,
    ServiceFacility,
)
from billing.x12.faults import Fault, faults, sift, submission_faults
from tests.billing.x12.samples import (
    ATTENDING,
    COMMERCIAL_BABY,
    HOME,
    INPATIENT,
    MEDICARE_ANNA,
    OUTPATIENT,
    PROFESSIONAL,
    SUBMISSION,
)

Row = tuple[str, Any, str, str]


def changed(value: Any, path: str, new: Any) -> Any:
    """A copy of nested dataclasses and tuples with the value at a dotted path replaced: "lines.0.units"."""
    head, _, rest = path.partition(".")
    if head.isdigit():
        items = list(value)
        items[int(head)] = changed(items[int(head)], rest, new) if rest else new
        return tuple(items)
    inner = changed(getattr(value, head), rest, new) if rest else new
    values = {each.name: getattr(value, each.name) for each in fields(value)}
    assert head in values
    return type(value)(**(values | {head: inner}))


def codes(claim: Claim) -> list[str]:
    return [fault.code for fault in faults(claim)]


def dx(count: int) -> tuple[DiagnosisLine, ...]:
    return tuple(DiagnosisLine(code=f"E1{n:02d}", poa="Y") for n in range(count))


PERSON = "coverage.subscriber.person"
BAD_NPI = replace(ATTENDING, npi="1234567890")
APPENDECTOMY = ProcedureLine(code="0DTJ4ZZ", done_on=dt.date(2026, 2, 3))

SHARED: list[Row] = [
    ("patient_control_number", "", "CONTROL_NUMBER_MISSING", "patient_control_number"),
    ("patient_control_number", "X" * 21, "CONTROL_NUMBER_TOO_LONG", "patient_control_number"),
    ("patient_control_number", "A*1", "CONTROL_NUMBER_CHARACTERS", "patient_control_number"),
    ("patient_control_number", "Ä1", "CONTROL_NUMBER_CHARACTERS", "patient_control_number"),
    ("prior_authorization", "9" * 51, "PRIOR_AUTHORIZATION_TOO_LONG", "prior_authorization"),
    ("note", "X" * 81, "NOTE_TOO_LONG", "note"),
    ("assignment_code", "X", "ASSIGNMENT_INVALID", "assignment_code"),
    ("benefits_assigned", "", "BENEFITS_INVALID", "benefits_assigned"),
    ("release_of_information", "N", "RELEASE_INVALID", "release_of_information"),
    ("patient_amount", Decimal("-1"), "PATIENT_AMOUNT_INVALID", "patient_amount"),
    ("billing.name", "", "BILLING_NAME_MISSING", "billing.name"),
    ("billing.name", "L" * 61, "BILLING_NAME_TOO_LONG", "billing.name"),
    ("billing.name", "湖 HOSPITAL", "BILLING_NAME_CHARACTERS", "billing.name"),
    ("billing.npi", "", "BILLING_NPI_MISSING", "billing.npi"),
    ("billing.npi", "1234567890", "BILLING_NPI_INVALID", "billing.npi"),
    ("billing.taxonomy", "282N00000", "BILLING_TAXONOMY_INVALID", "billing.taxonomy"),
    ("billing.tax_id", "38-1234567", "BILLING_TAX_ID_INVALID", "billing.tax_id"),
    ("billing.tax_id_kind", "SY", "BILLING_TAX_ID_KIND", "billing.tax_id_kind"),
    ("billing.phone", "231-555", "BILLING_PHONE_INVALID", "billing.phone"),
    ("billing.address.line1", "P.O. BOX 12", "BILLING_ADDRESS_PO_BOX", "billing.address.line1"),
    ("billing.address.zip_code", "49740", "BILLING_ZIP_INVALID", "billing.address.zip_code"),
    ("billing.address.state", "XX", "BILLING_STATE_INVALID", "billing.address.state"),
    ("billing.address.city", "A", "BILLING_CITY_TOO_SHORT", "billing.address.city"),
    ("billing.pay_to", replace(HOME, zip_code="1"), "PAY_TO_ZIP_INVALID", "billing.pay_to.zip_code"),
    ("coverage.payer.name", " ", "PAYER_NAME_MISSING", "coverage.payer.name"),
    ("coverage.payer.identifier", "", "PAYER_ID_MISSING", "coverage.payer.identifier"),
    ("coverage.payer.filing_code", "", "FILING_CODE", "coverage.payer.filing_code"),
    ("coverage.responsibility", "S", "RESPONSIBILITY", "coverage.responsibility"),
    ("coverage.relationship", "19", "PATIENT_MISSING", "coverage.dependent"),
    ("coverage.subscriber.member_id", "", "MEMBER_ID_MISSING", "coverage.subscriber.member_id"),
    ("coverage.subscriber.group_number", "G" * 51, "GROUP_NUMBER_TOO_LONG", "coverage.subscriber.group_number"),
    (f"{PERSON}.last_name", "", "PATIENT_LAST_NAME_MISSING", f"{PERSON}.last_name"),
    (f"{PERSON}.first_name", "F" * 36, "PATIENT_FIRST_NAME_TOO_LONG", f"{PERSON}.first_name"),
    (f"{PERSON}.first_name", "王", "PATIENT_FIRST_NAME_CHARACTERS", f"{PERSON}.first_name"),
    (f"{PERSON}.born_on", None, "PATIENT_BIRTH_DATE_MISSING", f"{PERSON}.born_on"),
    (f"{PERSON}.born_on", dt.date(2027, 1, 1), "BIRTH_AFTER_SERVICE", "coverage"),
    (f"{PERSON}.born_on", dt.date(1848, 1, 1), "BIRTH_TOO_EARLY", "coverage"),
    (f"{PERSON}.sex", "", "PATIENT_SEX_INVALID", f"{PERSON}.sex"),
    (f"{PERSON}.address", None, "PATIENT_ADDRESS_MISSING", f"{PERSON}.address"),
    (f"{PERSON}.address.zip_code", "49770-12", "PATIENT_ZIP_INVALID", f"{PERSON}.address.zip_code"),
    ("service_facility", ServiceFacility(name="X", address=HOME), "FACILITY_ZIP_INVALID", "service_facility.address.zip_code"),
    ("rendering", BAD_NPI, "RENDERING_NPI_INVALID", "rendering.npi"),
    ("rendering", replace(ATTENDING, taxonomy="X"), "RENDERING_TAXONOMY_INVALID", "rendering.taxonomy"),
    ("referring", replace(ATTENDING, first_name=""), "REFERRING_FIRST_NAME_MISSING", "referring.first_name"),
    ("lines", (), "LINES_MISSING", "lines"),
    ("total_charge", Decimal("1.00"), "TOTAL_DIFFERS", "total_charge"),
    ("total_charge", Decimal("NaN"), "TOTAL_INVALID", "total_charge"),
    ("total_charge", Decimal("0.001"), "TOTAL_INVALID", "total_charge"),
    ("lines.0.units", Decimal(0), "LINE_UNITS_INVALID", "lines[0].units"),
    ("lines.0.units", Decimal("1.0001"), "LINE_UNITS_INVALID", "lines[0].units"),
    ("lines.0.unit", "XX", "LINE_UNIT_INVALID", "lines[0].unit"),
    ("lines.0.hcpcs", "G04", "HCPCS_INVALID", "lines[0].hcpcs"),
    ("lines.0.modifiers", ("25", "25"), "MODIFIER_INVALID", "lines[0].modifiers"),
    ("lines.0.modifiers", ("2",), "MODIFIER_INVALID", "lines[0].modifiers"),
    ("lines.0.modifiers", ("25", "59", "GT", "JZ", "RT"), "MODIFIERS_TOO_MANY", "lines[0].modifiers"),
    ("lines.0.service_through", dt.date(2026, 1, 1), "LINE_DATES", "lines[0].service_through"),
    ("lines.0.control_number", "L" * 31, "LINE_CONTROL_TOO_LONG", "lines[0].control_number"),
    ("lines.0.drug", Drug(ndc="1", quantity=Decimal(1)), "NDC_INVALID", "lines[0].drug.ndc"),
    ("lines.0.drug", Drug(ndc="00409379301"), "NDC_QUANTITY_INVALID", "lines[0].drug.quantity"),
    ("lines.0.drug", Drug(ndc="00409379301", quantity=Decimal(1), unit="X"), "NDC_UNIT_INVALID", "lines[0].drug.unit"),
]  # fmt: skip

STAY: list[Row] = [
    ("coverage.subscriber.member_id", "1EG4-TE5-MK73", "MEMBER_ID_NOT_MBI", "coverage.subscriber.member_id"),
    ("billing.first_name", "ANN", "BILLING_NOT_ORGANIZATION", "billing.first_name"),
    ("type_of_bill", "0117", "ORIGINAL_CLAIM_MISSING", "original_claim_number"),
    ("patient_status", "1", "PATIENT_STATUS_INVALID", "patient_status"),
    ("admission_source", "", "ADMISSION_SOURCE_INVALID", "admission_source"),
    ("admission_type", "", "ADMISSION_TYPE_INVALID", "admission_type"),
    ("admission_on", None, "ADMISSION_MISSING", "admission_on"),
    ("admission_on", dt.date(2026, 1, 16), "ADMISSION_AFTER_STATEMENT", "admission_on"),
    ("admission_time", None, "ADMISSION_HOUR_MISSING", "admission_time"),
    ("discharge_time", None, "DISCHARGE_HOUR_MISSING", "discharge_time"),
    ("type_of_bill", "0112", "STATUS_ON_INTERIM", "patient_status"),
    ("medical_record_number", "", "RECORD_NUMBER_MISSING", "medical_record_number"),
    ("admitting_diagnosis", "", "ADMITTING_DIAGNOSIS_MISSING", "admitting_diagnosis"),
    ("admitting_diagnosis", "R06.02", "DIAGNOSIS_INVALID", "admitting_diagnosis"),
    ("drg", "", "DRG_MISSING", "drg"),
    ("drg", "999", "DRG_INVALID", "drg"),
    ("reasons_for_visit", ("R42",), "REASON_ON_INPATIENT", "reasons_for_visit"),
    ("statement_from", None, "STATEMENT_DATES_MISSING", "statement_from"),
    ("principal_diagnosis", DiagnosisLine(), "PRINCIPAL_DIAGNOSIS_MISSING", "principal_diagnosis.code"),
    ("principal_diagnosis.code", "W19XXXA", "PRINCIPAL_IS_EXTERNAL_CAUSE", "principal_diagnosis.code"),
    ("principal_diagnosis.code", "I50.23", "DIAGNOSIS_INVALID", "principal_diagnosis.code"),
    ("principal_diagnosis.poa", "", "POA_MISSING", "principal_diagnosis.poa"),
    ("principal_diagnosis.poa", "1", "POA_INVALID", "principal_diagnosis.poa"),
    ("principal_diagnosis.poa_exempt", True, "POA_ON_EXEMPT", "principal_diagnosis.poa"),
    ("other_diagnoses.1.poa", "", "POA_MISSING", "other_diagnoses[1].poa"),
    ("other_diagnoses.1.code", "I130", "DIAGNOSIS_TWICE", "other_diagnoses"),
    ("other_diagnoses", dx(25), "OTHER_DIAGNOSES_TOO_MANY", "other_diagnoses"),
    ("external_causes", (DiagnosisLine(code="I10", poa="Y"),), "EXTERNAL_CAUSE_INVALID", "external_causes[0].code"),
    ("external_causes", (DiagnosisLine(code="W19XXXA"),), "POA_MISSING", "external_causes[0].poa"),
    ("principal_procedure.code", "0DTI4ZZ", "PROCEDURE_INVALID", "principal_procedure.code"),
    ("principal_procedure.done_on", None, "PROCEDURE_DATE_MISSING", "principal_procedure.done_on"),
    ("principal_procedure.done_on", dt.date(2026, 1, 16), "PROCEDURE_DATE_OUTSIDE", "principal_procedure.done_on"),
    ("principal_procedure.done_on", dt.date(2026, 1, 6), "PROCEDURE_DATE_OUTSIDE", "principal_procedure.done_on"),
    ("occurrences", (CodedDate(code="11"),), "OCCURRENCE_DATE_MISSING", "occurrences"),
    ("occurrence_spans", (CodedSpan(code="70"),), "OCCURRENCE_SPAN_DATES", "occurrence_spans"),
    ("values", (CodedAmount(code="8", amount=Decimal(1)),), "VALUES_INVALID", "values"),
    ("values", (CodedAmount(code="80", amount=Decimal(-1)),), "VALUE_AMOUNT_INVALID", "values[0].amount"),
    ("conditions", ("D9",) * 25, "CONDITIONS_TOO_MANY", "conditions"),
    ("attending", None, "ATTENDING_MISSING", "attending"),
    ("attending.npi", "", "ATTENDING_NPI_MISSING", "attending.npi"),
    ("attending.last_name", "", "ATTENDING_LAST_NAME_MISSING", "attending.last_name"),
    ("lines.0.revenue_code", "0001", "REVENUE_CODE_INVALID", "lines[0].revenue_code"),
    ("lines.0.modifiers", ("25",), "MODIFIER_WITHOUT_CODE", "lines[0].modifiers"),
    ("lines.0.control_number", "L2", "LINE_CONTROL_TWICE", "lines"),
    ("lines.0.noncovered_amount", Decimal(13000), "NONCOVERED_TOO_HIGH", "lines[0].noncovered_amount"),
    ("lines.0.service_on", dt.date(2026, 1, 9), "LINE_DATE_OUTSIDE", "lines[0].service_on"),
]  # fmt: skip

VISIT: list[Row] = [
    ("drg", "291", "DRG_ON_OUTPATIENT", "drg"),
    ("discharge_time", dt.time(9), "DISCHARGE_HOUR_UNEXPECTED", "discharge_time"),
    ("admitting_diagnosis", "R42", "ADMITTING_ON_OUTPATIENT", "admitting_diagnosis"),
    ("principal_procedure", APPENDECTOMY, "PROCEDURE_ON_OUTPATIENT", "principal_procedure"),
    ("reasons_for_visit", ("R42", "R079", "R05", "R110"), "REASONS_FOR_VISIT_TOO_MANY", "reasons_for_visit"),
    ("type_of_bill", "131", "TYPE_OF_BILL_INVALID", "type_of_bill"),
]  # fmt: skip

OFFICE: list[Row] = [
    ("place_of_service", "", "PLACE_INVALID", "place_of_service"),
    ("place_of_service", "98", "PLACE_INVALID", "place_of_service"),
    ("place_of_service", "21", "ADMISSION_MISSING", "admission_on"),
    ("frequency_code", "2", "FREQUENCY_INVALID", "frequency_code"),
    ("frequency_code", "8", "ORIGINAL_CLAIM_MISSING", "original_claim_number"),
    ("provider_signature", "", "SIGNATURE_INVALID", "provider_signature"),
    ("diagnoses", tuple(f"E1{n:02d}" for n in range(13)), "DIAGNOSES_TOO_MANY", "diagnoses"),
    ("diagnoses", ("M5450", "M5450"), "DIAGNOSIS_TWICE", "diagnoses"),
    ("diagnoses", ("M54.50", "E119"), "DIAGNOSIS_INVALID", "diagnoses[0]"),
    ("lines.0.pointers", (), "POINTER_MISSING", "lines[0].pointers"),
    ("lines.0.pointers", (0,), "POINTER_UNRESOLVED", "lines[0].pointers"),
    ("lines.0.pointers", (3,), "POINTER_UNRESOLVED", "lines[0].pointers"),
    ("lines.0.pointers", (1, 1), "POINTERS_TOO_MANY", "lines[0].pointers"),
    ("lines.0.hcpcs", "", "HCPCS_MISSING", "lines[0].hcpcs"),
    ("lines.0.service_on", None, "LINE_DATE_MISSING", "lines[0].service_on"),
    ("lines.0.place_of_service", "9", "LINE_PLACE_INVALID", "lines[0].place_of_service"),
    ("lines.0.rendering", Provider(last_name="X"), "RENDERING_NPI_MISSING", "lines[0].rendering.npi"),
    ("onset_on", dt.date(2026, 3, 1), "ONSET_AFTER_SERVICE", "onset_on"),
    ("accident_on", dt.date(2026, 2, 1), "ACCIDENT_CAUSE_MISSING", "accident_causes"),
    ("accident_causes", ("OA",), "ACCIDENT_DATE_MISSING", "accident_on"),
    ("accident_causes", ("XX",), "ACCIDENT_CAUSE_INVALID", "accident_causes"),
]  # fmt: skip

ROWS: list[tuple[InstitutionalClaim | ProfessionalClaim, Row]] = [
    *((PROFESSIONAL, row) for row in SHARED),
    *((OUTPATIENT, row) for row in SHARED),
    *((INPATIENT, row) for row in STAY),
    *((OUTPATIENT, row) for row in VISIT),
    *((PROFESSIONAL, row) for row in OFFICE),
]


@pytest.mark.parametrize(("claim", "row"), ROWS, ids=lambda value: value[2] if isinstance(value, tuple) else "")
def test_claim_with_one_defect_has_the_fault_that_names_it(claim: Claim, row: Row) -> None:
    path, wrong, code, field = row
    assert faults(claim) == []
    found = faults(changed(claim, path, wrong))
    assert (code, field) in {(fault.code, fault.field) for fault in found}
    assert all(fault.sentence.endswith(".") and len(fault.sentence) > 15 for fault in found)


SINGLE = [
    (PROFESSIONAL, "billing.npi", "1234567890"),
    (INPATIENT, "drg", ""),
    (INPATIENT, "other_diagnoses.0.poa", ""),
    (OUTPATIENT, "total_charge", Decimal(1)),
    (PROFESSIONAL, "lines.0.pointers", ()),
]


@pytest.mark.parametrize(("claim", "path", "wrong"), SINGLE)
def test_single_defect_gives_a_single_fault(claim: Claim, path: str, wrong: object) -> None:
    assert len(faults(changed(claim, path, wrong))) == 1


def test_empty_claims_name_everything_missing_and_raise_nothing() -> None:
    empty = codes(InstitutionalClaim())
    assert {"BILLING_NPI_MISSING", "MEMBER_ID_MISSING", "STATEMENT_DATES_MISSING", "LINES_MISSING"} <= set(empty)
    assert {"DIAGNOSIS_MISSING", "PLACE_INVALID", "LINES_MISSING"} <= set(codes(ProfessionalClaim()))


def test_patient_still_here_needs_an_interim_bill_without_discharge_hour() -> None:
    here = replace(INPATIENT, patient_status="30")
    assert codes(here) == ["DISCHARGE_HOUR_UNEXPECTED", "STATUS_30_ON_FINAL"]
    assert codes(replace(here, type_of_bill="0113", discharge_time=None, drg="")) == []


def test_discharge_before_admission_on_the_same_day_is_a_fault() -> None:
    day = dt.date(2026, 1, 15)
    claim = replace(INPATIENT, admission_on=day, statement_from=day, principal_procedure=None)
    assert codes(claim) == ["DISCHARGE_BEFORE_ADMISSION"]


def test_emergency_visit_needs_a_reason_for_visit() -> None:
    claim = changed(replace(OUTPATIENT, admission_type="1"), "lines.0.revenue_code", "0450")
    assert codes(claim) == ["REASON_FOR_VISIT_MISSING"]
    assert codes(replace(claim, reasons_for_visit=("R42",))) == []


def test_outpatient_bill_over_several_days_needs_line_dates() -> None:
    claim = changed(OUTPATIENT, "lines.0.service_on", None)
    assert codes(claim) == []
    assert codes(replace(claim, statement_from=dt.date(2026, 2, 1))) == ["LINE_DATE_MISSING"]


def test_medicare_patient_is_never_a_dependent() -> None:
    cover = replace(COMMERCIAL_BABY, payer=MEDICARE_ANNA.payer, subscriber=MEDICARE_ANNA.subscriber)
    assert codes(replace(INPATIENT, coverage=cover)) == ["MEDICARE_DEPENDENT"]


def test_dependent_needs_a_relationship_and_whole_demographics() -> None:
    baby = replace(COMMERCIAL_BABY.patient, born_on=None, address=None)
    cover = replace(COMMERCIAL_BABY, relationship="18", dependent=baby)
    assert codes(replace(PROFESSIONAL, coverage=cover)) == [
        "RELATIONSHIP_INVALID", "PATIENT_BIRTH_DATE_MISSING", "PATIENT_ADDRESS_MISSING",
    ]  # fmt: skip


def test_address_abroad_needs_a_country_and_no_state() -> None:
    abroad = Address(line1="KARL JOHANS GATE 1", city="OSLO", zip_code="0154", country="NO")
    path = "coverage.subscriber.person.address"
    assert codes(changed(PROFESSIONAL, path, abroad)) == []
    assert codes(changed(PROFESSIONAL, path, replace(abroad, state="MI"))) == ["PATIENT_STATE_INVALID"]
    assert codes(changed(PROFESSIONAL, path, replace(abroad, country="no"))) == ["PATIENT_COUNTRY_INVALID"]


def test_other_procedures_need_a_principal_one() -> None:
    others = (ProcedureLine(code="0DTJ4ZZ", done_on=dt.date(2026, 1, 12)),) * 25
    claim = replace(INPATIENT, principal_procedure=None, other_procedures=others)
    assert codes(claim) == ["PRINCIPAL_PROCEDURE_MISSING", "OTHER_PROCEDURES_TOO_MANY"]


def test_services_in_the_future_are_a_fault_when_today_is_known() -> None:
    assert codes(INPATIENT) == []
    found = faults(INPATIENT, as_of=dt.date(2026, 1, 14))
    assert found == [
        Fault(
            "SERVICE_IN_FUTURE", "statement_through", "The services end in the future; bill them after they are given."
        )
    ]
    assert faults(PROFESSIONAL, as_of=dt.date(2026, 2, 4)) == []


def test_accented_names_are_no_fault_because_they_are_folded() -> None:
    assert codes(changed(PROFESSIONAL, "coverage.subscriber.person.last_name", "Nguyễn-Øster")) == []


def test_sift_lets_good_claims_go_and_holds_the_others_with_their_faults() -> None:
    bad = replace(OUTPATIENT, patient_control_number="B", total_charge=Decimal(1))
    sifted = sift([INPATIENT, bad, OUTPATIENT, INPATIENT])
    assert sifted.ready == (INPATIENT, OUTPATIENT)
    assert [(claim, [fault.code for fault in found]) for claim, found in sifted.held] == [
        (bad, ["TOTAL_DIFFERS"]),
        (INPATIENT, ["CONTROL_NUMBER_TWICE"]),
    ]


def test_submission_names_what_it_lacks() -> None:
    assert submission_faults(SUBMISSION) == []
    empty = changed(changed(SUBMISSION, "submitter.phone", ""), "receiver.identifier", "X")
    assert [fault.code for fault in submission_faults(empty)] == ["SUBMITTER_PHONE_MISSING", "RECEIVER_ID_TOO_SHORT"]
    by_mail = changed(changed(SUBMISSION, "submitter.phone", ""), "submitter.email", "edi@lakeside.example")
    assert submission_faults(by_mail) == []
