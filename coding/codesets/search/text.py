"""Words of titles and of queries, in the one form in which they are compared. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from coding.codesets.search.spelling import numeral_after, one_spelling
from hims.lib.text import fold

NEUTRAL, NEGATED = 1, 2
"""Marks of a word in a title: it costs nothing when a query leaves it out; it stands under `without` or `not`."""

_WORD = re.compile(r"[a-z0-9]+(?:\.[0-9]+)?")
_PIECE = re.compile(r"[a-z0-9]+(?:\.[0-9]+)?(?:-[a-z0-9]+(?:\.[0-9]+)?)*|[(\[]|[)\]]|[,;:]")
_NEGATIONS = frozenset({"without", "not", "no"})
_POSSESSIVE = re.compile(r"['\u2019]s\b")
_SLASHED = {
    "w/o": " without ",
    "s/p": " status post ",
    "w/out": " without ",
    "w/": " with ",
    "c/o": " ",
    "r/o": " suspected ",
    "&": " and ",
    ">": " greater than ",
    "<": " less than ",
}
_SLASHED_FORM = re.compile("|".join(re.escape(form) for form in sorted(_SLASHED, key=len, reverse=True)))
_SYMBOLS = re.compile(r"[/&<>]")
_STOP = frozenset([
    "a", "an", "and", "as", "at", "by", "for", "from", "in", "into", "is", "of", "on", "or", "that", "the", "this", "to",
])  # fmt: skip
_LONG_ABBREVIATION = 4
_MOST_READINGS = 4
_LETTERS_AND_FIGURE = re.compile(r"([a-z]{2,})([0-9]+[a-z]?)\Z")
_SPAN = re.compile(r"([0-9]+)(?:\.[0-9]+)?-([0-9]+)(?:\.[0-9]+)?\Z")
_WIDEST_SPAN = 50

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
    if _SYMBOLS.search(plain):
        plain = _SLASHED_FORM.sub(lambda found: _SLASHED[found.group()], plain)
    return plain


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The word without plural ending in its one spelling; `40.0` is `40`. The same on both sides, so it need not be a real word."""
    return one_spelling(_singular(word))


def _singular(word: str) -> str:
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
        piece = numeral_after(before, piece)
        yield from _parts(piece, NEUTRAL * (depth > 0 or left_open) | NEGATED * negated)
        negated = (negated and piece != "with") or piece in _NEGATIONS
        left_open = (piece == "unspecified" and before != "with") or (left_open and piece in _STOP)
        before = piece


def _parts(piece: str, marks: int) -> Iterator[tuple[str, int]]:
    """A hyphenated word as its parts and, at no cost, as one word; a span of figures also as each of them."""
    if "-" in piece and (span := _SPAN.match(piece)):
        first, last = int(span[1]), int(span[2])
        if first < last <= first + _WIDEST_SPAN or (first == last and "." in piece):
            yield from ((str(figure), marks | NEUTRAL) for figure in range(first, last + 1))
    parts = piece.split("-")
    yield from ((part, marks) for part in parts)
    if len(parts) == 2 and piece.replace("-", "").isalpha():
        yield "".join(parts), marks | NEUTRAL


Abbreviations = Mapping[tuple[str, ...], Sequence[str]]


def spell_out(query: str, abbreviations: Abbreviations) -> list[list[Marked]]:
    """The readings of a query: words with clinical abbreviations spelled out, the longest first (`c diff` before `c`)."""
    readings: list[list[str]] = [[]]
    for choices in _pieces(raw_words(query), abbreviations):
        readings = [[*reading, choice] for reading in readings for choice in choices][:_MOST_READINGS]
    return [marked_words(" ".join(reading)) for reading in readings]


def _pieces(raw: Sequence[str], abbreviations: Abbreviations) -> Iterator[Sequence[str]]:
    position = 0
    while position < len(raw):
        sizes = range(min(_LONG_ABBREVIATION, len(raw) - position), 0, -1)
        size = next((n for n in sizes if tuple(raw[position : position + n]) in abbreviations), 0)
        if size:
            yield abbreviations[tuple(raw[position : position + size])]
        else:
            yield from _taken_apart(raw[position], abbreviations)
        position += max(size, 1)


def _taken_apart(word: str, abbreviations: Abbreviations) -> Iterator[Sequence[str]]:
    """`ckd3b` as `ckd` and `3b`; other words as they are."""
    parts = _LETTERS_AND_FIGURE.match(word)
    if parts and (parts[1],) in abbreviations:
        yield abbreviations[(parts[1],)]
        yield [parts[2]]
    else:
        yield [word]


def abbreviation_table(rows: Iterable[Mapping[str, str]]) -> dict[tuple[str, ...], list[str]]:
    """Abbreviation file rows as a lookup by the words of the abbreviation; several readings are separated by |."""
    return {
        tuple(raw_words(row["short"])): [" ".join(raw_words(reading)) for reading in row["long"].split("|")]
        for row in rows
    }


def synonym_table(groups: Iterable[str]) -> dict[str, list[str]]:
    """Groups of words as a lookup from each stem to the others."""
    found: dict[str, list[str]] = {}
    for group in groups:
        stems = list(dict.fromkeys(words(group)))
        for one in stems:
            found.setdefault(one, []).extend(each for each in stems if each != one)
    return found
