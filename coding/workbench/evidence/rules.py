"""What evidence a coding needs, and where words are found again in a changed text. Pure.

Source for asking at all: a code must be supported by the documentation of the encounter it is reported for (ICD-10-CM Official
Guidelines, section I.A.19 and section III; AHIMA Standards of Ethical Coding, 2 and 3). What follows from a missing support is
the facility's own decision.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal

from records.sensitivity.passages import Span

Key = tuple[str, str]
"""System and undotted code."""
PLACES_AT_MOST = 12


def lacking(codes: Iterable[Key], current: Collection[Key], overridden: Collection[Key]) -> list[Key]:
    """The codes with neither evidence in the newest text nor a signed override, each once, in their order."""
    seen = dict.fromkeys(codes)
    return [key for key in seen if key not in current and key not in overridden]


def digest_of(words: str) -> str:
    """SHA-256 of words in UTF-8, as hex."""
    return hashlib.sha256(words.encode()).hexdigest()


def trimmed(text: str, span: Span) -> Span:
    """The span without the blanks at its ends; an empty one at its beginning when nothing else is in it."""
    words = text[span.start : span.end]
    start = span.start + len(words) - len(words.lstrip())
    return Span(start, max(start, span.start + len(words.rstrip())))


def unchanged_places(words: str, text: str, hidden: Sequence[Span] = ()) -> list[Span]:
    """Where the very same words stand in a text, at most twelve places; those that touch a withheld passage are left out."""
    found: list[Span] = []
    start = text.find(words) if words else -1
    while start >= 0 and len(found) < PLACES_AT_MOST:
        place = Span(start, start + len(words))
        if not any(place.start < each.end and each.start < place.end for each in hidden):
            found.append(place)
        start = text.find(words, start + 1)
    return found


def box_fault(page: int, box: Sequence[Decimal]) -> str:
    """Why this is no box on a page: left, top, right, bottom as fractions from the upper left corner; "" when it is one."""
    if page < 1:
        return "Pages count from 1."
    if len(box) != 4 or not all(0 <= side <= 1 for side in box):
        return "A box has four sides, each between 0 and 1."
    left, top, right, bottom = box
    return "" if left < right and top < bottom else "The box is empty."
