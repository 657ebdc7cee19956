"""Events of a patient as lines: each event is counted once, and in plain words."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.report import words
from audit.report.accesses import Gathered, gather
from audit.trail.enums import Category, Purpose

_numbers = count(1)
DANA, ROSA, SYSTEM = uuid4(), uuid4(), uuid4()
ZONE = "America/Chicago"
NOON = datetime(2026, 3, 9, 18, tzinfo=UTC)


@dataclass
class Event:
    at: datetime = NOON
    event: str = "chart.viewed"
    category: str = "read"
    result: str = "done"
    purpose: str = "coding"
    actor_id: UUID | None = DANA
    actor_name: str = "Dana Whitfield"
    actor_role: str = "Coder"
    request_id: UUID = field(default_factory=uuid4)
    id: int = field(default_factory=lambda: next(_numbers))
    leaf: bytes = b"x" * 32


def gathered(*events: Event, emergencies: Any = None) -> Gathered:
    return gather(events, ZONE, emergencies or {}, frozenset({SYSTEM}))


def test_looks_of_one_person_on_one_day_are_one_line() -> None:
    found = gathered(Event(), Event(at=NOON + timedelta(hours=2)), Event(at=NOON + timedelta(days=1)))
    assert [(line.day.isoformat(), line.count) for line in found.lines] == [("2026-03-10", 1), ("2026-03-09", 2)]
    assert [line.act for line in found.lines] == ["opened your chart"] * 2
    assert (found.lines[1].first_at.hour, found.lines[1].last_at.hour) == (13, 15)  # local time, after the clock change


def test_day_is_that_of_the_facility() -> None:
    late = datetime(2026, 3, 10, 3, 30, tzinfo=UTC)  # 22:30 of the ninth in Chicago
    assert gathered(Event(at=late)).lines[0].day.isoformat() == "2026-03-09"


def test_change_is_one_line_and_its_beginning_is_only_counted() -> None:
    request = uuid4()
    begun = Event(event="patient.corrected", category="update", result="attempted", request_id=request)
    done = Event(event="patient.corrected", category="update", result="done", request_id=request)
    found = gathered(begun, done)
    assert [(line.act, line.count, line.unknown) for line in found.lines] == [("corrected your registration", 1, False)]
    assert (found.beginnings, found.represented) == (1, 2)


@pytest.mark.parametrize(("end", "refused", "failed"), [("refused", 1, 0), ("failed", 0, 1)])
def test_attempt_in_vain_is_counted_and_shown_to_nobody(end: str, refused: int, failed: int) -> None:
    request = uuid4()
    found = gathered(Event(result="attempted", request_id=request), Event(result=end, request_id=request))
    assert (found.lines, found.beginnings, found.refused, found.failed) == ([], 1, refused, failed)
    assert found.represented == 2


def test_beginning_without_an_end_is_shown_as_unknown() -> None:
    found = gathered(Event(result="attempted"))
    assert [(line.unknown, line.count) for line in found.lines] == [(True, 1)]


def test_emergency_shows_by_purpose_and_by_the_time_of_the_access() -> None:
    spans = {DANA: [(NOON - timedelta(hours=1), NOON + timedelta(hours=3))]}
    found = gathered(
        Event(), Event(at=NOON + timedelta(hours=3)), Event(actor_id=ROSA, purpose="emergency"), emergencies=spans
    )
    assert sorted((line.actor_id == DANA, line.emergency, line.count) for line in found.lines) == [
        (False, True, 1),
        (True, False, 1),
        (True, True, 1),
    ]


def test_work_of_the_system_is_no_person() -> None:
    assert [line.automatic for line in gathered(Event(actor_id=SYSTEM), Event(actor_id=None)).lines] == [True, True]


def test_fingerprint_changes_with_any_event() -> None:
    same = [Event(id=1, leaf=b"a" * 32), Event(id=2, leaf=b"b" * 32)]
    assert gathered(*same).fingerprint == gathered(*same).fingerprint
    assert gathered(*same).fingerprint != gathered(same[0]).fingerprint
    assert gathered(*same).fingerprint != gathered(same[0], Event(id=2, leaf=b"c" * 32)).fingerprint


requests = st.sampled_from([UUID(int=number) for number in range(3)])
events = st.lists(
    st.builds(
        Event,
        at=st.datetimes(datetime(2020, 1, 1), datetime(2026, 1, 1)).map(lambda each: each.replace(tzinfo=UTC)),
        event=st.sampled_from(["chart.viewed", "patient.corrected", "unknown.thing"]),
        category=st.sampled_from([each.value for each in Category]),
        result=st.sampled_from(["attempted", "done", "refused", "failed"]),
        purpose=st.sampled_from([each.value for each in Purpose]),
        actor_id=st.sampled_from([DANA, ROSA, SYSTEM, None]),
        request_id=requests,
    ),
    max_size=40,
)


@given(events)
def test_every_event_is_represented_exactly_once(drawn: list[Event]) -> None:
    found = gathered(*drawn)
    assert found.represented == len(drawn) == len(found.ids)


def test_every_category_and_purpose_has_plain_words() -> None:
    for category in Category:
        assert words.act("something.new", category.value)
    assert {purpose.value for purpose in Purpose} == words.PURPOSES.keys()
