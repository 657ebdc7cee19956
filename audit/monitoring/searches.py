"""Searches that look like browsing: a first name and an initial, a few letters, and no chart opened afterwards. No Django."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

PATIENCE = timedelta(minutes=10)
FEW_LETTERS = 3


@dataclass(frozen=True)
class Tally:
    """Searches of one person on one day. waiting: moments of tiny searches that may still lead to a chart."""

    searches: int = 0
    tiny: int = 0
    fruitless: int = 0
    waiting: tuple[datetime, ...] = ()


def is_tiny(text: str) -> bool:
    """True for a few letters, or words of which at least one is a single letter ("maria s"). Numbers and dates are never tiny."""
    if any(char.isdigit() for char in text):
        return False
    words = [word.strip(".,*%") for word in text.replace(",", " ").split()]
    words = [word for word in words if word]
    if not words:
        return False
    letters = sum(len(word) for word in words)
    return letters <= FEW_LETTERS or (len(words) > 1 and any(len(word) == 1 for word in words))


def searched(tally: Tally, at: datetime, text: str) -> Tally:
    """The tally after one more search."""
    tally = elapsed(tally, at)
    if not is_tiny(text):
        return Tally(tally.searches + 1, tally.tiny, tally.fruitless, tally.waiting)
    return Tally(tally.searches + 1, tally.tiny + 1, tally.fruitless, (*tally.waiting, at))


def opened(tally: Tally, at: datetime) -> Tally:
    """The tally after a chart was opened: the searches of the last ten minutes have led to something."""
    tally = elapsed(tally, at)
    return Tally(tally.searches, tally.tiny, tally.fruitless, ())


def elapsed(tally: Tally, now: datetime) -> Tally:
    """The tally as time goes by: what waited longer than ten minutes led to nothing."""
    still: Sequence[datetime] = [at for at in tally.waiting if now - at <= PATIENCE]
    return Tally(tally.searches, tally.tiny, tally.fruitless + len(tally.waiting) - len(still), tuple(still))
