"""Medicare code edits in words, beside the code that raised them. Pure.

Source: CMS, Definitions of Medicare Code Edits. Which of them ask for an override is decided here: a coder cannot mend what a payer
covers, so coverage only informs.
"""

from __future__ import annotations

from collections.abc import Iterator

from coding.codesets.rules import dotted
from coding.workbench.edits.findings import INFORM, WARN, Case, Finding

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
COVERAGE = (
    "NON_COVERED", "LIMITED_COVERAGE", "MEDICARE_IS_SECONDARY_PAYER", "QUESTIONABLE_ADMISSION", "OPEN_BIOPSY", "BILATERAL",
    "WRONG_PROCEDURE_PERFORMED", "UNSPECIFIED",
)  # fmt: skip
SOURCE = "Medicare Code Editor"
OUTPATIENT = frozenset({"AGE_CONFLICT", "SEX_CONFLICT"})


def edit_words(name: str) -> str:
    """A Medicare code edit as a sentence."""
    known = EDITS.get(name) or next((text for key, text in EDITS.items() if name.startswith(key)), "")
    return known or f"Medicare code edit: {name.replace('_', ' ').lower()}."


def medicare(case: Case) -> Iterator[Finding]:
    """One finding a code and edit, at the first line with the code; what no code raised stands at the stay."""
    coded = case.coded
    lines = {line.code: (line.key, line.code) for line in reversed(coded.procedures)}
    lines |= {line.code: (line.key, dotted(line.code)) for line in reversed(coded.diagnoses)}
    for code, names in coded.edits.items():
        key, shown = lines.get(code, ("", ""))
        for name in names:
            severity = INFORM if name.startswith(COVERAGE) else WARN
            words = edit_words(name)
            text = f"{shown}: {words[0].lower()}{words[1:]}" if shown and words in EDITS.values() else words
            yield Finding(
                f"mce_{name.lower()}", severity, text, key, (code,) if code else (), f"{SOURCE}, {_named(name)}"
            )


def _named(name: str) -> str:
    return name.replace("_", " ").lower()
