"""What a coder should look at: roles, POA, dates, the claim's size, and Medicare's edits."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from coding.workbench.coded import CodedStay
from coding.workbench.edits.engine import live_edits
from coding.workbench.edits.findings import Case
from coding.workbench.edits.medicare import edit_words
from coding.workbench.rules import DiagnosisLine, ProcedureLine, Stay

STAY = Stay("inpatient", date(2026, 3, 9), date(2026, 3, 14), "01", date(1958, 5, 2), "F")
PRINCIPAL = DiagnosisLine(1, "principal", 1, "I130", "Y")
ADMITTING = DiagnosisLine(2, "admitting", 1, "R0602")
GOOD = CodedStay(STAY, (PRINCIPAL, ADMITTING), (ProcedureLine(5, 1, "0DTJ4ZZ", date(2026, 3, 10)),))


def told(coded: CodedStay) -> list[tuple[str, str]]:
    return [(found.line, found.text) for found in live_edits(Case(coded))]


def test_complete_coding_needs_no_remark() -> None:
    assert told(GOOD) == []
    assert told(CodedStay(STAY)) == []


def test_missing_principal_and_admitting_are_told() -> None:
    coded = CodedStay(STAY, (DiagnosisLine(3, "secondary", 1, "I5023", "Y"),))
    assert told(coded) == [
        ("", "There is no admitting diagnosis; the claim needs one."), ("", "There is no principal diagnosis."),
    ]  # fmt: skip


def test_outpatient_is_told_of_the_first_listed_diagnosis_only() -> None:
    visit = replace(STAY, encounter_class="emergency")
    assert told(CodedStay(visit, (DiagnosisLine(3, "secondary", 1, "R079"),))) == [
        ("", "There is no first-listed diagnosis.")
    ]


@pytest.mark.parametrize(
    ("poa", "exempt", "words"),
    [("", False, ["POA is missing."]), ("", True, []), ("U", False, []), ("Y", True, ["Exempt from POA reporting"])],
)
def test_poa_is_asked_for_unless_exempt(poa: str, exempt: bool, words: list[str]) -> None:
    line = replace(PRINCIPAL, poa=poa)
    coded = replace(GOOD, diagnoses=(line, ADMITTING), exempt=frozenset({"I130"} if exempt else ()))
    assert [text.split(":")[0] for _, text in told(coded)] == words


def test_lines_beyond_the_claim_are_told() -> None:
    many = tuple(DiagnosisLine(place, "secondary", place, f"E{place:03}", "Y") for place in range(1, 27))
    causes = tuple(DiagnosisLine(100 + place, "external_cause", place, f"Y{place:03}", "Y") for place in range(1, 14))
    lines = told(replace(GOOD, diagnoses=(PRINCIPAL, ADMITTING, *many, *causes)))
    assert [line for line, _ in lines] == ["d25", "d26", "d101", "d113"]
    assert "24 secondary" in lines[0][1]
    assert "without an injury" in lines[2][1]


def test_procedure_without_date_or_before_admission_is_told() -> None:
    steps = (ProcedureLine(5, 1, "0DTJ4ZZ"), ProcedureLine(6, 2, "02HV33Z", date(2026, 3, 7)))
    assert told(replace(GOOD, procedures=steps)) == [
        ("p5", "The date is missing."),
        ("p6", "Done before admission: part of the stay under the three-day rule."),
    ]


def test_invalid_codes_and_medicare_edits_stand_at_their_line() -> None:
    coded = replace(
        GOOD, invalid={"I130": "I13.0 was deleted."}, edits={"I130": ("SEX_CONFLICT",), "": ("INVALID_AGE",)}
    )
    assert told(coded) == [
        ("", "Medicare code edit: invalid age."), ("d1", "I13.0 was deleted."), ("d1", "I13.0: does not fit the patient's sex."),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "words"),
    [("LIMITED_COVERAGE_LVRS", "only under conditions"), ("SOMETHING_NEW", "Medicare code edit: something new.")],
)
def test_edit_words_for_families_and_unknown_edits(name: str, words: str) -> None:
    assert words in edit_words(name)
