"""Marked passages of a text: where they stand, and how the text reads without them. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from typing import NamedTuple

WITHHELD = "[A passage is withheld: it is specially protected.]"
SHORTEST_PASSAGE = 3


class Span(NamedTuple):
    """From the first character to the one after the last."""

    start: int
    end: int


def without(text: str, spans: Iterable[Span]) -> str:
    """The text with each run of marked characters replaced by one sentence that does not tell what it was about.

    Spans may overlap, touch, or reach beyond the text; those that hold nothing change nothing.
    """
    parts: list[str] = []
    place = 0
    for span in _joined(spans, len(text)):
        parts += [text[place : span.start], WITHHELD]
        place = span.end
    return "".join([*parts, text[place:]])


class Shown:
    """Where the characters of a text stand once its marked runs are replaced, and back again.

    length: of the true text. Offsets count characters (code points); what touches a marked run has no place on the other side.
    """

    def __init__(self, length: int, spans: Iterable[Span]) -> None:
        self.withheld: list[Span] = []
        self._kept: list[
            tuple[Span, int]
        ] = []  # runs of the true text that are shown, and where each begins when shown
        place = shown = 0
        for span in [*_joined(spans, length), Span(length, length)]:
            self._kept.append((Span(place, span.start), shown))
            shown += span.start - place
            if span.start < span.end:
                self.withheld.append(Span(shown, shown + len(WITHHELD)))
                shown += len(WITHHELD)
            place = span.end
        self.length = shown
        self._true = [run.start for run, _ in self._kept]
        self._shown = [start for _, start in self._kept]

    def to_shown(self, span: Span) -> Span | None:
        """A place of the true text as it is shown; None when any of it is withheld, or it is no place."""
        run, start = self._kept[max(0, bisect_right(self._true, span.start) - 1)]
        if not run.start <= span.start < span.end <= run.end:
            return None
        return Span(start + span.start - run.start, start + span.end - run.start)

    def to_true(self, span: Span) -> Span | None:
        """A place of the shown text in the true one; None when it touches the sentence that stands for what is withheld."""
        run, start = self._kept[max(0, bisect_right(self._shown, span.start) - 1)]
        found = Span(run.start + span.start - start, run.start + span.end - start)
        return found if run.start <= found.start < found.end <= run.end else None


def places_of(words: str, text: str) -> list[Span]:
    """Every place where the words stand; the same kinds and numbers of blanks are not asked for."""
    wanted = words.split()
    if not wanted or len("".join(wanted)) < SHORTEST_PASSAGE:
        return []
    plain, origin = _squeezed(text)
    needle = " ".join(wanted)
    found: list[Span] = []
    start = plain.find(needle)
    while start >= 0:
        found.append(Span(origin[start], origin[start + len(needle) - 1] + 1))
        start = plain.find(needle, start + 1)
    return found


def _squeezed(text: str) -> tuple[str, list[int]]:
    """The text with single blanks, and for each of its characters the place in the original."""
    plain: list[str] = []
    origin: list[int] = []
    for place, letter in enumerate(text):
        if not letter.isspace():
            plain.append(letter)
            origin.append(place)
        elif plain and plain[-1] != " ":
            plain.append(" ")
            origin.append(place)
    return "".join(plain), origin


def _joined(spans: Iterable[Span], length: int) -> list[Span]:
    found: list[Span] = []
    for start, end in sorted(spans):
        start, end = max(0, start), min(end, length)
        if start >= end:
            continue
        if found and start <= found[-1].end:
            found[-1] = Span(found[-1].start, max(end, found[-1].end))
        else:
            found.append(Span(start, end))
    return found
