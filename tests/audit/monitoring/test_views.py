"""Pages of privacy monitoring."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.monitoring.limits import chosen
from audit.monitoring.models import AlertState, PrivacyAlert
from hims.lib.access import Role
from hims.staff.models import Facility, User
from records.registry.models import Patient
from tests.audit.monitoring.conftest import event, told
from tests.audit.monitoring.test_actions import alert
from tests.clients import HTMX, signed_in
from tests.factories import records as make
from tests.trail import told as trail_of

pytestmark = pytest.mark.django_db
# Noon at the facility, so that no test depends on the hour it runs at.
NOON = (timezone.now() - timedelta(days=1)).replace(hour=18, minute=0)
QUEUE = "/privacy/"
ROUTES = (QUEUE, "/privacy/rules/", "/privacy/rules/browsing/", "/privacy/explained")


@pytest.fixture
def stranger(facility: Facility) -> Patient:
    return make.patient(facility, family_name="Umarov", given_names="Vera")


def snoop(by: User, at: Any, facility: Facility, patient: Patient, times: int = 3) -> PrivacyAlert:
    """The chart is read without reason, and alerted."""
    told(*(event(by, at + timedelta(minutes=n), facility, patient.pk) for n in range(times)))
    return PrivacyAlert.objects.get(actor_id=by.pk, patient_id=patient.pk)


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.PRIVACY_OFFICER, 200), (Role.ADMINISTRATOR, 403), (Role.HIM_MANAGER, 403), (Role.CODER, 403)],
)
def test_pages_are_for_privacy_officers(
    route: str, role: Role, status: int, person: Callable[..., User], facility: Facility
) -> None:
    assert signed_in(person("anyone", role, facility)).get(route).status_code == status


def test_queue_lists_open_alerts_gravest_first(
    privacy_officer: User, coder: User, facility: Facility, stranger: Patient
) -> None:
    alert(coder, facility, rule="no_relationship", score=40, patient_id=stranger.pk)
    alert(coder, facility, rule="own_chart", score=90)
    alert(coder, facility, state=AlertState.CLOSED, outcome="legitimate", closed_at=timezone.now(), seen="Closed one")
    page = signed_in(privacy_officer).get(QUEUE).content.decode()
    assert page.index("Own chart</a>") < page.index("No relationship</a>")
    assert "Umarov, Vera" in page
    assert "Closed one" not in page
    assert ("alert.listed", "done") in trail_of(privacy_officer)


def test_queue_of_another_facility_is_empty(
    person: Callable[..., User], coder: User, facility: Facility, other_facility: Facility
) -> None:
    made = alert(coder, facility)
    client = signed_in(person("jo", Role.PRIVACY_OFFICER, other_facility))
    assert "No alerts here" in client.get(QUEUE).content.decode()
    assert client.get(made.get_absolute_url()).status_code == 404


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ({}, 2),
        ({"rule": "own_chart"}, 1),
        ({"rule": "household"}, 0),
        ({"state": "any"}, 3),
        ({"state": "closed"}, 1),
        ({"from_day": "2026-03-10"}, 0),
        ({"to_day": "2026-03-09"}, 2),
    ],
)
def test_queue_is_filtered(
    query: dict[str, str], number: int, privacy_officer: User, coder: User, facility: Facility
) -> None:
    alert(coder, facility)
    alert(coder, facility, rule="own_chart")
    alert(coder, facility, state=AlertState.CLOSED, outcome="legitimate", closed_at=timezone.now())
    page = signed_in(privacy_officer).get(QUEUE, query, headers=HTMX).content.decode()
    assert page.count("data-open") == number
    assert "<html" not in page


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"rule": "x"}, 422),
        ({"state": "x"}, 422),
        ({"person": "x"}, 422),
        ({"patient": "x"}, 422),
        ({"from_day": "9999-99-99"}, 422),
        ({"after": "garbage"}, 409),
        ({"person": str(uuid4())}, 422),
        ({"unknown": "x"}, 200),
    ],
)
def test_queue_asked_wrongly_is_refused(query: dict[str, str], status: int, privacy_officer: User) -> None:
    assert signed_in(privacy_officer).get(QUEUE, query).status_code == status


def test_queue_in_pages_neither_repeats_nor_skips(privacy_officer: User, coder: User, facility: Facility) -> None:
    for number in range(53):
        alert(coder, facility, score=40 + number % 3)
    client = signed_in(privacy_officer)
    first = client.get(QUEUE)
    second = client.get(QUEUE, {"after": first.context["page"].next_cursor})
    ids = [row["id"] for page in (first, second) for row in page.context["rows"]]
    assert (len(ids), len(set(ids)), second.context["page"].next_cursor) == (53, 53, "")


def test_queue_costs_the_same_with_one_and_with_twenty_rows(
    privacy_officer: User, coder: User, facility: Facility, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(privacy_officer)
    alert(coder, facility, patient_id=make.patient(facility).pk)
    client.get(QUEUE)
    with django_assert_max_num_queries(60) as one:
        client.get(QUEUE)
    for _ in range(19):
        alert(coder, facility, patient_id=make.patient(facility).pk)
    with django_assert_max_num_queries(len(one)):
        client.get(QUEUE)


def test_alert_shows_what_was_done_and_what_is_missing(
    privacy_officer: User, coder: User, facility: Facility, stranger: Patient
) -> None:
    made = snoop(coder, NOON, facility, stranger)
    other = alert(coder, facility, rule="own_chart", seen="Tried to open the own chart and was refused.")
    page = signed_in(privacy_officer).get(made.get_absolute_url()).content.decode()
    for words in ("Umarov, Vera", "no open coding work on this patient", "3 opened", "Nothing on file", other.seen):
        assert words in page
    assert ("alert.viewed", "done") in trail_of(privacy_officer)


def test_alert_shows_its_events_of_the_trail(
    privacy_officer: User, coder: User, facility: Facility, stranger: Patient
) -> None:
    from audit.trail.models import AuditEvent
    from records.chart.selectors import patient_chart

    patient_chart(by=coder, patient_id=stranger.pk)
    seen = AuditEvent.objects.get(actor_id=coder.pk, event="chart.viewed")
    made = alert(coder, facility, patient_id=stranger.pk, event_ids=[seen.pk], first_at=seen.at, last_at=seen.at)
    page = signed_in(privacy_officer).get(made.get_absolute_url())
    assert [row["words"] for row in page.context["events"]] == ["Chart viewed"]
    assert "Chart viewed" in page.content.decode()


def test_alert_is_closed_on_its_page(privacy_officer: User, coder: User, facility: Facility) -> None:
    made, client = alert(coder, facility), signed_in(privacy_officer)
    url = reverse("privacy:close", args=[made.pk])
    wrong = client.post(url, {"outcome": "education", "note": ""})
    assert (wrong.status_code, "Say in a few words" in wrong.content.decode()) == (422, True)
    assert client.post(url, {"outcome": "", "note": ""}).status_code == 422
    assert client.post(url, {"outcome": "education", "note": "Talked to her"}).status_code == 302
    made.refresh_from_db()
    assert (made.state, made.closed_by) == (AlertState.CLOSED, privacy_officer)
    page = client.get(made.get_absolute_url()).content.decode()
    assert "Talked to her" in page
    assert 'name="outcome"' not in page


def test_alert_about_oneself_shows_no_form(privacy_officer: User, facility: Facility) -> None:
    made = alert(privacy_officer, facility)
    assert "Somebody else decides" in signed_in(privacy_officer).get(made.get_absolute_url()).content.decode()


def test_ticked_alerts_are_closed_together(privacy_officer: User, coder: User, facility: Facility) -> None:
    one, two = alert(coder, facility), alert(coder, facility)
    client = signed_in(privacy_officer)
    ticked = {"alerts": [str(one.pk), str(two.pk)], "outcome": "legitimate", "note": ""}
    page = client.post(reverse("privacy:close_many"), ticked, follow=True).content.decode()
    assert "2 alerts are closed." in page
    again = client.post(reverse("privacy:close_many"), ticked)
    assert (again.status_code, "not open any more" in again.content.decode()) == (422, True)


@pytest.mark.parametrize("ticked", [{}, {"alerts": ["x"]}, {"alerts": [str(uuid4())], "outcome": ""}])
def test_nothing_is_closed_without_ticks_or_outcome(ticked: dict[str, Any], privacy_officer: User) -> None:
    answer = signed_in(privacy_officer).post(reverse("privacy:close_many"), {"outcome": "legitimate", **ticked})
    assert answer.status_code == 422


def test_list_stays_filtered_and_ticked_when_the_outcome_is_missing(
    privacy_officer: User, coder: User, facility: Facility
) -> None:
    made, client = alert(coder, facility), signed_in(privacy_officer)
    filtered, ticks = f"?person={coder.pk}", {"alerts": [str(made.pk)], "note": ""}
    answer = client.post(reverse("privacy:close_many") + filtered, ticks)
    assert (answer.status_code, f'value="{made.pk}" checked' in answer.content.decode()) == (422, True)
    assert f'formaction="{reverse("privacy:to_case")}{filtered}"' in answer.content.decode()
    closed = client.post(reverse("privacy:close_many") + filtered, {**ticks, "outcome": "legitimate"})
    assert closed["Location"] == QUEUE + filtered


def test_browser_lets_a_case_be_opened_without_an_outcome(
    privacy_officer: User, coder: User, facility: Facility
) -> None:
    alert(coder, facility)
    page = signed_in(privacy_officer).get(QUEUE).content.decode()
    assert re.search(r'<form method="post" action="/privacy/close[^>]* novalidate>', page)


def test_case_is_opened_from_ticked_alerts(privacy_officer: User, coder: User, facility: Facility) -> None:
    made, client = alert(coder, facility), signed_in(privacy_officer)
    assert client.post(reverse("privacy:to_case"), {"alerts": [str(made.pk)]})["Location"].endswith(f"?alert={made.pk}")
    assert client.post(reverse("privacy:to_case"), {"alerts": ["x"]})["Location"] == QUEUE


def test_rule_is_changed_on_its_page(privacy_officer: User) -> None:
    client = signed_in(privacy_officer)
    url = reverse("privacy:rule", args=["browsing"])
    assert client.post(url, {"active": "on", "searches": "1", "percent": "60", "save": "1"}).status_code == 422
    assert client.post(url, {"active": "on", "searches": "", "percent": "60", "save": "1"}).status_code == 422
    assert client.post(url, {"searches": "7", "percent": "60", "save": "1"}).status_code == 302
    now = chosen()
    assert (now.limits["browsing"]["searches"], "browsing" in now.active) == (7, False)
    assert "At rest" in client.get(reverse("privacy:rules")).content.decode()
    assert client.get("/privacy/rules/nonsense/").status_code == 404


def test_backtest_shows_who_would_be_alerted_in_addition_and_no_more(
    privacy_officer: User, coder: User, biller: User, facility: Facility, stranger: Patient
) -> None:
    at = NOON
    snoop(coder, at, facility, stranger, times=3)
    told(*(event(biller, at + timedelta(minutes=n), facility, stranger.pk) for n in range(2)))
    client = signed_in(privacy_officer)
    url = reverse("privacy:rule", args=["no_relationship"])
    looser = client.post(url, {"active": "on", "opens": "2", "try": "1"})
    assert [row["person"] for row in looser.context["added"]] == ["Marcus"]
    assert (looser.context["tried"].before, looser.context["tried"].after) == (1, 2)
    stricter = client.post(url, {"active": "on", "opens": "4", "try": "1"})
    assert [row["person"] for row in stricter.context["dropped"]] == ["Dana"]
    assert "Umarov, Vera" in stricter.content.decode()
    assert chosen().limits["no_relationship"]["opens"] == 3
    assert ("alert.backtested", "done") in trail_of(privacy_officer)


def test_backtest_of_a_rule_about_days_reads_days(privacy_officer: User, coder: User, facility: Facility) -> None:
    at = NOON
    told(
        *(
            event(
                coder, at + timedelta(minutes=n), facility, event="patient.searched", category="search", text="maria s"
            )
            for n in range(4)
        ),
        rest=timedelta(hours=1),
    )  # fmt: skip
    url = reverse("privacy:rule", args=["browsing"])
    tried = signed_in(privacy_officer).post(url, {"active": "on", "searches": "4", "percent": "60", "try": "1"})
    assert [row["person"] for row in tried.context["added"]] == ["Dana"]


def test_chart_of_explained_accesses_has_the_same_numbers_as_its_table(
    privacy_officer: User, coder: User, facility: Facility, stranger: Patient
) -> None:
    empty = signed_in(privacy_officer).get("/privacy/explained").content.decode()
    assert "Nothing was opened yet" in empty
    at = NOON
    snoop(coder, at, facility, stranger)
    told(event(coder, at, facility, make.patient(facility).pk, category="update", event="patient.corrected"))
    answer = signed_in(privacy_officer).get("/privacy/explained")
    chart = answer.context["chart"]
    assert (chart["percent"], chart["total"], chart["unexplained"]) == ("50.0 %", 2, 1)
    assert [part["height"] for part in chart["bars"][-1]["parts"]] == [30, 0, 30]
    assert "Own work in the chart" in answer.content.decode()
