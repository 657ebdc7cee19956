"""A rule tried out on the past: who would have been alerted with other limits, and the difference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from audit import gate
from audit.monitoring.alerting import Finding
from audit.monitoring.facts import Strength
from audit.monitoring.judging import ABOUT_DAYS, background, findings_of_day, findings_of_unit
from audit.monitoring.limits import Chosen, chosen
from audit.monitoring.models import AccessExplanation, WatchedDay
from hims.lib.access import Permission

DAYS = 90
AT_ONCE = 5000
SHOWN = 200


@dataclass(frozen=True)
class Backtest:
    """Alerts of one rule over the last 90 days, as it is and as it would be; each rule tried by itself.

    added, dropped: the first two hundred of each; the counts are whole.
    """

    rule: str
    before: int
    after: int
    added: list[Finding]
    dropped: list[Finding]
    added_count: int
    dropped_count: int

    @property
    def patient_ids(self) -> list[UUID]:
        """For the trail."""
        return sorted({each.patient_id for each in (*self.added, *self.dropped) if each.patient_id})


@gate.query(Permission.PRIVACY_REVIEW, AccessExplanation, event="alert.backtested", detail=("rule", "limits"))
def backtest(accesses: QuerySet[AccessExplanation], *, rule: str, limits: Mapping[str, int]) -> Backtest:
    """Both sets of limits on the same past. rule: its name; limits: the changed numbers."""
    now = chosen().limits[rule]
    before, after = (Chosen(frozenset({rule}), {rule: dict(each)}) for each in (now, {**now, **limits}))
    found: tuple[dict[Any, Finding], dict[Any, Finding]] = ({}, {})
    for part in _days() if rule in ABOUT_DAYS else _accesses(accesses):
        for kept, rules in zip(found, (before, after), strict=True):
            kept.update({finding.key: finding for finding in part(rules)})
    added = [found[1][key] for key in found[1].keys() - found[0].keys()]
    dropped = [found[0][key] for key in found[0].keys() - found[1].keys()]
    for each in (added, dropped):
        each.sort(key=lambda finding: finding.last_at, reverse=True)
    return Backtest(rule, len(found[0]), len(found[1]), added[:SHOWN], dropped[:SHOWN], len(added), len(dropped))


def _accesses(accesses: QuerySet[AccessExplanation]) -> Iterator[Any]:
    """Accesses of the time that a rule may mind, some thousand at once, each lot with its facts."""
    since = timezone.localdate() - timedelta(days=DAYS)
    rows = accesses.filter(day__gte=since, strength__lt=Strength.OWN).exclude(opened=0, refused=0).order_by("pk")
    last = 0
    while lot := list(rows.filter(pk__gt=last)[:AT_ONCE]):
        last = lot[-1].pk
        told = background(lot, [])

        def judged(rules: Chosen, lot: Sequence[AccessExplanation] = lot, told: Any = told) -> Iterator[Finding]:
            for unit in lot:
                yield from findings_of_unit(unit, told, rules)

        yield judged


def _days() -> Iterator[Any]:
    """Days of people of the time."""
    since = timezone.localdate() - timedelta(days=DAYS)
    rows = list(gate.rows_of(WatchedDay).filter(day__gte=since))
    told = background([], rows)

    def judged(rules: Chosen) -> Iterator[Finding]:
        for row in rows:
            yield from findings_of_day(row, told, rules)

    yield judged
