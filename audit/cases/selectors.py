"""Reads of investigation cases; looking at a case is an event itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from audit import gate
from audit.access.emergencies import EmergencyRows
from audit.cases.clocks import is_large
from audit.cases.enums import CaseOrigin, CaseOutcome, CaseState, StepKind
from audit.cases.models import BreachAssessment, Case, CaseEvidence, CaseNote, CaseStep
from audit.monitoring.models import PrivacyAlert
from audit.trail.enums import Category
from audit.trail.models import AuditEvent
from hims.lib.access import Permission
from hims.lib.paging import Page, keyset_page
from hims.staff.models import User

SORTS = {"deadline": ("due_on", "id"), "-deadline": ("-due_on", "-id"), "newest": ("-id",)}
CHOSEN_AT_MOST = 100


@gate.query(
    Permission.PRIVACY_REVIEW, Case, event="case.listed", category=Category.SEARCH, detail=("state", "outcome", "sort")
)
def case_list(
    cases: QuerySet[Case],
    *,
    state: str = "",
    outcome: str = "",
    sort: str = "deadline",
    after: str = "",
    size: int = 50,
) -> Page[Case]:
    """One page of cases, the nearest deadline first unless `sort` says otherwise."""
    rows = cases.select_related("facility", "opened_by")
    if state in CaseState.values:
        rows = rows.filter(state=state)
    if outcome in CaseOutcome.values and outcome:
        rows = rows.filter(outcome=outcome)
    return keyset_page(rows, order=SORTS.get(sort, SORTS["deadline"]), after=after, size=size)


@dataclass(frozen=True)
class CaseCounts:
    """Open cases of the person's facilities; counted up to a limit."""

    open: int
    overdue: int


@gate.query(Permission.PRIVACY_REVIEW, Case, event="case.counted", category=Category.SEARCH)
def case_counts(cases: QuerySet[Case], *, today: date, limit: int = 1000) -> CaseCounts:
    """How many cases are open, and how many of them are past the last day for the notice."""
    rows = cases.filter(state=CaseState.OPEN).order_by()
    return CaseCounts(rows[:limit].count(), rows.filter(due_on__lt=today)[:limit].count())


@dataclass(frozen=True)
class Evidence:
    """One frozen event, and whether the trail still has it with the same hash."""

    row: CaseEvidence
    unchanged: bool


@dataclass(frozen=True)
class CaseFile:
    """A case with everything in it, oldest first; subjects and helpers by name."""

    case: Case
    evidence: list[Evidence] = field(default_factory=list)
    notes: list[CaseNote] = field(default_factory=list)
    steps: list[CaseStep] = field(default_factory=list)
    assessments: list[BreachAssessment] = field(default_factory=list)
    subjects: list[User] = field(default_factory=list)

    @property
    def facility_id(self) -> int:
        """For the trail."""
        return self.case.facility_id

    @property
    def patient_ids(self) -> list[UUID]:
        """Everyone named in the case or in its evidence; for the trail too."""
        told = {UUID(key) for item in self.evidence for key in item.row.frozen.get("patient_ids", [])}
        return sorted(told | set(self.case.patient_ids))

    @property
    def assessment(self) -> BreachAssessment | None:
        """The one that counts: the newest."""
        return self.assessments[-1] if self.assessments else None

    def done_on(self, kind: StepKind) -> date | None:
        """The first day on which a step of this kind was done."""
        return min((step.done_on for step in self.steps if step.kind == kind), default=None)


@gate.query(Permission.PRIVACY_REVIEW, Case, event="case.viewed", detail=("case_id",))
def case_file(cases: QuerySet[Case], *, case_id: UUID) -> CaseFile:
    """One case, whole."""
    return _whole(cases.select_related("facility", "opened_by", "closed_by").get(pk=case_id))


@gate.query(
    Permission.PRIVACY_REVIEW, Case, event="case.printed", category=Category.PRINT, detail=("case_id", "reason")
)
def case_to_print(cases: QuerySet[Case], *, case_id: UUID, reason: str = "") -> CaseFile:
    """The same, for the file that leaves the system. reason: needed when it holds data of many patients."""
    return _whole(cases.select_related("facility", "opened_by", "closed_by").get(pk=case_id))


@gate.query(Permission.PRIVACY_REVIEW, Case, event="case.opened_for_change", detail=("case_id",))
def case_to_change(cases: QuerySet[Case], *, case_id: UUID) -> Case:
    """One case, to pass to an action."""
    return cases.select_related("facility").get(pk=case_id)


@gate.query(Permission.PRIVACY_REVIEW, Case, event="case.open_ones_listed", category=Category.SEARCH)
def open_cases(cases: QuerySet[Case]) -> list[Case]:
    """The newest open cases, to choose one on the audit page."""
    return list(
        cases.filter(state=CaseState.OPEN)
        .only("id", "number", "title", "facility_id", "patient_ids")
        .order_by("-id")[:CHOSEN_AT_MOST]
    )


@dataclass(frozen=True)
class Basis:
    """What a case is opened from: members of staff and patients named there, and words for its title."""

    origin: CaseOrigin = CaseOrigin.HAND
    origin_ids: list[UUID] = field(default_factory=list)
    subject_ids: list[UUID] = field(default_factory=list)
    patient_ids: list[UUID] = field(default_factory=list)
    title: str = ""
    first_on: date | None = None
    last_on: date | None = None


