"""What the live edits know of the code sets: one set of reads for the whole stay, whatever is coded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models import Max, Q

from coding.codesets.enums import CodeKind, CodeSystem, NoteKind
from coding.codesets.models import Code, CodeNote, CodeSetRelease
from coding.codesets.official.models import CodeSetLoad
from coding.codesets.rules import CATEGORY_LENGTH, ancestors_by_prefix
from coding.codesets.selectors import severity_on
from coding.workbench.coded import CodedStay
from coding.workbench.edits.findings import Case, Entry, TabularNote, Writing
from coding.workbench.edits.references import is_under, references
from coding.workbench.edits.seventh import seventh_advice
from coding.workbench.enums import DiagnosisRole
from coding.workbench.grouping import code_edits
from coding.workbench.house.reading import house_part
from coding.workbench.models import CodingRecord
from coding.workbench.reading import coded_stay, judged
from coding.workbench.rules import SECONDARIES_ON_CLAIM
from coding.workbench.services.models import CodedService
from coding.workbench.services.reading import invalid_services, service_lines, services_of

KINDS = (
    NoteKind.EXCLUDES1, NoteKind.CODE_FIRST, NoteKind.USE_ADDITIONAL, NoteKind.CODE_ALSO, NoteKind.SEVENTH_CHARACTER,
)  # fmt: skip
Book = Mapping[str, tuple[tuple[date, date | None, TabularNote], ...]]
"""Notes by entry, each with the first and last day it is printed."""


def whole_case(record: CodingRecord) -> Case:
    """The record's codes as they stand in the database, judged, with all that the edits need; no documents are read."""
    coded = with_services(coded_stay(record), services_of(record.pk))
    return replace(case_of(coded), **house_part(record, coded))


def with_services(coded: CodedStay, rows: Iterable[CodedService]) -> CodedStay:
    """The stay with its service lines, and every code judged against the sets and the Medicare edits."""
    lines = service_lines(rows)
    known = judged(coded)
    faults = invalid_services((line.key, line.code, line.serviced_on) for line in lines) if lines else {}
    return replace(known, services=lines, edits=code_edits(coded), invalid={**known.invalid, **faults})


def case_of(coded: CodedStay, writings: tuple[Writing, ...] = ()) -> Case:
    """Notes, entries and levels for a judged stay. Five queries, one more beyond the 24 secondary diagnoses."""
    codes = sorted({line.code for line in coded.diagnoses})
    book = _book(_fingerprint())
    entries = _entries(codes, coded)
    beyond = [line.code for line in coded.in_role(DiagnosisRole.SECONDARY)[SECONDARIES_ON_CLAIM:]]
    return Case(
        coded=coded, entries=entries, writings=writings,
        notes={code: tuple(_notes_of(code, entries.get(code), book, coded.stay.coded_on)) for code in codes},
        levels=severity_on(beyond, coded.stay.coded_on) if beyond else {},
    )  # fmt: skip


def seventh_advice_on(code: str, on: date) -> str:
    """How a diagnosis code that may not be reported is completed, "" when no 7th character helps. At most four queries."""
    above = ancestors_by_prefix(code)
    book = _book(_fingerprint())
    marks = ([note for note in _printed(book, each, on) if note.mark] for each in [code, *above])
    defined = next((found for found in marks if found), [])
    if not defined:
        return ""
    headings = Code.objects.on(on).filter(system=CodeSystem.ICD10CM, kind=CodeKind.HEADING, code__in=[code, *above])
    definitions = {note.mark: note.text for note in defined}
    return seventh_advice(code, definitions, set(headings.values_list("code", flat=True)))


def _entries(codes: Iterable[str], coded: CodedStay) -> dict[str, Entry]:
    """The coded codes, the headings above them, and everything directly below those headings. One query."""
    wanted = set(codes)
    above = {each for code in wanted for each in [*ancestors_by_prefix(code), code] if len(each) >= CATEGORY_LENGTH}
    rows = Code.objects.on(coded.stay.coded_on).filter(
        Q(code__in=above) | Q(parent__in=above), system=CodeSystem.ICD10CM
    )
    columns = rows.values_list("code", "long_title", "kind", "parent", "block", "chapter")
    return {entry.code: entry for entry in (Entry(*row) for row in columns)}


def _printed(book: Book, at: str, on: date) -> Iterator[TabularNote]:
    """The notes printed at an entry on a day."""
    return (note for first, last, note in book.get(at, ()) if first <= on and (last is None or on <= last))


def _notes_of(code: str, entry: Entry | None, book: Book, on: date) -> Iterator[TabularNote]:
    """All notes that hold for a code on a day, the nearest first; 7th characters only of the nearest entry that defines any."""
    blocks = sorted((at for at in book if "-" in at and is_under(code, at)), key=lambda at: (-len(_common(at)), at))
    chapter = [entry.chapter] if entry and entry.chapter else []
    marks_at = ""
    for at in [code, *ancestors_by_prefix(code), *blocks, *chapter]:
        for note in _printed(book, at, on):
            if note.mark:
                marks_at = marks_at or at
                if marks_at != at:
                    continue
            yield note


def _common(block: str) -> str:
    """What the two ends of a block share: the more, the narrower it is."""
    low, _, high = block.partition("-")
    shared = [mine for mine, theirs in zip(low, high, strict=False) if mine == theirs]
    return "".join(shared)


def _fingerprint() -> tuple[Any, ...]:
    """Changes with every load of notes or releases, and every rollback. Three queries on indexes."""
    releases = CodeSetRelease.objects.filter(system=CodeSystem.ICD10CM).order_by("pk")
    known = tuple(releases.values_list("pk", "sha256"))
    loads = tuple(CodeSetLoad.objects.in_force().order_by("applied_order").values_list("pk", flat=True))
    return known, loads, CodeNote.objects.aggregate(last=Max("pk"))["last"]


@lru_cache(2)
def _book(fingerprint: tuple[Any, ...]) -> Book:
    """The notes the edits use, by entry, their references read once a process and release."""
    rows = CodeNote.objects.filter(system=CodeSystem.ICD10CM, kind__in=[kind.value for kind in KINDS])
    found: dict[str, list[tuple[date, date | None, TabularNote]]] = defaultdict(list)
    for code, kind, mark, text, position, first, last in rows.order_by("code", "position").values_list(
        "code", "kind", "mark", "text", "position", "valid_from", "valid_to"
    ):
        named = () if mark else references(text)
        found[code].append((first, last, TabularNote(kind, code, text, named, position, mark)))
    return {code: tuple(notes) for code, notes in found.items()}
