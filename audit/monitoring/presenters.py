"""Words for the pages of privacy monitoring."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from audit.monitoring.alerting import Finding
from audit.monitoring.models import AccessExplanation, AlertState, PrivacyAlert
from audit.monitoring.rules import RULES
from audit.monitoring.selectors import SHARE_DAYS, DayShare, Outcomes, Share
from audit.trail.models import AuditEvent
from audit.trail.presenters import event_words
from hims.staff.models import Facility

GRAVE, SERIOUS = 80, 60
TONES = {"open": "warn", "case": "inform", "closed": "done"}
SOURCES = {
    "": "Not explained", "work_list": "Work list", "search": "Search by name", "provider": "Provider of the encounter",
    "author": "Author of a document", "care_team": "Care team", "emergency": "Emergency access", "release": "Release",
    "appointment": "Appointment", "grant": "Access given by name", "work": "Own work in the chart",
    "privacy": "Privacy review", "registration": "Registration and records work", "unsigned": "Unsigned documents",
    "coder": "Coder of the encounter", "open_coding": "Open coding work", "coding_review": "Coding review",
    "concurrent_review": "Review while in house", "account": "Open account", "claim": "Claim sent",
}  # fmt: skip
CHART_HEIGHT, BAR = 60, 8


def severity(score: int) -> tuple[str, str]:
    """Word and tone of a score."""
    if score >= GRAVE:
        return "Grave", "stop"
    return ("Serious", "warn") if score >= SERIOUS else ("Note", "inform")


def alert_row(alert: PrivacyAlert, names: Mapping[UUID, str]) -> dict[str, Any]:
    """One line of the queue."""
    word, tone = severity(alert.score)
    return {
        "id": str(alert.pk), "url": alert.get_absolute_url(), "severity": word, "tone": tone, "score": alert.score,
        "rule": alert.get_rule_display(), "person": alert.actor_name, "actor_id": str(alert.actor_id),
        "role": alert.actor_role, "patient": patient_name(alert.patient_id, names), "patient_id": str(alert.patient_id or ""),
        "seen": alert.seen, "day": alert.day.strftime("%m/%d/%Y"), "last": alert.last_at.strftime("%m/%d/%Y %H:%M"),
        "state": alert.get_outcome_display() if alert.state == AlertState.CLOSED else alert.get_state_display(),
        "state_tone": TONES[alert.state], "open": alert.state == AlertState.OPEN,
    }  # fmt: skip


def patient_name(patient_id: UUID | None, names: Mapping[UUID, str]) -> str:
    """The patient's name, a number for one out of reach, "" when the alert is about a day."""
    return names.get(patient_id, f"patient {str(patient_id)[-6:]}") if patient_id else ""


def alert_facts(
    alert: PrivacyAlert, access: AccessExplanation | None, names: Mapping[UUID, str]
) -> list[dict[str, Any]]:
    """Who, whom, when, what."""
    word, tone = severity(alert.score)
    rows = [
        {"label": "Severity", "value": f"{word} ({alert.score})", "tone": tone},
        {"label": "Person", "value": f"{alert.actor_name}, {alert.actor_role}".rstrip(", ")},
        {"label": "Patient", "value": patient_name(alert.patient_id, names) or "The person's whole day"},
        {"label": "Facility", "value": ", ".join(_facilities(alert.facility_ids))},
        {"label": "Day", "value": alert.day.strftime("%m/%d/%Y")},
        {"label": "From, to (UTC)", "value": f"{alert.first_at:%m/%d/%Y %H:%M} to {alert.last_at:%m/%d/%Y %H:%M}"},
    ]
    if access is not None:
        done = (
            ("opened", access.opened),
            ("changed", access.changed),
            ("refused", access.refused),
            ("listed", access.listed),
        )
        counts = ", ".join(f"{count} {name}" for name, count in done if count)
        rows += [{"label": "What was done", "value": counts}, {"label": "Explained by", "value": explained(access)}]
    if alert.state == AlertState.CLOSED:
        rows += _closing(alert)
    return rows


