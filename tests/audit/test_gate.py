"""The gate: permission, reach, transaction, trail."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import psycopg
import pytest
from django.db import OperationalError, connection

from audit import gate
from audit.authority import forget_authority
from audit.trail import writer
from audit.trail.enums import Category
from hims.lib.access import Permission
from hims.lib.errors import AccessDenied, DomainError, NotVisible, TrailUnavailable
from hims.lib.ids import uuid7
from hims.staff.models import Facility, User
from hims.staff.selectors import system_user
from records.chart.selectors import patient_chart
from records.encounters.actions import Admission, admit
from records.encounters.selectors import encounter_details
from records.registry.actions import PatientDetails, register_patient
from records.registry.models import Patient
from records.registry.selectors import search_patients
from tests.environment import ADMIN_URL, DATABASE
from tests.trail import events_of, told

RUTH = PatientDetails(family_name="Okafor", given_names="Ruth Ann", birth_date=date(1958, 3, 9), sex="F")
NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def ruth(specialist: User, facility: Facility) -> Patient:
    return register_patient(by=specialist, facility=facility, details=RUTH)


def test_command_done_leaves_attempt_and_end_with_the_patient(ruth: Patient, specialist: User) -> None:
    assert told(specialist) == [("patient.registered", "attempted"), ("patient.registered", "done")]
    last = events_of(specialist)[-1]
    assert last["patient_ids"] == [ruth.pk]
    assert last["facility_ids"] == ruth.facility_ids


def test_command_refused_by_a_rule_changes_nothing_and_is_recorded(specialist: User, facility: Facility) -> None:
    future = PatientDetails(family_name="Early", given_names="Bird", birth_date=date(2999, 1, 1), sex="F")
    with pytest.raises(DomainError) as refused:
        register_patient(by=specialist, facility=facility, details=future)
    assert refused.value.field == "birth_date"
    assert Patient.objects.count() == 0
    assert told(specialist)[-1] == ("patient.registered", "refused")


def test_command_failing_midway_rolls_back_and_is_recorded(
    specialist: User, facility: Facility, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr("records.registry.actions._contact", broken)
    with pytest.raises(RuntimeError):
        register_patient(by=specialist, facility=facility, details=RUTH)
    assert Patient.objects.count() == 0
    assert told(specialist)[-1] == ("patient.registered", "failed")
    assert events_of(specialist)[-1]["detail"] == {"error": "RuntimeError"}


def test_command_without_the_right_is_refused_before_it_begins(coder: User, facility: Facility) -> None:
    with pytest.raises(AccessDenied):
        register_patient(by=coder, facility=facility, details=RUTH)
    assert told(coder) == [("patient.registered", "refused")]


def test_command_at_a_facility_without_the_right_is_refused(specialist: User, other_facility: Facility) -> None:
    with pytest.raises(AccessDenied):
        register_patient(by=specialist, facility=other_facility, details=RUTH)
    assert Patient.objects.count() == 0


def test_query_out_of_reach_is_not_visible_and_recorded(ruth: Patient, outsider: User) -> None:
    with pytest.raises(NotVisible) as hidden:
        patient_chart(by=outsider, patient_id=ruth.pk)
    assert "Okafor" not in hidden.value.message
    assert told(outsider) == [("chart.viewed", "refused")]


@pytest.mark.parametrize("what", ["chart", "encounter"])
def test_refused_look_names_the_patient_in_the_trail_alone(
    what: str, ruth: Patient, specialist: User, facility: Facility, outsider: User
) -> None:
    stay = admit(
        by=specialist, patient=ruth, facility=facility,
        admission=Admission(encounter_class="inpatient", admitted_at=NOON),
    )  # fmt: skip
    selector, arguments = {
        "chart": (patient_chart, {"patient_id": ruth.pk}),
        "encounter": (encounter_details, {"encounter_id": stay.pk}),
    }[what]
    with pytest.raises(NotVisible):
        selector(by=outsider, **arguments)
    event = events_of(outsider)[-1]
    assert (event["result"], event["patient_ids"], event["facility_ids"]) == ("refused", [ruth.pk], [facility.pk])


def test_query_refused_by_a_rule_is_recorded_with_what_was_asked_for(ruth: Patient, coder: User) -> None:
    @gate.query(Permission.PATIENT_VIEW, Patient, event="test.looked", detail=("text",))
    def look(patients: object, *, facility_id: int, patient_id: UUID, text: str) -> None:
        raise DomainError("Not like this.", field="text")

    with pytest.raises(DomainError):
        look(by=coder, facility_id=ruth.facility_ids[0], patient_id=ruth.pk, text="okafor")
    (event,) = events_of(coder)
    assert (event["event"], event["result"], event["patient_ids"]) == ("test.looked", "refused", [ruth.pk])
    assert event["detail"] == {"text": "okafor", "field": "text"}


def test_query_that_fails_is_recorded_as_tried(coder: User) -> None:
    @gate.query(Permission.PATIENT_SEARCH, Patient, event="test.searched", category=Category.SEARCH, detail=("text",))
    def search(patients: object, *, text: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = '20ms'")
            cursor.execute("SELECT pg_sleep(1)")

    with pytest.raises(OperationalError):
        search(by=coder, text="okafor")
    (event,) = events_of(coder)
    assert (event["event"], event["result"]) == ("test.searched", "failed")
    assert event["detail"] == {"text": "okafor", "error": "OperationalError"}


def test_refuse_and_demand_record_before_they_raise(coder: User, specialist: User) -> None:
    with pytest.raises(AccessDenied):
        gate.demand(coder, Permission.PATIENT_REGISTER, event="patient.registration_opened")
    with pytest.raises(AccessDenied):
        gate.refuse(coder, Permission.PATIENT_REGISTER, event="patient.registration_opened")
    gate.demand(specialist, Permission.PATIENT_REGISTER, event="patient.registration_opened")
    assert told(coder) == [("patient.registration_opened", "refused")] * 2
    assert told(specialist) == []


def test_trail_survives_the_loss_of_its_connection(ruth: Patient, coder: User) -> None:
    patient_chart(by=coder, patient_id=ruth.pk)
    with psycopg.connect(ADMIN_URL, autocommit=True) as administrator:
        killed = administrator.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = 'hims_audit' AND datname = %s",
            [DATABASE],
        ).fetchone()
    assert killed is not None
    assert killed[0] >= 1
    assert patient_chart(by=coder, patient_id=ruth.pk).patient == ruth
    assert told(coder) == [("chart.viewed", "done")] * 2


def test_query_out_of_reach_and_nonexistent_say_the_same(ruth: Patient, outsider: User) -> None:
    messages = []
    for patient_id in (ruth.pk, uuid7()):
        with pytest.raises(NotVisible) as hidden:
            patient_chart(by=outsider, patient_id=patient_id)
        messages.append(hidden.value.message)
    assert messages[0] == messages[1]


def test_search_records_the_words_and_the_patients_returned(ruth: Patient, coder: User) -> None:
    assert search_patients(by=coder, text="okafr ruth") == [ruth]
    event = events_of(coder)[-1]
    assert (event["event"], event["detail"], event["patient_ids"]) == (
        "patient.searched",
        {"text": "okafr ruth"},
        [ruth.pk],
    )


def test_search_of_an_outsider_finds_nothing(ruth: Patient, outsider: User) -> None:
    assert search_patients(by=outsider, text="okafor") == []


def test_confidential_chart_opens_only_by_right_or_exception(ruth: Patient, coder: User, privacy_officer: User) -> None:
    from guardian.shortcuts import assign_perm

    Patient.objects.filter(pk=ruth.pk).update(confidential=True)
    assert search_patients(by=coder, text="okafor") == []
    assert search_patients(by=privacy_officer, text="okafor") == [ruth]
    assign_perm("records.view_confidential_patient", coder, ruth)
    forget_authority(coder)
    assert search_patients(by=coder, text="okafor") == [ruth]


def test_encounter_of_a_confidential_patient_is_hidden_too(ruth: Patient, specialist: User, coder: User) -> None:
    facility = Facility.objects.get(pk=ruth.facility_ids[0])
    stay = admit(
        by=specialist, patient=ruth, facility=facility,
        admission=Admission(encounter_class="inpatient", admitted_at=NOON),
    )  # fmt: skip
    assert encounter_details(by=coder, encounter_id=stay.pk) == stay
    Patient.objects.filter(pk=ruth.pk).update(confidential=True)
    with pytest.raises(NotVisible):
        encounter_details(by=coder, encounter_id=stay.pk)


def test_nothing_is_shown_when_the_trail_cannot_be_written(
    ruth: Patient, coder: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer.close_pools()
    monkeypatch.setattr("audit.trail.writer.settings.AUDIT_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    monkeypatch.setattr("audit.trail.writer.WAIT_SECONDS", 0.3)
    with pytest.raises(TrailUnavailable):
        patient_chart(by=coder, patient_id=ruth.pk)
    writer.close_pools()


def test_action_inside_one_that_is_rolled_back_is_not_told_as_done(facility: Facility, him_manager: User) -> None:
    @gate.command(Permission.RESTRICTION_MANAGE, subject="facility", event="test.inner")
    def inner(*, by: User, facility: Facility) -> None:
        """Succeeds."""

    @gate.command(Permission.RESTRICTION_MANAGE, subject="facility", event="test.outer")
    def outer(*, by: User, facility: Facility, fail: bool) -> None:
        inner(by=by, facility=facility)
        if fail:
            raise DomainError("Too late.")

    with pytest.raises(DomainError):
        outer(by=him_manager, facility=facility, fail=True)
    attempted = [("test.outer", "attempted"), ("test.inner", "attempted")]
    assert told(him_manager) == [*attempted, ("test.inner", "failed"), ("test.outer", "refused")]
    outer(by=him_manager, facility=facility, fail=False)
    assert told(him_manager)[4:] == [*attempted, ("test.inner", "done"), ("test.outer", "done")]


def test_change_whose_end_cannot_be_written_says_that_it_was_done(
    facility: Facility, him_manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    @gate.command(Permission.RESTRICTION_MANAGE, subject="facility", event="test.done")
    def act(*, by: User, facility: Facility) -> None:
        def away(events: object) -> None:
            raise TrailUnavailable("Nothing was changed.")

        monkeypatch.setattr("audit.gate.write", away)

    with pytest.raises(TrailUnavailable) as refused:
        act(by=him_manager, facility=facility)
    assert refused.value.message == gate.KEPT
    assert told(him_manager) == [("test.done", "attempted")]


def test_a_lazy_queryset_is_refused_by_the_gate(coder: User) -> None:
    @gate.query(Permission.PATIENT_SEARCH, Patient, event="patient.listed")
    def lazy(patients: object) -> object:
        return patients

    with pytest.raises(TypeError):
        lazy(by=coder)


def test_rows_of_outside_a_selector_is_an_error() -> None:
    with pytest.raises(RuntimeError):
        gate.rows_of(Patient)


def test_acting_tells_who_acts_behind_the_gate_and_nobody_outside(coder: User) -> None:
    @gate.command(Permission.CODING_EDIT, subject="subject", event="test.acted")
    def outer(*, by: User, inner_by: User, subject: None = None) -> list[User]:
        first = gate.acting()
        second = inner(by=inner_by)
        return [first, second, gate.acting()]

    @gate.command(Permission.CODING_EDIT, subject="subject", event="test.acted")
    def inner(*, by: User, subject: None = None) -> User:
        return gate.acting()

    assert outer(by=coder, inner_by=system_user()) == [coder, system_user(), coder]
    with pytest.raises(RuntimeError, match="behind the gate"):
        gate.acting()
