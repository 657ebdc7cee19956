"""Writing, checking and dating of codes."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coding.codesets.rules import (
    Span,
    ancestors_by_prefix,
    dotted,
    fiscal_year,
    go_on,
    is_cm_shaped,
    is_hcpcs_shaped,
    is_pcs_shaped,
    looks_like_code,
    merge_spans,
    subtract_spans,
    undotted,
    with_seventh_character,
)

DAYS = st.dates(date(2020, 1, 1), date(2020, 3, 31))


@pytest.mark.parametrize(
    ("typed", "stored", "printed"),
    [
        ("e11.9", "E119", "E11.9"),
        (" I10 ", "I10", "I10"),
        ("S72.001A", "S72001A", "S72.001A"),
        ("A00-A09", "A00-A09", "A00-A09"),
    ],
)
def test_code_typed_is_stored_undotted_and_printed_dotted(typed: str, stored: str, printed: str) -> None:
    assert undotted(typed) == stored
    assert dotted(stored) == printed


@pytest.mark.parametrize(
    ("code", "cm", "pcs", "hcpcs"),
    [
        ("I10", True, False, False),
        ("QA0", True, False, False),
        ("C7A00", True, False, False),
        ("0FT44ZZ", False, True, False),
        ("0FT4IZZ", False, False, False),
        ("J1885", True, False, True),
        ("D0120", True, False, False),
        ("E119X", True, False, False),
        ("11", False, False, False),
        ("", False, False, False),
    ],
)
def test_shape_of_code_tells_code_sets_apart(code: str, cm: bool, pcs: bool, hcpcs: bool) -> None:
    assert (is_cm_shaped(code), is_pcs_shaped(code), is_hcpcs_shaped(code)) == (cm, pcs, hcpcs)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("e11.", True),
        ("E1165", True),
        ("0ft", True),
        ("0FT44ZZ", True),
        ("i10", True),
        ("htn", False),
        ("type 2", False),
    ],
)
def test_search_text_is_taken_for_code_only_when_shaped_like_one(text: str, expected: bool) -> None:
    assert looks_like_code(text) is expected


def test_ancestors_of_code_are_its_beginnings_longest_first() -> None:
    assert ancestors_by_prefix("E1140") == ["E114", "E11"]
    assert ancestors_by_prefix("E11") == []


def test_seventh_character_on_short_code_fills_with_x() -> None:
    assert with_seventh_character("T360", "A") == "T360XXA"
    assert with_seventh_character("S72001", "D") == "S72001D"


@pytest.mark.parametrize(("code", "character"), [("S72001A", "A"), ("T3", "A"), ("T360", "AB")])
def test_seventh_character_on_unfit_code_raises(code: str, character: str) -> None:
    with pytest.raises(ValueError, match="cannot take"):
        with_seventh_character(code, character)


@pytest.mark.parametrize(
    ("day", "year"), [(date(2026, 9, 30), 2026), (date(2026, 10, 1), 2027), (date(2027, 1, 1), 2027)]
)
def test_fiscal_year_changes_on_first_of_october(day: date, year: int) -> None:
    assert fiscal_year(day) == year


def test_merge_of_adjoining_spans_gives_one() -> None:
    first, second = Span(date(2020, 1, 1), date(2020, 1, 31)), Span(date(2020, 2, 1))
    assert merge_spans([second, first]) == [Span(date(2020, 1, 1), None)]


def test_subtract_from_open_span_leaves_what_is_before_and_after() -> None:
    hole = Span(date(2020, 2, 1), date(2020, 2, 29))
    assert subtract_spans([Span(date(2020, 1, 1))], [hole]) == [
        Span(date(2020, 1, 1), date(2020, 1, 31)),
        Span(date(2020, 3, 1)),
    ]


@st.composite
def spans(draw: st.DrawFn) -> list[Span]:
    pairs = draw(st.lists(st.tuples(DAYS, st.one_of(st.none(), DAYS)), max_size=5))
    return [Span(start, end if end is None or end >= start else start) for start, end in pairs]


@given(spans(), spans(), DAYS)
def test_span_arithmetic_agrees_with_single_days(left: list[Span], right: list[Span], day: date) -> None:
    in_left, in_right = (any(span.covers(day) for span in each) for each in (left, right))
    assert any(span.covers(day) for span in merge_spans(left)) == in_left
    assert any(span.covers(day) for span in subtract_spans(left, right)) == (in_left and not in_right)


@pytest.mark.parametrize(
    ("system", "code", "words"),
    [
        ("icd10cm", "I42", "not billable: a 4th character is needed"),
        ("icd10cm", "S72001", "not billable: a 7th character is needed"),
        ("icd10cm", "I30-I5A", "not billable: open it for its codes"),
        ("icd10cm", "9", "not billable: open it for its codes"),
        ("icd10pcs", "0FT", "not billable: a 4th character is needed"),
        ("hcpcs", "A0000", "not billable: open it for its codes"),
    ],
)
def test_heading_says_how_to_go_on(system: str, code: str, words: str) -> None:
    assert go_on(system, code) == words
