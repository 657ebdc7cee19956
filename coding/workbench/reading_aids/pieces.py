"""A text cut where its marks begin and end, so that a template can print piece by piece. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Any, NamedTuple

from records.sensitivity.passages import Span


class Mark(NamedTuple):
    """A run of the text that means something. kind: evidence, repeated, hit, withheld; value: what it leads to."""

    span: Span
    kind: str
    value: Any = None


class Piece(NamedTuple):
    """A run of the text with the same marks throughout; at: where it begins."""

    at: int
    text: str
    marks: tuple[Mark, ...]

    def of(self, kind: str) -> list[Mark]:
        """Its marks of one kind."""
        return [mark for mark in self.marks if mark.kind == kind]


def pieces(text: str, marks: Iterable[Mark]) -> list[Piece]:
    """The whole text in its order; marks may overlap, and what reaches beyond the text is cut off."""
    kept = [mark for mark in marks if max(0, mark.span.start) < min(mark.span.end, len(text))]
    begins: dict[int, list[int]] = {}
    ends: dict[int, list[int]] = {}
    for number, mark in enumerate(kept):
        begins.setdefault(max(0, mark.span.start), []).append(number)
        ends.setdefault(min(mark.span.end, len(text)), []).append(number)
    cuts = sorted({0, len(text), *begins, *ends})
    found: list[Piece] = []
    on: set[int] = set()
    for start, end in pairwise(cuts):
        on -= set(ends.get(start, ()))
        on |= set(begins.get(start, ()))
        found.append(Piece(start, text[start:end], tuple(kept[number] for number in sorted(on))))
    return found
