"""Marked words planted in patient data, so that any answer, log line or message that carries one tells whose data it is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count

from hims.proof.reach import Fact

LETTERS = "bcdfghjklmnprstv"
SHAPE = re.compile(r"qz[bcdfghjklmnprstv]{5}x", re.IGNORECASE)


@dataclass
class Canaries:
    """What was planted: by word, the thing it belongs to, and in which field it stands."""

    planted: dict[str, tuple[Fact, str]] = field(default_factory=dict)
    _numbers: count[int] = field(default_factory=lambda: count(1))

    def plant(self, fact: Fact, place: str) -> str:
        """A new word, such as Qzbbbbcx."""
        word = _word(next(self._numbers))
        self.planted[word] = (fact, place)
        return word.capitalize()

    def found_in(self, text: str) -> set[str]:
        """The planted words that stand in a text, however they are cased."""
        return {word for word in map(str.lower, SHAPE.findall(text)) if word in self.planted}

    def told(self, words: Iterable[str]) -> str:
        """Words with their place, for a report."""
        return ", ".join(
            f"{word} ({self.planted[word][1]} of {self.planted[word][0].patient})" for word in sorted(words)
        )


def _word(number: int) -> str:
    digits = ""
    for _ in range(5):
        number, rest = divmod(number, len(LETTERS))
        digits = LETTERS[rest] + digits
    return f"qz{digits}x"
