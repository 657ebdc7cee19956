"""Filters that find their index, and the order of what was found."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from audit.trail.enums import Category
from audit.trail.filters import SORT_WHAT, SORTS, TOO_FAR, WALKED_DAYS, EventFilter, EventOrder
from audit.trail.models import AuditEvent
from audit.trail.selectors import audit_events
from hims.lib.errors import DomainError
from hims.staff.models import Facility, User
from records.chart.selectors import patient_chart
from records.registry.selectors import search_patients
from tests.factories import records as make

NOW = datetime(2026, 3, 9, 18, tzinfo=UTC)
SOMEBODY = UUID(int=1)


@pytest.mark.parametrize(
    ("wanted", "walks"),
    [
        (EventFilter(), False),
        (EventFilter(patient_id=SOMEBODY, purpose="privacy"), False),
        (EventFilter(actor_id=SOMEBODY, category="read"), False),
        (EventFilter(category="export"), False),
        (EventFilter(category="read"), True),
        (EventFilter(category="search"), True),
        (EventFilter(result="refused"), False),
        (EventFilter(result="done"), True),
        (EventFilter(purpose="privacy"), True),
        (EventFilter(source="job"), True),
        (EventFilter(object_type="document"), True),
        (EventFilter(object_type="document", object_id="1"), False),
    ],
)
def test_search_without_an_index_covers_31_days(wanted: EventFilter, walks: bool) -> None:
    assert wanted.walks is walks
    earliest = NOW - timedelta(days=WALKED_DAYS) if walks else None
    assert wanted.bounded(NOW).from_at == earliest


def test_search_without_an_index_is_refused_beyond_31_days() -> None:
    first = NOW - timedelta(days=WALKED_DAYS)
    edge = EventFilter(purpose="privacy", from_at=first, to_at=NOW)
    assert edge.bounded(NOW) == edge
    with pytest.raises(DomainError, match=TOO_FAR[:30]):
        EventFilter(purpose="privacy", from_at=first - timedelta(seconds=1), to_at=NOW).bounded(NOW)


def test_rare_categories_are_those_of_the_index() -> None:
    assert [each.value for each in Category if not EventFilter(category=each).finds_by_index] == ["read", "search"]


@pytest.mark.parametrize(
    ("text", "order"),
    [("", EventOrder()), ("person", EventOrder("person", False)), ("-person", EventOrder("person", True)),
     ("detail", EventOrder()), ("--person", EventOrder()), ("at;drop", EventOrder())],
)  # fmt: skip
def test_order_is_read_from_a_closed_list(text: str, order: EventOrder) -> None:
    assert EventOrder.read(text) == order


def sorted_by(by: User, wanted: EventFilter, order: str) -> list[AuditEvent]:
    found, after = list[AuditEvent](), ""
    while True:
        page = audit_events(by=by, wanted=wanted, order=order, after=after, size=2)
        found += page.events
        after = page.next_cursor
        if not after:
            return found


@pytest.mark.django_db
@pytest.mark.parametrize("name", [name for name in SORTS if name != "time"])
@pytest.mark.parametrize("sign", ["", "-"])
def test_events_of_a_patient_sort_by_every_element_in_pages(
    name: str, sign: str, privacy_officer: User, coder: User, specialist: User, facility: Facility
) -> None:
    patient = make.patient(facility, family_name="Quillfeather")
    for person in (coder, specialist, coder):
        patient_chart(by=person, patient_id=patient.pk)
        search_patients(by=person, text=patient.family_name)
    until = AuditEvent.objects.order_by("-at").values_list("at", flat=True)[0] + timedelta(microseconds=1)
    wanted = EventFilter(patient_id=patient.pk, to_at=until)
    found = sorted_by(privacy_officer, wanted, f"{sign}{name}")

    def key(event: AuditEvent) -> str:
        value = event.patient_ids[0] if name == "patient" else getattr(event, SORTS[name])
        return "" if value is None else str(value)

    keys = [key(event) for event in found]
    assert len({event.pk for event in found}) == len(found) == 6
    assert keys == sorted(keys, reverse=bool(sign))


@pytest.mark.django_db
@pytest.mark.parametrize("order", ["", "-time", "time"])
def test_events_of_a_patient_come_in_the_order_of_time(
    order: str, privacy_officer: User, coder: User, facility: Facility
) -> None:
    patient = make.patient(facility)
    for _ in range(5):
        patient_chart(by=coder, patient_id=patient.pk)
    until = AuditEvent.objects.order_by("-at").values_list("at", flat=True)[0] + timedelta(microseconds=1)
    found = [event.pk for event in sorted_by(privacy_officer, EventFilter(patient_id=patient.pk, to_at=until), order)]
    assert found == sorted(found, reverse=order != "time")
    assert len(found) == 5


@pytest.mark.django_db
def test_sorting_everything_is_refused(privacy_officer: User) -> None:
    with pytest.raises(DomainError, match=SORT_WHAT[:20]):
        audit_events(by=privacy_officer, wanted=EventFilter(), order="person")


@pytest.mark.django_db
def test_sorting_more_than_can_be_sorted_is_refused(
    privacy_officer: User, coder: User, facility: Facility, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("audit.trail.filters.SORTED_AT_MOST", 2)
    patient = make.patient(facility)
    for _ in range(3):
        patient_chart(by=coder, patient_id=patient.pk)
    with pytest.raises(DomainError, match="shorter period"):
        audit_events(by=privacy_officer, wanted=EventFilter(patient_id=patient.pk), order="person")
