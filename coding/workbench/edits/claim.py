"""Validity by date, roles, POA, dates and the size of a claim. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from coding.codesets.rules import dotted
from coding.workbench.edits.findings import INFORM, STOP, WARN, Case, Finding
from coding.workbench.edits.seventh import SOURCE as SEVENTH
from coding.workbench.edits.seventh import seventh_advice
from coding.workbench.enums import DiagnosisRole
from coding.workbench.rules import (
    EXTERNAL_CAUSES_ON_CLAIM,
    PROCEDURES_ON_CLAIM,
    SECONDARIES_ON_CLAIM,
    DiagnosisLine,
    ProcedureLine,
)

PROFESSIONAL = "office"
DIAGNOSES_ON_PROFESSIONAL_CLAIM = 12
CODE_SET = "code set of the coding day"
UHDDS = "UHDDS; UB-04 FL 67"
POA_GUIDE = "ICD-10-CM guidelines, Appendix I"


def claim_edits(case: Case) -> Iterator[Finding]:
    """What every stay is asked, whatever its codes mean."""
    yield from _roles(case)
    for line in case.coded.diagnoses:
        yield from _diagnosis(case, line)
    for step in case.coded.procedures:
        yield from _procedure(case, step)
    yield from _repeated(case)
    yield from _beyond(case)


def _roles(case: Case) -> Iterator[Finding]:
    """Sources: UHDDS (principal diagnosis), UB-04 FL 69 (admitting diagnosis, inpatient), guideline IV.G (first-listed)."""
    coded = case.coded
    if not coded.diagnoses:
        return
    if coded.principal is None:
        name, source = ("principal", UHDDS) if coded.stay.inpatient else ("first-listed", "guideline IV.G")
        yield Finding("no_principal", STOP, f"There is no {name} diagnosis.", source=source)
    if coded.stay.inpatient and not coded.in_role(DiagnosisRole.ADMITTING):
        text = "There is no admitting diagnosis; the claim needs one."
        yield Finding("no_admitting", STOP, text, source="UB-04 FL 69")


def _diagnosis(case: Case, line: DiagnosisLine) -> Iterator[Finding]:
    coded, codes = case.coded, (line.code,)
    if line.code in coded.invalid:
        advice = _seventh(case, line.code)
        text = f"{coded.invalid[line.code]} {advice}".strip()
        yield Finding("invalid", STOP, text, line.key, codes, SEVENTH if advice else CODE_SET)
    if coded.needs_poa(line):
        yield Finding("poa_missing", STOP, "POA is missing.", line.key, codes, POA_GUIDE)
    elif line.poa and line.code in coded.exempt:
        text = "Exempt from POA reporting: leave the indicator blank."
        yield Finding("poa_exempt", WARN, text, line.key, codes, "POA-exempt list of the year")


def _seventh(case: Case, code: str) -> str:
    definitions = {note.mark: note.text for note in case.notes_of(code, "seventh_character")}
    headings = {entry.code for entry in case.entries.values() if entry.kind == "heading"}
    return seventh_advice(code, definitions, headings | {code, code[:-1]})


def _procedure(case: Case, line: ProcedureLine) -> Iterator[Finding]:
    coded, codes = case.coded, (line.code,)
    if line.code in coded.invalid:
        yield Finding("invalid", STOP, coded.invalid[line.code], line.key, codes, CODE_SET)
    if line.performed_on is None:
        yield Finding("undated", STOP, "The date is missing.", line.key, codes, "UB-04 FL 74")
    elif line.performed_on < coded.stay.admitted_on:
        text = "Done before admission: part of the stay under the three-day rule."
        yield Finding("before_admission", INFORM, text, line.key, codes, "42 CFR 412.2(c)(5)")


def _repeated(case: Case) -> Iterator[Finding]:
    """Sources: guideline I.B.12 (each diagnosis once an encounter); UHDDS (a procedure may be done twice, but on one day?)."""
    counted = Counter(line.code for line in case.reported)
    for line in case.reported[::-1]:
        if counted[line.code] > 1:
            counted[line.code] = 0
            text = f"{dotted(line.code)} is coded twice. Remove one of the lines."
            yield Finding("duplicate", STOP, text, line.key, (line.code,), "guideline I.B.12")
    days = [(step, f"{step.code} {step.performed_on}") for step in case.coded.procedures if step.performed_on]
    seen = Counter(day for _, day in days)
    for step, day in days[::-1]:
        if seen[day] > 1:
            seen[day] = 0
            text = "The same procedure stands twice on one day: right only when it was done twice."
            yield Finding("same_procedure", INFORM, text, step.key, (step.code,), "UHDDS, each occurrence")


def _beyond(case: Case) -> Iterator[Finding]:
    """Source: 837I HI segments: principal and 24 other diagnoses, 12 external causes, 25 procedures; 837P: 12 diagnoses."""
    coded = case.coded
    for line in coded.in_role(DiagnosisRole.SECONDARY)[SECONDARIES_ON_CLAIM:]:
        level = case.levels.get(line.code, "")
        text = f"Beyond the {SECONDARIES_ON_CLAIM} secondary diagnoses of a claim; it does not count for the DRG."
        if level:
            yield Finding(
                "level_beyond_claim", WARN, f"{level}. {text}", line.key, (line.code,), "837I HI, MS-DRG CC/MCC list"
            )
        else:
            yield Finding("beyond_claim", INFORM, text, line.key, (line.code,), "837I HI")
    for line in coded.in_role(DiagnosisRole.EXTERNAL_CAUSE)[EXTERNAL_CAUSES_ON_CLAIM:]:
        text = f"Beyond the {EXTERNAL_CAUSES_ON_CLAIM} external causes of a claim."
        yield Finding("beyond_claim", INFORM, text, line.key, (line.code,), "UB-04 FL 72")
    for step in coded.procedures[PROCEDURES_ON_CLAIM:]:
        text = f"Beyond the {PROCEDURES_ON_CLAIM} procedures of a claim; it does not count for the DRG."
        yield Finding("beyond_claim", WARN, text, step.key, (step.code,), "837I HI")
    if coded.stay.encounter_class == PROFESSIONAL:
        for line in case.reported[DIAGNOSES_ON_PROFESSIONAL_CLAIM:]:
            text = f"Beyond the {DIAGNOSES_ON_PROFESSIONAL_CLAIM} diagnoses of a professional claim."
            yield Finding("beyond_claim", WARN, text, line.key, (line.code,), "CMS-1500 item 21, 837P HI")
