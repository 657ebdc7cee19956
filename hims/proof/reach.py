"""Who may reach what, in the policy's own words: it knows nothing of querysets, tables or the gate.

Nobody reaches the own chart. Broken glass opens one patient for looking, wherever it lies, psychotherapy notes excepted.
Otherwise the right must be held at a house that keeps the thing; the person must see every chart of that house, or be concerned
with the patient; a restricted chart asks for trust or concern; and each label asks for clearance at that house, or for the
patient's consent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from hims.lib.access import Permission
from hims.proof.people import MINE, Actor

LOOKING = frozenset({Permission.PATIENT_SEARCH, Permission.PATIENT_VIEW, Permission.CHART_VIEW})
CLEARANCE = {
    "part2": Permission.LABEL_PART2, "hiv": Permission.LABEL_HIV, "genetic": Permission.LABEL_GENETIC,
    "reproductive": Permission.LABEL_REPRODUCTIVE, "behavioural": Permission.LABEL_BEHAVIOURAL,
    "minor": Permission.LABEL_MINOR,
}  # fmt: skip
LABELS = (*CLEARANCE, "psychotherapy")


@dataclass(frozen=True)
class Fact:
    """What the rules ask about a thing.

    patient: key of the chart, "" for what concerns no patient; houses: that keep it; allowed: labels the patient consents to.
    """

    patient: str
    houses: frozenset[str]
    restricted: bool = False
    labels: frozenset[str] = field(default_factory=frozenset)
    allowed: frozenset[str] = field(default_factory=frozenset)


def reaches(who: Actor, thing: Fact, right: Permission) -> bool:
    """May `who` reach the thing by this right?"""
    if not thing.patient:
        return who.holds(right) and bool(not thing.houses or thing.houses & who.places(right))
    if not who.holds(right) or thing.patient == f"{MINE} {who.key}":
        return False
    if right in LOOKING and thing.patient in who.broken:
        return "psychotherapy" not in thing.labels
    houses = thing.houses & who.places(right)
    return _concerned(who, thing, houses) and _cleared(who, thing, houses)


def _concerned(who: Actor, thing: Fact, houses: frozenset[str]) -> bool:
    if not houses:
        return False
    if thing.patient in who.opened or houses & who.places(Permission.CONFIDENTIAL_VIEW):
        return True
    return not thing.restricted and bool(houses & who.places(Permission.FACILITY_CHARTS))


def _cleared(who: Actor, thing: Fact, houses: frozenset[str]) -> bool:
    asked = thing.labels - thing.allowed
    return any(asked <= _clearances(who)[house] for house in houses)


def _clearances(who: Actor) -> Mapping[str, frozenset[str]]:
    houses = {house for _, house in who.seats}
    return {
        house: frozenset(label for label, right in CLEARANCE.items() if house in who.places(right)) for house in houses
    }
