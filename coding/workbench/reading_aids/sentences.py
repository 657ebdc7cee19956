"""Sentences of clinical notes, and which of them stood in an earlier document of the stay already. Pure.

Text that is carried forward from note to note is a known source of error (AHIMA, Appropriate Use of the Copy and Paste
Functionality in Electronic Health Records, 2014). What counts as the same sentence is our own rule: the same letters and digits in
the same order, whatever the blanks, the capitals and the marks around them; sentences shorter than 24 such characters ("Vitals
stable.", "Continue.") say too little to count.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from records.sensitivity.passages import Span

SHORTEST = 24
# A sentence ends with its line, or with . ! ? ; before a blank.
_SENTENCE = re.compile(r"[^\s](?:[^\n.!?;]|[.!?;](?!\s|$))*[.!?;]*")
_NO_LETTERS = {number: " " for number in range(0x3000) if not chr(number).isalnum()}


class Repeated(NamedTuple):
    """A sentence, and the number of the earliest document in which it stands."""

    span: Span
    source: int


def sentences(text: str) -> Iterator[Span]:
    """Where the sentences stand, without the blanks around them."""
    for match in _SENTENCE.finditer(text):
        end = match.start() + len(match.group().rstrip())
        yield Span(match.start(), end)


def plain(text: str) -> str:
    """Letters and digits alone, folded, with single blanks."""
    return " ".join(text.casefold().translate(_NO_LETTERS).split())


def normal(sentence: str) -> str:
    """A sentence as it is compared; "" when it is too short to count."""
    words = plain(sentence)
    return words if len(words) >= SHORTEST else ""


def repeated(text: str, earlier: Iterable[str]) -> list[Repeated]:
    """The sentences of a text whose words stand in an earlier one. earlier: the oldest first, source numbers count from 0."""
    own: dict[str, list[Span]] = {}
    for span in sentences(text):
        key = normal(text[span.start : span.end])
        if key:
            own.setdefault(f" {key} ", []).append(span)
    found: list[Repeated] = []
    for source, other in enumerate(earlier):
        if not own:
            break
        words = f" {plain(other)} "
        for key in [key for key in own if key in words]:
            found += [Repeated(span, source) for span in own.pop(key)]
    return sorted(found)
