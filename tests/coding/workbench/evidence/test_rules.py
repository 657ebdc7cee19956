"""What evidence is needed, and words found again."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coding.workbench.evidence.rules import PLACES_AT_MOST, box_fault, lacking, trimmed, unchanged_places
from records.sensitivity.passages import Span

I50, E11, PCS = ("icd10cm", "I5023"), ("icd10cm", "E1122"), ("icd10pcs", "02HV33Z")


def test_lacking_names_each_code_once_unless_pinned_or_signed_for() -> None:
    assert lacking([I50, E11, PCS, I50], {E11}, set()) == [I50, PCS]
    assert lacking([I50, E11, PCS], {E11}, {PCS: "signed"}) == [I50]
    assert lacking([], set(), set()) == []


@pytest.mark.parametrize(
    ("text", "span", "left"),
    [
        ("  ab ", Span(0, 5), Span(2, 4)),
        ("ab", Span(0, 2), Span(0, 2)),
        ("   ", Span(1, 3), Span(3, 3)),
        ("ab", Span(1, 1), Span(1, 1)),
    ],
)
def test_trimmed_leaves_the_words(text: str, span: Span, left: Span) -> None:
    assert trimmed(text, span) == left


@given(text=st.text(alphabet="ab ", max_size=40), words=st.text(alphabet="ab ", min_size=1, max_size=3))
def test_unchanged_places_hold_the_words(text: str, words: str) -> None:
    found = unchanged_places(words, text)
    assert all(text[place.start : place.end] == words for place in found)
    assert len(found) == min(PLACES_AT_MOST, sum(text.startswith(words, at) for at in range(len(text))))


def test_unchanged_places_leave_out_what_touches_a_withheld_passage() -> None:
    assert unchanged_places("ab", "ab ab ab", [Span(4, 5)]) == [Span(0, 2), Span(6, 8)]
    assert unchanged_places("", "ab") == []


@pytest.mark.parametrize(
    ("page", "box", "fault"),
    [
        (1, "0 0 0.5 1", ""),
        (0, "0 0 0.5 1", "Pages count from 1."),
        (1, "0 0 0.5", "A box has four sides, each between 0 and 1."),
        (1, "0 0 0.5 1.01", "A box has four sides, each between 0 and 1."),
        (1, "0.5 0 0.5 1", "The box is empty."),
    ],
)
def test_box_fault(page: int, box: str, fault: str) -> None:
    assert box_fault(page, [Decimal(side) for side in box.split()]) == fault
