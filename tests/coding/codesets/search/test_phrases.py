"""What codes are called."""

from __future__ import annotations

import pytest

from coding.codesets.search.build import INCLUSION, INDEX, Document
from coding.codesets.search.phrases import MOST_RETOLD, Entry, Names, documents, halves_of, retell


def document(names: Names, *entries: Entry) -> Document:
    return list(documents("icd10cm", entries, names))[-1]


def said(found: Document) -> list[str]:
    return [" ".join(" ".join(phrase.parts).split()) for phrase in found.phrases]


@pytest.mark.parametrize(
    ("title", "halves"),
    [
        ("Hypo-osmolality and hyponatremia", ["Hypo-osmolality", "hyponatremia"]),
        ("Pain, unspecified and other", []),
        ("Fracture of the neck of one femur and of its shaft", []),
        ("Cough", []),
    ],
)
def test_short_title_of_two_names_is_called_by_either(title: str, halves: list[str]) -> None:
    assert halves_of(title) == halves


def test_code_below_a_heading_is_called_by_the_headings_term_with_its_own_detail() -> None:
    names = Names({"S720": "Fracture of neck"}, {"S720": [(INCLUSION, "Hip broken")]})
    found = document(names, Entry("S7200", True, "Fracture of neck, right side", "x", 0, 9))
    assert said(found) == ["Fracture of neck, right side", "Hip broken right side"]
    assert found.phrases[1].kind == INCLUSION


def test_index_entry_is_one_more_phrase_of_its_kind() -> None:
    names = Names({}, {"J189": [(INDEX, "Lung fever")]})
    assert document(names, Entry("J189", True, "Pneumonia", "x", 0, 9)).phrases[1].kind == INDEX


def test_heading_has_no_phrases_and_so_is_not_searched_by_words() -> None:
    assert document(Names({}), Entry("J18", False, "Pneumonia", "Pneumonia", 0, 9)).phrases == ()


def test_retold_phrases_are_few_however_many_terms_a_heading_has() -> None:
    names = Names({"A00": "Illness"}, {"A00": [(INDEX, f"term {number}") for number in range(99)]})
    assert len(document(names, Entry("A001", True, "Illness, mild", "x", 0, 9)).phrases) == 1 + MOST_RETOLD


def test_title_that_does_not_repeat_its_heading_is_not_retold() -> None:
    assert retell("Something else", "Fracture of neck", "Hip broken") == ()
