"""Faults of an 837I claim: what the guide requires of it, and what a hospital's stay must be."""

from __future__ import annotations

import datetime as dt
import re

from billing.x12.checklist import Checklist
from billing.x12.claim import DRG_BILL, STILL_PATIENT, InstitutionalClaim, InstitutionalLine
from billing.x12.faults_codes import check_diagnoses, check_diagnosis, check_procedures, check_ub_codes
from billing.x12.faults_lines import (
    check_claim_level,
    check_frequency,
    check_line,
    check_not_future,
    check_period,
    check_total,
)
from billing.x12.faults_parties import check_billing, check_coverage, check_facility, check_provider
from billing.x12.formats import is_drg, is_revenue_code, is_type_of_bill

MOST_LINES = 999
UNITS = frozenset({"UN", "DA"})
UNGROUPABLE = frozenset({"998", "999"})
INTERIM = frozenset({"2", "3"})
TO_DISCHARGE = frozenset({"1", "4"})
VISIT_BILLS = frozenset({"013", "085"})
UNSCHEDULED_TYPES = frozenset({"1", "2", "5"})
VISIT_REVENUE = ("045", "0516", "0526", "0762")
TRANSPORT_REVENUE = "054"
_ONE = re.compile(r"[0-9A-Z]", re.ASCII)
_STATUS = re.compile(r"[0-9A-Z]{2}", re.ASCII)


def check_institutional(check: Checklist, claim: InstitutionalClaim, as_of: dt.date | None) -> None:
    """Every rule of an 837I claim. as_of: today at the facility, None to leave the future alone."""
    check_claim_level(check, claim)
    check_billing(check, claim.billing)
    sentence = "A hospital bills under an organization's name; remove the first name."
    check.must(not claim.billing.first_name, "BILLING_NOT_ORGANIZATION", "billing.first_name", sentence)
    check_coverage(check, claim.coverage)
    _check_bill(check, claim)
    _check_statement(check, claim, as_of)
    if claim.is_inpatient:
        _check_stay(check, claim)
    else:
        _check_visit(check, claim)
    check_diagnoses(check, claim)
    check_procedures(check, claim)
    check_ub_codes(check, claim)
    _check_providers(check, claim)
    check_total(check, claim.total_charge, claim.lines, MOST_LINES)
    for n, line in enumerate(claim.lines):
        _check_line(check, claim, line, f"lines[{n}]")


def _check_bill(check: Checklist, claim: InstitutionalClaim) -> None:
    sentence = "Enter the type of bill: four characters with the leading zero, e.g. 0111."
    check.must(is_type_of_bill(claim.type_of_bill), "TYPE_OF_BILL_INVALID", "type_of_bill", sentence)
    check_frequency(check, claim.frequency_code, claim.original_claim_number, "original_claim_number")
    sentence = "Enter the patient status at discharge: two characters, e.g. 01."
    check.must(_STATUS.fullmatch(claim.patient_status), "PATIENT_STATUS_INVALID", "patient_status", sentence)
    sentence = "Enter the point of origin (admission source): one character."
    check.must(_ONE.fullmatch(claim.admission_source), "ADMISSION_SOURCE_INVALID", "admission_source", sentence)
    sentence = "Enter the admission type: one character, e.g. 1 emergency."
    check.must(_ONE.fullmatch(claim.admission_type), "ADMISSION_TYPE_INVALID", "admission_type", sentence)


def _check_statement(check: Checklist, claim: InstitutionalClaim, as_of: dt.date | None) -> None:
    first, last = claim.statement_from, claim.statement_through
    sentence = "Enter the first and the last day that the bill covers."
    check.must(first and last, "STATEMENT_DATES_MISSING", "statement_from", sentence)
    sentence = "The bill ends before it starts; correct its dates."
    check.must(not (first and last and first > last), "STATEMENT_DATES_ORDER", "statement_through", sentence)
    sentence = "The admission is after the last day that the bill covers."
    admitted = claim.admission_on
    check.must(not (admitted and last and admitted > last), "ADMISSION_AFTER_STATEMENT", "admission_on", sentence)
    check_period(check, claim, first, last)
    check_not_future(check, last, as_of, "statement_through")


def _check_stay(check: Checklist, claim: InstitutionalClaim) -> None:
    """What an inpatient bill requires: admission, discharge hour, record number, admitting diagnosis, DRG."""
    check.must(claim.admission_on, "ADMISSION_MISSING", "admission_on", "Enter the admission date.")
    check.must(
        claim.admission_time is not None,
        "ADMISSION_HOUR_MISSING",
        "admission_time",
        "Enter the admission hour.",
    )
    sentence = "Enter the medical record number."
    check.must(claim.medical_record_number, "RECORD_NUMBER_MISSING", "medical_record_number", sentence)
    sentence = "Enter the admitting diagnosis."
    if check.must(claim.admitting_diagnosis, "ADMITTING_DIAGNOSIS_MISSING", "admitting_diagnosis", sentence):
        check_diagnosis(check, claim.admitting_diagnosis, "admitting_diagnosis")
    sentence = "A reason for visit goes on outpatient claims only."
    check.must(not claim.reasons_for_visit, "REASON_ON_INPATIENT", "reasons_for_visit", sentence)
    _check_discharge(check, claim)
    _check_drg(check, claim)


