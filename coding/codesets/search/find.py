"""The code search of HIMS: codes by their characters, or by words in any order, shortened or mistyped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, SmallIntegerField, When

from coding.codesets.enums import CodeSystem, FoundBy
from coding.codesets.models import Code
from coding.codesets.rules import looks_like_code, undotted
from coding.codesets.search.documents import SEARCHED
from coding.codesets.search.engine import Ranked, rank
from coding.codesets.search.index import SystemIndex
from coding.codesets.search.store import abbreviations, indexes, synonyms
from coding.codesets.search.text import raw_words, spell_out
from coding.codesets.selectors import shown_titles

LONGEST_QUERY = 200
LAST_CHARACTERS = "Z" * 7


@dataclass(frozen=True)
class Hit:
    """One found code. code: undotted; display: as printed; score: about 0 to 1, comparable within one answer."""

    system: str
    code: str
    display: str
    title: str
    score: float
    via: str
    billable: bool


@dataclass(frozen=True)
class _Found:
    system: str
    code: str
    score: float
    via: str


def search(query: str, system: str | None = None, *, on: date, limit: int = 20) -> list[Hit]:
    """The codes a query means, best first, among those in force on `on`.

    system: "icd10cm", "icd10pcs", another code set, or None for diagnoses and procedures together.
    Reads the index in memory and, whatever the number of hits, a fixed number of rows from the database.
    """
    text = query.strip()[:LONGEST_QUERY]
    systems = [CodeSystem(system)] if system else list(SEARCHED)
    if not text:
        return []
    if hits := _by_code(text, systems, on, limit):
        return hits
    found = _by_words(text, systems, on, limit)
    rows = _rows(found, on)
    return [_hit(each, rows[each.system, each.code]) for each in found if (each.system, each.code) in rows]


def _by_code(text: str, systems: Sequence[CodeSystem], on: date, limit: int) -> list[Hit]:
    """Codes and headings that begin with the text, the exact one first; other code sets are listed by label too."""
    small = [system for system in systems if system not in SEARCHED]
    if small:
        return _in_small_set(text, small, on, limit)
    if not looks_like_code(text) or tuple(raw_words(text)) in abbreviations():
        return []
    prefix = undotted(text)
    rows = Code.objects.on(on).filter(system__in=systems, code__gte=prefix, code__lte=prefix + LAST_CHARACTERS)
    typed_whole = Case(When(code=prefix, then=0), default=1, output_field=SmallIntegerField())
    rows = rows.filter(code__startswith=prefix).order_by(typed_whole, "system", "position")[:limit]
    titles = shown_titles(list(rows), on=on)
    return [
        _hit(_Found(row.system, row.code, 1.0 if row.code == prefix else 0.9, FoundBy.CODE), (row, title))
        for row, title in zip(rows, titles, strict=True)
    ]


def _in_small_set(text: str, systems: Sequence[CodeSystem], on: date, limit: int) -> list[Hit]:
    rows = Code.objects.on(on).filter(system__in=systems)
    by_code = list(rows.filter(code__istartswith=undotted(text))[:limit])
    by_label = list(rows.filter(long_title__icontains=text).exclude(pk__in=[row.pk for row in by_code])[:limit])
    pairs = [(row, FoundBy.CODE) for row in by_code] + [(row, FoundBy.TITLE) for row in by_label]
    return [_hit(_Found(row.system, row.code, 1.0, via), (row, row.long_title)) for row, via in pairs[:limit]]


def _by_words(text: str, systems: Sequence[CodeSystem], on: date, limit: int) -> list[_Found]:
    held, query = indexes(), spell_out(text, abbreviations())
    found = [
        _found(held[system.value], ranked)
        for system in systems
        if system.value in held
        for ranked in rank(held[system.value], query, on=on.toordinal(), limit=limit, synonyms=synonyms())
    ]
    return sorted(found, key=lambda each: -each.score)[:limit]


def _found(index: SystemIndex, ranked: Ranked) -> _Found:
    via = FoundBy.SIMILAR if not ranked.exact else FoundBy.INCLUSION_TERM if ranked.phrase else FoundBy.TITLE
    return _Found(index.system, index.codes[ranked.document], round(ranked.score, 4), via)


def _rows(found: Iterable[_Found], on: date) -> dict[tuple[str, str], tuple[Code, str]]:
    by_system: dict[str, list[str]] = {}
    for each in found:
        by_system.setdefault(each.system, []).append(each.code)
    rows = [
        row for system, codes in by_system.items() for row in Code.objects.on(on).filter(system=system, code__in=codes)
    ]
    titles = shown_titles(rows, on=on)
    return {(row.system, row.code): (row, title) for row, title in zip(rows, titles, strict=True)}


def _hit(found: _Found, row_and_title: tuple[Code, str]) -> Hit:
    row, title = row_and_title
    return Hit(found.system, found.code, row.display, title, found.score, str(found.via), row.billable)
