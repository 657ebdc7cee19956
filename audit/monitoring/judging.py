"""Judges accesses and days: asks for explanations and facts, weighs them by the rules, and keeps alerts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from audit.access.models import EmployeeChart
from audit.monitoring import searches
from audit.monitoring.alerting import Finding
from audit.monitoring.facts import (
    Access,
    Baseline,
    Circumstances,
    Day,
    Outflow,
    PatientFacts,
    StaffFacts,
    Strength,
)
from audit.monitoring.limits import OUTFLOW, Chosen
from audit.monitoring.models import AccessExplanation, WatchedDay
from audit.monitoring.registry import Ask, Explanation, explain, missing_words, patient_facts
from audit.monitoring.rules import LAST_RESORT, RULES, Rule
from audit.monitoring.taking import put_tally, tally_of
from hims.lib.text import fold
from hims.staff.models import User

BASELINE_DAYS = 28
USUAL_ON_DAYS = 2
LISTED = {
    "work_list": Explanation("work_list", "Stood on a work list", Strength.POOL),
    "search": Explanation("search", "Came up in a search by name", Strength.POOL),
}
ABOUT_DAYS = ("volume_spike", "browsing", OUTFLOW)


@dataclass(frozen=True)
class Background:
    """Facts about everyone concerned, read once a batch."""

    patients: Mapping[UUID, PatientFacts]
    people: Mapping[UUID, StaffFacts]
    days: Mapping[UUID, Sequence[WatchedDay]]
    known: dict[tuple[UUID, date], Baseline] = field(default_factory=dict)

    def baseline(self, actor_id: UUID, day: date) -> Baseline:
        """What was usual for the person before that day."""
        if (actor_id, day) not in self.known:
            self.known[actor_id, day] = self._baseline(actor_id, day)
        return self.known[actor_id, day]

    def _baseline(self, actor_id: UUID, day: date) -> Baseline:
        earlier = [row for row in self.days.get(actor_id, ()) if day - timedelta(days=BASELINE_DAYS) <= row.day < day]
        worked = [row for row in earlier if row.opened]
        hours = frozenset(hour for hour in range(24) if sum(row.hours >> hour & 1 for row in worked) >= USUAL_ON_DAYS)
        return Baseline(tuple(row.opened for row in worked), hours)

    def person(self, actor_id: UUID) -> StaffFacts:
        """The member of staff; someone unknown has no ties."""
        return self.people.get(actor_id) or StaffFacts(actor_id)


def explanations(units: Iterable[AccessExplanation]) -> dict[int, Explanation]:
    """What explains each access, by its key. Glimpses in lists are explained by the list, openings by the sources."""
    found: dict[int, Explanation] = {}
    asked: dict[Ask, list[int]] = {}
    for unit in units:
        if unit.opened + unit.changed + unit.refused:
            asked.setdefault(Ask(unit.actor_id, unit.patient_id, unit.first_at), []).append(unit.pk)
        elif unit.source in LISTED:
            found[unit.pk] = LISTED[unit.source]
    for ask, explanation in explain(list(asked)).items():
        found.update(dict.fromkeys(asked[ask], explanation))
    return found


def background(units: Sequence[AccessExplanation], days: Sequence[WatchedDay]) -> Background:
    """Facts about the people and patients of these accesses and days, in a fixed number of statements."""
    actors = {unit.actor_id for unit in units} | {row.actor_id for row in days}
    patients = {unit.patient_id for unit in units if unit.opened + unit.changed + unit.refused}
    dates = [unit.day for unit in units] + [row.day for row in days]
    own = dict(EmployeeChart.objects.filter(user_id__in=actors).values_list("user_id", "patient_id"))
    facts = patient_facts(patients | set(own.values()))
    return Background(facts, _people(actors, own, facts), _earlier(actors, dates))


def _people(actors: set[UUID], own: Mapping[UUID, UUID], facts: Mapping[UUID, PatientFacts]) -> dict[UUID, StaffFacts]:
    nobody = PatientFacts(UUID(int=0))
    return {
        user.pk: StaffFacts(
            user.pk, family_words(user.display_name) | facts.get(own.get(user.pk, UUID(int=0)), nobody).surnames,
            facts.get(own.get(user.pk, UUID(int=0)), nobody).households, own.get(user.pk),
        )
        for user in User.objects.filter(pk__in=actors)
    }  # fmt: skip


def family_words(display_name: str) -> frozenset[str]:
    """The folded family name of a display name: its last word, without what follows a comma ("Reyes, MD")."""
    words = fold(display_name.partition(",")[0]).split()
    return frozenset(part for part in words[-1].split("-") if len(part) > 2) if words else frozenset()


def _earlier(actors: set[UUID], dates: Sequence[date]) -> dict[UUID, list[WatchedDay]]:
    found: dict[UUID, list[WatchedDay]] = {}
    if dates:
        first = min(dates) - timedelta(days=BASELINE_DAYS)
        for row in WatchedDay.objects.filter(actor_id__in=actors, day__gte=first, day__lt=max(dates)):
            found.setdefault(row.actor_id, []).append(row)
    return found


def findings_of_unit(
    unit: AccessExplanation, told: Background, rules: Chosen, *, at_once: bool = False
) -> list[Finding]:
    """What the rules have to say about one access; at_once: only those that need not wait until the chart was left."""
    if not unit.opened + unit.changed + unit.refused:
        return []
    patient = told.patients.get(unit.patient_id) or PatientFacts(unit.patient_id)
    what = Circumstances(told.person(unit.actor_id), told.baseline(unit.actor_id, unit.day), patient, access_of(unit))
    found: list[Finding] = []
    for rule in _at_work(rules, about_days=False):
        if (at_once and not rule.at_once) or (rule.name == LAST_RESORT and found):
            continue
        seen = rule.verdict(what, rules.limits[rule.name])
        if seen:
            found.append(_finding(rule, unit, seen, _missing(unit, rule)))
    return found


def access_of(unit: AccessExplanation) -> Access:
    """The row as the rules see it."""
    hours = frozenset(hour for hour in range(24) if unit.hours >> hour & 1)
    return Access(
        unit.actor_id, unit.patient_id, unit.day, unit.opened, unit.listed, unit.changed, unit.refused, hours,
        Strength(unit.strength),
    )  # fmt: skip


def findings_of_day(row: WatchedDay, told: Background, rules: Chosen) -> list[Finding]:
    """What the rules have to say about one person's day."""
    day = Day(row.actor_id, row.day, row.opened, row.searches, row.tiny, row.fruitless)
    out = Outflow(row.actor_id, row.day, row.last_at, row.outflow_event, row.outflow, row.reason)
    what = Circumstances(told.person(row.actor_id), told.baseline(row.actor_id, row.day), day=day, outflow=out)
    found = []
    for rule in _at_work(rules, about_days=True):
        seen = rule.verdict(what, rules.limits[rule.name])
        if seen:
            events = row.outflow_ids if rule.name == OUTFLOW else []
            missing = ["a reason for the export"] if rule.name == OUTFLOW and not row.reason else []
            score = rule.score // 2 if rule.name == OUTFLOW and row.reason else rule.score
            found.append(
                Finding(
                    rule.name, score, row.actor_id, row.actor_name, row.actor_role, None, row.day, tuple(events),
                    tuple(row.facility_ids), row.first_at, row.last_at, seen, tuple(missing),
                )
            )  # fmt: skip
    return found


