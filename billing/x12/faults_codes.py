"""Faults of the codes on an institutional claim: diagnoses, POA, procedures, UB codes."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from billing.x12.checklist import Checklist
from billing.x12.claim import DiagnosisLine, InstitutionalClaim, ProcedureLine
from billing.x12.formats import is_diagnosis, is_procedure

POA_VALUES = frozenset({"Y", "N", "U", "W"})
MOST_OTHER_DIAGNOSES = 24
MOST_EXTERNAL_CAUSES = 12
MOST_REASONS = 3
MOST_OTHER_PROCEDURES = 24
MOST_UB_CODES = 24
EXTERNAL_CAUSE_LETTERS = ("V", "W", "X", "Y")
DAYS_BEFORE_ADMISSION = dt.timedelta(days=3)
"""Services of the three days before admission are on the inpatient bill (42 CFR 412.2(c)(5))."""

_UB_CODE = re.compile(r"[0-9A-Z]{2}", re.ASCII)


def check_diagnoses(check: Checklist, claim: InstitutionalClaim) -> None:
    """25 diagnoses with the principal, 12 external causes, 3 reasons for visit; each once, with its POA."""
    _check_principal(check, claim.principal_diagnosis.code)
    others, causes = claim.other_diagnoses, claim.external_causes
    for field, count, most, name in (
        ("other_diagnoses", len(others), MOST_OTHER_DIAGNOSES, "diagnoses besides the principal"),
        ("external_causes", len(causes), MOST_EXTERNAL_CAUSES, "external cause codes"),
        ("reasons_for_visit", len(claim.reasons_for_visit), MOST_REASONS, "reasons for visit"),
    ):
        sentence = f"The claim has {count} {name}; choose the {most} to send."
        check.must(count <= most, f"{field.upper()}_TOO_MANY", field, sentence)
    for field, line in _diagnosis_lines(claim):
        check_diagnosis(check, line.code, f"{field}.code")
        if claim.is_inpatient:
            _check_poa(check, line, f"{field}.poa")
    for n, code in enumerate(claim.reasons_for_visit):
        check_diagnosis(check, code, f"reasons_for_visit[{n}]")
    for n, line in enumerate(causes):
        sentence = f"{line.code[:10]} is not an external cause code; those start with V, W, X or Y."
        fits = line.code.startswith(EXTERNAL_CAUSE_LETTERS)
        check.must(fits, "EXTERNAL_CAUSE_INVALID", f"external_causes[{n}].code", sentence)
    codes = [claim.principal_diagnosis.code, *(line.code for line in others)]
    check_once(check, codes, "DIAGNOSIS_TWICE", "other_diagnoses")


def _check_principal(check: Checklist, code: str) -> None:
    field = "principal_diagnosis.code"
    if check.must(code, "PRINCIPAL_DIAGNOSIS_MISSING", field, "Enter the principal diagnosis."):
        sentence = f"{code[:10]} is an external cause and cannot be the principal diagnosis."
        external = code.startswith(EXTERNAL_CAUSE_LETTERS)
        check.must(not external, "PRINCIPAL_IS_EXTERNAL_CAUSE", field, sentence)


def _diagnosis_lines(claim: InstitutionalClaim) -> Iterator[tuple[str, DiagnosisLine]]:
    if claim.principal_diagnosis.code:
        yield "principal_diagnosis", claim.principal_diagnosis
    yield from ((f"other_diagnoses[{n}]", line) for n, line in enumerate(claim.other_diagnoses))
    yield from ((f"external_causes[{n}]", line) for n, line in enumerate(claim.external_causes))


def check_diagnosis(check: Checklist, code: str, field: str) -> None:
    """The shape of a diagnosis code, undotted."""
    sentence = f"{code[:10] or 'A blank'} is not an ICD-10-CM code without dot."
    check.must(is_diagnosis(code), "DIAGNOSIS_INVALID", field, sentence)


def check_once(check: Checklist, codes: list[str], code: str, field: str) -> None:
    """No code stands twice."""
    twice = sorted({each for each in codes if each and codes.count(each) > 1})
    check.must(not twice, code, field, f"{', '.join(twice)} stands on the claim more than once.")


def _check_poa(check: Checklist, line: DiagnosisLine, field: str) -> None:
    """POA is Y, N, U or W, or blank on an exempt code (ICD-10-CM Official Guidelines, Appendix I)."""
    if line.poa_exempt:
        sentence = f"{line.code} is exempt from POA reporting; leave its indicator blank."
        check.must(not line.poa, "POA_ON_EXEMPT", field, sentence)
        return
    sentence = f"Choose the POA indicator of {line.code}: Y, N, U or W."
    missing = check.must(line.poa, "POA_MISSING", field, sentence)
    check.must(not missing or line.poa in POA_VALUES, "POA_INVALID", field, sentence)


def check_procedures(check: Checklist, claim: InstitutionalClaim) -> None:
    """25 ICD-10-PCS procedures, inpatient only (45 CFR 162.1002(c)(3)), each dated within the stay."""
    others = claim.other_procedures
    principal = ("principal_procedure", claim.principal_procedure)
    listed = [principal, *((f"other_procedures[{n}]", line) for n, line in enumerate(others))]
    found = [(field, line) for field, line in listed if line is not None]
    sentence = "ICD-10-PCS procedures go on inpatient claims only; use HCPCS codes on the lines."
    check.must(claim.is_inpatient or not found, "PROCEDURE_ON_OUTPATIENT", "principal_procedure", sentence)
    sentence = "There are other procedures but no principal procedure; choose one."
    check.must(
        claim.principal_procedure or not others,
        "PRINCIPAL_PROCEDURE_MISSING",
        "principal_procedure",
        sentence,
    )
    sentence = f"The claim has {len(others)} procedures besides the principal; choose the 24 to send."
    check.must(len(others) <= MOST_OTHER_PROCEDURES, "OTHER_PROCEDURES_TOO_MANY", "other_procedures", sentence)
    for field, line in found:
        _check_procedure(check, claim, line, field)


def _check_procedure(check: Checklist, claim: InstitutionalClaim, line: ProcedureLine, field: str) -> None:
    sentence = f"{line.code[:10] or 'A blank'} is not an ICD-10-PCS code: seven characters without I and O."
    check.must(is_procedure(line.code), "PROCEDURE_INVALID", f"{field}.code", sentence)
    sentence = f"Enter the date of procedure {line.code}."
    if not check.must(line.done_on, "PROCEDURE_DATE_MISSING", f"{field}.done_on", sentence) or not line.done_on:
        return
    starts = [day for day in (claim.statement_from, claim.admission_on) if day]
    early = bool(starts) and line.done_on < min(starts) - DAYS_BEFORE_ADMISSION
    late = claim.statement_through is not None and line.done_on > claim.statement_through
    sentence = f"Procedure {line.code} is dated {line.done_on:%Y-%m-%d}, outside the stay."
    check.must(not early and not late, "PROCEDURE_DATE_OUTSIDE", f"{field}.done_on", sentence)


def check_ub_codes(check: Checklist, claim: InstitutionalClaim) -> None:
    """Occurrence, span, value and condition codes: two characters, dated, at most 24 of each."""
    for field, codes in (
        ("occurrences", [each.code for each in claim.occurrences]),
        ("occurrence_spans", [each.code for each in claim.occurrence_spans]),
        ("values", [each.code for each in claim.values]),
        ("conditions", list(claim.conditions)),
    ):
        sentence = f"The claim has {len(codes)} {field.replace('_', ' ')}; send at most {MOST_UB_CODES}."
        check.must(len(codes) <= MOST_UB_CODES, f"{field.upper()}_TOO_MANY", field, sentence)
        fine = all(_UB_CODE.fullmatch(code) for code in codes)
        sentence = f"Each of the {field.replace('_', ' ')} has a code of two letters or digits."
        check.must(fine, f"{field.upper()}_INVALID", field, sentence)
    dated = all(each.on for each in claim.occurrences)
    check.must(dated, "OCCURRENCE_DATE_MISSING", "occurrences", "Enter the date of each occurrence code.")
    spans = all(s.from_on and s.through_on and s.from_on <= s.through_on for s in claim.occurrence_spans)
    sentence = "Each occurrence span needs a first and a last day in order."
    check.must(spans, "OCCURRENCE_SPAN_DATES", "occurrence_spans", sentence)
    for n, each in enumerate(claim.values):
        check.amount(each.amount, "VALUE_AMOUNT", f"values[{n}].amount", f"amount of value code {each.code}")
