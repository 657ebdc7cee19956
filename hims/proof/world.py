"""The hospital of the proof: two houses, every kind of patient, and marked words in every field that could leak."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID

from hims.proof.canaries import Canaries
from hims.proof.people import HERE, MINE, THERE, Actor
from hims.proof.reach import LABELS, Fact

NOWHERE = UUID("0199f000-0000-7000-8000-00000000dead")


@dataclass(frozen=True)
class Thing:
    """Something an address can name. about: its kind; key: whose and which; ids: for further parts of the address.

    fact None: there is no such thing.
    """

    about: str
    key: str
    pk: UUID
    fact: Fact | None = None
    ids: Mapping[str, str] = field(default_factory=dict)

    @property
    def patient_key(self) -> str:
        """Whose it is, "" for nothing."""
        return self.fact.patient if self.fact else ""


@dataclass(frozen=True)
class Chart:
    """A patient to be seeded. stays: encounters by key with their labels; also: further houses."""

    key: str
    house: str
    restriction: str = ""
    also: str = ""
    allowed: frozenset[str] = frozenset()
    labelled: bool = False

    @property
    def fact(self) -> Fact:
        """The patient as the rules see it."""
        houses = frozenset({self.house, self.also} - {""})
        return Fact(self.key, houses, bool(self.restriction), allowed=self.allowed)

    def at(self, house: str, *labels: str) -> Fact:
        """Something of this patient that one house keeps."""
        return replace(self.fact, houses=frozenset({house}), labels=frozenset(labels))


CHARTS = (
    Chart("own", HERE),
    Chart("same", HERE),
    Chart("other", THERE),
    Chart("both", HERE, also=THERE),
    Chart("vip", HERE, restriction="vip"),
    Chart("colleague", HERE, restriction="employee"),
    Chart("emergency", THERE, restriction="safety"),
    Chart("labelled", HERE, labelled=True),
    Chart("consenting", HERE, labelled=True, allowed=frozenset({"part2", "hiv"})),
)


def charts_for(people: tuple[Actor, ...]) -> tuple[Chart, ...]:
    """The charts of everyone, and each person's own."""
    return CHARTS + tuple(Chart(f"{MINE} {who.key}", HERE) for who in people if who.state != "nobody")


@dataclass
class World:
    """What was seeded. things: in a fixed order; rows: ids that forms name; patients: ids by key, to check the trail."""

    canaries: Canaries = field(default_factory=Canaries)
    things: list[Thing] = field(default_factory=list)
    rows: dict[str, str] = field(default_factory=dict)
    houses: dict[str, int] = field(default_factory=dict)
    patients: dict[str, UUID] = field(default_factory=dict)
    users: dict[str, UUID] = field(default_factory=dict)
    search: str = ""

    def things_for(self, about: str, who: Actor) -> list[Thing]:
        """Everything an address of this kind is tried with: of others, one's own, and what does not exist."""
        mine = f"{MINE} {who.key}"
        known = [
            thing
            for thing in self.things
            if thing.about == about and (not thing.patient_key.startswith(MINE) or thing.patient_key == mine)
        ]
        return [*known, Thing(about, "nothing", NOWHERE, None, {"line": "1"})]


__all__ = ["LABELS", "Chart", "Thing", "World", "charts_for"]
