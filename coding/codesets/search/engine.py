"""Ranking: which codes a query means. Pure, over one CodeIndex."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush, heapreplace
from itertools import count, islice
from operator import ge

from coding.codesets.search.bits import Bits, members
from coding.codesets.search.costs import NEUTRAL_COST
from coding.codesets.search.index import MARKS, TERM_COST, CodeIndex
from coding.codesets.search.reading import read
from coding.codesets.search.terms import Synonyms, Term, expand
from coding.codesets.search.text import NEGATED, Marked

CANDIDATES = 90
FROM_ONE_TIER = 50
MOST_STEPS = 100
OPPOSITE_QUALITY = 0.35
"""A word under `without` in the title but not in the query, or the other way round."""
PRECISION_SHARE = 0.35
COST_FLOOR = 1.5
UNKNOWN_WEIGHT = 6.0
NAMED_QUALITY = 0.55


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
    saves: float
    enough: Sequence[float]
    whole: bool


def rank(
    index: CodeIndex,
    readings: Sequence[Sequence[Marked]],
    *,
    on: int,
    limit: int,
    synonyms: Synonyms,
    systems: Sequence[str] = (),
) -> list[Ranked]:
    """The best documents valid on a day (ordinal), best first. `readings`: what `text.spell_out` makes of the query.

    systems: only these code sets; all when left out.
    """
    mask = index.mask(on, systems or index.systems)
    found: dict[int, Ranked] = {}
    for reading in readings:
        for ranked in _rank_reading(index, read(index, reading), mask, limit, synonyms):
            if ranked.document not in found or found[ranked.document].score < ranked.score:
                found[ranked.document] = ranked
    return sorted(found.values(), key=lambda each: (-each.score, each.document))[:limit]


def _rank_reading(
    index: CodeIndex, query: Sequence[Marked], mask: Bits, limit: int, synonyms: Synonyms
) -> Sequence[Ranked]:
    pairs = _terms(index, query, synonyms)
    if not pairs:
        return []
    asked = _query(index, pairs, len(query))
    best: list[tuple[float, int, Ranked]] = []
    seen = 0
    for gain, gains, bits in _tiers(mask, asked.terms):
        if seen >= CANDIDATES or (len(best) == limit and gain / asked.total <= best[0][0]):
            break
        for document in islice(members(bits), FROM_ONE_TIER):
            if len(best) == limit and _most(index, asked, document, gain) <= best[0][0]:
                break
            ranked = _score(index, asked, document, gains)
            item = (ranked.score, -document, ranked)
            if len(best) < limit:
                heappush(best, item)
            elif item > best[0]:
                heapreplace(best, item)
            seen += 1
    return [ranked for _, _, ranked in best]


def _most(index: CodeIndex, asked: _Query, document: int, gain: float) -> float:
    """The score a document cannot exceed; the documents of a tier come in the order of it."""
    plain = max(index.plainness[document] - TERM_COST, 0.0)
    precision = min(1.0, (asked.saves + COST_FLOOR) / (plain + COST_FLOOR))
    return gain / asked.total * (1 - PRECISION_SHARE + PRECISION_SHARE * precision)


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
    enough = [NAMED_QUALITY * term.weight for term in terms]
    saves = sum(max(index.costs[number] * quality for number, quality in term.matches.items()) for term in terms)
    return _Query(terms, words, total, saves, enough, not unknown and not any(term.corrected for term in terms))


def _tiers(mask: Bits, terms: Sequence[Term]) -> Iterator[tuple[float, tuple[float, ...], Bits]]:
    """Documents by what they gain at most from the words of the query, in all and from each; the best first, each once.

    A search of the best way first: a set of documents is split by the next term into those that have it well, those
    that have it less well and those that lack it, and the set that may still gain most is split next.
    """
    left = [0.0]
    for term in reversed(terms):
        left.append(left[-1] + term.weight * term.levels[0][0])
    left.reverse()
    numbers, steps = count(), 0
    heap: list[tuple[float, int, float, tuple[float, ...], Bits]] = [(-left[0], next(numbers), 0.0, (), mask)]
    while heap:
        _, _, gain, gains, bits = heappop(heap)
        at = len(gains)
        if at == len(terms):
            yield gain, gains, bits
            continue
        steps += 1
        for most, documents in (*_split(terms[at]), (0.0, -1)):
            having = bits & documents
            bits ^= having
            if having and (most or ((steps < MOST_STEPS or not heap) and (gain or at + 1 < len(terms)))):
                now = gain + most
                heappush(heap, (-now - left[at + 1], next(numbers), now, (*gains, most), having))


def _split(term: Term) -> Iterator[tuple[float, Bits]]:
    for quality, documents in term.levels:
        yield quality * term.weight, documents


def _score(index: CodeIndex, asked: _Query, document: int, most: Sequence[float]) -> Ranked:
    """most: what the document gains at most from each term, by one of its phrases or by a heading above."""
    gains, best_phrase, best = [0.0] * len(most), index.phrase_starts[document], 0.0
    starts, costs = index.word_starts, index.phrase_costs
    for phrase in range(best_phrase, index.phrase_starts[document + 1]):
        found, saved = _phrase(index.phrase_words[starts[phrase] : starts[phrase + 1]], asked, len(gains))
        gained = sum(found)
        if gained == 0.0:
            continue
        gains = list(map(max, gains, found))
        named = (saved + COST_FLOOR) / (costs[phrase] + COST_FLOOR) * gained
        if named > best:
            best_phrase, best = phrase, named
    gains = [gain or above for gain, above in zip(gains, most, strict=True)]
    score = (sum(gains) * (1 - PRECISION_SHARE) + best * PRECISION_SHARE) / asked.total
    exact = asked.whole and all(map(ge, gains, asked.enough))
    return Ranked(document, score, best_phrase, exact)


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
