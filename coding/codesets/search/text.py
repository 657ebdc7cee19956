"""Words of titles and of queries, in the one form in which they are compared. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from hims.lib.text import fold

NEUTRAL, NEGATED = 1, 2
"""Marks of a word in a title: it costs nothing when a query leaves it out; it stands under `without` or `not`."""

_WORD = re.compile(r"[a-z0-9]+(?:\.[0-9]+)?")
_PIECE = re.compile(r"[a-z0-9]+(?:\.[0-9]+)?(?:-[a-z0-9]+)*|[(\[]|[)\]]|[,;:]")
_NEGATIONS = frozenset({"without", "not", "no"})
_POSSESSIVE = re.compile(r"['\u2019]s\b")
_SLASHED = {"w/o": " without ", "s/p": " status post ", "w/": " with ", "c/o": " ", "r/o": " suspected ", "&": " and "}
_SLASHED_FORM = re.compile("|".join(re.escape(form) for form in sorted(_SLASHED, key=len, reverse=True)))
_STOP = frozenset([
    "a", "an", "and", "as", "at", "by", "for", "from", "in", "into", "is", "of", "on", "or", "that", "the", "this", "to",
])  # fmt: skip
_LONG_ABBREVIATION = 4

_SUFFIXES = (
    "ations", "ation", "ative", "ating", "iency", "ated", "asis", "ases", "atic", "ance", "ancy", "ence", "ency",
    "esis", "etic", "ical", "ient", "ions", "oses", "osis", "otic", "ant", "ent", "ing", "ion", "ism", "ity", "ive",
    "ous", "ae", "al", "ed", "es", "ia", "ic", "is", "um", "us", "a", "e", "i", "y",
)  # fmt: skip
_SHORTEST_ROOT = 5


def words(text: str) -> list[str]:
    """Stems of the words that carry meaning, in order: lower case, no accents, no plural, no articles."""
    return [stem(word) for word in raw_words(text) if word not in _STOP]


def raw_words(text: str) -> list[str]:
    """Words as written, folded: `w/o` and its like spelled out, possessives and dots of numbers settled."""
    return _WORD.findall(_clean(text))


def _clean(text: str) -> str:
    plain = text.lower() if text.isascii() else fold(text)
    if "'" in plain or "\u2019" in plain:
        plain = _POSSESSIVE.sub("", plain)
    if "/" in plain or "&" in plain:
        plain = _SLASHED_FORM.sub(lambda found: _SLASHED[found.group()], plain)
    return plain


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The word without plural ending; `40.0` is `40`. The same on both sides, so it need not be a real word."""
    if word[0].isdigit():
        return word[:-2] if word.endswith(".0") else word
    if len(word) <= 3 or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") else word


def root(word: str) -> str:
    """What related forms share: diabetic and diabete(s), hypertensive and hypertension."""
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= _SHORTEST_ROOT:
            return word[: -len(suffix)]
    return word


class Marked(NamedTuple):
    """A stem in a title or a query with its marks."""

    word: str
    marks: int


def marked_words(text: str) -> list[Marked]:
    """Stems of a title, each once, with the marks that follow from how classifications are worded.

    In parentheses stand nonessential modifiers, and after `unspecified` the detail that is left open: both neutral
    (but not after `with unspecified`, which adds a condition, nor at the beginning, where the condition follows).
    What follows `without` or `not`, up to the next comma, is negated. Source: ICD-10-CM conventions, I.A.5 and I.A.7.
    """
    found: dict[str, int] = {}
    for word, marks in _reading(_clean(text)):
        if word not in _STOP:
            stemmed = stem(word)
            found[stemmed] = found.get(stemmed, marks) & marks
    return [Marked(word, marks) for word, marks in found.items()]


def _reading(text: str) -> Iterator[tuple[str, int]]:
    depth, negated, left_open, before = 0, False, False, "with"
    for piece in _PIECE.findall(text):
        if not piece[0].isalnum():
            depth = max(0, depth + (piece in "([") - (piece in ")]"))
            negated, left_open = negated and piece in "()[]", False
            continue
        yield from _parts(piece, NEUTRAL * (depth > 0 or left_open) | NEGATED * negated)
        negated = (negated and piece != "with") or piece in _NEGATIONS
        left_open = (piece == "unspecified" and before != "with") or (left_open and piece in _STOP)
        before = piece


def _parts(piece: str, marks: int) -> Iterator[tuple[str, int]]:
    """A hyphenated word as its parts and, at no cost, as one word."""
    parts = piece.split("-")
    yield from ((part, marks) for part in parts)
    if len(parts) == 2 and piece.replace("-", "").isalpha():
        yield "".join(parts), marks | NEUTRAL


def spell_out(query: str, abbreviations: Mapping[tuple[str, ...], str]) -> list[Marked]:
    """Words of a query with clinical abbreviations spelled out, the longest first (`c diff` before `c`)."""
    raw = raw_words(query)
    out: list[str] = []
    position = 0
    while position < len(raw):
        size = next(
            (n for n in range(_LONG_ABBREVIATION, 0, -1) if tuple(raw[position : position + n]) in abbreviations), 0
        )
        found = abbreviations.get(tuple(raw[position : position + size])) if size else None
        out.extend(raw_words(found) if found is not None else [raw[position]])
        position += max(size, 1)
    return marked_words(" ".join(out))


def abbreviation_table(rows: Iterable[Mapping[str, str]]) -> dict[tuple[str, ...], str]:
    """Abbreviation file rows as a lookup by the words of the abbreviation."""
    return {tuple(raw_words(row["short"])): row["long"] for row in rows}


def synonym_table(groups: Iterable[str]) -> dict[str, list[str]]:
    """Groups of words as a lookup from each stem to the others."""
    found: dict[str, list[str]] = {}
    for group in groups:
        stems = list(dict.fromkeys(words(group)))
        for one in stems:
            found.setdefault(one, []).extend(each for each in stems if each != one)
    return found
