"""What the live edits know of the code sets, kept by the process for the edition that stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import partial

from coding.codesets.enums import CodeKind, CodeSystem, NoteKind
from coding.codesets.memory import CodeBook, CodeRow, code_book
from coding.codesets.models import CodeNote
from coding.codesets.rules import ancestors_by_prefix
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


def whole_case(record: CodingRecord, coded: CodedStay | None = None, book: CodeBook | None = None) -> Case:
    """The record's codes as they stand in the database, judged, with all that the edits need; no documents are read.

    coded: the same, when it has been read already.
    """
    stood, known = coded or coded_stay(record), book or code_book()
    services = [] if stood.stay.inpatient else services_of(record.pk)
    whole = with_services(stood, services, known)
    return replace(case_of(whole, known), **house_part(record, whole))


def with_services(coded: CodedStay, rows: Iterable[CodedService], book: CodeBook) -> CodedStay:
    """The stay with its service lines, and every code judged against the sets and the Medicare edits."""
    lines = service_lines(rows)
    known = judged(coded, book)
    faults = invalid_services((line.key, line.code, line.serviced_on) for line in lines) if lines else {}
    return replace(known, services=lines, edits=code_edits(coded), invalid={**known.invalid, **faults})


def case_of(coded: CodedStay, book: CodeBook, writings: tuple[Writing, ...] = ()) -> Case:
    """Notes, entries and levels for a judged stay. Nothing is read but what is new to the process."""
    codes, on = sorted({line.code for line in coded.diagnoses}), coded.stay.coded_on
    beyond = [line.code for line in coded.in_role(DiagnosisRole.SECONDARY)[SECONDARIES_ON_CLAIM:]]
    return Case(
        coded=coded, entries=_entries(codes, on, book), writings=writings,
        notes={code: _notes_of(code, on, book) for code in codes},
        levels=book.levels(beyond, on),
    )  # fmt: skip


def seventh_advice_on(code: str, on: date) -> str:
    """How a diagnosis code that may not be reported is completed, "" when no 7th character helps."""
    book, above = code_book(), {code, *ancestors_by_prefix(code)}
    defined = {note.mark: note.text for note in _notes_of(code, on, book) if note.mark and note.at in above}
    headings = {row.code for row in book.around(code) if row.kind == CodeKind.HEADING and row.holds(on)}
    return seventh_advice(code, defined, headings & above)


def _entries(codes: Iterable[str], on: date, book: CodeBook) -> dict[str, Entry]:
    """The coded codes, the headings above them, and everything directly below those headings."""
    rows = (each for code in codes for each in book.derived(("entries", code), partial(_entries_around, code, book)))
    return {entry.code: entry for row, entry in rows if row.holds(on)}


def _entries_around(code: str, book: CodeBook) -> list[tuple[CodeRow, Entry]]:
    return [
        (row, Entry(row.code, row.long_title, row.kind, row.parent, row.block, row.chapter))
        for row in book.around(code)
    ]


def _printed(book: Book, at: str, on: date) -> Iterator[TabularNote]:
    """The notes printed at an entry on a day."""
    return (note for first, last, note in book.get(at, ()) if first <= on and (last is None or on <= last))


def _notes_of(code: str, on: date, book: CodeBook) -> tuple[TabularNote, ...]:
    """All notes that hold for a code on a day, the nearest first; 7th characters only of the nearest entry that defines any."""
    return book.derived(("notes", code, on), lambda: tuple(_inherited(code, on, book)))


def _inherited(code: str, on: date, book: CodeBook) -> Iterator[TabularNote]:
    notes = book.derived("notes", _all_notes)
    blocks = sorted((at for at in notes if "-" in at and is_under(code, at)), key=lambda at: (-len(_common(at)), at))
    entry = next((row for row in book.around(code) if row.code == code and row.holds(on)), None)
    chapter = [entry.chapter] if entry and entry.chapter else []
    marks_at = ""
    for at in [code, *ancestors_by_prefix(code), *blocks, *chapter]:
        for note in _printed(notes, at, on):
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


def _all_notes() -> Book:
    """The notes the edits use, by entry, their references read once a process and edition."""
    rows = CodeNote.objects.filter(system=CodeSystem.ICD10CM, kind__in=[kind.value for kind in KINDS])
    found: dict[str, list[tuple[date, date | None, TabularNote]]] = defaultdict(list)
    for code, kind, mark, text, position, first, last in rows.order_by("code", "position").values_list(
        "code", "kind", "mark", "text", "position", "valid_from", "valid_to"
    ):
        named = () if mark else references(text)
        found[code].append((first, last, TabularNote(kind, code, text, named, position, mark)))
    return {code: tuple(notes) for code, notes in found.items()}
