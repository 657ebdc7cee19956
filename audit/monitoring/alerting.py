"""Keeps what the rules found: one alert a rule, person, patient and day, however often the same is found again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from audit.monitoring.models import AlertOutcome, AlertState, PrivacyAlert


@dataclass(frozen=True)
class Finding:
    """What a rule found: the content of an alert."""

    rule: str
    score: int
    actor_id: UUID
    actor_name: str
    actor_role: str
    patient_id: UUID | None
    day: date
    event_ids: tuple[int, ...]
    facility_ids: tuple[int, ...]
    first_at: datetime
    last_at: datetime
    seen: str
    missing: tuple[str, ...]

    @property
    def key(self) -> tuple[str, UUID, UUID | None, date]:
        """By what alerts are told apart."""
        return self.rule, self.actor_id, self.patient_id, self.day


FRESH = ["score", "event_ids", "facility_ids", "first_at", "last_at", "seen", "missing"]


def keep(findings: Sequence[Finding]) -> int:
    """Raise an alert for each finding, or bring the open one up to date; a closed one stays as it is. Number of new alerts."""
    by_key = {finding.key: finding for finding in findings}
    known = {_key(alert): alert for alert in _alerts_like(by_key)}
    fresh, changed = [], []
    for key, finding in by_key.items():
        alert = known.get(key)
        if alert is None:
            fresh.append(_alert(finding))
        elif alert.state == AlertState.OPEN:
            for name in FRESH:
                value = getattr(finding, name)
                setattr(alert, name, list(value) if isinstance(value, tuple) else value)
            changed.append(alert)
    PrivacyAlert.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=1000)
    PrivacyAlert.objects.bulk_update(changed, FRESH, batch_size=500)
    return len(fresh)


def close_explained(alerts: Iterable[PrivacyAlert]) -> int:
    """Close open alerts whose access has found its explanation since; nobody's name stands under it. Number closed."""
    ids = [alert.pk for alert in alerts]
    return PrivacyAlert.objects.filter(pk__in=ids, state=AlertState.OPEN).update(
        state=AlertState.CLOSED, outcome=AlertOutcome.EXPLAINED_LATER, closed_at=timezone.now(),
        note="An explanation was found after the alert was raised.",
    )  # fmt: skip


def _alerts_like(keys: Iterable[tuple[str, UUID, UUID | None, date]]) -> Iterable[PrivacyAlert]:
    wanted = list(keys)
    if not wanted:
        return []
    days = [key[3] for key in wanted]
    return PrivacyAlert.objects.filter(
        Q(actor_id__in={key[1] for key in wanted}), day__gte=min(days), day__lte=max(days)
    ).select_for_update()


def _key(alert: PrivacyAlert) -> tuple[str, UUID, UUID | None, date]:
    return alert.rule, alert.actor_id, alert.patient_id, alert.day


def _alert(finding: Finding) -> PrivacyAlert:
    return PrivacyAlert(
        rule=finding.rule, score=finding.score, actor_id=finding.actor_id, actor_name=finding.actor_name,
        actor_role=finding.actor_role, patient_id=finding.patient_id, day=finding.day, event_ids=list(finding.event_ids),
        facility_ids=list(finding.facility_ids), first_at=finding.first_at, last_at=finding.last_at,
        seen=finding.seen[:300], missing=[words[:120] for words in finding.missing],
    )  # fmt: skip
