"""What the words of a query may stand for in an index: the word, its beginnings, relatives, synonyms, corrections."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from coding.codesets.search.index import SystemIndex
from coding.codesets.search.text import NEGATED, Marked, root

SHORTEST_PREFIX = 2
MOST_PREFIXED = 400
MOST_CORRECTIONS = 6
RELATED_QUALITY = 0.7
SYNONYM_QUALITY = 0.85
LEAST_WEIGHT = 0.2
Synonyms = Mapping[str, Sequence[str]]


@dataclass
class Term:
    """One word of a query: the words of the index it may stand for, with how well (0 to 1).

    weight: inverse document frequency of the best of them. size: how many postings they have. negated: NEGATED or 0.
    """

    matches: dict[int, float]
    weight: float
    size: int
    negated: int


def query_terms(index: SystemIndex, query: Sequence[Marked], synonyms: Synonyms) -> list[Term]:
    """A term for each word of the query that can stand for anything in the index."""
    found = (_term(index, each, synonyms) for each in query)
    return [term for term in found if term]


def _term(index: SystemIndex, asked: Marked, synonyms: Synonyms) -> Term | None:
    matches: dict[int, float] = {}
    for number, quality in _matches(index, asked.word, synonyms):
        matches[number] = max(quality, matches.get(number, 0.0))
    if not matches:
        matches = dict(_corrections(index, asked.word))
    if not matches:
        return None
    best = max(matches.values())
    weight = min(index.weights[number] for number, quality in matches.items() if quality >= best * 0.9)
    size = sum(_size(index, number) for number in matches)
    return Term(matches, max(weight, LEAST_WEIGHT), size, asked.marks & NEGATED)


def _size(index: SystemIndex, word: int) -> int:
    own, inherited = index.posting_starts, index.context_starts
    return own[word + 1] - own[word] + inherited[word + 1] - inherited[word]


def _matches(index: SystemIndex, word: str, synonyms: Synonyms) -> Iterator[tuple[int, float]]:
    exact = index.numbers.get(word)
    if exact is not None:
        yield exact, 1.0
    for other in synonyms.get(word, ()):
        if (number := index.numbers.get(other)) is not None:
            yield number, SYNONYM_QUALITY
    if len(word) > SHORTEST_PREFIX:
        for number in index.by_root.get(root(word), ()):
            yield number, RELATED_QUALITY
    yield from _beginning(index, word, known=exact is not None)


def _beginning(index: SystemIndex, word: str, *, known: bool) -> Iterator[tuple[int, float]]:
    """Words that begin with the query word; less likely meant when the query word is itself a word of the index."""
    if len(word) < SHORTEST_PREFIX or word[0].isdigit():
        return
    first = bisect_left(index.vocabulary, word)
    last = bisect_left(index.vocabulary, f"{word}\uffff", first, min(first + MOST_PREFIXED, len(index.vocabulary)))
    for number in range(first, last):
        share = len(word) / len(index.vocabulary[number])
        yield number, (0.3 + 0.4 * share) if known else (0.6 + 0.35 * share)


def _corrections(index: SystemIndex, word: str) -> Iterator[tuple[int, float]]:
    """Words within one to three typing errors, by the length of the word."""
    if not word.isalpha() or len(word) < 4:
        return
    allowed = 1 if len(word) < 6 else 2 if len(word) < 11 else 3
    sizes = range(len(word) - allowed, len(word) + allowed + 1)
    pool = [each for size in sizes for each in index.by_length.get(size, ())]
    found = process.extract(word, pool, scorer=OSA.distance, score_cutoff=allowed, limit=MOST_CORRECTIONS)
    nearest = min((distance for _, distance, _ in found), default=0)
    for candidate, distance, _ in found:
        other_start = 0.15 if candidate[0] != word[0] else 0.0
        quality = 0.9 - 0.15 * (distance - 1) - 0.2 * (distance > nearest) - other_start
        yield index.numbers[candidate], max(quality, 0.2)
