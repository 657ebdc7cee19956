"""What the words of a query may stand for in an index: the word, its beginnings, relatives, synonyms, corrections."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from coding.codesets.search.bits import Bits, from_postings
from coding.codesets.search.index import CodeIndex
from coding.codesets.search.text import root

SHORTEST_PREFIX = 2
MOST_PREFIXED = 400
MOST_CORRECTIONS = 6
RELATED_QUALITY = 0.8
SYNONYM_QUALITY = 0.9
JOINED_QUALITY = 0.95
WHOLE_QUALITY = 0.9
"""42 for 42.5, which stands in a span of figures."""
LEAST_WEIGHT = 0.2
CONTEXT_QUALITY = 0.6
LEVELS = (0.95, 0.8, 0.6, 0.0)
"""Qualities are told apart so finely when documents are gathered."""
_MOST_KEPT = 160
Synonyms = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Term:
    """One word of a query: the words of the index it may stand for, with how well (0 to 1).

    weight: inverse document frequency of the best of them. corrected: it is in the index only with other letters.
    levels: (quality, documents), best first: the documents that have it at least so well, by an own phrase or by a
    heading above (then with CONTEXT_QUALITY).
    """

    matches: Mapping[int, float]
    weight: float
    corrected: bool
    levels: Sequence[tuple[float, Bits]]


def expand(index: CodeIndex, word: str, synonyms: Synonyms, joined: Sequence[str] = ()) -> Term | None:
    """What a word of a query stands for; None when nothing in the index is like it.

    joined: words of the index that it makes together with a neighbour.
    """
    key = " ".join([word, *joined])
    kept = index.expansions
    if key not in kept:
        if len(kept) >= _MOST_KEPT:
            kept.clear()
        kept[key] = _expanded(index, word, synonyms, joined)
    found: Term | None = kept[key]
    return found


def _expanded(index: CodeIndex, word: str, synonyms: Synonyms, joined: Sequence[str]) -> Term | None:
    matches = {index.numbers[each]: JOINED_QUALITY for each in joined}
    for number, quality in _matches(index, word, synonyms):
        matches[number] = max(quality, matches.get(number, 0.0))
    if not matches and (whole := word.partition(".")[0]) in index.numbers:
        matches[index.numbers[whole]] = WHOLE_QUALITY
    corrected = not matches
    if corrected:
        matches = dict(_corrections(index, word))
    if not matches:
        return None
    best = max(matches.values())
    weight = min(index.weights[number] for number, quality in matches.items() if quality >= best * 0.9)
    return Term(matches, max(weight, LEAST_WEIGHT), corrected, _levels(index, matches))


def _levels(index: CodeIndex, matches: Mapping[int, float]) -> list[tuple[float, Bits]]:
    own, above = index.held
    found: list[tuple[float, Bits]] = []
    for context, floor in ((False, LEVELS), (True, LEVELS[1:2])):
        before = 1.01
        for least in floor:
            words = [number for number, quality in matches.items() if least <= quality < before]
            before = least
            if words:
                quality = max(matches[number] for number in words)
                starts, lists = (
                    (index.context_starts, index.contexts) if context else (index.posting_starts, index.postings)
                )
                bits = _documents(words, above if context else own, starts, lists, index.documents)
                found.append((quality * (CONTEXT_QUALITY if context else 1.0), bits))
    return sorted(found, key=lambda level: -level[0])


def _documents(
    words: Sequence[int], held: Mapping[int, Bits], starts: Sequence[int], postings: Sequence[int], size: int
) -> Bits:
    rare = [postings[starts[word] : starts[word + 1]] for word in words if word not in held]
    bits = from_postings(rare, size) if rare else 0
    for word in words:
        bits |= held.get(word, 0)
    return bits


def _matches(index: CodeIndex, word: str, synonyms: Synonyms) -> Iterator[tuple[int, float]]:
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


def _beginning(index: CodeIndex, word: str, *, known: bool) -> Iterator[tuple[int, float]]:
    """Words that begin with the query word; less likely meant when the query word is itself a word of the index."""
    if len(word) < SHORTEST_PREFIX or word[0].isdigit():
        return
    first = bisect_left(index.vocabulary, word)
    last = bisect_left(index.vocabulary, f"{word}\uffff", first, min(first + MOST_PREFIXED, len(index.vocabulary)))
    for number in range(first, last):
        share = len(word) / len(index.vocabulary[number])
        yield number, (0.3 + 0.4 * share) if known else (0.6 + 0.35 * share)


def _corrections(index: CodeIndex, word: str) -> Iterator[tuple[int, float]]:
    """Words within one to three typing errors, by the length of the word; first those with the same first letter."""
    if not word.isalpha() or len(word) < 4:
        return
    allowed = 1 if len(word) < 6 else 2 if len(word) < 11 else 3
    sizes = range(len(word) - allowed, len(word) + allowed + 1)
    found = _nearest(word, [each for size in sizes for each in index.by_length.get((word[0], size), ())], allowed)
    if not found or found[0][1] > 1:
        pool = [each for (_, size), group in index.by_length.items() if size in sizes for each in group]
        found = _nearest(word, pool, allowed)
    nearest = min((distance for _, distance in found), default=0)
    for candidate, distance in found:
        other_start = 0.15 if candidate[0] != word[0] else 0.0
        quality = 0.9 - 0.15 * (distance - 1) - 0.2 * (distance > nearest) - other_start
        yield index.numbers[candidate], max(quality, 0.2)


def _nearest(word: str, pool: Sequence[str], allowed: int) -> list[tuple[str, int]]:
    found = process.extract(word, pool, scorer=OSA.distance, score_cutoff=allowed, limit=MOST_CORRECTIONS)
    return [(candidate, int(distance)) for candidate, distance, _ in found]
