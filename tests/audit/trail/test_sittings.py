"""What one person did without a long pause."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from audit.trail.filters import EventFilter
from audit.trail.selectors import sittings_of
from audit.trail.sittings import PAUSE, sittings
from hims.lib.errors import DomainError
from hims.staff.models import Facility, User
from records.chart.selectors import patient_chart
from tests.factories import records as make

NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)


@dataclass
class Event:
    at: datetime
    event: str = "chart.viewed"
    result: str = "done"
    source: str = "web"
    address: str | None = "10.0.0.1"
    patient_ids: list[UUID] = field(default_factory=list)


def test_pause_of_exactly_half_an_hour_does_not_end_a_sitting() -> None:
    found = sittings([Event(NOON + PAUSE), Event(NOON)])
    assert [(each.first_at, each.last_at, each.count) for each in found] == [(NOON, NOON + PAUSE, 2)]


def test_longer_pause_begins_another() -> None:
    found = sittings([Event(NOON + PAUSE + timedelta(seconds=1)), Event(NOON)])
    assert [each.count for each in found] == [1, 1]


def test_sitting_tells_patients_refusals_and_places() -> None:
    one, two = uuid4(), uuid4()
    (found,) = sittings(
        [
            Event(NOON, patient_ids=[one, two]),
            Event(NOON, patient_ids=[one], result="refused", address=None, source="api"),
        ]
    )
    assert (found.patients, found.refused) == ({one, two}, 1)
    assert found.places == {("web", "10.0.0.1"), ("api", "")}


def test_no_events_no_sittings() -> None:
    assert sittings([]) == []


@pytest.mark.django_db
def test_sittings_need_a_person(privacy_officer: User) -> None:
    with pytest.raises(DomainError) as refused:
        sittings_of(by=privacy_officer, wanted=EventFilter())
    assert refused.value.field == "person"


@pytest.mark.django_db
def test_pages_of_sittings_lose_no_event(
    privacy_officer: User, coder: User, facility: Facility, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("audit.trail.selectors.SITTINGS_FROM", 3)
    monkeypatch.setattr("audit.trail.sittings.PAUSE", timedelta(0))
    patient = make.patient(facility)
    for _ in range(8):
        patient_chart(by=coder, patient_id=patient.pk)
    before, counted = None, 0
    while True:
        page = sittings_of(
            by=privacy_officer, wanted=EventFilter(actor_id=coder.pk, patient_id=patient.pk, to_at=before)
        )
        counted += sum(each.count for each in page.sittings)
        before = page.before
        if before is None:
            break
    assert counted == 8
