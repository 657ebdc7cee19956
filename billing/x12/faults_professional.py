"""Faults of an 837P claim."""

from __future__ import annotations

import datetime as dt

from billing.x12.checklist import Checklist
from billing.x12.claim import ProfessionalClaim, ProfessionalLine
from billing.x12.faults_codes import check_diagnosis, check_once
from billing.x12.faults_lines import (
    check_claim_level,
    check_frequency,
    check_line,
    check_not_future,
    check_period,
    check_total,
)
from billing.x12.faults_parties import check_billing, check_coverage, check_facility, check_provider
from billing.x12.formats import PLACES, STATES

MOST_LINES = 50
MOST_DIAGNOSES = 12
MOST_POINTERS = 4
UNITS = frozenset({"UN", "MJ"})
FREQUENCIES = frozenset({"1", "6", "7", "8"})
ADMITTED_PLACES = frozenset({"21", "51", "61"})
"""Inpatient hospital, inpatient psychiatric facility, comprehensive inpatient rehabilitation facility."""
ACCIDENT_CAUSES = frozenset({"AA", "EM", "OA"})


def check_professional(check: Checklist, claim: ProfessionalClaim, as_of: dt.date | None) -> None:
    """Every rule of an 837P claim. as_of: today at the facility, None to leave the future alone."""
    check_claim_level(check, claim)
    check_billing(check, claim.billing)
    check_coverage(check, claim.coverage)
    _check_place(check, claim)
    _check_diagnoses(check, claim)
    _check_dates(check, claim, as_of)
    _check_accident(check, claim)
    check_provider(check, claim.referring, "referring")
    check_provider(check, claim.rendering, "rendering", person=False)
    check_facility(check, claim.service_facility)
    check_total(check, claim.total_charge, claim.lines, MOST_LINES)
    for n, line in enumerate(claim.lines):
        _check_line(check, claim, line, f"lines[{n}]")


def _check_place(check: Checklist, claim: ProfessionalClaim) -> None:
    sentence = "Choose the place of service, e.g. 11 office."
    check.must(claim.place_of_service in PLACES, "PLACE_INVALID", "place_of_service", sentence)
    sentence = "Choose claim frequency 1 original, 6 corrected, 7 replacement or 8 void."
    check.must(claim.frequency_code in FREQUENCIES, "FREQUENCY_INVALID", "frequency_code", sentence)
    check_frequency(check, claim.frequency_code, claim.original_claim_number, "original_claim_number")
    sentence = "Say whether the provider's signature is on file: Y or N."
    check.must(claim.provider_signature in {"Y", "N"}, "SIGNATURE_INVALID", "provider_signature", sentence)
    sentence = "Enter the admission date; an inpatient place of service needs it."
    inpatient = claim.place_of_service in ADMITTED_PLACES
    check.must(claim.admission_on or not inpatient, "ADMISSION_MISSING", "admission_on", sentence)
    sentence = "The discharge is before the admission; correct one of them."
    out_of_order = claim.admission_on and claim.discharge_on and claim.discharge_on < claim.admission_on
    check.must(not out_of_order, "DISCHARGE_BEFORE_ADMISSION", "discharge_on", sentence)


def _check_diagnoses(check: Checklist, claim: ProfessionalClaim) -> None:
    codes = claim.diagnoses
    check.must(codes, "DIAGNOSIS_MISSING", "diagnoses", "Enter at least one diagnosis.")
    sentence = f"The claim has {len(codes)} diagnoses; choose the {MOST_DIAGNOSES} to send."
    check.must(len(codes) <= MOST_DIAGNOSES, "DIAGNOSES_TOO_MANY", "diagnoses", sentence)
    for n, code in enumerate(codes):
        check_diagnosis(check, code, f"diagnoses[{n}]")
    check_once(check, list(codes), "DIAGNOSIS_TWICE", "diagnoses")


def _check_dates(check: Checklist, claim: ProfessionalClaim, as_of: dt.date | None) -> None:
    days = [day for line in claim.lines for day in (line.service_on, line.service_through) if day]
    first, last = min(days, default=None), max(days, default=None)
    check_period(check, claim, first, last)
    check_not_future(check, last, as_of, "lines")
    sentence = "The illness began after the services; correct the onset date."
    check.must(not (claim.onset_on and last and claim.onset_on > last), "ONSET_AFTER_SERVICE", "onset_on", sentence)


def _check_accident(check: Checklist, claim: ProfessionalClaim) -> None:
    causes = claim.accident_causes
    sentence = "Choose up to two causes of the accident: AA auto, EM employment, OA other."
    known = len(causes) <= 2 and len(set(causes)) == len(causes) and set(causes) <= ACCIDENT_CAUSES
    check.must(known, "ACCIDENT_CAUSE_INVALID", "accident_causes", sentence)
    sentence = "Enter the date of the accident."
    dated = claim.accident_on or not {"AA", "OA"} & set(causes)
    check.must(dated, "ACCIDENT_DATE_MISSING", "accident_on", sentence)
    sentence = "Enter the cause of the accident, or remove its date and state."
    caused = causes or not (claim.accident_on or claim.accident_state)
    check.must(caused, "ACCIDENT_CAUSE_MISSING", "accident_causes", sentence)
    sentence = "Choose the state where the auto accident happened."
    stated = claim.accident_state in STATES if "AA" in causes else not claim.accident_state
    check.must(stated, "ACCIDENT_STATE_INVALID", "accident_state", sentence)


def _check_line(check: Checklist, claim: ProfessionalClaim, line: ProfessionalLine, field: str) -> None:
    check.must(line.hcpcs, "HCPCS_MISSING", f"{field}.hcpcs", "Enter the procedure code of the line.")
    check_line(check, line, field, UNITS)
    check.must(line.service_on, "LINE_DATE_MISSING", f"{field}.service_on", "Enter the service date of the line.")
    sentence = "Choose the line's place of service, or leave it blank to use the claim's."
    placed = not line.place_of_service or line.place_of_service in PLACES
    check.must(placed, "LINE_PLACE_INVALID", f"{field}.place_of_service", sentence)
    _check_pointers(check, claim, line, f"{field}.pointers")
    check_provider(check, line.rendering, f"{field}.rendering", person=False)


def _check_pointers(check: Checklist, claim: ProfessionalClaim, line: ProfessionalLine, field: str) -> None:
    pointers = line.pointers
    sentence = "Point the line to the diagnosis it was done for."
    check.must(pointers, "POINTER_MISSING", field, sentence)
    sentence = f"A line points to at most {MOST_POINTERS} diagnoses, each once."
    fine = len(pointers) <= MOST_POINTERS and len(set(pointers)) == len(pointers)
    check.must(fine, "POINTERS_TOO_MANY", field, sentence)
    sentence = f"The line points to a diagnosis that is not there; the claim has {len(claim.diagnoses)}."
    within = all(1 <= pointer <= len(claim.diagnoses) for pointer in pointers)
    check.must(within, "POINTER_UNRESOLVED", field, sentence)
