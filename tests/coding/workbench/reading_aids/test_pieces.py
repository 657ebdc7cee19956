"""Texts cut at their marks."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from coding.workbench.reading_aids.pieces import Mark, Piece, pieces
from records.sensitivity.passages import Span

MARKS = st.lists(
    st.builds(
        Mark,
        st.tuples(st.integers(-3, 30), st.integers(-3, 30)).map(lambda pair: Span(*pair)),
        st.sampled_from(["evidence", "hit"]),
        st.none(),
    ),
    max_size=6,
)


@given(text=st.text(max_size=25), marks=MARKS)
def test_pieces_are_the_text_and_each_stands_under_its_marks(text: str, marks: list[Mark]) -> None:
    found = pieces(text, marks)
    assert "".join(piece.text for piece in found) == text
    for piece in found:
        assert text[piece.at : piece.at + len(piece.text)] == piece.text
        for place in range(piece.at, piece.at + len(piece.text)):
            assert sorted(piece.marks) == sorted(mark for mark in marks if mark.span.start <= place < mark.span.end)


def test_pieces_of_overlapping_marks() -> None:
    one, two = Mark(Span(0, 3), "evidence", 1), Mark(Span(2, 5), "hit")
    assert pieces("abcdef", [one, two]) == [
        Piece(0, "ab", (one,)), Piece(2, "c", (one, two)), Piece(3, "de", (two,)), Piece(5, "f", ()),
    ]  # fmt: skip
    assert pieces("", [one]) == []
