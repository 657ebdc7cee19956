"""Laying releases over one another: dates decide, whatever the order of loading."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from coding.codesets.official.overlay import CODE, HEADING, Known, Rows, Value, lay_over, window_of
from coding.codesets.official.parsed import CodeEntry
from coding.codesets.rules import Span

Table = dict[str, list[Known]]
STARTS = [date(2025, 10, 1), date(2026, 4, 1), date(2026, 10, 1), date(2027, 4, 1)]
EDGES = sorted({start + timedelta(days=shift) for start in STARTS for shift in (-1, 0)})
CODES = ("A00", "A001", "A002", "B01")


def entry(code: str, title: str, kind: str = CODE) -> CodeEntry:
    return CodeEntry(code, kind, "", title)


def applied(table: Mapping[str, Sequence[Known]], rows: Rows) -> Table:
    """The table after the changes; new rows get the next numbers."""
    by_id = {known.row_id: (code, known) for code, each in table.items() for known in each}
    for row_id in rows.gone:
        del by_id[row_id]
    for row_id, span, value in rows.changed:
        by_id[row_id] = (by_id[row_id][0], Known(row_id, span, value))
    for number, (code, span, value) in enumerate(rows.new, max(by_id, default=0) + 1):
        by_id[number] = (code, Known(number, span, value))
    result: Table = {}
    for code, known in by_id.values():
        result.setdefault(code, []).append(known)
    for each in result.values():
        each.sort(key=lambda known: known.span.start)
    return result


def says(table: Mapping[str, Sequence[Known]], day: date) -> dict[str, tuple[str, str]]:
    return {
        code: (known.value.kind, known.value.long_title)
        for code, each in table.items()
        for known in each
        if known.span.covers(day)
    }


entries = st.lists(
    st.builds(entry, st.sampled_from(CODES), st.sampled_from(("one", "two")), st.sampled_from((CODE, HEADING))),
    unique_by=lambda each: each.code,
)


@given(st.fixed_dictionaries(dict.fromkeys(STARTS, entries)), st.permutations(STARTS))
def test_every_day_is_that_of_its_release_in_whatever_order_they_are_loaded(
    releases: dict[date, list[CodeEntry]], order: list[date]
) -> None:
    table: Table = {}
    loaded: list[date] = []
    for start in order:
        later = [each for each in loaded if each > start]
        rows, _ = lay_over(table, releases[start], window_of(start, min(later, default=None)))
        table = applied(table, rows)
        loaded.append(start)
    for day in EDGES:
        current = max((start for start in STARTS if start <= day), default=None)
        expected = {each.code: (each.kind, each.long) for each in releases[current]} if current else {}
        assert says(table, day) == expected


@given(entries, entries)
def test_rows_of_one_code_never_overlap_and_laying_the_same_again_changes_nothing(
    first: list[CodeEntry], second: list[CodeEntry]
) -> None:
    table = applied({}, lay_over({}, first, window_of(STARTS[0], None))[0])
    window = window_of(STARTS[1], STARTS[2])
    table = applied(table, lay_over(table, second, window)[0])
    for each in table.values():
        for one, next_one in pairwise(each):
            assert one.span.end is not None
            assert one.span.end < next_one.span.start
    again, told = lay_over(table, second, window)
    assert (again.gone, again.changed, again.new) == ([], [], [])
    assert (told.added, told.deleted, told.retitled, told.revalidated) == ([], [], [], [])


def test_title_that_was_missing_is_filled_on_adjoining_days_too() -> None:
    known = {"A001": [Known(1, Span(STARTS[0]), Value(CODE, "", "", "A00", "b", "1", 7))]}
    rows, told = lay_over(known, [entry("A001", "Found")], window_of(STARTS[1], STARTS[2]))
    assert rows.changed == [(1, Span(STARTS[0]), Value(CODE, "", "Found", "A00", "b", "1", 7))]
    assert (rows.new, told.retitled) == ([], [("A001", "", "Found")])


def test_new_title_begins_with_its_release_and_keeps_the_old_one_before_and_after() -> None:
    known = {"A001": [Known(1, Span(STARTS[0]), Value(CODE, "", "Old", "A00", "b", "1", 7))]}
    rows, _ = lay_over(known, [entry("A001", "New")], window_of(STARTS[1], STARTS[2]))
    table = applied(known, rows)
    assert [says(table, day).get("A001", ("", ""))[1] for day in (EDGES[1], EDGES[2], EDGES[3], EDGES[4], EDGES[5])] == [
        "Old", "Old", "New", "New", "Old",
    ]  # fmt: skip
    assert next(known.row_id for known in table["A001"]) == 1


def test_own_days_of_an_entry_narrow_the_window_and_cannot_widen_it() -> None:
    window = window_of(STARTS[1], None)
    entries = [
        entry("A001", "Ends")._replace(last=date(2026, 6, 30)),
        entry("A002", "Begins")._replace(first=date(2020, 1, 1)),
        entry("B01", "Over")._replace(last=date(2026, 3, 31)),
    ]
    rows, _ = lay_over({}, entries, window)
    assert {code: span for code, span, _ in rows.new} == {
        "A001": Span(STARTS[1], date(2026, 6, 30)),
        "A002": Span(STARTS[1]),
    }
