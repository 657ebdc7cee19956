"""Writes of investigation cases; each all or nothing, with its attempt and end in the trail."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Max
from django.utils import timezone

from audit import gate
from audit.access.emergencies import EmergencyRows
from audit.cases.breach import Assessment, Verdict, faults, verdict
from audit.cases.clocks import individual_due_on, is_large
from audit.cases.enums import CaseKind, CaseOrigin, CaseOutcome, CaseState, Location, Sanction, StepKind
from audit.cases.models import BreachAssessment, Case, CaseEvidence, CaseNote, CaseStep
from audit.monitoring.models import AlertState, PrivacyAlert
from audit.trail.enums import Category
from audit.trail.models import AuditEvent
from hims.lib.access import Permission
from hims.lib.dates import local_date
from hims.lib.errors import DomainError, NotVisible
from hims.staff.models import Facility, User

CLOSED = "This case is closed. Nothing can be added to it any more."
OWN_CASE = "Nobody opens or works on a case about themselves."
FROZEN = (
    "event_id", "at", "request_id", "actor_id", "actor_name", "actor_role", "event", "category", "result", "purpose",
    "source", "address", "facility_ids", "patient_ids", "object_type", "object_id", "detail",
)  # fmt: skip
EVIDENCE_AT_ONCE = 500


@dataclass(frozen=True)
class CaseFacts:
    """What is known of a case. discovered_at: aware. affected_count: at least the patients named."""

    title: str
    kind: CaseKind
    discovered_at: datetime
    description: str = ""
    subject_ids: Sequence[UUID] = ()
    patient_ids: Sequence[UUID] = ()
    affected_count: int = 0
    in_one_state: int | None = None
    location: Location = Location.EHR
    occurred_from: date | None = None
    occurred_to: date | None = None
    delayed_until: date | None = None
    origin_ids: Sequence[UUID] = field(default=())


@gate.command(Permission.PRIVACY_REVIEW, subject="facility", event="case.opened", category=Category.ADMIN)
def open_case(*, by: User, facility: Facility, facts: CaseFacts, origin: CaseOrigin = CaseOrigin.HAND) -> Case:
    """A new case with its number. Whoever its alerts, or its emergency access, are about is a subject of it, named or not.

    Raises DomainError for impossible facts, or when `by` is a subject; NotVisible for an emergency access out of reach.
    """
    facts = replace(facts, subject_ids=[*facts.subject_ids, *_concerned(by, origin, facts.origin_ids)])
    _check(by, facility, facts)
    Facility.objects.select_for_update().get(pk=facility.pk)  # numbers are given one after the other
    case = Case.objects.create(
        number=_next_number(facility), facility=facility, origin=origin, opened_by=by, **_values(facility, facts)
    )
    if origin == CaseOrigin.ALERT:
        _take_alerts(by, case)
    return case


@gate.command(Permission.PRIVACY_REVIEW, subject="case", event="case.changed", category=Category.ADMIN)
def change_case(*, by: User, case: Case, facts: CaseFacts) -> Case:
    """The facts of an open case, whole. Raises DomainError."""
    row = _open(case)
    _check(by, row.facility, facts, row)
    for name, value in _values(row.facility, facts).items():
        if name != "origin_ids":
            setattr(row, name, value)
    row.save()
    return row


@gate.command(Permission.PRIVACY_REVIEW, subject="case", event="case.patients_changed", category=Category.ADMIN)
def set_patients(*, by: User, case: Case, patient_ids: Sequence[UUID]) -> Case:
    """Whose information an open case concerns, whole. Raises DomainError."""
    row = _open(case)
    before = len(row.patient_ids)
    row.patient_ids = list(dict.fromkeys(patient_ids))
    # The number of individuals follows the patients named, unless it was set higher by hand.
    row.affected_count = (
        len(row.patient_ids) if row.affected_count <= before else max(row.affected_count, len(row.patient_ids))
    )
    if row.in_one_state is not None and row.in_one_state > row.affected_count:
        row.in_one_state = row.affected_count
    row.save()
    return row


@gate.command(Permission.PRIVACY_REVIEW, subject="case", event="case.note_written", category=Category.ADMIN)
def write_note(*, by: User, case: Case, text: str) -> Case:
    """A note, kept for good. Raises DomainError."""
    row = _open(case)
    if not text.strip():
        raise DomainError("Write something first.", field="text")
    CaseNote.objects.create(case=row, text=text, written_by=by)
    return row


@gate.command(
    Permission.PRIVACY_REVIEW, subject="case", event="case.step_recorded", category=Category.ADMIN, detail=("kind",)
)
def record_step(*, by: User, case: Case, kind: StepKind, done_on: date, text: str = "") -> Case:
    """Something that was done on a day, not in the future. A closed breach still takes its notices. Raises DomainError."""
    row: Case = Case.objects.select_for_update(of=("self",)).select_related("facility").get(pk=case.pk)
    notices = (StepKind.INDIVIDUALS, StepKind.MEDIA, StepKind.SECRETARY)
    if not row.is_open and not (row.outcome == CaseOutcome.BREACH and kind in notices):
        raise DomainError(CLOSED)
    if done_on > local_date(timezone.now(), row.facility.time_zone):
        raise DomainError("This day lies in the future.", field="done_on")
    CaseStep.objects.create(case=row, kind=kind, done_on=done_on, text=text, recorded_by=by)
    return row


@dataclass(frozen=True)
class Added:
    """How many events came into the case; patient_ids: whose they are, for the trail."""

    count: int
    patient_ids: list[UUID]


@gate.command(Permission.PRIVACY_REVIEW, subject="case", event="case.evidence_added", category=Category.ADMIN)
def add_evidence(*, by: User, case: Case, events: Collection[AuditEvent]) -> Added:
    """Copies of events with their leaf hashes; those already there are left alone. Raises DomainError."""
    row = _open(case)
    if not events:
        raise DomainError("Tick at least one event.", field="events")
    if len(events) > EVIDENCE_AT_ONCE:
        raise DomainError(f"Add at most {EVIDENCE_AT_ONCE} events at once.", field="events")
    fresh = _freeze(by, row, events)
    return Added(len(fresh), sorted({patient for event in fresh for patient in event.patient_ids}))


@gate.command(Permission.PRIVACY_REVIEW, subject="case", event="case.assessed", category=Category.ADMIN)
def assess(*, by: User, case: Case, found: Assessment, text: str = "") -> Case:
    """The risk assessment of 45 CFR 164.402 with its verdict. Raises DomainError naming the factor that lacks something."""
    row = _open(case)
    lacking = faults(found)
    if lacking:
        field_name, sentence = lacking[0]
        raise DomainError(sentence, field=field_name)
    factors = {factor.value: [level.value, words] for factor, (level, words) in (found.factors or {}).items()}
    BreachAssessment.objects.create(
        case=row, permitted=found.permitted, secured=found.secured, exception=found.exception.value, factors=factors,
        verdict=verdict(found).value, text=text, assessed_by=by,
    )  # fmt: skip
    return row


@gate.command(
    Permission.PRIVACY_REVIEW,
    subject="case",
    event="case.closed",
    category=Category.ADMIN,
    detail=("outcome", "sanction"),
)
def close_case(*, by: User, case: Case, outcome: CaseOutcome, sanction: Sanction, words: str) -> Case:
    """The outcome, in words, and what followed. Raises DomainError when assessment or notices do not bear it out."""
    row = _open(case)
    _check_outcome(row, outcome)
    if not words.strip():
        raise DomainError("Say in words what was found.", field="words")
    row.state, row.outcome, row.outcome_words, row.sanction = CaseState.CLOSED, outcome, words, sanction
    row.closed_by, row.closed_at = by, timezone.now()
    row.save()
    return row


def _freeze(by: User, case: Case, events: Collection[AuditEvent]) -> list[AuditEvent]:
    known = set(case.evidence.values_list("event_id", flat=True))
    fresh = [event for event in events if event.event_id not in known]
    CaseEvidence.objects.bulk_create(
        CaseEvidence(
            case=case, event_id=event.event_id, event_at=event.at, trail_id=event.pk, leaf=bytes(event.leaf),
            frozen=_frozen(event), added_by=by,
        )
        for event in fresh
    )  # fmt: skip
    return fresh


def _concerned(by: User, origin: CaseOrigin, origin_ids: Sequence[UUID]) -> list[UUID]:
    """Whom the beginnings of a case are about: otherwise somebody could take what concerns themselves out of the queue."""
    if origin == CaseOrigin.ALERT:
        alerts = PrivacyAlert.objects.filter(pk__in=origin_ids).order_by("day", "id")
        return list(alerts.values_list("actor_id", flat=True))
    if origin != CaseOrigin.EMERGENCY:
        return []
    accesses = EmergencyRows._default_manager.visible_to(by, Permission.PRIVACY_REVIEW).filter(pk__in=origin_ids)
    people = list(accesses.order_by("opened_at", "id").values_list("user_id", flat=True))
    if len(people) != len(set(origin_ids)):
        raise NotVisible(gate.NOT_THERE)
    return people


def _take_alerts(by: User, case: Case) -> None:
    """The alerts become part of the case, and their events its first evidence. Raises DomainError for one already taken."""
    alerts = PrivacyAlert.objects.visible_to(by, Permission.PRIVACY_REVIEW).select_for_update()
    found = list(alerts.filter(pk__in=case.origin_ids, state=AlertState.OPEN))
    if len(found) != len(set(case.origin_ids)):
        raise DomainError("One of these alerts is closed, or part of a case already.")
    events = AuditEvent.objects.visible_to(by, Permission.PRIVACY_REVIEW)
    for alert in found:
        near = events.filter(at__gte=alert.first_at, at__lte=alert.last_at, pk__in=alert.event_ids)
        _freeze(by, case, list(near.order_by("at", "id")[:EVIDENCE_AT_ONCE]))
    PrivacyAlert.objects.filter(pk__in=[alert.pk for alert in found]).update(state=AlertState.CASE, case_id=case.pk)


def _check_outcome(case: Case, outcome: CaseOutcome) -> None:
    if outcome == CaseOutcome.PENDING:
        raise DomainError("Choose an outcome.", field="outcome")
    newest = case.assessments.order_by("-id").first()
    if newest is None:
        if outcome != CaseOutcome.UNFOUNDED:
            raise DomainError(
                "A violation is presumed to be a breach: make the risk assessment first.", field="outcome"
            )
        return
    breach = Verdict(newest.verdict).is_breach
    if breach != (outcome == CaseOutcome.BREACH):
        raise DomainError(f"The newest assessment says: {newest.get_verdict_display().lower()}.", field="outcome")
    if breach:
        _check_notices(case)


def _check_notices(case: Case) -> None:
    if case.affected_count < 1:
        raise DomainError("Say how many individuals the breach affects: change the facts.", field="outcome")
    done = set(case.steps.values_list("kind", flat=True))
    needed = [StepKind.INDIVIDUALS] + ([StepKind.SECRETARY] if is_large(case.affected_count) else [])
    for kind in needed:
        if kind not in done:
            raise DomainError(f"Record the step first: {kind.label}.", field="outcome")


def _frozen(event: AuditEvent) -> dict[str, Any]:
    """The fields of an event as the evidence keeps them: text, numbers and lists."""
    return {name: _plain(getattr(event, name)) for name in FROZEN}


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return value if isinstance(value, str | int | float | bool | dict | None) else str(value)


def _open(case: Case) -> Case:
    row: Case = Case.objects.select_for_update(of=("self",)).select_related("facility").get(pk=case.pk)
    if not row.is_open:
        raise DomainError(CLOSED)
    return row


def _check(by: User, facility: Facility, facts: CaseFacts, case: Case | None = None) -> None:
    opener = case.opened_by_id if case else by.pk
    if {by.pk, opener} & set(facts.subject_ids):
        raise DomainError(OWN_CASE, field="subjects")
    if facts.discovered_at > timezone.now():
        raise DomainError("The discovery lies in the future.", field="discovered_at")
    discovered_on = local_date(facts.discovered_at, facility.time_zone)
    if facts.occurred_from and facts.occurred_from > discovered_on:
        raise DomainError("It cannot have been discovered before it happened.", field="occurred_from")
    if facts.occurred_to and (facts.occurred_from is None or facts.occurred_to < facts.occurred_from):
        raise DomainError("The last day lies before the first.", field="occurred_to")
    if facts.in_one_state is not None and facts.in_one_state > _affected(facts):
        raise DomainError("There are fewer individuals than that.", field="in_one_state")


def _affected(facts: CaseFacts) -> int:
    return max(facts.affected_count, len(set(facts.patient_ids)))


def _values(facility: Facility, facts: CaseFacts) -> dict[str, Any]:
    due_on = individual_due_on(local_date(facts.discovered_at, facility.time_zone), facts.delayed_until)
    return {
        **vars(facts), "due_on": due_on, "affected_count": _affected(facts),
        "subject_ids": list(dict.fromkeys(facts.subject_ids)), "patient_ids": list(dict.fromkeys(facts.patient_ids)),
        "origin_ids": list(facts.origin_ids),
    }  # fmt: skip


def _next_number(facility: Facility) -> str:
    start = f"{facility.code}-{local_date(timezone.now(), facility.time_zone).year}-"
    last = Case.objects.filter(number__startswith=start).aggregate(last=Max("number"))["last"]
    return f"{start}{(int(last.rpartition('-')[2]) if last else 0) + 1:04d}"
