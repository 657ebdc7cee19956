"""What a process knows of the code sets, kept until a load or a rollback changes them.

`code_book()` asks the database which edition of the code sets stands, one query, and hands out what this process has learnt of
that edition; what it does not know yet is read when somebody asks for it. A load and a rollback make another edition, so that they
are seen at once, and by every process. Code sets are no patient data: these reads need no permission and leave no trail.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable
from datetime import date
from typing import Any, NamedTuple, TypeVar

from django.db import connection
from django.db.models import Q

from coding.codesets.enums import CodeSystem
from coding.codesets.models import Code, CodeSeverity, PoaExemption
from coding.codesets.rules import CATEGORY_LENGTH, Span, ancestors_by_prefix
from coding.codesets.selectors import PoaExemptStatus, coverage, exempt_status, titles_for, verdict
from coding.codesets.validity import CodeSpan, Validity

T = TypeVar("T")
Dated = TypeVar("Dated", PoaExemption, CodeSeverity)
EDITIONS_KEPT = 2
MOST_ROWS = 40_000
MOST_ANSWERS = 50_000
"""Codes, and answers about codes on a day, that a process remembers of an edition; beyond that it begins anew."""

# Loads with their state and the time they were taken back, so that a load and its rollback do not lead back to an earlier name.
_EDITION = """SELECT md5(concat_ws('|',
    (SELECT string_agg(concat_ws(' ', id, sha256, effective_from, effective_to), ',' ORDER BY id) FROM coding_codesetrelease),
    (SELECT string_agg(concat_ws(' ', id, state, applied_order, rolled_back_at), ',' ORDER BY id) FROM coding_codesetload),
    (SELECT max(id) FROM coding_code), 'notes', (SELECT max(id) FROM coding_codenote), 'severities',
    (SELECT max(id) FROM coding_codeseverity), 'exemptions', (SELECT max(id) FROM coding_poaexemption)))"""


class CodeRow(NamedTuple):
    """One span of one entry, as `Code` has it."""

    code: str
    kind: str
    long_title: str
    parent: str
    block: str
    chapter: str
    valid_from: date
    valid_to: date | None

    def holds(self, on: date) -> bool:
        """In force on a day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


Rows = dict[tuple[str, str], tuple[CodeRow, ...]]
"""All spans by code set and code."""
Below = dict[str, tuple[CodeRow, ...]]
"""What stands directly below a heading of the diagnoses, all spans."""


