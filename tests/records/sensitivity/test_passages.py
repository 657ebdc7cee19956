"""Texts without their marked passages."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.sensitivity.carry import carried
from records.sensitivity.passages import WITHHELD, Shown, Span, places_of, without

TEXT = "Seen in clinic. Takes methadone 40 mg daily. Blood pressure 120/80."


def test_passage_is_replaced_by_a_sentence() -> None:
    place = places_of("Takes methadone 40 mg daily.", TEXT)
    assert without(TEXT, place) == f"Seen in clinic. {WITHHELD} Blood pressure 120/80."


def test_text_without_marks_stays_as_it_is() -> None:
    assert without(TEXT, []) == TEXT
    assert without(TEXT, [Span(5, 5), Span(900, 950)]) == TEXT


def test_touching_and_overlapping_passages_become_one() -> None:
    assert without("abcdefgh", [Span(4, 6), Span(2, 4), Span(3, 5)]) == f"ab{WITHHELD}gh"


def test_words_are_found_whatever_the_blanks_between_them() -> None:
    assert places_of("takes  methadone\nnow", "He takes\n   methadone now.") == [Span(3, 25)]


def test_every_place_is_found() -> None:
    assert places_of("HIV positive", "HIV positive. Known HIV positive.") == [Span(0, 12), Span(20, 32)]


def test_too_little_to_mark_finds_nothing() -> None:
    assert places_of("  ", TEXT) == []
    assert places_of("a", TEXT) == []
    assert places_of("not there", TEXT) == []


@given(st.text(max_size=60), st.lists(st.tuples(st.integers(0, 70), st.integers(0, 70)), max_size=6))
def test_no_marked_character_is_left_and_every_other_one_is(text: str, places: list[tuple[int, int]]) -> None:
    plain = text.replace("[", "(")
    marked = {number for start, end in places for number in range(start, end)}
    kept = "".join(letter for number, letter in enumerate(plain) if number not in marked)
    assert without(plain, [Span(*place) for place in places]).replace(WITHHELD, "") == kept


def section(text: str, words: str, *labels: str) -> SimpleNamespace:
    begins = text.index(words)
    return SimpleNamespace(begins=begins, ends=begins + len(words), labels=list(labels))


def test_marks_move_with_their_words() -> None:
    old, new = "A. Takes methadone. B.", "A longer start. Takes methadone. B. Takes methadone."
    found, lost = carried([section(old, "Takes methadone.", "part2")], old, new)  # type: ignore[list-item]
    assert found == [(16, 32, ["part2"]), (36, 52, ["part2"])]
    assert lost == []


def test_labels_of_words_that_are_gone_are_told() -> None:
    old = "A. Takes methadone. HIV positive."
    marks = [section(old, "Takes methadone.", "part2"), section(old, "HIV positive.", "hiv")]
    found, lost = carried(marks, old, "A. On opioid treatment. HIV positive.")  # type: ignore[arg-type]
    assert [place[2] for place in found] == [["hiv"]]
    assert lost == ["part2"]


SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)).map(lambda pair: Span(*pair)), max_size=5)


@given(text=st.text(max_size=50), spans=SPANS)
def test_shown_places_hold_the_same_characters_on_both_sides(text: str, spans: list[Span]) -> None:
    shown_text, shown = without(text, spans), Shown(len(text), spans)
    hidden = {place for span in spans for place in range(span.start, span.end)}
    assert shown.length == len(shown_text)
    assert all(shown_text[place.start : place.end] == WITHHELD for place in shown.withheld)
    for start in range(len(text)):
        for end in range(start + 1, min(len(text), start + 6) + 1):
            place = shown.to_shown(Span(start, end))
            assert (place is None) == bool(hidden & set(range(start, end)))
            if place is not None:
                assert shown_text[place.start : place.end] == text[start:end]
                assert shown.to_true(place) == Span(start, end)


@given(text=st.text(max_size=50), spans=SPANS)
def test_shown_place_that_touches_the_sentence_of_what_is_withheld_has_no_true_place(
    text: str, spans: list[Span]
) -> None:
    shown = Shown(len(text), spans)
    for begin in range(shown.length):
        for end in range(begin + 1, shown.length + 1):
            touches = any(begin < place.end and place.start < end for place in shown.withheld)
            assert (shown.to_true(Span(begin, end)) is None) == touches


@pytest.mark.parametrize("span", [Span(0, 0), Span(3, 2), Span(9, 12), Span(40, 41), Span(-1, 2)])
def test_shown_what_is_no_place_of_the_text_has_none(span: Span) -> None:
    shown = Shown(10, [Span(4, 6)])
    assert shown.to_shown(span) is None
    assert Shown(10, []).to_true(span) is None
