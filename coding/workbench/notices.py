"""What a coder should look at before finalizing, and the checklist that finalizing insists on. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from coding.codesets.rules import dotted
from coding.workbench.coded import CodedStay
from coding.workbench.enums import DiagnosisRole
from coding.workbench.rules import (
    EXTERNAL_CAUSES_ON_CLAIM,
    PROCEDURES_ON_CLAIM,
    SECONDARIES_ON_CLAIM,
    DiagnosisLine,
)

STOP, WARN, INFORM = "stop", "warn", "inform"
# Medicare code edits in words. Source: CMS, Definitions of Medicare Code Edits.
EDITS = {
    "AGE_CONFLICT": "Does not fit the patient's age.",
    "SEX_CONFLICT": "Does not fit the patient's sex.",
    "MANIFESTATION_AS_PDX": "A manifestation: the underlying disease goes first.",
    "E_CODE_AS_PDX": "An external cause cannot be the principal diagnosis.",
    "UNACCEPTABLE_PDX": "Not accepted as the principal diagnosis: it tells a circumstance, not a present illness.",
    "REQUIRES_SDX": "As principal diagnosis this code needs a secondary diagnosis.",
    "QUESTIONABLE_ADMISSION": "Seldom a reason for an inpatient admission.",
    "QUESTIONABLE_OBSTETRIC_ADMISSION": "A delivery needs a delivery procedure with it.",
    "NONSPECIFIC_PDX": "Nonspecific as the principal diagnosis.",
    "UNSPECIFIED": "Unspecified side or site: look whether the chart names it.",
    "NON_COVERED": "Medicare does not cover this procedure.",
    "OPEN_BIOPSY": "Check whether the biopsy was open.",
    "BILATERAL": "Two sides or two joints: check that both were operated on.",
    "LIMITED_COVERAGE": "Medicare covers this procedure only under conditions.",
    "WRONG_PROCEDURE_PERFORMED": "Wrong patient, site or procedure: Medicare does not pay.",
    "DUPLICATE_OF_PDX": "Repeats the principal diagnosis.",
    "MEDICARE_IS_SECONDARY_PAYER": "Another payer may come before Medicare.",
    "INCONSISTENT_WITH_LENGTH_OF_STAY": "The stay is too short for this procedure.",
}
# Told better by our own rules: validity with its reason, and missing POA.
OWN = frozenset({"INVALID_CODE", "INVALID_PDX", "INVALID_ADMIT_DX", "INVALID_POA", "NONE"})


@dataclass(frozen=True)
class Notice:
    """One remark. line: the key of the code it belongs to, "" for the whole stay."""

    tone: str
    text: str
    line: str = ""


@dataclass(frozen=True)
class Check:
    """One point of the checklist. detail: what is missing, "" when it is done."""

    text: str
    detail: str = ""

    @property
    def done(self) -> bool:
        return not self.detail


def notices(coded: CodedStay) -> list[Notice]:
    """Every remark, in the order of the page."""
    found = [*_principal(coded), *_admitting(coded)]
    for line in coded.diagnoses:
        found += _on_diagnosis(coded, line)
    found += _beyond_the_claim(coded)
    return [*found, *_on_procedures(coded), *_on_stay(coded)]


def _principal(coded: CodedStay) -> Iterator[Notice]:
    if coded.diagnoses and coded.principal is None:
        name = "principal" if coded.stay.inpatient else "first-listed"
        yield Notice(WARN, f"There is no {name} diagnosis.")


def _admitting(coded: CodedStay) -> Iterator[Notice]:
    """Source: UB-04 FL 69, required on inpatient claims."""
    if coded.stay.inpatient and coded.diagnoses and not coded.in_role(DiagnosisRole.ADMITTING):
        yield Notice(INFORM, "There is no admitting diagnosis; the claim needs one.")


def _on_diagnosis(coded: CodedStay, line: DiagnosisLine) -> Iterator[Notice]:
    if line.code in coded.invalid:
        yield Notice(STOP, coded.invalid[line.code], line.key)
    if coded.needs_poa(line):
        yield Notice(WARN, "POA is missing.", line.key)
    elif line.poa and line.code in coded.exempt:
        yield Notice(WARN, "Exempt from POA reporting: leave the indicator blank.", line.key)
    for name in coded.edits.get(line.code, ()):
        yield Notice(WARN, edit_words(name), line.key)


def _beyond_the_claim(coded: CodedStay) -> Iterator[Notice]:
    """Source: 837I HI segments: principal and 24 other diagnoses, 12 external causes."""
    for line in coded.in_role(DiagnosisRole.SECONDARY)[SECONDARIES_ON_CLAIM:]:
        text = f"Beyond the {SECONDARIES_ON_CLAIM} secondary diagnoses of a claim; it does not count for the DRG."
        yield Notice(WARN, text, line.key)
    for line in coded.in_role(DiagnosisRole.EXTERNAL_CAUSE)[EXTERNAL_CAUSES_ON_CLAIM:]:
        yield Notice(WARN, f"Beyond the {EXTERNAL_CAUSES_ON_CLAIM} external causes of a claim.", line.key)


def _on_procedures(coded: CodedStay) -> Iterator[Notice]:
    for line in coded.procedures:
        if line.code in coded.invalid:
            yield Notice(STOP, coded.invalid[line.code], line.key)
        if line.performed_on is None:
            yield Notice(WARN, "The date is missing.", line.key)
        elif line.performed_on < coded.stay.admitted_on:
            yield Notice(INFORM, "Done before admission: part of the stay under the three-day rule.", line.key)
        if line.sequence > PROCEDURES_ON_CLAIM:
            text = f"Beyond the {PROCEDURES_ON_CLAIM} procedures of a claim; it does not count for the DRG."
            yield Notice(WARN, text, line.key)
        for name in coded.edits.get(line.code, ()):
            yield Notice(WARN, edit_words(name), line.key)


def _on_stay(coded: CodedStay) -> Iterator[Notice]:
    for name in coded.edits.get("", ()):
        yield Notice(WARN, edit_words(name))


def edit_words(name: str) -> str:
    """A Medicare code edit as a sentence."""
    known = EDITS.get(name) or next((text for key, text in EDITS.items() if name.startswith(key)), "")
    return known or f"Medicare code edit: {name.replace('_', ' ').lower()}."


def checklist(coded: CodedStay, *, ungrouped: str) -> list[Check]:
    """What must hold before a coding is finalized. ungrouped: why there is no MS-DRG, "" when there is one.

    Sources: UHDDS (principal diagnosis), UB-04 FL 17, 67, 69 (admitting diagnosis) and 74, and the reporting guidelines for POA.
    """
    stay = coded.stay
    first = "Principal diagnosis" if stay.inpatient else "First-listed diagnosis"
    checks = [
        Check("Discharged, with a disposition", _not_discharged(coded)),
        Check(first, "" if coded.principal else "There is none."),
        Check("Codes valid on the day of discharge", " ".join(coded.invalid.values())),
    ]
    if not stay.inpatient:
        return checks
    return [
        *checks,
        Check(
            "Admitting diagnosis", "The claim needs it: add it with “As admitting”." if any(_admitting(coded)) else ""
        ),
        Check("POA on every diagnosis that needs it", _lacking_poa(coded)),
        Check("A date on every procedure", _undated(coded)),
        Check("Grouped to an MS-DRG", ungrouped),
    ]


def _not_discharged(coded: CodedStay) -> str:
    if coded.stay.discharged_on is None:
        return "The encounter is not discharged."
    return "" if coded.stay.discharge_disposition else "The disposition is missing. Correct the discharge first."


def _lacking_poa(coded: CodedStay) -> str:
    codes = [dotted(line.code) for line in coded.diagnoses if coded.needs_poa(line)]
    return f"Missing on {', '.join(codes)}." if codes else ""


def _undated(coded: CodedStay) -> str:
    codes = [line.code for line in coded.procedures if line.performed_on is None]
    return f"Missing on {', '.join(codes)}." if codes else ""