def _check_discharge(check: Checklist, claim: InstitutionalClaim) -> None:
    still, frequency = claim.patient_status == STILL_PATIENT, claim.frequency_code
    timed = claim.discharge_time is not None
    sentence = "Enter the discharge hour."
    check.must(still or timed, "DISCHARGE_HOUR_MISSING", "discharge_time", sentence)
    sentence = "A patient who is still here (status 30) has no discharge hour."
    check.must(not (still and timed), "DISCHARGE_HOUR_UNEXPECTED", "discharge_time", sentence)
    sentence = "Patient status 30 (still a patient) needs an interim bill, frequency 2 or 3."
    check.must(not still or frequency not in TO_DISCHARGE, "STATUS_30_ON_FINAL", "patient_status", sentence)
    sentence = "An interim bill, frequency 2 or 3, needs patient status 30 (still a patient)."
    check.must(still or frequency not in INTERIM, "STATUS_ON_INTERIM", "patient_status", sentence)
    same_day = claim.admission_on is not None and claim.admission_on == claim.statement_through
    if same_day and claim.admission_time and claim.discharge_time:
        sentence = "The patient was discharged before admission on the same day; correct the hours."
        in_order = claim.admission_time <= claim.discharge_time
        check.must(in_order, "DISCHARGE_BEFORE_ADMISSION", "discharge_time", sentence)


def _check_drg(check: Checklist, claim: InstitutionalClaim) -> None:
    needed = claim.type_of_bill.startswith(DRG_BILL) and claim.patient_status != STILL_PATIENT
    if claim.drg:
        sentence = f"{claim.drg[:10]} is not a payable DRG; group the encounter again."
        check.must(is_drg(claim.drg) and claim.drg not in UNGROUPABLE, "DRG_INVALID", "drg", sentence)
    else:
        check.must(not needed, "DRG_MISSING", "drg", "Group the encounter; the claim needs its DRG.")


def _check_visit(check: Checklist, claim: InstitutionalClaim) -> None:
    """What an outpatient bill requires, and what it must not carry."""
    check.must(not claim.drg, "DRG_ON_OUTPATIENT", "drg", "A DRG goes on inpatient claims only.")
    sentence = "A discharge hour goes on inpatient claims only."
    check.must(claim.discharge_time is None, "DISCHARGE_HOUR_UNEXPECTED", "discharge_time", sentence)
    sentence = "An admitting diagnosis goes on inpatient claims only; use the reason for visit."
    check.must(not claim.admitting_diagnosis, "ADMITTING_ON_OUTPATIENT", "admitting_diagnosis", sentence)
    unscheduled = claim.type_of_bill[:3] in VISIT_BILLS and claim.admission_type in UNSCHEDULED_TYPES
    emergency = any(line.revenue_code.startswith(VISIT_REVENUE) for line in claim.lines)
    sentence = "Enter the patient's reason for visit; an unscheduled emergency or urgent visit needs it."
    needed = unscheduled and emergency
    check.must(claim.reasons_for_visit or not needed, "REASON_FOR_VISIT_MISSING", "reasons_for_visit", sentence)


def _check_providers(check: Checklist, claim: InstitutionalClaim) -> None:
    transport = bool(claim.lines) and all(each.revenue_code.startswith(TRANSPORT_REVENUE) for each in claim.lines)
    sentence = "Enter the attending provider."
    check.must(claim.attending or transport, "ATTENDING_MISSING", "attending", sentence)
    sentence = "Another operating physician stands beside an operating physician; enter the first."
    paired = claim.operating or not claim.other_operating
    check.must(paired, "OPERATING_MISSING", "operating", sentence)
    for field in ("attending", "operating", "other_operating", "rendering", "referring"):
        check_provider(check, getattr(claim, field), field)
    check_facility(check, claim.service_facility)


def _check_line(check: Checklist, claim: InstitutionalClaim, line: InstitutionalLine, field: str) -> None:
    sentence = "Enter the revenue code: four digits."
    check.must(is_revenue_code(line.revenue_code), "REVENUE_CODE_INVALID", f"{field}.revenue_code", sentence)
    check_line(check, line, field, UNITS)
    if line.noncovered_amount is not None:
        noncovered = f"{field}.noncovered_amount"
        if check.amount(line.noncovered_amount, "NONCOVERED", noncovered, "noncovered amount"):
            sentence = "The noncovered amount is more than the line's charge."
            check.must(line.noncovered_amount <= line.charge_amount, "NONCOVERED_TOO_HIGH", noncovered, sentence)
    _check_line_dates(check, claim, line, field)


def _check_line_dates(check: Checklist, claim: InstitutionalClaim, line: InstitutionalLine, field: str) -> None:
    first, last = claim.statement_from, claim.statement_through
    sentence = "Enter the service date; an outpatient line needs it when the bill covers several days."
    needed = not claim.is_inpatient and first != last
    check.must(line.service_on or not needed, "LINE_DATE_MISSING", f"{field}.service_on", sentence)
    end = line.service_through or line.service_on
    early = bool(line.service_on and first and line.service_on < first)
    late = bool(end and last and end > last)
    sentence = "The line's service date lies outside the days that the bill covers."
    check.must(not early and not late, "LINE_DATE_OUTSIDE", f"{field}.service_on", sentence)
