"""Ranking over a small index, and the packed form of an index."""

from __future__ import annotations

from datetime import date

import pytest

from coding.codesets.search.build import INCLUSION, TITLE, Document, Phrase, build
from coding.codesets.search.engine import rank
from coding.codesets.search.index import OPEN_END, CodeIndex
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
    ],
)
def test_query_in_any_order_shortened_or_mistyped_finds_its_code_first(
    index: CodeIndex, query: str, first: str
) -> None:
    assert found(index, query)[0] == first


@pytest.mark.parametrize("query", ["", "of the", "qqqqqqq", "99"])
def test_query_without_known_word_finds_nothing(index: CodeIndex, query: str) -> None:
    assert found(index, query) == []


def test_code_of_a_later_day_is_not_found(index: CodeIndex) -> None:
    assert "D69A" not in found(index, "platelet disorder")


def test_limit_is_kept(index: CodeIndex) -> None:
    assert len(found(index, "hypertension", limit=2)) == 2


def test_packed_index_unpacks_to_the_same_answers(index: CodeIndex) -> None:
    again = CodeIndex.unpack(index.pack())
    assert again.codes == index.codes
    assert found(again, "fracture neck right femur") == found(index, "fracture neck right femur")
