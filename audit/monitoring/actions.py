"""What a privacy officer does with alerts and rules; every act stands in the trail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.utils import timezone

from audit import gate
from audit.monitoring.models import AlertOutcome, AlertState, PrivacyAlert, RuleSetting
from audit.monitoring.rules import RULE
from audit.trail.enums import Category
from hims.lib.access import Permission
from hims.lib.errors import DomainError, NotVisible
from hims.lib.text import squeeze
from hims.staff.models import User

CHOICES = (AlertOutcome.LEGITIMATE, AlertOutcome.EDUCATION, AlertOutcome.NOT_LEGITIMATE)
SHORTEST_NOTE = 5
AT_ONCE = 200


@dataclass(frozen=True)
class Decided:
    """Alerts that were decided on together."""

    count: int
    patient_ids: list[UUID] = field(default_factory=list)


@gate.command(Permission.PRIVACY_REVIEW, subject="alert", event="alert.closed", detail=("outcome",))
def close_alert(*, by: User, alert: PrivacyAlert, outcome: str, note: str = "") -> PrivacyAlert:
    """Close one alert. Raises DomainError: not open any more, about oneself, or a note is missing."""
    words = _checked(by, [alert], outcome, note)
    (kept,) = _locked(by, [alert.pk])
    _close(by, [kept], outcome, words)
    return kept


@gate.command(Permission.PRIVACY_REVIEW, subject="alert_ids", event="alert.closed_in_bulk", detail=("outcome",))
def close_alerts(*, by: User, alert_ids: Sequence[UUID], outcome: str, note: str = "") -> Decided:
    """Close up to 200 alerts with one outcome, all or none."""
    alerts = _locked(by, alert_ids)
    _close(by, alerts, outcome, _checked(by, alerts, outcome, note))
    return Decided(len(alerts), _patients(alerts))


@gate.command(Permission.PRIVACY_REVIEW, subject="alert_ids", event="alert.attached", detail=("case_id",))
def attach_case(*, by: User, alert_ids: Sequence[UUID], case_id: UUID) -> Decided:
    """Make open alerts part of a case, all or none."""
    alerts = _locked(by, alert_ids)
    _refuse_own(by, alerts)
    PrivacyAlert.objects.filter(pk__in=[alert.pk for alert in alerts]).update(state=AlertState.CASE, case_id=case_id)
    return Decided(len(alerts), _patients(alerts))


@gate.command(
    Permission.PRIVACY_REVIEW, subject="rule", event="alert.rule_changed", category=Category.ADMIN,
    detail=("rule", "active", "limits"),
)  # fmt: skip
def change_rule(*, by: User, rule: str, active: bool, limits: Mapping[str, int]) -> RuleSetting:
    """Set a rule to work or to rest, and its limits. Raises DomainError for a number outside its range."""
    known = RULE.get(rule)
    if known is None:
        raise DomainError("There is no such rule.", field="rule")
    kept = {}
    for limit in known.limits:
        value = limits.get(limit.name, limit.default)
        if not limit.lowest <= value <= limit.highest:
            raise DomainError(f"Enter a number from {limit.lowest} to {limit.highest}.", field=limit.name)
        kept[limit.name] = value
    row, _ = RuleSetting.objects.update_or_create(
        rule=rule, defaults={"active": active, "limits": kept, "changed_by": by}
    )
    return row


def _locked(by: User, alert_ids: Iterable[UUID]) -> list[PrivacyAlert]:
    """The alerts under lock, all of them open and in reach of `by`."""
    wanted = set(alert_ids)
    if not wanted:
        raise DomainError("Tick the alerts first.", field="alerts")
    if len(wanted) > AT_ONCE:
        raise DomainError(f"At most {AT_ONCE} alerts at once.", field="alerts")
    rows = PrivacyAlert.objects.visible_to(by, Permission.PRIVACY_REVIEW)
    found = list(rows.filter(pk__in=wanted).order_by("pk").select_for_update())
    if len(found) != len(wanted):
        raise NotVisible("One of these alerts is not there any more.")
    if any(alert.state != AlertState.OPEN for alert in found):
        raise DomainError("One of these alerts is not open any more. Look at the list again.", field="alerts")
    return found


def _checked(by: User, alerts: Iterable[PrivacyAlert], outcome: str, note: str) -> str:
    """The note as it is kept."""
    if outcome not in CHOICES:
        raise DomainError("Choose an outcome.", field="outcome")
    words = squeeze(note)
    if outcome != AlertOutcome.LEGITIMATE and len(words) < SHORTEST_NOTE:
        raise DomainError("Say in a few words what you found.", field="note")
    if len(words) > 500:
        raise DomainError("Keep the note within 500 characters.", field="note")
    _refuse_own(by, alerts)
    return words


def _refuse_own(by: User, alerts: Iterable[PrivacyAlert]) -> None:
    if any(alert.actor_id == by.pk for alert in alerts):
        raise DomainError("An alert about yourself is decided by somebody else.")


def _close(by: User, alerts: Iterable[PrivacyAlert], outcome: str, note: str) -> None:
    now = timezone.now()
    for alert in alerts:
        alert.state, alert.outcome, alert.note = AlertState.CLOSED, AlertOutcome(outcome), note
        alert.closed_by, alert.closed_at = by, now
        alert.save(update_fields=["state", "outcome", "note", "closed_by", "closed_at"])


def _patients(alerts: Iterable[PrivacyAlert]) -> list[UUID]:
    return sorted({alert.patient_id for alert in alerts if alert.patient_id})
