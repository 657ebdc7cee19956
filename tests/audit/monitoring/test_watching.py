"""Watching the trail itself: what people do through the gate is taken, explained and judged."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest
from django.utils import timezone

from audit.access.models import AccessGrant, EmployeeChart, GrantSource
from audit.monitoring.models import AccessExplanation, AlertOutcome, AlertState, PrivacyAlert, Watermark
from audit.monitoring.watching import look_again
from audit.walls import standing_for
from bench.monitoring import ONE
from hims.lib.access import Role
from hims.lib.errors import NotVisible
from hims.staff.models import Facility, User
from hims.staff.selectors import system_user
from records.chart.selectors import patient_chart
from records.registry.models import Patient
from tests.audit.monitoring.conftest import Watching, alerts_about
from tests.committed import worker_at
from tests.environment import role_url
from tests.factories import coding as make_coding
from tests.factories import records as make


def read(by: User, patient: Patient, times: int = 3) -> None:
    for _ in range(times):
        patient_chart(by=by, patient_id=patient.pk)


def test_chart_read_without_reason_is_alerted_with_what_is_missing(
    watched: Watching, reader: User, stranger: Patient
) -> None:
    read(reader, stranger)
    assert watched().alerts == 1
    assert alerts_about(reader) == [("long_after_discharge", stranger.pk)]
    alert = PrivacyAlert.objects.get(actor_id=reader.pk)
    assert len(alert.event_ids) == 3
    assert alert.facility_ids == stranger.facility_ids
    assert "no open coding work on this patient" in alert.missing
    assert alert.state == AlertState.OPEN


def test_second_round_finds_nothing_new_and_raises_nothing_twice(
    watched: Watching, reader: User, stranger: Patient
) -> None:
    read(reader, stranger)
    watched()
    again = watched()
    assert (again.accesses, again.alerts) == (0, 0)
    read(reader, stranger)
    assert watched().alerts == 0
    assert PrivacyAlert.objects.get(actor_id=reader.pk).seen.startswith("Opened a chart 39")
    unit = AccessExplanation.objects.get(actor_id=reader.pk)
    assert (unit.opened, len(unit.event_ids)) == (6, 6)


def test_reader_at_the_worklist_is_explained(watched: Watching, reader: User, hospital: Facility) -> None:
    with standing_for(system_user()):
        encounter = make.encounter(hospital)
        make_coding.coding_record(encounter)
    read(reader, encounter.patient, 5)
    assert watched().alerts == 0
    unit = AccessExplanation.objects.get(actor_id=reader.pk)
    assert (unit.source, unit.sentence) == (
        "open_coding", f"Discharged, and waits for coding: encounter {encounter.account_number}",
    )  # fmt: skip


def test_attempt_at_the_own_chart_is_alerted_at_once(watched: Watching, reader: User, hospital: Facility) -> None:
    with standing_for(system_user()):
        own = make.patient(hospital)
    EmployeeChart.objects.create(user=reader, patient_id=own.pk)
    with pytest.raises(NotVisible):
        patient_chart(by=reader, patient_id=own.pk)
    watched()
    assert alerts_about(reader) == [("own_chart", own.pk)]


def test_unexplained_chart_waits_until_it_is_left(watched: Watching, reader: User, stranger: Patient) -> None:
    from audit.monitoring.watching import watch

    read(reader, stranger)
    assert watch().alerts == 0
    assert watched().alerts == 1


def test_grant_explains_while_it_holds(watched: Watching, reader: User, stranger: Patient) -> None:
    now = timezone.now()
    during = (now - timedelta(hours=1), now + timedelta(hours=1))
    AccessGrant.objects.create(user=reader, patient_id=stranger.pk, source=GrantSource.EXPLICIT, during=during)
    read(reader, stranger)
    assert watched().alerts == 0
    assert AccessExplanation.objects.get(actor_id=reader.pk).source == "grant"


def test_grant_taken_back_before_explains_nothing(watched: Watching, reader: User, stranger: Patient) -> None:
    now = timezone.now()
    AccessGrant.objects.create(
        user=reader, patient_id=stranger.pk, source=GrantSource.EXPLICIT, revoked_at=now - timedelta(minutes=1),
        during=(now - timedelta(hours=1), now + timedelta(hours=1)),
    )  # fmt: skip
    read(reader, stranger)
    assert watched().alerts == 1


def test_alert_is_closed_at_night_when_an_explanation_was_recorded_later(
    watched: Watching, reader: User, stranger: Patient
) -> None:
    read(reader, stranger)
    watched()
    now = timezone.now()
    AccessGrant.objects.create(
        user=reader, patient_id=stranger.pk, source=GrantSource.RELEASE, during=(now - timedelta(hours=1), now)
    )
    assert look_again() == 1
    alert = PrivacyAlert.objects.get(actor_id=reader.pk)
    assert (alert.state, alert.outcome, alert.closed_by) == (AlertState.CLOSED, AlertOutcome.EXPLAINED_LATER, None)
    assert look_again() == 0


def test_alert_stays_open_at_night_without_explanation(watched: Watching, reader: User, stranger: Patient) -> None:
    read(reader, stranger)
    watched()
    assert look_again() == 0
    assert PrivacyAlert.objects.get(actor_id=reader.pk).state == AlertState.OPEN


def test_work_of_the_system_is_not_watched(watched: Watching, stranger: Patient) -> None:
    patient_chart(by=system_user(), patient_id=stranger.pk)
    watched()
    assert not AccessExplanation.objects.filter(patient_id=stranger.pk).exists()


def test_small_batches_take_every_event_once(watched: Watching, reader: User, stranger: Patient) -> None:
    read(reader, stranger, 7)
    rounds = 1
    while watched(batch=2).more:
        rounds += 1
    assert rounds >= 4
    assert AccessExplanation.objects.get(actor_id=reader.pk).opened == 7


def test_event_committed_late_is_not_skipped(
    watched: Watching, reader: User, hospital: Facility, stranger: Patient
) -> None:
    """A transaction that began first and ends last: its rows have lower numbers than those already taken."""
    late, early = reader, worker_at(hospital, Role.BILLER)
    values = {"patient": stranger.pk, "facility": hospital.pk}
    with psycopg.connect(role_url("hims_audit")) as slow, psycopg.connect(role_url("hims_audit")) as quick:
        slow.execute(ONE, {**values, "actor": late.pk})
        quick.execute(ONE, {**values, "actor": early.pk})
        quick.commit()
        watched()
        assert not AccessExplanation.objects.filter(actor_id=late.pk).exists()
        slow.commit()
    watched()
    opened = dict(AccessExplanation.objects.filter(patient_id=stranger.pk).values_list("actor_id", "opened"))
    assert opened == {late.pk: 1, early.pk: 1}


def test_watermark_reads_the_end_of_the_trail_only(watched: Watching, reader: User, stranger: Patient) -> None:
    for _ in range(3):
        read(reader, stranger)
        watched()
    mark = Watermark.objects.get()
    assert mark.since is not None
    assert timezone.now() - mark.since < timedelta(minutes=5)
