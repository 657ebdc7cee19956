"""The code search of HIMS: codes by their characters, or by words in any order, shortened or mistyped.

Diagnoses, procedures, HCPCS and, where loaded, CPT are found in memory, without the database; the small code sets, which
nobody searches by words, in their tables.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from coding.codesets.enums import CodeSystem, FoundBy
from coding.codesets.models import Code
from coding.codesets.rules import dotted, looks_like_code, undotted
from coding.codesets.search.build import INCLUSION, INDEX, TITLE
from coding.codesets.search.documents import SEARCHED
from coding.codesets.search.engine import Ranked, rank
from coding.codesets.search.index import CodeIndex
from coding.codesets.search.store import abbreviations, current_index, synonyms
from coding.codesets.search.text import raw_words, spell_out

LONGEST_QUERY = 200
_UNFIT = re.compile("[\x00\ud800-\udfff]")
"""What no database text may hold: the zero character and halves of characters."""
_BEGINNING_SCORE = 0.9
_LOOKED_AT = 10
"""So many of the best are looked at for the one whose title was typed in full."""
_VIA = {TITLE: FoundBy.TITLE, INCLUSION: FoundBy.INCLUSION_TERM, INDEX: FoundBy.INDEX_ENTRY}


@dataclass(frozen=True)
class Hit:
    """One found code. code: undotted; display: as printed; score: about 0 to 1, comparable within one answer.

    via: a FoundBy. matched: the inclusion term or index entry it was found by, "" when it was the title or the code.
    """

    system: str
    code: str
    display: str
    title: str
    score: float
    via: str
    billable: bool
    matched: str = ""


def search(query: str, system: str | None = None, *, on: date, limit: int = 20) -> list[Hit]:
    """The codes a query means, best first, among those in force on `on`.

    system: one code set, or None for all that are searched by words. Headings are found by their characters only.
    """
    text = _UNFIT.sub(" ", query).strip()[:LONGEST_QUERY]
    if not text or limit < 1:
        return []
    if system and system not in SEARCHED:
        return _in_small_set(text, CodeSystem(system), on, limit)
    index, systems = current_index(), [system] if system else list(SEARCHED)
    if index is None:
        return []
    return _by_code(index, text, systems, on, limit) or _by_words(index, text, systems, on, limit)


def _by_code(index: CodeIndex, text: str, systems: Sequence[str], on: date, limit: int) -> list[Hit]:
    """Codes and headings that begin with the text, the exact one first."""
    if not looks_like_code(text) or tuple(raw_words(text)) in abbreviations():
        return []
    prefix = undotted(text)
    found = [entry for entry in _beginning(index, prefix) if index.in_force(entry, on.toordinal())]
    rank_of = {system: place for place, system in enumerate(systems)}
    wanted = [entry for entry in found if index.system(entry) in rank_of]
    wanted.sort(key=lambda entry: (index.codes[entry] != prefix, rank_of[index.system(entry)]))
    return [
        _hit(index, entry, 1.0 if index.codes[entry] == prefix else _BEGINNING_SCORE, FoundBy.CODE)
        for entry in wanted[:limit]
    ]


def _beginning(index: CodeIndex, prefix: str) -> Iterator[int]:
    order, codes = index.by_code, index.codes
    for place in range(bisect_left(order, prefix, key=codes.__getitem__), len(order)):
        if not codes[order[place]].startswith(prefix):
            return
        yield order[place]


def _by_words(index: CodeIndex, text: str, systems: Sequence[str], on: date, limit: int) -> list[Hit]:
    query, most = spell_out(text, abbreviations()), max(limit, _LOOKED_AT)
    ranked = rank(index, query, on=on.toordinal(), limit=most, synonyms=synonyms(), systems=systems)
    hits, typed = [_ranked_hit(index, each) for each in ranked], raw_words(text)
    return sorted(hits, key=lambda hit: raw_words(hit.title) != typed)[:limit]


def _ranked_hit(index: CodeIndex, ranked: Ranked) -> Hit:
    kind = index.phrase_kinds[ranked.phrase]
    matched = "" if kind == TITLE else index.text(index.phrase_texts[ranked.phrase])
    via = _VIA[kind] if ranked.exact else FoundBy.SIMILAR
    return _hit(index, ranked.document, round(ranked.score, 4), via, matched)


def _hit(index: CodeIndex, entry: int, score: float, via: FoundBy, matched: str = "") -> Hit:
    system, code = index.system(entry), index.codes[entry]
    display = dotted(code) if system == CodeSystem.ICD10CM else code
    return Hit(system, code, display, index.title(entry), score, via.value, entry < index.documents, matched)


def _in_small_set(text: str, system: CodeSystem, on: date, limit: int) -> list[Hit]:
    """Codes that begin with the text, then labels that have it."""
    rows = Code.objects.on(on).filter(system=system)
    by_code = list(rows.filter(code__istartswith=undotted(text))[:limit])
    by_label = list(rows.filter(long_title__icontains=text).exclude(pk__in=[row.pk for row in by_code])[:limit])
    pairs = [(row, FoundBy.CODE) for row in by_code] + [(row, FoundBy.TITLE) for row in by_label]
    return [
        Hit(row.system, row.code, row.display, row.long_title, 1.0, via.value, row.billable)
        for row, via in pairs[:limit]
    ]
