"""Two versions of a text compared."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from coding.workbench.reading_aids.differences import ADDED, REMOVED, WORDS_COMPARED, Part, differences

TEXTS = st.text(alphabet="ab .\n", max_size=40)


@given(old=TEXTS, new=TEXTS)
def test_differences_lead_from_one_text_to_the_other(old: str, new: str) -> None:
    parts = differences(old, new)
    assert "".join(part.text for part in parts if part.kind != ADDED) == old
    assert "".join(part.text for part in parts if part.kind != REMOVED) == new


def test_differences_name_the_words_alone() -> None:
    parts = differences("Left foot ulcer.\nStable.\n", "Right foot ulcer.\nStable.\n")
    assert parts == [Part("removed", "Left"), Part("added", "Right"), Part("same", " foot ulcer.\nStable.\n")]


def test_differences_of_a_very_long_line_are_shown_whole() -> None:
    old, new = "a " * WORDS_COMPARED, "b " * WORDS_COMPARED
    assert differences(old, new) == [Part("removed", old), Part("added", new)]
