"""Words for the pages and the file of a case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.urls import reverse

from audit.cases.breach import Factor, Level, Verdict
from audit.cases.clocks import Notice, clock_words, deadlines
from audit.cases.enums import CaseOutcome, StepKind
from audit.cases.models import BreachAssessment, Case, CaseEvidence
from audit.cases.selectors import BreachLog, CaseFile, Evidence
from audit.trail.presenters import TONES, event_words
from hims.lib.dates import local_date

LEVEL_TONES = {Level.LOW: "done", Level.MEDIUM: "warn", Level.HIGH: "stop"}
OUTCOME_TONES = {
    "": "neutral",
    CaseOutcome.UNFOUNDED: "done",
    CaseOutcome.VIOLATION: "warn",
    CaseOutcome.BREACH: "stop",
}
STEP_OF = {
    Notice.INDIVIDUALS: StepKind.INDIVIDUALS, Notice.MEDIA: StepKind.MEDIA, Notice.SECRETARY: StepKind.SECRETARY
}  # fmt: skip
LOG_HEADER = (
    "case", "facility", "discovered", "happened from", "happened to", "kind", "location", "individuals", "500 or more",
    "individuals notified", "media notified", "Secretary notified", "Secretary due", "sanction",
)  # fmt: skip


def day(value: date | None) -> str:
    """03/09/2026."""
    return value.strftime("%m/%d/%Y") if value else ""


def moment(value: datetime, zone: str) -> str:
    """03/09/2026 14:05, local."""
    return value.astimezone(ZoneInfo(zone)).strftime("%m/%d/%Y %H:%M")


def case_row(case: Case, now: datetime) -> dict[str, Any]:
    """One line of the list."""
    today = local_date(now, case.facility.time_zone)
    words, tone = clock_words((case.due_on - today).days) if case.is_open else ("", "neutral")
    return {
        "url": case.get_absolute_url(), "number": case.number, "title": case.title,
        "kind": case.get_kind_display(), "facility": case.facility.code, "discovered": day(case.discovered_on),
        "age": (today - case.discovered_on).days if case.is_open else "", "due": day(case.due_on), "left": words,
        "tone": tone, "affected": case.affected_count, "state": case.get_state_display(),
        "outcome": case.get_outcome_display() if case.outcome else "", "outcome_tone": OUTCOME_TONES[case.outcome],
        "opened_by": str(case.opened_by),
    }  # fmt: skip


def case_facts(found: CaseFile) -> list[dict[str, Any]]:
    """The head of a case."""
    case = found.case
    happened = " to ".join(filter(None, (day(case.occurred_from), day(case.occurred_to))))
    rows = [
        {"label": "State", "value": case.get_state_display(), "tone": "inform" if case.is_open else "neutral"},
        {"label": "Kind", "value": case.get_kind_display()},
        {"label": "Facility", "value": case.facility.name},
        {"label": "Discovered", "value": moment(case.discovered_at, case.facility.time_zone)},
        {"label": "Happened", "value": happened},
        {"label": "Where the information was", "value": case.get_location_display()},
        {"label": "Opened", "value": f"{moment(case.opened_at, case.facility.time_zone)} by {case.opened_by}"},
        {"label": "Opened from", "value": case.get_origin_display()},
        {"label": "Staff concerned", "value": ", ".join(str(person) for person in found.subjects) or "none named"},
        {"label": "Individuals affected", "value": _affected(case)},
    ]
    return rows + ([{"label": "Description", "value": case.description}] if case.description else [])


def _affected(case: Case) -> str:
    state = f", {case.in_one_state:,} in one State" if case.in_one_state is not None else ""
    return f"{case.affected_count:,}{state}"


def clock_rows(found: CaseFile, now: datetime) -> list[dict[str, Any]]:
    """Every notice: its last day, what is left of it, when it was done. Empty when no notice is due."""
    case = found.case
    verdict = Verdict(found.assessment.verdict) if found.assessment else None
    if (verdict and not verdict.is_breach) or case.outcome in (CaseOutcome.UNFOUNDED, CaseOutcome.VIOLATION):
        return []
    today = local_date(now, case.facility.time_zone)
    rows = []
    for each in deadlines(
        case.discovered_on, case.affected_count, in_one_state=case.in_one_state, delayed_until=case.delayed_until
    ):
        done_on = found.done_on(STEP_OF[each.notice])
        words, tone = clock_words(each.days_left(today))
        if done_on:
            late = done_on > each.due_on
            words, tone = f"done {day(done_on)}{', late' if late else ''}", "warn" if late else "done"
        rows.append({"title": each.notice.words, "due": day(each.due_on), "words": words, "tone": tone,
                     "source": each.source})  # fmt: skip
    return rows


def assessment_rows(found: BreachAssessment, zone: str) -> dict[str, Any]:
    """One assessment with its factors in their order."""
    factors = [
        {"title": factor.words, "level": level, "tone": LEVEL_TONES[Level(level)], "words": words}
        for factor in Factor
        for level, words in [found.factors.get(factor.value, ("", ""))]
        if level
    ]
    verdict = Verdict(found.verdict)
    return {
        "verdict": verdict.words, "tone": "stop" if verdict.is_breach else "done", "factors": factors,
        "exception": found.get_exception_display() if found.exception else "", "permitted": found.permitted,
        "secured": found.secured, "text": found.text, "by": str(found.assessed_by),
        "at": moment(found.assessed_at, zone),
    }  # fmt: skip


def evidence_row(item: Evidence, zone: str, names: Mapping[UUID, str]) -> dict[str, Any]:
    """One frozen event, in local time."""
    row, frozen = item.row, item.row.frozen
    return {
        "at": row.event_at.astimezone(ZoneInfo(zone)).strftime("%m/%d/%Y %H:%M:%S"),
        "person": frozen["actor_name"], "role": frozen["actor_role"], "words": event_words(frozen["event"]),
        "result": frozen["result"], "tone": TONES[frozen["result"]], "purpose": frozen["purpose"],
        "place": " ".join(filter(None, (frozen["source"], frozen["address"]))),
        "patients": _patients(row, names), "leaf": bytes(row.leaf).hex(), "event_id": str(row.event_id),
        "number": row.trail_id, "unchanged": item.unchanged, "added": f"{moment(row.added_at, zone)} by {row.added_by}",
        "trail_url": f"{reverse('audit:events')}?request_id={frozen['request_id']}",
    }  # fmt: skip


def _patients(row: CaseEvidence, names: Mapping[UUID, str]) -> str:
    ids = [UUID(key) for key in row.frozen["patient_ids"]]
    shown = "; ".join(names.get(key, f"patient {str(key)[-6:]}") for key in ids[:3])
    return f"{shown} and {len(ids) - 3} more" if len(ids) > 3 else shown


def patient_rows(ids: Sequence[UUID], names: Mapping[UUID, str]) -> list[dict[str, str]]:
    """The patients of a case, by name where they are in reach."""
    rows = [
        {
            "id": str(key), "name": names.get(key, f"patient {str(key)[-6:]}"),
            "url": f"{reverse('audit:events')}?patient={key}",
        }
        for key in ids
    ]  # fmt: skip
    return sorted(rows, key=lambda row: row["name"])


def log_rows(log: BreachLog) -> list[tuple[Any, ...]]:
    """The yearly log as its file has it."""
    rows = []
    for line in log.lines:
        case = line.case
        due = deadlines(case.discovered_on, case.affected_count, delayed_until=case.delayed_until)[-1].due_on
        rows.append(
            (
                case.number, case.facility.name, case.discovered_on.isoformat(), _iso(case.occurred_from),
                _iso(case.occurred_to), case.get_kind_display(), case.get_location_display(), case.affected_count,
                "yes" if line.large else "no", _iso(line.individuals_on), _iso(line.media_on), _iso(line.secretary_on),
                due.isoformat(), case.get_sanction_display(),
            )
        )  # fmt: skip
    return rows


def _iso(value: date | None) -> str:
    return value.isoformat() if value else ""
