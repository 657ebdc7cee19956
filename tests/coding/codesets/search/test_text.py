"""Words of titles and queries."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coding.codesets.loading.small_sets import DATA, read_table
from coding.codesets.search.text import (
    NEGATED,
    NEUTRAL,
    abbreviation_table,
    marked_words,
    root,
    spell_out,
    stem,
    synonym_table,
    words,
)

SHORT = abbreviation_table(
    [
        {"short": "c diff", "long": "clostridium difficile"},
        {"short": "w", "long": "with"},
        {"short": "no", "long": "without"},
    ]
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Fractures of the neck", ["fracture", "neck"]),
        ("Crohn's disease", ["crohn", "disease"]),
        ("Sézary disease", ["sezary", "disease"]),
        ("BMI 40.0-44.9", ["bmi", "40", "44.9"]),
        ("status w/o shock", ["status", "without", "shock"]),
        ("arteries and pelvis", ["artery", "pelvis"]),
    ],
)
def test_words_of_text_are_stems_without_articles(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [("diabetic", "diabetes"), ("hypertensive", "hypertension"), ("ischemic", "ischemia"), ("stenotic", "stenosis")],
)
def test_related_forms_share_a_root_or_stay_apart_when_short(one: str, other: str) -> None:
    related = root(stem(one)) == root(stem(other))
    assert related is (one != "stenotic")


def marks_of(text: str) -> dict[str, int]:
    return {each.word: each.marks for each in marked_words(text)}


def test_word_in_parentheses_is_neutral() -> None:
    assert marks_of("Essential (primary) hypertension") == {"essential": 0, "primary": NEUTRAL, "hypertension": 0}


def test_detail_left_open_is_neutral_but_condition_added_is_not() -> None:
    assert marks_of("Pneumonia, unspecified organism")["organism"] == NEUTRAL
    assert marks_of("Abuse with unspecified disorder")["disorder"] == 0
    assert marks_of("Unspecified glaucoma")["glaucoma"] == 0


def test_words_after_without_are_negated_up_to_the_comma() -> None:
    marks = marks_of("Epilepsy, not intractable, without status epilepticus, acute")
    assert marks["intractable"] == marks["status"] == marks["epilepticus"] == NEGATED
    assert marks["epilepsy"] == marks["acute"] == 0


def test_hyphenated_word_is_found_joined_too() -> None:
    assert marks_of("pick-up truck") == {"pick": 0, "up": 0, "pickup": NEUTRAL, "truck": 0}


def test_abbreviations_are_spelled_out_longest_first() -> None:
    found = spell_out("C diff w colitis", SHORT)
    assert [each.word for each in found] == ["clostridium", "difficile", "with", "colitis"]


def test_no_in_query_negates_what_follows() -> None:
    found = {each.word: each.marks for each in spell_out("diabetes no complications", SHORT)}
    assert found["complication"] == NEGATED
    assert found["diabete"] == 0


def test_synonyms_lead_to_the_other_words_of_their_group() -> None:
    assert synonym_table(["kidney renal", "kidney nephric"])["kidney"] == ["renal", "nephric"]


def test_abbreviation_file_has_each_short_form_once() -> None:
    shorts = [row["short"] for row in read_table(DATA / "abbreviations.tsv")]
    assert len(shorts) == len(set(shorts))


@given(st.text(max_size=80))
def test_any_text_can_be_read(text: str) -> None:
    assert all(each.word for each in marked_words(text))
    assert all(each.word for each in spell_out(text, SHORT))
