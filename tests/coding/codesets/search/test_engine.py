"""Ranking over a small index, and the packed form of an index."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coding.codesets.search.build import INCLUSION, TITLE, Document, Phrase, build
from coding.codesets.search.engine import rank
from coding.codesets.search.index import OPEN_END, CodeIndex, readable
from coding.codesets.search.text import abbreviation_table, spell_out

ON = date(2026, 1, 1).toordinal()
TITLES = {
    "I10": ["Essential (primary) hypertension", "high blood pressure", "hypertension (arterial) (benign)"],
    "I150": ["Renovascular hypertension"],
    "I119": ["Hypertensive heart disease without heart failure"],
    "I110": ["Hypertensive heart disease with heart failure"],
    "J189": ["Pneumonia, unspecified organism"],
    "J129": ["Viral pneumonia, unspecified"],
    "P239": ["Congenital pneumonia, unspecified"],
    "S72001A": ["Fracture of unspecified part of neck of right femur, initial encounter for closed fracture"],
    "S72001D": ["Fracture of unspecified part of neck of right femur, subsequent encounter for closed fracture"],
    "S72002A": ["Fracture of unspecified part of neck of left femur, initial encounter for closed fracture"],
    "D69A": ["Platelet disorder from a later year"],
    "Z6841": ["Body mass index [BMI] 40.0-44.9, adult"],
    "Z6835": ["Body mass index [BMI] 35.0-35.9, adult"],
    "E110": ["Type 2 diabetes mellitus with hyperosmolarity"],
    "E100": ["Type 1 diabetes mellitus with ketoacidosis"],
    "E871": ["Hypo-osmolality and hyponatremia", "hyponatremia"],
    "P7422": ["Hyponatremia of newborn"],
    "D500": ["Iron deficiency anemia secondary to blood loss"],
}


@pytest.fixture(scope="module")
def index() -> CodeIndex:
    documents = [
        Document(
            "icd10cm",
            code,
            phrases[0],
            [Phrase((phrase,), INCLUSION if place else TITLE) for place, phrase in enumerate(phrases)],
            (),
            0 if code != "D69A" else ON + 1,
            OPEN_END,
        )
        for code, phrases in TITLES.items()
    ]
    return build(documents)


def found(index: CodeIndex, query: str, limit: int = 3) -> list[str]:
    terms = spell_out(query, abbreviation_table([{"short": "htn", "long": "hypertension"}]))
    ranked = rank(index, terms, on=ON, limit=limit, synonyms={"femur": ["hip"], "hip": ["femur"]})
    return [index.codes[each.document] for each in ranked]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("htn", "I10"),
        ("high blood pressure", "I10"),
        ("pnuemonia", "J189"),
        ("pneumonia viral", "J129"),
        ("hypertens heart disease", "I119"),
        ("heart failure with hypertensive heart disease", "I110"),
        ("fracture neck right femur", "S72001A"),
        ("subs encounter femur neck fracture rigt", "S72001D"),
        ("hip fracture left", "S72002A"),
        ("hipfracture left", "S72002A"),
        ("fractures of left hips", "S72002A"),
        ("hyper tension", "I10"),
        ("bmi 42", "Z6841"),
        ("bmi 42.5", "Z6841"),
        ("bmi35", "Z6835"),
        ("diabetes type ii", "E110"),
        ("type I diabetes", "E100"),
        ("iron deficiency anaemia", "D500"),
        ("hyponatremia", "E871"),
        ("hyponatremia newborn", "P7422"),
    ],
)
def test_query_in_any_order_shortened_or_mistyped_finds_its_code_first(
    index: CodeIndex, query: str, first: str
) -> None:
    assert found(index, query)[0] == first


@pytest.mark.parametrize("query", ["", "of the", "qqqqqqq", "99"])
def test_query_without_known_word_finds_nothing(index: CodeIndex, query: str) -> None:
    assert found(index, query) == []


@pytest.mark.parametrize("code", sorted(set(TITLES) - {"D69A"}))
def test_title_typed_in_full_finds_its_code_first(index: CodeIndex, code: str) -> None:
    assert found(index, TITLES[code][0])[0] == code


@given(st.permutations(["fracture", "neck", "left", "femur", "initial"]))
def test_order_of_words_makes_no_difference(index: CodeIndex, parts: list[str]) -> None:
    assert found(index, " ".join(parts)) == found(index, "fracture neck left femur initial")


LETTERS = "abcdefghijklmnopqrstuvwxyz"


@given(st.integers(1, 7), st.sampled_from(LETTERS), st.sampled_from(["drop", "swap", "change", "double"]))
def test_one_typing_error_in_a_long_word_is_forgiven(index: CodeIndex, at: int, letter: str, kind: str) -> None:
    word = "pneumonia"
    typed = {
        "drop": word[:at] + word[at + 1 :],
        "swap": word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        "change": word[:at] + letter + word[at + 1 :],
        "double": word[:at] + word[at] + word[at:],
    }[kind]
    assert found(index, f"viral {typed}")[0] == "J129"


@given(st.text(max_size=40))
def test_any_query_is_answered_within_the_limit_and_in_falling_order(index: CodeIndex, query: str) -> None:
    ranked = rank(index, spell_out(query, {}), on=ON, limit=4, synonyms={})
    assert len(ranked) <= 4
    assert [each.score for each in ranked] == sorted((each.score for each in ranked), reverse=True)


def test_typing_error_is_told_apart_from_words_found_as_typed(index: CodeIndex) -> None:
    def exact(query: str) -> bool:
        return rank(index, spell_out(query, {}), on=ON, limit=1, synonyms={})[0].exact

    assert exact("viral pneumonia")
    assert exact("viral pneum")
    assert not exact("viral pnuemonia")
    assert not exact("viral pneumonia qqqqqq")


def test_phrase_says_by_what_a_code_was_found(index: CodeIndex) -> None:
    best = rank(index, spell_out("high blood pressure", {}), on=ON, limit=1, synonyms={})[0]
    assert index.phrase_kinds[best.phrase] == INCLUSION
    assert index.text(index.phrase_texts[best.phrase]) == "high blood pressure"


def test_index_of_another_format_is_refused(index: CodeIndex) -> None:
    payload = index.pack()
    assert readable(payload)
    with pytest.raises(ValueError, match="another format"):
        CodeIndex.unpack(b"HIMS code index 1" + payload)


def test_code_of_a_later_day_is_not_found(index: CodeIndex) -> None:
    assert "D69A" not in found(index, "platelet disorder")


def test_limit_is_kept(index: CodeIndex) -> None:
    assert len(found(index, "hypertension", limit=2)) == 2


def test_packed_index_unpacks_to_the_same_answers(index: CodeIndex) -> None:
    again = CodeIndex.unpack(index.pack())
    assert again.codes == index.codes
    assert found(again, "fracture neck right femur") == found(index, "fracture neck right femur")
