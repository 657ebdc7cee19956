"""Snoops acted out through the gate, in the trail itself: the whole way from the look to the alert."""

from __future__ import annotations

from audit.access.models import EmployeeChart
from audit.monitoring.models import PrivacyAlert
from audit.monitoring.tasks import look_again_at_night, watch_trail
from audit.trail.models import AuditEvent
from hims.demo.snooping import act_out
from hims.lib.access import Role
from hims.staff.models import Facility, User
from records.registry.enums import Restriction
from records.registry.models import Address, Patient
from tests.audit.monitoring.conftest import Watching, alerts_about
from tests.committed import worker_at
from tests.factories import records as make


def test_snoops_are_alerted_from_the_trail_and_workers_are_not(
    watched: Watching, reader: User, hospital: Facility, stranger: Patient
) -> None:
    own, colleague = make.patient(hospital), make.patient(hospital)
    relative, known = make.patient(hospital), make.patient(hospital, confidential=True, restriction=Restriction.VIP)
    specialist = worker_at(hospital, Role.RECORDS_SPECIALIST)
    EmployeeChart.objects.create(user=reader, patient_id=own.pk)
    EmployeeChart.objects.create(user=specialist, patient_id=colleague.pk)
    for each in (own, relative):
        Address.objects.create(patient=each, line="12 Elm Street", postal_code="60099")
    names = [f"maria {letter}" for letter in "abcdefg"]
    shown = act_out(reader, [own.pk, colleague.pk, relative.pk, known.pk, stranger.pk], names)
    assert shown == 9
    act_out(specialist, [make.encounter(hospital).patient_id])
    watched()
    assert set(alerts_about(reader)) >= {
        ("own_chart", own.pk), ("co_worker", colleague.pk), ("household", relative.pk), ("restricted", known.pk),
        ("long_after_discharge", stranger.pk), ("browsing", None),
    }  # fmt: skip
    assert alerts_about(specialist) == []
    for alert in PrivacyAlert.objects.filter(patient_id__isnull=False):
        about = AuditEvent.objects.filter(pk__in=alert.event_ids)
        assert {event.actor_id for event in about} == {alert.actor_id}
        assert all(alert.patient_id in event.patient_ids for event in about)


def test_tasks_of_the_minute_and_the_night_run(watched: Watching, reader: User, stranger: Patient) -> None:
    act_out(reader, [stranger.pk])
    watch_trail()
    assert alerts_about(reader) == []
    watched()
    look_again_at_night()
    assert alerts_about(reader) == [("long_after_discharge", stranger.pk)]
