"""What a release says, laid over what is known, on its days and on no other. Pure: no Django.

A release decides the days from its first to the day before the next release. Within them a code it lists is in force and
one it lacks is not; before and after them everything stays as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from coding.codesets.official.parsed import CodeEntry
from coding.codesets.rules import Span, subtract_spans

CODE, HEADING = "code", "heading"
"""Kinds of rows a whole list decides, as `CodeKind` writes them."""


class Value(NamedTuple):
    """What a row says of a code, its days left out."""

    kind: str
    short_title: str
    long_title: str
    parent: str
    block: str
    chapter: str
    position: int


class Known(NamedTuple):
    """One stored row of a code."""

    row_id: int
    span: Span
    value: Value


@dataclass
class Rows:
    """What becomes of the rows: gone, changed (row, days, value), new (code, days, value)."""

    gone: list[int] = field(default_factory=list)
    changed: list[tuple[int, Span, Value]] = field(default_factory=list)
    new: list[tuple[str, Span, Value]] = field(default_factory=list)
    unchanged: int = 0


@dataclass
class Difference:
    """What a person wants to know: [code, what was, what is] under each heading."""

    added: list[tuple[str, str, str]] = field(default_factory=list)
    deleted: list[tuple[str, str, str]] = field(default_factory=list)
    retitled: list[tuple[str, str, str]] = field(default_factory=list)
    revalidated: list[tuple[str, str, str]] = field(default_factory=list)


def lay_over(
    known: Mapping[str, Sequence[Known]], entries: Sequence[CodeEntry], window: Span, *, whole: bool = True
) -> tuple[Rows, Difference]:
    """The rows and differences of laying `entries` over `known` on the days of `window`.

    whole: what the entries lack is not in force; else it stays. Chapters and blocks always stay. Position: that of the
    code itself, or of the entry printed before it.
    """
    rows, difference = Rows(), Difference()
    listed = {entry.code for entry in entries}
    position = 0
    for entry in entries:
        before = known.get(entry.code, ())
        position = _position(before, position, entry.place, bool(known))
        _lay(entry.code, before, entry, position, window, rows, difference)
    if whole:
        for code in known.keys() - listed:
            if known[code][0].value.kind in (CODE, HEADING):
                _lay(code, known[code], None, 0, window, rows, difference)
    for each in (difference.added, difference.deleted, difference.retitled, difference.revalidated):
        each.sort()
    return rows, difference


def _position(before: Sequence[Known], previous: int, place: int, anything_known: bool) -> int:
    if before:
        return before[-1].value.position
    return previous if anything_known else place


def _lay(
    code: str,
    before: Sequence[Known],
    entry: CodeEntry | None,
    position: int,
    window: Span,
    rows: Rows,
    told: Difference,
) -> None:
    span = _own_days(entry, window) if entry else None
    was = next((each for each in before if each.span.covers(window.start)), None)
    value = _value(entry, was or (before[-1] if before else None), position) if entry else None
    if span is None:
        value = None
    wanted = [(piece, each.value) for each in before for piece in subtract_spans([each.span], [window])]
    if value is not None and span is not None:
        wanted = [(piece, _titled(old, value, piece, span)) for piece, old in wanted]
        wanted.append((span, value))
    _compare(code, before, _joined(wanted), rows)
    _tell(code, before, was, value, told)


def _own_days(entry: CodeEntry, window: Span) -> Span | None:
    """The days of the window on which the entry itself says it is in force; None when there are none."""
    start = max(window.start, entry.first or window.start)
    ends = [end for end in (window.end, entry.last) if end is not None]
    end = min(ends) if ends else None
    return None if end is not None and end < start else Span(start, end)


def _value(entry: CodeEntry, base: Known | None, position: int) -> Value:
    """What the file says, and what was known where it says nothing."""
    old = base.value if base else Value("", "", "", "", "", "", position)
    return Value(
        entry.kind,
        entry.short or old.short_title,
        entry.long or old.long_title or entry.fallback,
        entry.parent or old.parent,
        entry.block or old.block,
        entry.chapter or old.chapter,
        old.position,
    )


def _titled(old: Value, new: Value, piece: Span, span: Span) -> Value:
    """A row without a title that adjoins the days of the new one takes its titles."""
    adjoins = piece.end is not None and piece.end + timedelta(days=1) == span.start
    adjoins = adjoins or (span.end is not None and span.end + timedelta(days=1) == piece.start)
    if not adjoins or old.kind != new.kind:
        return old
    titled = old if old.long_title else old._replace(long_title=new.long_title)
    same = titled.long_title == new.long_title
    return titled._replace(short_title=new.short_title) if same and not old.short_title else titled


def _joined(pieces: Iterable[tuple[Span, Value]]) -> list[tuple[Span, Value]]:
    """Adjoining days with the same value as one row, in order."""
    joined: list[tuple[Span, Value]] = []
    for span, value in sorted(pieces, key=lambda each: each[0].start):
        if joined and joined[-1][1] == value and joined[-1][0].end == span.start - timedelta(days=1):
            joined[-1] = (Span(joined[-1][0].start, span.end), value)
        else:
            joined.append((span, value))
    return joined


def _compare(code: str, before: Sequence[Known], wanted: Sequence[tuple[Span, Value]], rows: Rows) -> None:
    """Rows keep their identity by their first day."""
    by_start = {each.span.start: each for each in before}
    for span, value in wanted:
        old = by_start.pop(span.start, None)
        if old is None:
            rows.new.append((code, span, value))
        elif (old.span, old.value) == (span, value):
            rows.unchanged += 1
        else:
            rows.changed.append((old.row_id, span, value))
    rows.gone.extend(each.row_id for each in by_start.values())


def _tell(code: str, before: Sequence[Known], was: Known | None, value: Value | None, told: Difference) -> None:
    reported = was is not None and was.value.kind == CODE
    reports = value is not None and value.kind == CODE
    title_before = was.value.long_title if was else ""
    title = value.long_title or value.short_title if value else ""
    if reports and not reported:
        ever = any(each.value.kind == CODE for each in before)
        (told.revalidated if ever else told.added).append((code, title_before, title))
    elif reported and not reports:
        told.deleted.append((code, title_before, ""))
    elif value is not None and was is not None and title_before != value.long_title:
        told.retitled.append((code, title_before, value.long_title))


def window_of(start: date, next_start: date | None) -> Span:
    """The days a release decides: to the day before the next one, without end while none is known."""
    return Span(start, next_start - timedelta(days=1) if next_start else None)
