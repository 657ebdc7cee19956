"""Keyset paging: pages tile the sorted list, and no cursor breaks a page."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hims.jobs.models import Job
from hims.lib.errors import DomainError
from hims.lib.ids import uuid7
from hims.lib.paging import _beyond, _fitted, decode_cursor, encode_cursor, keyset_page
from hims.staff.models import Facility

ORDERS = [("name", "id"), ("-name", "-id"), ("name", "-id"), ("-name", "id"), ("city", "-name", "id"), ("-id",)]
WORDS = st.text(alphabet="aB\u00e9\u4e2d '\u202e", max_size=3)
ROWS = st.lists(st.tuples(WORDS, st.sampled_from(["", "x", "y"])), max_size=12)


@pytest.mark.django_db
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, size=st.integers(1, 5), order=st.sampled_from(ORDERS))
def test_pages_one_after_another_equal_the_sorted_list(
    rows: list[tuple[str, str]], size: int, order: tuple[str, ...]
) -> None:
    Facility.objects.all().delete()
    for number, (name, city) in enumerate(rows):
        Facility.objects.create(code=f"F{number}", name=name, city=city)
    everything = list(Facility.objects.order_by(*order))

    found: list[Facility] = []
    after, pages = "", 0
    while pages == 0 or after:
        page = keyset_page(Facility.objects.all(), order=order, after=after, size=size)
        assert len(page.rows) <= size
        found, after, pages = found + page.rows, page.next_cursor, pages + 1

    assert found == everything
    assert pages == max(1, -(-len(everything) // size))


@pytest.mark.django_db
def test_page_by_moment_keeps_microseconds() -> None:
    moments = [datetime(2026, 3, 9, 12, 0, 0, micros, UTC) for micros in (1, 2, 3)]
    for number, moment in enumerate(moments):
        job = Job.objects.create(name="x", key=str(number), actor_id=uuid7())
        Job.objects.filter(pk=job.pk).update(created_at=moment)

    first = keyset_page(Job.objects.all(), order=("-created_at", "id"), after="", size=2)
    second = keyset_page(Job.objects.all(), order=("-created_at", "id"), after=first.next_cursor, size=2)

    assert [job.created_at for job in first.rows + second.rows] == moments[::-1]
    assert second.next_cursor == ""


@pytest.mark.django_db
@pytest.mark.parametrize(("size", "expected"), [(0, 1), (-5, 1), (10_000, 3)])
def test_page_size_out_of_range_is_moved_into_it(size: int, expected: int) -> None:
    for number in range(3):
        Facility.objects.create(code=f"F{number}", name="same")

    assert len(keyset_page(Facility.objects.all(), order=("id",), after="", size=size).rows) == expected


def raw(text: bytes) -> str:
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


DAMAGED = [
    "x", "%%%", "\u00e9", "a" * 5000, "\x00", raw(b"\xff\xfe\xfd"), raw(b"{}"), raw(b"[]"), raw(b"null"),
    raw(b"[1]"), raw(b"[1,2,3]"), raw(b"[" * 1400), raw(b"[" + b"9" * 1200 + b",1]"),
]  # fmt: skip


@pytest.mark.parametrize("cursor", DAMAGED)
def test_cursor_that_is_damaged_is_refused(cursor: str) -> None:
    with pytest.raises(DomainError) as refused:
        decode_cursor(cursor, 4)
    assert refused.value.field == "after"


NUMBERS: list[Any] = ["", "abc", "2026-99-99", None, True, [], {}, "nan", 1e400, 10**400, "1\x00", "\ud800", -(10**30)]
WHENS: list[Any] = [
    "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59-23:59",
    None,
    5,
    "today",
    "2026-03-09",
    "2026-03-09T12:00:00",
    "0000-00-00 00:00:00+00:00",
    "\x00",
    {},
    1.5,
]


@pytest.mark.django_db
@pytest.mark.parametrize("value", NUMBERS)
def test_cursor_value_that_is_no_number_is_refused(value: Any) -> None:
    cursor = raw(json.dumps(["name", value]).encode())
    with pytest.raises(DomainError):
        keyset_page(Facility.objects.all(), order=("name", "id"), after=cursor)


@pytest.mark.django_db
@pytest.mark.parametrize("value", WHENS)
def test_cursor_value_that_is_no_moment_is_refused(value: Any) -> None:
    cursor = raw(json.dumps([value, str(uuid7())]).encode())
    with pytest.raises(DomainError):
        keyset_page(Job.objects.all(), order=("-created_at", "id"), after=cursor)


@pytest.mark.django_db
@settings(max_examples=60, deadline=None)
@given(cursor=st.one_of(st.text(max_size=60), st.binary(max_size=60).map(raw)))
def test_cursor_of_any_text_gives_a_page_or_a_domain_error(cursor: str) -> None:
    try:
        rows = keyset_page(Job.objects.all(), order=("-created_at", "id"), after=cursor).rows
    except DomainError:
        rows = []
    assert rows == []


@given(st.lists(st.one_of(st.text(st.characters(exclude_categories=["Cs"])), st.integers(), st.none()), max_size=4))
def test_cursor_read_back_is_what_was_written(values: list[Any]) -> None:
    assert decode_cursor(encode_cursor(values), len(values)) == values


@pytest.mark.django_db
def test_later_page_begins_inside_the_index() -> None:
    """The bound on the first column stands alone, so that the database need not walk over the earlier pages."""
    cursor = encode_cursor(["2026-03-09 12:00:00+00:00", str(uuid7())])
    rows = Job.objects.all()
    values = [
        _fitted(rows, name, value) for name, value in zip(("created_at", "id"), decode_cursor(cursor, 2), strict=True)
    ]
    sql = str(rows.filter(_beyond(("-created_at", "id"), values)).query)
    assert '"jobs_job"."created_at" <= ' in sql.split("OR")[0].split("AND")[0]
