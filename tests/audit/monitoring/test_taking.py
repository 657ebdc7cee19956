"""How events become accesses and days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from audit.monitoring.models import AccessExplanation, WatchedDay
from audit.monitoring.seen import Kind
from hims.staff.models import Facility, User
from tests.audit.monitoring.conftest import alerts_about, event, told

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 9, 15, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
PATIENT = uuid4()


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ({}, Kind.OPENED),
        ({"result": "refused"}, Kind.REFUSED),
        ({"result": "attempted"}, Kind.NOTHING),
        ({"result": "failed"}, Kind.NOTHING),
        ({"category": "update", "event": "patient.corrected"}, Kind.CHANGED),
        ({"category": "print"}, Kind.OPENED),
        ({"source": "job"}, Kind.WORK_LIST),
        ({"event": "audit.viewed"}, Kind.WORK_LIST),
        ({"event": "restriction.viewed"}, Kind.WORK_LIST),
        ({"event": "restriction.viewed", "result": "refused"}, Kind.REFUSED),
        ({"event": "coding.worklist_viewed"}, Kind.WORK_LIST),
        ({"event": "document.unsigned_listed"}, Kind.WORK_LIST),
        ({"event": "patient.searched", "category": "search"}, Kind.SEARCHED),
        ({"event": "chart.searched", "category": "search"}, Kind.WORK_LIST),
    ],
)
def test_event_is_told_by_its_name_category_and_result(
    values: dict[str, Any], kind: Kind, coder: User, facility: Facility
) -> None:
    assert event(coder, AT, facility, PATIENT, **values).kind is kind


def test_event_about_many_patients_is_a_list(coder: User, facility: Facility) -> None:
    assert event(coder, AT, facility, PATIENT, uuid4()).kind is Kind.WORK_LIST


def unit(by: User, patient_id: UUID = PATIENT) -> AccessExplanation:
    return AccessExplanation.objects.get(actor_id=by.pk, patient_id=patient_id)


def test_events_of_a_day_become_one_access(coder: User, facility: Facility) -> None:
    told(event(coder, AT, facility, PATIENT), event(coder, AT + MINUTE, facility, PATIENT, category="update"))
    told(event(coder, AT + 200 * MINUTE, facility, PATIENT, result="refused"))
    found = unit(coder)
    assert (found.opened, found.changed, found.refused, found.listed) == (1, 1, 1, 0)
    assert (found.first_at, found.last_at) == (AT, AT + 200 * MINUTE)
    assert len(found.event_ids) == 3
    assert found.facility_ids == [facility.pk]
    assert found.hours == 1 << 10


def test_day_is_that_of_the_facility(coder: User, facility: Facility) -> None:
    told(event(coder, datetime(2026, 3, 10, 4, 30, tzinfo=UTC), facility, PATIENT))
    assert unit(coder).day == date(2026, 3, 9)


def test_work_list_explains_those_who_stand_on_it(coder: User, facility: Facility) -> None:
    told(event(coder, AT, facility, PATIENT, uuid4(), event="coding.worklist_viewed"))
    assert (unit(coder).source, unit(coder).strength) == ("work_list", 1)


@pytest.mark.parametrize(("text", "source"), [("Okafor Ruth", "search"), ("ruth o", "")])
def test_search_by_name_explains_its_results_and_a_tiny_one_does_not(
    text: str, source: str, coder: User, facility: Facility
) -> None:
    told(event(coder, AT, facility, PATIENT, event="patient.searched", category="search", text=text))
    assert unit(coder).source == source


def test_work_list_does_not_explain_an_opening(coder: User, facility: Facility) -> None:
    told(event(coder, AT, facility, PATIENT, uuid4(), event="coding.worklist_viewed"))
    told(*(event(coder, AT + number * MINUTE, facility, PATIENT) for number in range(1, 4)))
    assert unit(coder).source == ""
    told(event(coder, AT + 30 * MINUTE, facility, PATIENT, uuid4(), event="coding.worklist_viewed"))
    assert unit(coder).source == ""
    assert alerts_about(coder) == [("no_relationship", PATIENT)]


def test_hundred_events_are_kept_and_all_are_counted(coder: User, facility: Facility) -> None:
    for start in (0, 80):
        told(*(event(coder, AT + timedelta(seconds=start + number), facility, PATIENT) for number in range(80)))
    assert (unit(coder).opened, len(unit(coder).event_ids)) == (160, 100)


def searches(by: User, facility: Facility, number: int) -> list[Any]:
    return [
        event(
            by, AT + 2 * n * MINUTE, facility, uuid4(), event="patient.searched", category="search", text="maria s"
        )
        for n in range(number)
    ]  # fmt: skip


def test_browsing_is_alerted_after_the_searches_led_nowhere(coder: User, facility: Facility) -> None:
    told(*searches(coder, facility, 6), rest=MINUTE)
    assert alerts_about(coder) == []
    told(event(coder, AT + 12 * MINUTE, facility, event="codeset.searched", category="search"))
    assert alerts_about(coder) == [("browsing", None)]


def test_search_over_two_rounds_is_redeemed_by_a_chart(coder: User, facility: Facility) -> None:
    found = searches(coder, facility, 6)
    told(*found, rest=MINUTE)
    told(event(coder, AT + 11 * MINUTE, facility, PATIENT))
    row = WatchedDay.objects.get(actor_id=coder.pk)
    assert (row.searches, row.tiny, row.fruitless, row.waiting) == (6, 6, 1, [])
    assert alerts_about(coder) == []


@pytest.mark.parametrize(("reason", "score"), [("", 80), ("payer audit of March", 40)])
def test_bulk_export_is_alerted_with_its_reason(reason: str, score: int, biller: User, facility: Facility) -> None:
    many = [uuid4() for _ in range(51)]
    out = event(biller, AT, facility, *many, event="claim.exported", category="export", source="job")
    asked = event(biller, AT, facility, event="claim.export_requested", category="export", reason=reason)
    assert told(asked, out, rest=timedelta()).alerts == 1
    from audit.monitoring.models import PrivacyAlert

    alert = PrivacyAlert.objects.get(actor_id=biller.pk)
    assert (alert.rule, alert.score, alert.event_ids) == ("bulk_outflow", score, [out.id])
    assert alert.missing == ([] if reason else ["a reason for the export"])


def test_export_of_fifty_is_not_alerted(biller: User, facility: Facility) -> None:
    many = [uuid4() for _ in range(50)]
    told(event(biller, AT, facility, *many, event="claim.exported", category="export"))
    assert alerts_about(biller) == []


def test_volume_is_compared_with_the_days_before(coder: User, facility: Facility) -> None:
    WatchedDay.objects.bulk_create(
        WatchedDay(actor_id=coder.pk, day=AT.date() - timedelta(days=n), opened=20, first_at=AT, last_at=AT)
        for n in range(1, 8)
    )
    told(*(event(coder, AT + timedelta(seconds=n), facility, uuid4()) for n in range(51)))
    rules = [rule for rule, patient in alerts_about(coder) if patient is None]
    assert rules == ["volume_spike"]