def _closing(alert: PrivacyAlert) -> list[dict[str, Any]]:
    by = str(alert.closed_by) if alert.closed_by else "monitoring itself"
    when = f" on {alert.closed_at:%m/%d/%Y}" if alert.closed_at else ""
    return [
        {"label": "Outcome", "value": alert.get_outcome_display(), "tone": "done"},
        {"label": "Closed by", "value": f"{by}{when}"},
        {"label": "Note", "value": alert.note},
    ]


def _facilities(ids: Sequence[int]) -> list[str]:
    return list(Facility.objects.filter(pk__in=ids).values_list("name", flat=True))


def explained(access: AccessExplanation) -> str:
    """What explains the access, in a sentence."""
    return f"{SOURCES.get(access.source, access.source)}: {access.sentence}" if access.source else "Nothing on file"


def event_line(event: AuditEvent) -> dict[str, Any]:
    """One line of the timeline."""
    return {
        "at": event.at.strftime("%m/%d/%Y %H:%M:%S"), "words": event_words(event.event), "result": event.result,
        "purpose": event.purpose, "door": event.source, "address": event.address or "", "request_id": str(event.request_id),
        "patients": len(event.patient_ids), "search": event.detail.get("text", ""), "reason": event.detail.get("reason", ""),
    }  # fmt: skip


def rule_rows(active: frozenset[str], limits: Mapping[str, Mapping[str, int]], found: Outcomes) -> list[dict[str, Any]]:
    """One line a rule, with its limits and what became of its alerts."""
    rows = []
    for rule in RULES:
        counts = found.counts.get(rule.name, {})
        word, tone = severity(rule.score)
        rows.append(
            {
                "name": rule.name, "title": rule.title, "meaning": rule.meaning, "severity": word, "tone": tone,
                "active": rule.name in active, "alerts": sum(counts.values()), "open": counts.get("open", 0),
                "not_legitimate": counts.get("not_legitimate", 0),
                "limits": "; ".join(f"{limit.label.lower()} {limits[rule.name][limit.name]:,}" for limit in rule.limits),
            }
        )  # fmt: skip
    return rows


def finding_row(finding: Finding, names: Mapping[UUID, str]) -> dict[str, Any]:
    """One line of a backtest."""
    return {
        "person": finding.actor_name, "role": finding.actor_role, "patient": patient_name(finding.patient_id, names),
        "day": finding.day.strftime("%m/%d/%Y"), "seen": finding.seen,
    }  # fmt: skip


def share_chart(share: Share) -> dict[str, Any]:
    """Bars of the chart, in units of its view box, and the rows of the table beside it."""
    highest = max((day.total for day in share.days), default=1) or 1
    last = max((day.day for day in share.days), default=None)
    bars = [_bar(SHARE_DAYS - 1 - (last - day.day).days, day, highest) for day in share.days if last]
    total = sum(day.total for day in share.days)
    told = sum(day.own + day.pool for day in share.days)
    return {
        "bars": bars, "width": BAR * SHARE_DAYS, "height": CHART_HEIGHT,
        "percent": f"{100 * told / total:.1f} %" if total else "none", "total": total, "unexplained": total - told,
        "sources": [
            {"name": SOURCES.get(name, name), "count": count, "percent": f"{100 * count / total:.1f} %"}
            for name, count in sorted(share.sources.items(), key=lambda pair: -pair[1])
        ],
    }  # fmt: skip


def _bar(place: int, day: DayShare, highest: int) -> dict[str, Any]:
    """Three parts stacked from the bottom: own, group, not explained."""
    parts, top = [], CHART_HEIGHT
    for count, tone, label in (
        (day.own, "done", "own"),
        (day.pool, "age-2", "group"),
        (day.none, "stop", "not explained"),
    ):
        height = round(CHART_HEIGHT * count / highest)
        top -= height
        parts.append({"x": place * BAR + 1, "y": top, "width": BAR - 2, "height": height, "tone": tone, "label": label})
    return {
        "parts": parts, "day": day.day.strftime("%m/%d/%Y"), "total": day.total, "own": day.own, "pool": day.pool,
        "none": day.none, "percent": f"{day.percent:.1f} %",
    }  # fmt: skip
