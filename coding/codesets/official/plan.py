"""What a file would change, worked out against the tables; nothing is written here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Min

from coding.codesets.enums import CodeKind, CodeSystem, NoteKind
from coding.codesets.models import Code, CodeNote, CodeSetRelease, PoaExemption
from coding.codesets.official.editions import edition_difference
from coding.codesets.official.enums import LoadKind
from coding.codesets.official.kinds import KINDS, last_day
from coding.codesets.official.overlay import Difference, Known, Rows, Value, lay_over, window_of
from coding.codesets.official.parsed import CodeEntry, NoteEntry, Parsed
from coding.codesets.rules import CATEGORY_LENGTH, Span, subtract_spans
from hims.lib.errors import DomainError

FIRST_LINES = 200
_SMALLEST_SHARE = 0.9
_ENOUGH_TO_COMPARE = 100
NOT_LISTED = "entries of no code in force"


@dataclass
class Lines:
    """Changes of a table whose rows are not codes: gone (ids), changed (id, last day), new (columns)."""

    gone: list[int] = field(default_factory=list)
    changed: list[tuple[int, date | None]] = field(default_factory=list)
    new: list[tuple[Any, ...]] = field(default_factory=list)
    unchanged: int = 0


@dataclass
class Plan:
    """All changes of one load. valid_before: how many codes each code set had the day before, and on the first day."""

    kind: str
    parsed: Parsed
    window: Span
    effective_to: date
    codes: dict[str, Rows] = field(default_factory=dict)
    notes: Lines = field(default_factory=Lines)
    exemptions: Lines = field(default_factory=Lines)
    difference: Difference = field(default_factory=Difference)
    came: dict[str, tuple[int, int]] = field(default_factory=dict)
    edition_rows: int = 0

    def counts(self) -> dict[str, int]:
        """read created updated unchanged rejected, and the sizes of the difference."""
        told = self.difference
        parts: list[Rows | Lines] = [*self.codes.values(), self.notes, self.exemptions]
        return {
            "read": self.parsed.read,
            "created": sum(len(each.new) for each in parts) + self.edition_rows,
            "updated": sum(len(each.changed) + len(each.gone) for each in parts),
            "unchanged": sum(each.unchanged for each in parts),
            "rejected": 0,
            "added": len(told.added),
            "deleted": len(told.deleted),
            "retitled": len(told.retitled),
            "revalidated": len(told.revalidated),
            "dropped": sum(self.parsed.dropped.values()),
        }

    def first_lines(self) -> dict[str, list[tuple[str, str, str]]]:
        """The first lines of each part of the difference."""
        told = self.difference
        parts = {
            "added": told.added,
            "deleted": told.deleted,
            "retitled": told.retitled,
            "revalidated": told.revalidated,
        }
        return {name: lines[:FIRST_LINES] for name, lines in parts.items()}


def make_plan(kind: str, parsed: Parsed, effective_from: date, until: date | None = None) -> Plan:
    """What loading would change. Raises DomainError when the file cannot be the whole list it says it is."""
    last = min(filter(None, (last_day(kind, effective_from), until)))
    if last < effective_from:
        raise DomainError(f"The last day {last} lies before the first, {effective_from}.", field="effective_to")
    plan = Plan(kind, parsed, Span(effective_from, last), last)
    if kind == LoadKind.POA_EXEMPT:
        plan.window = window_of(effective_from, _next_official_list(effective_from))
        end = min(filter(None, (last, plan.window.end)))
        plan.window, plan.effective_to = Span(effective_from, end), end
        _plan_exemptions(plan)
    elif KINDS[kind].stack:
        system = KINDS[kind].stack
        plan.window = window_of(effective_from, _next_release(system, effective_from))
        plan.effective_to = min(filter(None, (last, plan.window.end)))
        _plan_codes(plan)
        if kind == LoadKind.CM_TABULAR:
            _plan_notes(plan)
    else:
        plan.difference, plan.edition_rows = edition_difference(kind, parsed, effective_from)
    return plan


def _next_release(system: str, after: date) -> date | None:
    later = CodeSetRelease.objects.filter(system=system, effective_from__gt=after)
    start: date | None = later.aggregate(start=Min("effective_from"))["start"]
    return start


def _next_official_list(after: date) -> date | None:
    later = PoaExemption.objects.filter(official=True, valid_from__gt=after)
    start: date | None = later.aggregate(start=Min("valid_from"))["start"]
    return start


def _plan_codes(plan: Plan) -> None:
    for system, entries in plan.parsed.codes.items():
        known = known_rows(system)
        _check_whole(system, entries, known, plan.window.start)
        placed = _placed(entries, known) if system == CodeSystem.ICD10CM else entries
        plan.codes[system], told = lay_over(known, placed, plan.window)
        plan.came[system] = _came(entries, known, plan.window.start - timedelta(days=1))
        _add(plan.difference, told)
        if plan.parsed.hierarchy:
            above, told = lay_over(known, plan.parsed.hierarchy, plan.window, whole=False)
            _join(plan.codes[system], above)
            _add(plan.difference, told)
    if not plan.parsed.codes and plan.parsed.hierarchy:
        system = KINDS[plan.kind].stack
        known = known_rows(system)
        entries = _in_force(plan, known)
        plan.codes[system], told = lay_over(known, entries, plan.window, whole=False)
        _add(plan.difference, told)


def known_rows(system: str) -> dict[str, list[Known]]:
    """All rows of a code set by code, oldest first, in printed order."""
    found: dict[str, list[Known]] = defaultdict(list)
    rows = Code.objects.filter(system=system).order_by("position", "code", "valid_from")
    fields = ("id", "code", "valid_from", "valid_to", *Value._fields)
    for row_id, code, first, last, *value in rows.values_list(*fields).iterator(chunk_size=10_000):
        found[code].append(Known(row_id, Span(first, last), Value(*value)))
    for each in found.values():
        each.sort(key=lambda row: row.span.start)
    return dict(found)


def _check_whole(system: str, entries: Sequence[CodeEntry], known: Mapping[str, Sequence[Known]], day: date) -> None:
    listed = sum(entry.kind == CodeKind.CODE for entry in entries)
    before = len(_codes_on(known, day))
    if before >= _ENOUGH_TO_COMPARE and listed < before * _SMALLEST_SHARE:
        raise DomainError(
            f"The file lists {listed:,} codes of {CodeSystem(system).label}; {before:,} are in force on {day}. A release never "
            "loses so many: the file is cut off or not the whole list. Download it again.",
            field="file",
        )


def _codes_on(known: Mapping[str, Sequence[Known]], day: date) -> set[str]:
    return {
        code
        for code, rows in known.items()
        if any(row.value.kind == CodeKind.CODE and row.span.covers(day) for row in rows)
    }


def _came(entries: Sequence[CodeEntry], known: Mapping[str, Sequence[Known]], day_before: date) -> tuple[int, int]:
    """How many codes come and go with the release, compared with the day before it."""
    listed = {entry.code for entry in entries if entry.kind == CodeKind.CODE}
    before = _codes_on(known, day_before)
    return len(listed - before), len(before - listed)


def _placed(entries: Sequence[CodeEntry], known: Mapping[str, Sequence[Known]]) -> list[CodeEntry]:
    """Codes new to the list stand in block and chapter of their category."""
    return [entry if entry.code in known else _like_category(entry, known) for entry in entries]


def _like_category(entry: CodeEntry, known: Mapping[str, Sequence[Known]]) -> CodeEntry:
    rows = known.get(entry.code[:CATEGORY_LENGTH])
    if not rows:
        return entry
    value = rows[-1].value
    return entry._replace(parent=entry.parent or value.block, block=value.block, chapter=value.chapter)


def _in_force(plan: Plan, known: Mapping[str, Sequence[Known]]) -> list[CodeEntry]:
    """Entries of the tabular list that are in force: as what, the order file decides. Chapters and blocks always are."""
    entries = []
    for entry in plan.parsed.hierarchy:
        was = next((row for row in known.get(entry.code, ()) if row.span.covers(plan.window.start)), None)
        if was is not None:
            entries.append(entry._replace(kind=was.value.kind))
        elif entry.kind in (CodeKind.CHAPTER, CodeKind.BLOCK) or (entry.kind == CodeKind.HEADING and not known):
            entries.append(entry)
        else:
            plan.parsed.dropped[NOT_LISTED] += 1
    return entries


def _add(told: Difference, more: Difference) -> None:
    for name in ("added", "deleted", "retitled", "revalidated"):
        getattr(told, name).extend(getattr(more, name))


def _join(rows: Rows, more: Rows) -> None:
    rows.gone += more.gone
    rows.changed += more.changed
    rows.new += more.new
    rows.unchanged += more.unchanged


def _plan_notes(plan: Plan) -> None:
    stored: dict[str, list[CodeNote]] = defaultdict(list)
    rows = CodeNote.objects.filter(system=CodeSystem.ICD10CM).exclude(kind=NoteKind.INDEX_TERM)
    for note in rows.order_by("code", "position", "valid_from"):
        stored[note.code].append(note)
    for code in sorted(stored.keys() | plan.parsed.notes.keys()):
        _plan_notes_of(code, stored.get(code, ()), plan.parsed.notes.get(code, ()), plan)


def _plan_notes_of(code: str, before: Sequence[CodeNote], printed: Sequence[NoteEntry], plan: Plan) -> None:
    window, lines = plan.window, plan.notes
    within = [note for note in before if subtract_spans([window], [_span(note)]) != [window]]
    same = [NoteEntry(note.kind, note.mark, note.text) for note in within] == list(printed)
    if same and not any(subtract_spans([window], [_span(note)]) for note in within):
        lines.unchanged += len(within)
        return
    wanted = [
        ((note.position, piece.start), (note.kind, note.mark, note.text, piece.end))
        for note in before
        for piece in subtract_spans([_span(note)], [window])
    ]
    wanted += [((place, window.start), (*note, window.end)) for place, note in enumerate(printed)]
    old = {(note.position, note.valid_from): note for note in before}
    for (position, start), (kind, mark, text, end) in wanted:
        note = old.get((position, start))
        if note is not None and (note.kind, note.mark, note.text) == (kind, mark, text):
            del old[position, start]
            _keep(lines, note.pk, note.valid_to, end)
        else:
            lines.new.append((CodeSystem.ICD10CM.value, code, kind, mark, text, position, start, end))
    lines.gone.extend(note.pk for note in old.values())


def _keep(lines: Lines, row_id: int, was: date | None, end: date | None) -> None:
    if was == end:
        lines.unchanged += 1
    else:
        lines.changed.append((row_id, end))


def _span(row: CodeNote | PoaExemption) -> Span:
    return Span(row.valid_from, row.valid_to)


def _plan_exemptions(plan: Plan) -> None:
    window = plan.window
    before: dict[str, list[PoaExemption]] = defaultdict(list)
    for row in PoaExemption.objects.filter(official=True).order_by("prefix", "valid_from"):
        before[row.prefix].append(row)
    listed = set(plan.parsed.exemptions)
    for code in sorted(before.keys() | listed):
        _plan_exemption(code, before.get(code, ()), code in listed, window, plan)
    titles = _titles(listed | before.keys(), window.start)
    _check_diagnoses(listed, titles, window.start)
    told = plan.difference
    for name, codes in (
        ("added", listed - _exempt(before, window.start)),
        ("deleted", _exempt(before, window.start) - listed),
    ):
        getattr(told, name).extend((code, "", titles.get(code, "")) for code in sorted(codes))


def _check_diagnoses(listed: set[str], titles: Mapping[str, str], day: date) -> None:
    """Codes of other sets look like diagnoses; most of the list must be known ones, where any are known."""
    unknown = sorted(listed - titles.keys())
    if len(unknown) <= len(listed) * (1 - _SMALLEST_SHARE):
        return
    if Code.objects.on(day).filter(system=CodeSystem.ICD10CM).exists():
        raise DomainError(
            f"{len(unknown):,} of {len(listed):,} codes, such as {unknown[0]}, are no ICD-10-CM codes on {day}. This is not the "
            "POA exempt list of that year: choose the kind and the date that fit the file.",
            field="file",
        )


def _exempt(before: Mapping[str, Iterable[PoaExemption]], day: date) -> set[str]:
    return {code for code, rows in before.items() if any(_span(row).covers(day) for row in rows)}


def _titles(codes: Iterable[str], day: date) -> dict[str, str]:
    rows = Code.objects.on(day).filter(system=CodeSystem.ICD10CM, code__in=list(codes))
    return dict(rows.values_list("code", "long_title"))


def _plan_exemption(code: str, before: Sequence[PoaExemption], listed: bool, window: Span, plan: Plan) -> None:
    lines = plan.exemptions
    wanted = {piece.start: piece.end for row in before for piece in subtract_spans([_span(row)], [window])}
    if listed:
        wanted[window.start] = window.end
    for row in before:
        if row.valid_from in wanted:
            _keep(lines, row.pk, row.valid_to, wanted.pop(row.valid_from))
        else:
            lines.gone.append(row.pk)
    lines.new.extend((code, "", start, end, SOURCE, True) for start, end in sorted(wanted.items()))


SOURCE = "CMS, POA exempt list loaded by this site"