class CodeBook:
    """One edition as far as a process knows it. Safe to share between threads: what two of them read at once is the same."""

    def __init__(self, edition: str) -> None:
        self.edition = edition
        self._rows: Rows = {}
        self._below: Below = {}
        self._kept: dict[Hashable, Any] = {}

    def derived(self, key: Hashable, make: Callable[[], T]) -> T:
        """What follows from the edition alone, made once. key: names the question and everything the answer depends on."""
        kept = self._kept
        if key not in kept:
            if len(kept) > MOST_ANSWERS:
                kept = self._kept = {}
            kept[key] = make()
        found: T = kept[key]
        return found

    def validities(self, system: str, codes: Iterable[str], on: date) -> dict[str, Validity]:
        """As `selectors.validities` for undotted codes. One query when one of them is new to this process."""
        rows = self._spans(system, codes)
        covered = self.derived(("coverage", system), lambda: coverage(system))
        return {code: self._validity(system, code, rows[code], on, covered) for code in rows}

    def _validity(self, system: str, code: str, rows: Iterable[CodeRow], on: date, covered: Span | None) -> Validity:
        spans = [CodeSpan(row.kind, Span(row.valid_from, row.valid_to)) for row in rows]
        return self.derived(("validity", system, code, on), lambda: verdict(system, code, spans, on, covered))

    def titles(self, system: str, codes: Iterable[str], on: date) -> dict[str, str]:
        """As `selectors.titles_for`, for undotted codes."""
        found = {}
        for code, rows in self._spans(system, codes).items():
            row = next((each for each in rows if each.holds(on)), None)
            if row is not None:
                found[code] = row.long_title or self._borrowed_title(system, code, on)
        return found

    def _borrowed_title(self, system: str, code: str, on: date) -> str:
        return self.derived(("title", system, code, on), lambda: titles_for(system, [code], on=on)[code])

    def exemptions(self, codes: Iterable[str], on: date) -> dict[str, PoaExemptStatus]:
        """As `selectors.poa_exemptions`, for undotted codes. One query when one of them is new, and one a day of discharge."""
        wanted = list(dict.fromkeys(codes))
        example = self.derived(("exemptions", on), lambda: PoaExemption.objects.on(on).order_by("-official").first())
        if example is None:
            return {code: PoaExemptStatus(False, False, False, "") for code in wanted}
        known = self._exemptions(wanted)
        return {code: exempt_status(code, _in_force(known[code], on), example) for code in wanted}

    def _exemptions(self, codes: Iterable[str]) -> dict[str, tuple[PoaExemption, ...]]:
        """Every row, whatever its days, that may be about a code."""
        known: dict[str, tuple[PoaExemption, ...]] = self.derived("exemption rows", dict)
        new = [code for code in codes if code not in known]
        if new:
            beginnings = {code[:length] for code in new for length in range(1, len(code) + 1)}
            rows = list(PoaExemption.objects.filter(prefix__in=beginnings).order_by("pk"))
            known.update({code: tuple(row for row in rows if code.startswith(row.prefix)) for code in new})
        return known

    def levels(self, codes: Iterable[str], on: date) -> dict[str, str]:
        """As `selectors.severity_on`, for undotted codes. One query when one of them is new."""
        known: dict[str, tuple[CodeSeverity, ...]] = self.derived("severities", dict)
        wanted = list(dict.fromkeys(codes))
        new = [code for code in wanted if code not in known]
        if new:
            rows = list(CodeSeverity.objects.filter(code__in=new))
            known.update({code: tuple(row for row in rows if row.code == code) for code in new})
        return {code: row.level for code in wanted for row in _in_force(known[code], on)}

    def around(self, code: str) -> list[CodeRow]:
        """A diagnosis code, the headings above it, and what stands directly below any of them, whatever the day."""
        rows, below = self._learn(CodeSystem.ICD10CM, [code])
        return [row for each in _above(code) for row in (*rows[CodeSystem.ICD10CM, each], *below[each])]

    def _spans(self, system: str, codes: Iterable[str]) -> dict[str, tuple[CodeRow, ...]]:
        wanted = list(dict.fromkeys(codes))
        rows, _ = self._learn(system, wanted)
        return {code: rows[system, code] for code in wanted}

    def _learn(self, system: str, codes: Collection[str]) -> tuple[Rows, Below]:
        """All spans of these codes; of diagnoses also those of the headings above and of what stands below them."""
        if len(self._rows) > MOST_ROWS:
            self._rows, self._below, self._kept = {}, {}, {}
        rows, below = self._rows, self._below
        new = {code for code in codes if (system, code) not in rows}
        if not new:
            return rows, below
        nested = system == CodeSystem.ICD10CM
        asked = {each for code in new for each in _above(code)} if nested else new
        within = Q(code__in=asked) | Q(parent__in=asked) if nested else Q(code__in=asked)
        found = Code.objects.filter(within, system=system).order_by("position", "code", "valid_from")
        spans, under = defaultdict[str, list[CodeRow]](list), defaultdict[str, list[CodeRow]](list)
        for row in map(CodeRow._make, found.values_list(*CodeRow._fields)):
            spans[row.code].append(row)
            under[row.parent].append(row)
        if nested:
            below.update({code: tuple(under[code]) for code in asked})
        rows.update({(system, code): tuple(spans[code]) for code in asked})
        return rows, below


def _above(code: str) -> list[str]:
    """The code and its possible headings, nearest first."""
    return [each for each in [code, *ancestors_by_prefix(code)] if len(each) >= CATEGORY_LENGTH] or [code]


def _in_force(rows: Iterable[Dated], on: date) -> list[Dated]:
    return [row for row in rows if row.valid_from <= on and (row.valid_to is None or on <= row.valid_to)]


_books: dict[str, CodeBook] = {}
_lock = threading.Lock()


def current_edition() -> str:
    """The name of what is loaded now; another one after every load and every rollback. One query on small tables and indexes."""
    with connection.cursor() as cursor:
        cursor.execute(_EDITION)
        return str(cursor.fetchone()[0])


def code_book() -> CodeBook:
    """What this process knows of the edition that stands now. One query."""
    edition = current_edition()
    with _lock:
        book = _books.get(edition)
        if book is None:
            while len(_books) >= EDITIONS_KEPT:
                del _books[next(iter(_books))]
            book = _books[edition] = CodeBook(edition)
    return book


def fresh_book() -> CodeBook:
    """A book that remembers nothing, for what must rest on the tables as they stand. One query, and what is asked of it."""
    return CodeBook(current_edition())
