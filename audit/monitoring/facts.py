"""What the rules of privacy monitoring look at: frozen facts about an access, a person, a patient and a day. No Django."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum
from uuid import UUID


class Strength(IntEnum):
    """How well an access is explained: not at all, by work that waits for a whole group, by something of the person's own."""

    NONE = 0
    POOL = 1
    OWN = 2


@dataclass(frozen=True)
class Access:
    """All that one person did with one patient on one day (facility-local).

    opened: looks at this patient alone; listed: appearances in a list or search; changed: records made or changed; refused:
    attempts in vain; hours: facility-local hours (0-23) of the openings.
    """

    actor_id: UUID
    patient_id: UUID
    day: date
    opened: int = 0
    listed: int = 0
    changed: int = 0
    refused: int = 0
    hours: frozenset[int] = frozenset()
    explained: Strength = Strength.NONE


@dataclass(frozen=True)
class PatientFacts:
    """surnames: folded words of the family name; households: keys of home, telephone, insurance contract; employee_id: the
    member of staff who is this patient; last_seen_on: last day of the last stay, None when there was none or one lasts."""

    patient_id: UUID
    surnames: frozenset[str] = frozenset()
    households: frozenset[str] = frozenset()
    restricted: bool = False
    deceased_on: date | None = None
    employee_id: UUID | None = None
    in_house: bool = False
    last_seen_on: date | None = None


@dataclass(frozen=True)
class StaffFacts:
    """A member of staff; households come from the person's own chart."""

    actor_id: UUID
    surnames: frozenset[str] = frozenset()
    households: frozenset[str] = frozenset()
    own_patient_id: UUID | None = None


@dataclass(frozen=True)
class Baseline:
    """What is usual for a person: patients opened on each earlier day of work, and the hours worked on at least two of them."""

    opened: tuple[int, ...] = ()
    hours: frozenset[int] = frozenset()

    @property
    def usual(self) -> float:
        """Patients opened on a usual day; 0 without earlier days."""
        return sum(self.opened) / len(self.opened) if self.opened else 0.0


@dataclass(frozen=True)
class Day:
    """One person's day: patients opened, searches, how many of them were tiny, and how many of these led to no chart."""

    actor_id: UUID
    day: date
    opened: int = 0
    searches: int = 0
    tiny: int = 0
    fruitless: int = 0


@dataclass(frozen=True)
class Outflow:
    """Data of many patients that left at once: an export, a print, a download of a query. reason: as given, "" without."""

    actor_id: UUID
    day: date
    at: datetime
    event: str
    patients: int
    reason: str = ""


@dataclass(frozen=True)
class Circumstances:
    """Everything a rule may weigh."""

    person: StaffFacts
    baseline: Baseline = Baseline()
    patient: PatientFacts | None = None
    access: Access | None = None
    day: Day | None = None
    outflow: Outflow | None = None
    limits: Mapping[str, int] = field(default_factory=dict)