@gate.query(Permission.PRIVACY_REVIEW, PrivacyAlert, event="case.prepared", category=Category.SEARCH)
def basis_of_case(alerts: QuerySet[PrivacyAlert], *, alert_ids: Sequence[UUID], emergency_id: UUID | None) -> Basis:
    """From open alerts or from one emergency access in reach; an empty one for a case opened by hand."""
    if emergency_id is not None:
        reviewable: Any = EmergencyRows
        found: Any = gate.rows_of(reviewable).select_related("user").get(pk=emergency_id)
        on = found.opened_at.date()
        return Basis(
            CaseOrigin.EMERGENCY,
            [found.pk],
            [found.user_id],
            [found.patient_id],
            f"Emergency access: {found.user}",
            on,
            on,
        )
    rows = list(alerts.filter(pk__in=list(alert_ids), state="open").order_by("day", "id"))
    if not rows:
        return Basis()
    return Basis(
        CaseOrigin.ALERT, [row.pk for row in rows], list(dict.fromkeys(row.actor_id for row in rows)),
        list(dict.fromkeys(row.patient_id for row in rows if row.patient_id)), str(rows[0])[:120], rows[0].day, rows[-1].day,
    )  # fmt: skip


@gate.query(Permission.PRIVACY_REVIEW, AuditEvent, event="case.evidence_chosen", category=Category.SEARCH)
def chosen_events(events: QuerySet[AuditEvent], *, chosen: Sequence[tuple[datetime, UUID]]) -> list[AuditEvent]:
    """The events that were ticked, oldest first. chosen: (moment, event id): the moment leads to the month's partition."""
    return list(_named(events, chosen).order_by("at", "id"))


def _named(events: QuerySet[AuditEvent], chosen: Sequence[tuple[datetime, UUID]]) -> QuerySet[AuditEvent]:
    condition = Q(pk__in=[])
    for at, event_id in chosen:
        condition |= Q(at=at, event_id=event_id)
    return events.filter(condition)


@dataclass(frozen=True)
class LogLine:
    """One breach of the yearly log."""

    case: Case
    individuals_on: date | None
    media_on: date | None
    secretary_on: date | None

    @property
    def large(self) -> bool:
        """500 or more individuals."""
        return is_large(self.case.affected_count)


@dataclass(frozen=True)
class BreachLog:
    """The breaches discovered in one calendar year, oldest first."""

    year: int
    lines: list[LogLine]

    @property
    def patient_ids(self) -> list[UUID]:
        """For the trail: the log names nobody."""
        return []

    @property
    def large(self) -> int:
        """Breaches of 500 or more."""
        return sum(line.large for line in self.lines)

    @property
    def small(self) -> int:
        """Breaches of fewer than 500."""
        return len(self.lines) - self.large

    @property
    def individuals(self) -> int:
        """Everyone affected."""
        return sum(line.case.affected_count for line in self.lines)


def _log(cases: QuerySet[Case], year: int) -> BreachLog:
    # A day more on each side: the year is that of the facility's local day.
    near = Q(
        discovered_at__gte=datetime(year - 1, 12, 31, tzinfo=UTC),
        discovered_at__lt=datetime(year + 1, 1, 2, tzinfo=UTC),
    )
    found = cases.filter(near, outcome=CaseOutcome.BREACH).select_related("facility").prefetch_related("steps")
    lines = [
        LogLine(case, *(_first(case, kind) for kind in (StepKind.INDIVIDUALS, StepKind.MEDIA, StepKind.SECRETARY)))
        for case in found.order_by("discovered_at", "id")
        if case.discovered_on.year == year
    ]
    return BreachLog(year, lines)


def _first(case: Case, kind: StepKind) -> date | None:
    return min((step.done_on for step in case.steps.all() if step.kind == kind), default=None)


@gate.query(Permission.PRIVACY_REVIEW, Case, event="case.breach_log_viewed", detail=("year",))
def breach_log(cases: QuerySet[Case], *, year: int) -> BreachLog:
    """The breaches of a year, closed as such."""
    return _log(cases, year)


@gate.query(
    Permission.PRIVACY_REVIEW, Case, event="case.breach_log_exported", category=Category.EXPORT, detail=("year",)
)
def breach_log_to_export(cases: QuerySet[Case], *, year: int) -> BreachLog:
    """The same, for a file."""
    return _log(cases, year)


def _whole(case: Case) -> CaseFile:
    rows = list(case.evidence.select_related("added_by").order_by("event_at", "trail_id"))
    now = _leaves(rows)
    people = {person.pk: person for person in User.objects.filter(pk__in=case.subject_ids)}
    return CaseFile(
        case=case,
        evidence=[Evidence(row, now.get(row.event_id) == bytes(row.leaf)) for row in rows],
        notes=list(case.notes.select_related("written_by").order_by("id")),
        steps=list(case.steps.select_related("recorded_by").order_by("done_on", "id")),
        assessments=list(case.assessments.select_related("assessed_by").order_by("id")),
        subjects=[people[subject] for subject in case.subject_ids if subject in people],
    )


def _leaves(rows: Sequence[CaseEvidence]) -> dict[UUID, bytes]:
    """The hashes that the trail holds today."""
    named = _named(AuditEvent.objects.all(), [(row.event_at, row.event_id) for row in rows])
    return {event_id: bytes(leaf) for event_id, leaf in named.values_list("event_id", "leaf")} if rows else {}
