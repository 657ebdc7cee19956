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
        {"short": "ckd", "long": "chronic kidney disease"},
        {"short": "knee replacement", "long": "replacement knee joint|artificial knee joint"},
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
    (found,) = spell_out("C diff w colitis", SHORT)
    assert [each.word for each in found] == ["clostridium", "difficile", "with", "colitis"]


def test_no_in_query_negates_what_follows() -> None:
    found = {each.word: each.marks for each in spell_out("diabetes no complications", SHORT)[0]}
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
    assert all(each.word for reading in spell_out(text, SHORT) for each in reading)


def read_words(query: str) -> list[list[str]]:
    return [[each.word for each in reading] for reading in spell_out(query, SHORT)]


def test_abbreviation_with_two_readings_gives_both() -> None:
    replaced, artificial = read_words("right knee replacement")
    assert replaced == ["right", "replacement", "knee", "joint"]
    assert artificial == ["right", "artificial", "knee", "joint"]


def test_abbreviation_with_its_stage_run_together_is_taken_apart() -> None:
    assert read_words("ckd3b") == [["chronic", "kidney", "disease", "3b"]]


def test_readings_are_few_however_many_abbreviations_a_query_has() -> None:
    assert len(spell_out("knee replacement " * 12, SHORT)) == 4


@pytest.mark.parametrize(
    ("british", "american"),
    [
        ("haemorrhage", "hemorrhage"),
        ("oesophageal tumour", "esophageal tumor"),
        ("foetal anaemia", "fetal anemia"),
        ("oedema of vertebrae", "edema of vertebra"),
        ("catheterisation", "catheterization"),
        ("orthopaedic centre", "orthopedic center"),
        ("diarrhoea", "diarrhea"),
        ("haematomas", "hematoma"),
        ("immunisations", "immunization"),
    ],
)
def test_british_and_american_spelling_are_one(british: str, american: str) -> None:
    assert words(british) == words(american)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("type II", "type 2"),
        ("type i", "type 1"),
        ("stage IV", "stage 4"),
        ("2nd degree", "second degree"),
        ("grade three", "grade 3"),
    ],
)
def test_numerals_are_one_however_they_are_written(one: str, other: str) -> None:
    assert [each.word for each in marked_words(one)] == [each.word for each in marked_words(other)]


def test_single_letter_is_no_numeral_without_a_word_that_counts() -> None:
    assert "i" in marks_of("deficiency of factor c i")


def test_span_of_figures_is_found_by_each_of_them_at_no_cost() -> None:
    marks = marks_of("Body mass index 40.0-44.9, adult")
    assert all(marks[str(figure)] == NEUTRAL for figure in range(41, 45))
    assert "45" not in marks


WORD = st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=14)


@given(WORD)
def test_stem_never_empties_a_word(word: str) -> None:
    assert stem(word)


@given(WORD.filter(lambda word: len(word) > 4 and word[-1] in "bdfgklmnprt"))
def test_plural_and_singular_have_one_stem(word: str) -> None:
    assert stem(f"{word}s") == stem(word)


@given(st.text(max_size=60))
def test_case_makes_no_difference(text: str) -> None:
    if text.isascii():
        assert marked_words(text.upper()) == marked_words(text.lower())


@given(st.lists(WORD, max_size=6))
def test_query_without_negation_has_the_same_words_in_any_order(parts: list[str]) -> None:
    if not {"without", "not", "no", "unspecified"} & set(parts):
        forward, backward = (spell_out(" ".join(each), {})[0] for each in (parts, parts[::-1]))
        assert {each.word for each in forward} == {each.word for each in backward}
