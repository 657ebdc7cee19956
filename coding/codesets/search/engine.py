"""Ranking: which codes a query means. Pure, over one CodeIndex."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush, heapreplace, nlargest
from itertools import count, islice

from coding.codesets.search.bits import Bits, members
from coding.codesets.search.index import MARKS, NEUTRAL_COST, CodeIndex
from coding.codesets.search.terms import CONTEXT_QUALITY, Synonyms, Term, expand
from coding.codesets.search.text import NEGATED, Marked

CANDIDATES = 160
FROM_ONE_TIER = 90
MOST_STEPS = 160
OPPOSITE_QUALITY = 0.35
"""A word under `without` in the title but not in the query, or the other way round."""
PRECISION_SHARE = 0.35
COST_FLOOR = 1.5
UNKNOWN_WEIGHT = 6.0
NAMED_QUALITY = 0.55
_HALF = 0.5


@dataclass(frozen=True)
class Ranked:
    """One document with its score (about 0 to 1); phrase: number of the phrase it was found by.

    exact: every word of the query was found as typed, shortened or in another form, none corrected or passed over.
    """

    document: int
    score: float
    phrase: int
    exact: bool


@dataclass(frozen=True)
class _Query:
    """terms: by weight, the heaviest first. words: for each word of the index with its marks, what it stands for:
    (position of the term, gain), and what naming it saves."""

    terms: Sequence[Term]
    words: dict[int, tuple[list[tuple[int, float]], float]]
    total: float
    whole: bool


def rank(
    index: CodeIndex, query: Sequence[Marked], *, on: int, limit: int, synonyms: Synonyms, systems: Sequence[str] = ()
) -> list[Ranked]:
    """The best documents valid on a day (ordinal), best first. `query`: words from `text.spell_out`.

    systems: only these code sets; all when left out.
    """
    pairs = _terms(index, query, synonyms)
    if not pairs:
        return []
    asked = _query(index, pairs, len(query))
    best: list[tuple[float, int, Ranked]] = []
    seen = 0
    for gain, bits in _tiers(index.mask(on, systems or index.systems), asked.terms):
        if len(best) == limit and gain / asked.total <= best[0][0]:
            break
        for document in islice(members(bits), FROM_ONE_TIER):
            ranked = _score(index, asked, document, gain)
            item = (ranked.score, -document, ranked)
            if len(best) < limit:
                heappush(best, item)
            elif item > best[0]:
                heapreplace(best, item)
            seen += 1
        if seen >= CANDIDATES:
            break
    return [ranked for _, _, ranked in nlargest(limit, best)]


def _terms(index: CodeIndex, query: Sequence[Marked], synonyms: Synonyms) -> list[tuple[Term, int]]:
    """A term for each word of the query that can stand for anything in the index, with NEGATED or 0."""
    found = []
    for at, each in enumerate(query):
        near = [(query[at - 1].word, each.word)] if at else []
        near += [(each.word, query[at + 1].word)] if at + 1 < len(query) else []
        joined = [one + other for one, other in near if one + other in index.numbers and one.isalpha()]
        term = expand(index, each.word, synonyms, joined)
        if term:
            found.append((term, each.marks & NEGATED))
    return sorted(found, key=lambda pair: -pair[0].weight)


def _query(index: CodeIndex, pairs: Sequence[tuple[Term, int]], asked: int) -> _Query:
    stands: dict[int, list[tuple[int, float, float]]] = {}
    for position, (term, negated) in enumerate(pairs):
        for number, quality in term.matches.items():
            for mark in range(MARKS):
                told = quality if (mark & NEGATED) == negated else quality * OPPOSITE_QUALITY
                stands.setdefault(number * MARKS + mark, []).append((position, told * term.weight, told))
    words = {
        word: (
            [(position, gain) for position, gain, _ in found],
            max(told for _, _, told in found) * (NEUTRAL_COST if word % MARKS else index.costs[word // MARKS]),
        )
        for word, found in stands.items()
    }
    terms = [term for term, _ in pairs]
    unknown = asked - len(terms)
    total = sum(term.weight for term in terms) + UNKNOWN_WEIGHT * unknown
    return _Query(terms, words, total, not unknown and not any(term.corrected for term in terms))


def _tiers(mask: Bits, terms: Sequence[Term]) -> Iterator[tuple[float, Bits]]:
    """Documents by what they gain at most from the words of the query, the best first; each document once.

    A search of the best way first: a set of documents is split by the next term into those that have it well, those
    that have it less well and those that lack it, and the set that may still gain most is split next.
    """
    left = [0.0]
    for term in reversed(terms):
        left.append(left[-1] + term.weight * term.levels[0][0])
    left.reverse()
    numbers, steps = count(), 0
    heap = [(-left[0], next(numbers), 0, 0.0, mask)]
    while heap:
        _, _, at, gain, bits = heappop(heap)
        if at == len(terms):
            yield gain, bits
            continue
        steps += 1
        term = terms[at]
        for quality, documents in term.levels:
            if having := bits & documents:
                bits ^= having
                now = gain + quality * term.weight
                heappush(heap, (-now - left[at + 1], next(numbers), at + 1, now, having))
                if not bits:
                    break
        if bits and (steps < MOST_STEPS or not heap) and (gain or at + 1 < len(terms)):
            heappush(heap, (-gain - left[at + 1], next(numbers), at + 1, gain, bits))


def _score(index: CodeIndex, asked: _Query, document: int, most: float) -> Ranked:
    """most: what the document gains at most, words of headings above included."""
    gains, best_phrase, best = [0.0] * len(asked.terms), index.phrase_starts[document], 0.0
    starts, costs = index.word_starts, index.phrase_costs
    for phrase in range(best_phrase, index.phrase_starts[document + 1]):
        found, saved = _phrase(index.phrase_words[starts[phrase] : starts[phrase + 1]], asked, len(gains))
        gained = 0.0
        for position, gain in enumerate(found):
            gained += gain
            if gain > gains[position]:
                gains[position] = gain
        named = (saved + COST_FLOOR) / (costs[phrase] + COST_FLOOR) * gained / asked.total
        if named > best:
            best_phrase, best = phrase, named
    _add_context(asked.terms, document, gains)
    recall = sum(gains) / asked.total
    exact = asked.whole and all(
        gain >= NAMED_QUALITY * term.weight for gain, term in zip(gains, asked.terms, strict=True)
    )
    return Ranked(document, recall * (1 - PRECISION_SHARE) + best * PRECISION_SHARE, best_phrase, exact)


def _phrase(words: Sequence[int], asked: _Query, size: int) -> tuple[list[float], float]:
    """What each term gains from a phrase, and what of the cost of the phrase the query saves by naming its words."""
    gains, saved, known = [0.0] * size, 0.0, asked.words
    for word in words:
        if word in known:
            stands, saves = known[word]
            saved += saves
            for position, gain in stands:
                if gain > gains[position]:
                    gains[position] = gain
    return gains, saved


def _add_context(terms: Sequence[Term], document: int, gains: list[float]) -> None:
    """A term that no phrase has may stand in a heading above."""
    for position, term in enumerate(terms):
        if gains[position] == 0.0:
            for quality, documents in term.levels:
                if documents >> document & 1:
                    gains[position] = quality * term.weight
                    break
