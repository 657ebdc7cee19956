"""Ranking: which codes a query means. Pure, over one SystemIndex."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import nlargest
from operator import itemgetter

from coding.codesets.search.index import NEUTRAL_COST, SystemIndex
from coding.codesets.search.terms import Synonyms, Term, query_terms
from coding.codesets.search.text import NEGATED, Marked

LIGHT_POSTINGS = 8_000
CANDIDATES = 150
KEPT = 3_000
CONTEXT_QUALITY = 0.6
OPPOSITE_QUALITY = 0.35
"""A word under `without` in the title but not in the query, or the other way round."""
PRECISION_SHARE = 0.35
COST_FLOOR = 1.5
TIE_COST = 0.03
UNKNOWN_WEIGHT = 6.0
ALL_NAMED = 0.999


@dataclass(frozen=True)
class Ranked:
    """One document with its score (about 0 to 1); phrase 0 is the title; exact: every query word was found as typed."""

    document: int
    score: float
    phrase: int
    exact: bool


@dataclass(frozen=True)
class _Query:
    """The terms of a query, and for each word of the index what it stands for: (position of the term, quality)."""

    terms: list[Term]
    words: dict[int, list[tuple[int, float]]]
    total: float


def rank(index: SystemIndex, query: Sequence[Marked], *, on: int, limit: int, synonyms: Synonyms) -> list[Ranked]:
    """The best documents valid on a day (ordinal), best first. `query`: words from `text.spell_out`."""
    terms = query_terms(index, query, synonyms)
    if not terms:
        return []
    words: dict[int, list[tuple[int, float]]] = {}
    for position, term in enumerate(terms):
        for number, quality in term.matches.items():
            words.setdefault(number, []).append((position, quality))
    total = sum(term.weight for term in terms) + UNKNOWN_WEIGHT * (len(query) - len(terms))
    asked = _Query(terms, words, total)
    return nlargest(limit, (_score(index, asked, each) for each in _candidates(index, terms, on)), key=_order)


def _order(ranked: Ranked) -> tuple[float, int]:
    return (ranked.score, -ranked.document)


def _candidates(index: SystemIndex, terms: Sequence[Term], on: int) -> list[int]:
    """The documents worth a close look: rare words gather them, frequent words only add to what is gathered."""
    gathered: dict[int, float] = {}
    for term in sorted(terms, key=lambda each: each.size):
        if gathered and (term.size > LIGHT_POSTINGS or len(gathered) > 2 * LIGHT_POSTINGS):
            gathered = _narrowed(gathered)
            _add_frequent(index, term, gathered)
        else:
            _add(index, term, gathered)
    costs, first, last = index.title_costs, index.valid_from, index.valid_to
    pairs = [
        (score - TIE_COST * costs[document], document)
        for document, score in gathered.items()
        if first[document] <= on <= last[document]
    ]
    return [document for _, document in nlargest(CANDIDATES, pairs)]


def _narrowed(gathered: dict[int, float]) -> dict[int, float]:
    if len(gathered) <= KEPT:
        return gathered
    bound = 0.5 * max(gathered.values())
    return {document: score for document, score in gathered.items() if score >= bound}


def _add(index: SystemIndex, term: Term, gathered: dict[int, float]) -> None:
    """Gather the documents of a term; the best of its words counts."""
    best: dict[int, float] = {}
    by_quality = sorted(term.matches.items(), key=itemgetter(1))
    for number, quality in by_quality:
        gain = quality * term.weight * CONTEXT_QUALITY
        best.update(dict.fromkeys(_context_postings(index, number), gain))
    for number, quality in by_quality:
        best.update(dict.fromkeys(_postings(index, number), quality * term.weight))
    if not gathered:
        gathered.update(best)
        return
    for document, gain in best.items():
        gathered[document] = gathered.get(document, 0.0) + gain


def _add_frequent(index: SystemIndex, term: Term, gathered: dict[int, float]) -> None:
    """Add a frequent term to documents already gathered."""
    best: dict[int, float] = {}
    for number, quality in sorted(term.matches.items(), key=itemgetter(1)):
        present = _presence(index, number)
        best.update((document, quality * term.weight) for document in gathered if present[document])
    for document, gain in best.items():
        gathered[document] += gain


def _postings(index: SystemIndex, number: int) -> Sequence[int]:
    return index.postings[index.posting_starts[number] : index.posting_starts[number + 1]]


def _context_postings(index: SystemIndex, number: int) -> Sequence[int]:
    return index.contexts[index.context_starts[number] : index.context_starts[number + 1]]


def _presence(index: SystemIndex, number: int) -> bytearray:
    flags = index.presence.get(number)
    if flags is None:
        flags = bytearray(len(index.codes))
        for document in _postings(index, number):
            flags[document] = 1
        if len(flags) and index.posting_starts[number + 1] - index.posting_starts[number] > KEPT:
            index.presence[number] = flags
    return flags


def _score(index: SystemIndex, asked: _Query, document: int) -> Ranked:
    gains, best_phrase, best = [0.0] * len(asked.terms), 0, 0.0
    first, last = index.phrase_starts[document], index.phrase_starts[document + 1]
    for phrase in range(first, last):
        found, precision = _phrase(index, asked, phrase)
        gains = list(map(max, gains, found))
        named = precision * sum(found) / asked.total
        if named > best:
            best_phrase, best = phrase - first, named
    _add_context(index, asked, document, gains)
    recall = sum(gains) / asked.total
    score = recall * (1 - PRECISION_SHARE) + best * PRECISION_SHARE
    return Ranked(document, score, best_phrase, recall > ALL_NAMED)


def _phrase(index: SystemIndex, asked: _Query, phrase: int) -> tuple[list[float], float]:
    """What each term gains from a phrase, and the share of the phrase the query names."""
    start, terms, known = index.word_starts[phrase], asked.terms, asked.words
    gains, named = [0.0] * len(terms), 0.0
    for at, word in enumerate(index.phrase_words[start : index.word_starts[phrase + 1]], start):
        if word not in known:
            continue
        mark, quality = index.phrase_marks[at], 0.0
        for position, found in known[word]:
            if (mark & NEGATED) != terms[position].negated:
                found *= OPPOSITE_QUALITY
            gains[position] = max(gains[position], found * terms[position].weight)
            quality = max(quality, found)
        named += quality * (NEUTRAL_COST if mark else index.costs[word])
    return gains, (named + COST_FLOOR) / (index.phrase_costs[phrase] + COST_FLOOR)


def _add_context(index: SystemIndex, asked: _Query, document: int, gains: list[float]) -> None:
    for at in range(index.doc_context_starts[document], index.doc_context_starts[document + 1]):
        for position, quality in asked.words.get(index.doc_contexts[at], ()):
            gains[position] = max(gains[position], quality * CONTEXT_QUALITY * asked.terms[position].weight)
