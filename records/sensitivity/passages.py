"""Marked passages of a text: where they stand, and how the text reads without them. Pure."""

from __future__ import annotations

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
