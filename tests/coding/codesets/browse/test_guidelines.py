"""Guideline sections by code, and codes inside notes."""

from __future__ import annotations

import pytest

from coding.codesets.browse.guidelines import all_guidelines, guidelines_for
from coding.codesets.browse.linked import Piece, named_codes, pieces


def sections(system: str, code: str, *, inpatient: bool | None = None) -> set[str]:
    return {each.section for each in guidelines_for(system, code, inpatient=inpatient) if not each.general}


@pytest.mark.parametrize(
    ("code", "section"),
    [("A419", "I.C.1.d"), ("E1122", "I.C.4.a"), ("I130", "I.C.9.a.3"), ("I214", "I.C.9.e"), ("S72001A", "I.C.19.a"),
     ("O80", "I.C.15.n"), ("Z794", "I.C.21.c.3"), ("W1830XA", "I.C.20.a"), ("U071", "I.C.1.g"), ("R6521", "I.C.1.d")],
)  # fmt: skip
def test_diagnosis_has_the_section_of_its_chapter(code: str, section: str) -> None:
    assert section in sections("icd10cm", code)


def test_setting_chooses_between_the_rules_for_uncertain_diagnoses() -> None:
    inside = {each.section for each in guidelines_for("icd10cm", "J189", inpatient=True)}
    outside = {each.section for each in guidelines_for("icd10cm", "J189", inpatient=False)}
    assert {"II.H", "III.C"} <= inside
    assert "IV.H" not in inside
    assert "IV.H" in outside
    assert "II.H" not in outside


@pytest.mark.parametrize(
    ("code", "section"), [("0FT44ZZ", "B3.8"), ("0QS604Z", "B3.15"), ("021009W", "B3.6b"), ("10E0XZZ", "C1")]
)
def test_procedure_has_the_section_of_its_operation(code: str, section: str) -> None:
    assert section in sections("icd10pcs", code)


def test_sections_of_other_chapters_stay_away() -> None:
    assert not {each for each in sections("icd10cm", "E1122") if each.startswith(("I.C.9", "I.C.15", "I.C.19"))}


def test_every_code_has_general_sections_and_particular_ones_come_first() -> None:
    found = guidelines_for("icd10cm", "E1122")
    assert [each.general for each in found] == sorted(each.general for each in found)
    assert any(each.general for each in found)


def test_hints_are_short() -> None:
    assert max(len(each.text) for each in all_guidelines()) <= 160


def test_codes_in_notes_become_links() -> None:
    assert pieces("heart failure (I50.-) with E11.22") == [
        Piece("heart failure ("), Piece("I50.-", "I50"), Piece(") with "), Piece("E11.22", "E1122"),
    ]  # fmt: skip
    assert named_codes(["T36-T50, vitamin B12 and 7th character A"]) == {"T36", "T50"}
