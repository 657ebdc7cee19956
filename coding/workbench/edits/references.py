"""Codes and ranges that the text of a tabular note names. Pure.

Sources: ICD-10-CM Official Guidelines, section I.A.3 (a dash at the end of a code means that more characters follow) and the way
the tabular list prints its notes: codes in parentheses, ranges with a dash, conditions on the fifth, sixth or seventh character.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from coding.codesets.rules import undotted

_CODE = r"[A-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?"
_REFERENCE = re.compile(
    rf"(?<![\w.])({_CODE})(?:(?:\.?-)?\s?[-\u2013]\s?({_CODE})|\s+to\s+({_CODE}))?(\.?-)?(?![A-Za-z0-9])"
)
_CHARACTERS = r"[0-9A-Z](?:-[0-9A-Z])?"
_CONDITION = re.compile(
    rf",?\s+with\s+(?:an?\s+)?((?:(?:fourth|fifth|sixth|seventh|final)(?:\s+or\s+|\s+and\s+|\s+))+)characters?\s+"
    rf"({_CHARACTERS}(?:(?:,\s*(?:or\s+)?|\s+or\s+|\s+and\s+){_CHARACTERS})*)(?![A-Za-z0-9])"
)
_NAMED_BEFORE = re.compile(r"\b(?:categor(?:y|ies)|subcategor(?:y|ies)|from|block)\s+\Z")
_PLACES = {"fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "final": 7}
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class Reference:
    """One code or range; low and high are undotted beginnings of codes, equal for a single one.

    marks: the characters one of `places` (from 1) must be, empty when there is no such condition.
    """

    low: str
    high: str
    shown: str
    marks: frozenset[str] = frozenset()
    places: tuple[int, ...] = ()

    def covers(self, code: str) -> bool:
        """Whether an undotted code lies inside."""
        inside = self.low <= code[: len(self.low)] and code[: len(self.high)] <= self.high
        return inside and (not self.marks or self._mark(code) in self.marks)

    def _mark(self, code: str) -> str:
        """The character the condition is on: the last of its places that is no placeholder."""
        standing = [code[place - 1] for place in self.places if place <= len(code) and code[place - 1] != "X"]
        return standing[-1] if standing else ""


def references(text: str) -> tuple[Reference, ...]:
    """Every code and range a note names, in order. A bare three-character word counts only where it cannot be anything else."""
    return tuple(_found(text))


def _found(text: str) -> Iterator[Reference]:
    for match in _REFERENCE.finditer(text):
        first, last = match[1], match[2] or match[3] or match[1]
        if not _is_meant(text, match):
            continue
        condition = _CONDITION.match(text, match.end())
        shown = match[0] + (condition[0] if condition else "")
        low, high = undotted(first), undotted(last)
        if low <= high[: len(low)]:
            marks = _marks(condition[2]) if condition else frozenset()
            yield Reference(low, high, shown, marks, _places(condition[1]) if condition else ())


def _is_meant(text: str, match: re.Match[str]) -> bool:
    """A dot, a range or a dash makes a code; "B12" in running text is a vitamin."""
    if "." in match[0] or match[2] or match[3] or match[4]:
        return True
    before = text[: match.start()]
    open_ones = sum(before.count(each) for each in "([") - sum(before.count(each) for each in ")]")
    return open_ones > 0 or _NAMED_BEFORE.search(before) is not None


def _marks(words: str) -> frozenset[str]:
    marks: set[str] = set()
    for span in re.findall(_CHARACTERS, words.replace("or", ",").replace("and", ",")):
        first, _, last = span.partition("-")
        marks.update(_ALPHABET[_ALPHABET.index(first) : _ALPHABET.index(last or first) + 1])
    return frozenset(marks)


def _places(words: str) -> tuple[int, ...]:
    return tuple(sorted(_PLACES[word] for word in re.findall(r"[a-z]+", words) if word in _PLACES))


def named(asked: Iterable[Reference], code: str) -> bool:
    """Whether one of the references covers a code."""
    return any(reference.covers(code) for reference in asked)


def is_under(code: str, entry: str) -> bool:
    """Whether a code stands below an entry of the tabular list: a category, or a block such as I60-I69."""
    low, dash, high = entry.partition("-")
    if dash:
        return low <= code[: len(low)] and code[: len(high)] <= high
    return not entry.isdigit() and code.startswith(entry)
