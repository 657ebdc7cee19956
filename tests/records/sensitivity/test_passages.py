"""Texts without their marked passages."""

from __future__ import annotations

from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from records.sensitivity.carry import carried
from records.sensitivity.passages import WITHHELD, Span, places_of, without

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