def elapse(row: WatchedDay, now: datetime) -> WatchedDay:
    """The day as time goes by: searches that waited long enough led to nothing."""
    return put_tally(row, searches.elapsed(tally_of(row), now))


def _at_work(rules: Chosen, *, about_days: bool) -> Iterable[Rule]:
    return (rule for rule in RULES if rule.name in rules.active and (rule.name in ABOUT_DAYS) == about_days)


def _finding(rule: Rule, unit: AccessExplanation, seen: str, missing: tuple[str, ...]) -> Finding:
    return Finding(
        rule.name, rule.score, unit.actor_id, unit.actor_name, unit.actor_role, unit.patient_id, unit.day,
        tuple(unit.event_ids), tuple(unit.facility_ids), unit.first_at, unit.last_at, seen, missing,
    )  # fmt: skip


def _missing(unit: AccessExplanation, rule: Rule) -> tuple[str, ...]:
    """What would have explained it, in plain words."""
    if rule.name == "own_chart":
        return ("the own chart is opened by a colleague, never by the person",)
    if unit.strength == Strength.POOL:
        return (f"only work that waits for the whole group: {unit.sentence.lower()}"[:120],
                "nothing of the person's own: no assignment, and nothing made or changed")  # fmt: skip
    return tuple(missing_words())
