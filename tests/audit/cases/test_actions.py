"""Writes of cases: who may, what an outcome needs, what is kept for good."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from audit.cases.actions import (
    CLOSED,
    add_evidence,
    assess,
    change_case,
    close_case,
    open_case,
    record_step,
    set_patients,
    write_note,
)
from audit.cases.breach import Assessment
from audit.cases.enums import CaseOrigin, CaseOutcome, CaseState, Sanction, StepKind
from audit.cases.models import BreachAssessment, Case, CaseEvidence, CaseNote, CaseStep
from audit.cases.selectors import case_file
from audit.monitoring.models import AlertState, PrivacyAlert
from audit.trail.models import AuditEvent
from hims.lib.access import Role
from hims.lib.errors import AccessDenied, DomainError, NotVisible
from hims.lib.ids import uuid7
from hims.staff.models import Facility, User
from records.chart.selectors import patient_chart
from tests.audit.cases.making import A_BREACH, NO_BREACH, a_case, facts
from tests.factories import records as make
from tests.trail import told

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate() - timedelta(days=1)


def events_of(user: User, name: str) -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(actor_id=user.pk, event=name).order_by("id"))


def test_open_case_gives_numbers_in_order_and_the_last_day(privacy_officer: User, facility: Facility) -> None:
    found = timezone.now() - timedelta(days=10)
    first = a_case(privacy_officer, facility, discovered_at=found)
    second = a_case(privacy_officer, facility)
    assert first.number.startswith(f"LGH-{timezone.now().year}-")
    assert int(second.number[-4:]) == int(first.number[-4:]) + 1
    assert (first.due_on - first.discovered_on).days == 60
    assert told(privacy_officer)[:2] == [("case.opened", "attempted"), ("case.opened", "done")]


@pytest.mark.parametrize("role", [Role.CODER, Role.HIM_MANAGER, Role.ADMINISTRATOR])
def test_open_case_is_refused_to_others(role: Role, person: Callable[..., User], facility: Facility) -> None:
    with pytest.raises(AccessDenied):
        a_case(person("anyone", role, facility), facility)
    assert Case.objects.count() == 0


def test_open_case_at_another_facility_is_refused(privacy_officer: User, other_facility: Facility) -> None:
    with pytest.raises(AccessDenied):
        a_case(privacy_officer, other_facility)


def test_nobody_opens_a_case_about_themselves(privacy_officer: User, facility: Facility) -> None:
    with pytest.raises(DomainError) as refused:
        a_case(privacy_officer, facility, subject_ids=[privacy_officer.pk])
    assert refused.value.field == "subjects"


def test_database_refuses_a_case_opened_by_its_subject(privacy_officer: User, facility: Facility) -> None:
    made = a_case(privacy_officer, facility)
    with pytest.raises(IntegrityError, match="case_not_by_its_subject"), transaction.atomic():
        Case.objects.filter(pk=made.pk).update(subject_ids=[privacy_officer.pk])


def test_whoever_opened_a_case_cannot_become_its_subject(
    privacy_officer: User, person: Callable[..., User], facility: Facility
) -> None:
    second = person("second", Role.PRIVACY_OFFICER, facility)
    made = a_case(privacy_officer, facility)
    with pytest.raises(DomainError):
        change_case(by=second, case=made, facts=facts(subject_ids=[privacy_officer.pk]))


def test_subject_of_a_case_never_sees_it(
    privacy_officer: User, person: Callable[..., User], facility: Facility
) -> None:
    second = person("second", Role.PRIVACY_OFFICER, facility)
    made = a_case(privacy_officer, facility, subject_ids=[second.pk])
    with pytest.raises(NotVisible):
        case_file(by=second, case_id=made.pk)
    with pytest.raises(NotVisible):
        write_note(by=second, case=made, text="I was only curious.")
    assert case_file(by=privacy_officer, case_id=made.pk).subjects == [second]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"discovered_at": timezone.now() + timedelta(days=900)}, "discovered_at"),
        ({"occurred_from": date(2199, 1, 1)}, "occurred_from"),
        ({"occurred_to": date(2026, 1, 1)}, "occurred_to"),
        ({"occurred_from": date(2026, 1, 2), "occurred_to": date(2026, 1, 1)}, "occurred_to"),
        ({"in_one_state": 1}, "in_one_state"),
    ],
)
def test_impossible_facts_are_refused(
    values: dict[str, object], field: str, privacy_officer: User, facility: Facility
) -> None:
    with pytest.raises(DomainError) as refused:
        a_case(privacy_officer, facility, **values)
    assert refused.value.field == field


def test_change_moves_the_last_day(privacy_officer: User, facility: Facility) -> None:
    made = a_case(privacy_officer, facility)
    later = change_case(by=privacy_officer, case=made, facts=facts(title="Other", delayed_until=date(2099, 1, 1)))
    assert (later.title, later.due_on) == ("Other", date(2099, 1, 1))


def test_individuals_follow_the_patients_unless_set_higher(privacy_officer: User, facility: Facility) -> None:
    made = a_case(privacy_officer, facility, patient_ids=[uuid7()])
    assert made.affected_count == 1
    assert set_patients(by=privacy_officer, case=made, patient_ids=[uuid7(), uuid7()]).affected_count == 2
    assert set_patients(by=privacy_officer, case=made, patient_ids=[]).affected_count == 0
    more = a_case(privacy_officer, facility, affected_count=700)
    assert set_patients(by=privacy_officer, case=more, patient_ids=[uuid7()]).affected_count == 700


def test_evidence_is_frozen_with_its_hash_and_added_once(
    privacy_officer: User, coder: User, facility: Facility
) -> None:
    patient = make.patient(facility)
    patient_chart(by=coder, patient_id=patient.pk)
    event = events_of(coder, "chart.viewed")[-1]
    made = a_case(privacy_officer, facility)
    assert add_evidence(by=privacy_officer, case=made, events=[event]).count == 1
    assert add_evidence(by=privacy_officer, case=made, events=[event]).count == 0
    row = CaseEvidence.objects.get(case=made)
    assert bytes(row.leaf) == bytes(event.leaf)
    assert row.frozen["actor_name"] == str(coder)
    assert row.frozen["patient_ids"] == [str(patient.pk)]
    assert [item.unchanged for item in case_file(by=privacy_officer, case_id=made.pk).evidence] == [True]


def test_evidence_that_the_trail_does_not_hold_is_marked(privacy_officer: User, facility: Facility) -> None:
    made = a_case(privacy_officer, facility)
    CaseEvidence.objects.create(
        case=made,
        event_id=uuid7(),
        event_at=timezone.now(),
        trail_id=1,
        leaf=b"x" * 32,
        frozen={},
        added_by=privacy_officer,
    )
    assert [item.unchanged for item in case_file(by=privacy_officer, case_id=made.pk).evidence] == [False]


@pytest.mark.parametrize("model", [CaseEvidence, CaseNote, CaseStep, BreachAssessment])
@pytest.mark.parametrize("act", ["update", "delete"])
def test_what_was_added_is_kept(model: Any, act: str, privacy_officer: User, facility: Facility) -> None:
    made = a_case(privacy_officer, facility)
    rows: dict[Any, dict[str, Any]] = {
        CaseEvidence: {"event_id": uuid7(), "event_at": timezone.now(), "trail_id": 1, "leaf": b"", "frozen": {},
                       "added_by": privacy_officer},
        CaseNote: {"text": "n", "written_by": privacy_officer},
        CaseStep: {"kind": "other", "done_on": TODAY, "recorded_by": privacy_officer},
        BreachAssessment: {"verdict": "breach", "assessed_by": privacy_officer},
    }  # fmt: skip
    row = model.objects.create(case=made, **rows[model])
    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        row.delete() if act == "delete" else row.save()


def test_closing_without_outcome_or_words_is_refused(privacy_officer: User, facility: Facility) -> None:
    made = a_case(privacy_officer, facility)
    for outcome, words, field in (
        (CaseOutcome.PENDING, "words", "outcome"),
        (CaseOutcome.UNFOUNDED, "  ", "words"),
        (CaseOutcome.VIOLATION, "words", "outcome"),
        (CaseOutcome.BREACH, "words", "outcome"),
    ):
        with pytest.raises(DomainError) as refused:
            close_case(by=privacy_officer, case=made, outcome=outcome, sanction=Sanction.NONE, words=words)
        assert refused.value.field == field
    with pytest.raises(IntegrityError, match="case_closed_with_outcome"), transaction.atomic():
        Case.objects.filter(pk=made.pk).update(state=CaseState.CLOSED)


def test_unfounded_case_closes_without_assessment(privacy_officer: User, facility: Facility) -> None:
    made = a_case(privacy_officer, facility)
    done = close_case(
        by=privacy_officer, case=made, outcome=CaseOutcome.UNFOUNDED, sanction=Sanction.NONE, words="Her own doctor."
    )
    assert (done.state, done.outcome, done.closed_by) == ("closed", "unfounded", privacy_officer)
    with pytest.raises(DomainError, match=CLOSED):
        write_note(by=privacy_officer, case=made, text="too late")
    with pytest.raises(DomainError, match=CLOSED):
        change_case(by=privacy_officer, case=made, facts=facts())


def test_outcome_must_be_that_of_the_newest_assessment(privacy_officer: User, facility: Facility) -> None:
    made = a_case(privacy_officer, facility, patient_ids=[uuid7()])
    assess(by=privacy_officer, case=made, found=A_BREACH)
    assess(by=privacy_officer, case=made, found=NO_BREACH)
    with pytest.raises(DomainError, match="low probability"):
        close_case(by=privacy_officer, case=made, outcome=CaseOutcome.BREACH, sanction=Sanction.NONE, words="w")
    done = close_case(
        by=privacy_officer, case=made, outcome=CaseOutcome.VIOLATION, sanction=Sanction.WARNING, words="Curiosity."
    )
    assert done.sanction == "warning"


def test_assessment_with_a_factor_missing_is_refused(privacy_officer: User, facility: Facility) -> None:
    made = a_case(privacy_officer, facility)
    with pytest.raises(DomainError) as refused:
        assess(by=privacy_officer, case=made, found=Assessment())
    assert refused.value.field == "nature"
    assert BreachAssessment.objects.count() == 0


def test_breach_closes_when_the_individuals_were_notified(privacy_officer: User, facility: Facility) -> None:
    made = a_case(privacy_officer, facility, patient_ids=[uuid7()])
    assess(by=privacy_officer, case=made, found=A_BREACH)
    closing: dict[str, Any] = {
        "outcome": CaseOutcome.BREACH,
        "sanction": Sanction.TERMINATION,
        "words": "Read and told.",
    }
    with pytest.raises(DomainError, match="individuals notified"):
        close_case(by=privacy_officer, case=made, **closing)
    record_step(by=privacy_officer, case=made, kind=StepKind.INDIVIDUALS, done_on=TODAY)
    assert close_case(by=privacy_officer, case=made, **closing).outcome == "breach"
    record_step(by=privacy_officer, case=made, kind=StepKind.SECRETARY, done_on=TODAY)  # the yearly report comes later
    with pytest.raises(DomainError, match=CLOSED):
        record_step(by=privacy_officer, case=made, kind=StepKind.INTERVIEW, done_on=TODAY)


def test_breach_of_500_closes_only_when_the_secretary_knows(privacy_officer: User, facility: Facility) -> None:
    made = a_case(privacy_officer, facility, affected_count=500)
    assess(by=privacy_officer, case=made, found=A_BREACH)
    record_step(by=privacy_officer, case=made, kind=StepKind.INDIVIDUALS, done_on=TODAY)
    with pytest.raises(DomainError, match="Secretary"):
        close_case(by=privacy_officer, case=made, outcome=CaseOutcome.BREACH, sanction=Sanction.NONE, words="w")


def test_step_of_tomorrow_is_refused(privacy_officer: User, facility: Facility) -> None:
    made = a_case(privacy_officer, facility)
    with pytest.raises(DomainError, match="future"):
        record_step(by=privacy_officer, case=made, kind=StepKind.OTHER, done_on=TODAY + timedelta(days=3))


def an_alert(coder: User, facility: Facility, event: AuditEvent) -> PrivacyAlert:
    return PrivacyAlert.objects.create(
        rule="same_surname", score=50, actor_id=coder.pk, actor_name=str(coder), patient_id=event.patient_ids[0],
        day=event.at.date(), event_ids=[event.pk], facility_ids=[facility.pk], first_at=event.at, last_at=event.at, seen="s",
    )  # fmt: skip


def test_case_from_an_alert_takes_its_events_and_closes_it_off(
    privacy_officer: User, coder: User, facility: Facility
) -> None:
    patient = make.patient(facility)
    patient_chart(by=coder, patient_id=patient.pk)
    event = events_of(coder, "chart.viewed")[-1]
    alert = an_alert(coder, facility, event)
    given = facts(subject_ids=[coder.pk], patient_ids=[patient.pk], origin_ids=[alert.pk])
    made = open_case(by=privacy_officer, facility=facility, facts=given, origin=CaseOrigin.ALERT)
    alert.refresh_from_db()
    assert (alert.state, alert.case_id) == (AlertState.CASE, made.pk)
    assert [row.event_id for row in made.evidence.all()] == [event.event_id]
    with pytest.raises(DomainError, match="part of a case already"):
        open_case(by=privacy_officer, facility=facility, facts=given, origin=CaseOrigin.ALERT)
    assert Case.objects.count() == 1


def test_every_write_is_in_the_trail_with_the_patients(privacy_officer: User, facility: Facility) -> None:
    patient = make.patient(facility)
    made = a_case(privacy_officer, facility, patient_ids=[patient.pk])
    write_note(by=privacy_officer, case=made, text="n")
    record_step(by=privacy_officer, case=made, kind=StepKind.CONTAINED, done_on=TODAY)
    assess(by=privacy_officer, case=made, found=A_BREACH)
    for name in ("case.note_written", "case.step_recorded", "case.assessed"):
        event = events_of(privacy_officer, name)[-1]
        assert (event.result, event.category, event.object_type, event.object_id) == (
            "done",
            "admin",
            "case",
            str(made.pk),
        )
        assert event.patient_ids == [patient.pk]


def test_alert_about_oneself_becomes_no_case_whoever_is_named(
    privacy_officer: User, facility: Facility, person: Callable[..., User]
) -> None:
    """Otherwise it would leave the queue of the others, and end in a case that its subject closes."""
    patient = make.patient(facility)
    patient_chart(by=person("reader", Role.CODER, facility), patient_id=patient.pk)
    alert = an_alert(privacy_officer, facility, AuditEvent.objects.filter(event="chart.viewed").latest("id"))
    for subjects in ([], [person("somebody", Role.CODER, facility).pk]):
        with pytest.raises(DomainError) as refused:
            open_case(
                by=privacy_officer, facility=facility, origin=CaseOrigin.ALERT,
                facts=facts(subject_ids=subjects, origin_ids=[alert.pk]),
            )  # fmt: skip
        assert refused.value.field == "subjects"
    alert.refresh_from_db()
    assert (alert.state, Case.objects.count()) == (AlertState.OPEN, 0)


def test_person_of_an_alert_is_a_subject_of_its_case_named_or_not(
    privacy_officer: User, facility: Facility, person: Callable[..., User]
) -> None:
    second = person("second", Role.PRIVACY_OFFICER, facility)
    patient_chart(by=person("reader", Role.CODER, facility), patient_id=make.patient(facility).pk)
    alert = an_alert(second, facility, AuditEvent.objects.filter(event="chart.viewed").latest("id"))
    made = open_case(by=privacy_officer, facility=facility, facts=facts(origin_ids=[alert.pk]), origin=CaseOrigin.ALERT)
    assert made.subject_ids == [second.pk]
    with pytest.raises(NotVisible):
        case_file(by=second, case_id=made.pk)
