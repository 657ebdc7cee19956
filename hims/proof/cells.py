"""The cells of the matrix for one person, and what is checked in each."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from hims.proof.doors import Answer, Doors, Trail
from hims.proof.expect import DONE, Expected, agree, expect
from hims.proof.people import CLEARED, MINE, SPECIAL, Actor
from hims.proof.policy import UNSEEDED, Route, leading, policy
from hims.proof.reach import reaches
from hims.proof.world import Thing, World

TRYING = frozenset({"him manager", "coder", "privacy officer", "nobody", "program of a coder"})
"""Who tries the methods that no door declares."""
ONE_OF_EACH = frozenset(
    {"own", "other", "vip", "both", "both, elsewhere", "colleague", "emergency", "same, final", "same, in house",
     "same, outpatient", "same, draft", "same, exported", "vip, draft", "labelled, hiv stay", "labelled, part2 stay",
     "labelled, psychotherapy stay", "consenting, part2 stay", "labelled, hiv document", "labelled, part2 document",
     "labelled, psychotherapy document", "consenting, part2 document", "coder", "coder elsewhere", "specialist at both"}
)  # fmt: skip
BEHIND = ONE_OF_EACH - {
    "both", "colleague", "emergency", "vip, draft", "coder elsewhere", "labelled, hiv stay", "labelled, psychotherapy stay",
    "consenting, part2 stay", "labelled, hiv document", "labelled, psychotherapy document", "consenting, part2 document",
}  # fmt: skip
"""With what a door is tried that begins like an earlier one: each state a chart can be in, and each kind of wall once."""
REQUIRED = ("actor_name", "event", "category", "result", "purpose", "source", "request_id")


@dataclass
class Report:
    """What one person's walk found. opened: route and method that succeeded; changed: acts that were done."""

    cells: int = 0
    mismatches: list[str] = field(default_factory=list)
    opened: set[tuple[str, str]] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Cell:
    """One knock: route, method, thing."""

    route: Route
    method: str
    thing: Thing | None


def cells(world: World, who: Actor) -> Iterator[Cell]:
    """Each declared method with each thing, what does not exist first; and two methods nobody declared."""
    for route in policy().values():
        if who in SPECIAL and not _about_patients(route):
            continue
        things: list[Thing | None] = [None]
        if route.about:
            things = list(reversed(world.things_for(route.about, who)))
        for method in sorted(route.methods):
            for thing in things:
                if thing is None or _worth_a_knock(route, method, who, thing):
                    yield Cell(route, method, thing)
        for method in sorted({"GET", "POST", "DELETE"} - route.methods)[:2] if who.key in TRYING else ():
            yield Cell(route, method, things[-1])


def _about_patients(route: Route) -> bool:
    """Whose reach is special for one reason differs from others of the role only where patients are named or listed."""
    if route.about:
        return route.about not in UNSEEDED
    return any(
        step.kind in {"list", "when", "narrow"} for lines in route.ways.values() for line in lines for step in line
    )


def _worth_a_knock(route: Route, method: str, who: Actor, thing: Thing) -> bool:
    """Everything, for whoever holds a right of this door; else one thing that exists and one that does not tell whether all are
    refused alike, and for whoever is not even let in, one. A form that is sent and the doors to single lines of a coding stand
    behind the same reading as the page, so they are tried with one thing of each kind; so are people special for another reason
    than labels. A door that begins with the same steps as an earlier one is tried with fewer."""
    if thing.fact is None:
        return who.known or route.about in UNSEEDED
    if thing.key == "same":
        return True
    if not who.known or (who.state == "token" and not route.api):
        return False
    lines = route.ways[method]
    if not any(not line or line[0].right is None or who.holds(line[0].right) for line in lines):
        return False
    sent = method != "GET" and route.ways.get("GET", ((),))[0][:1] == lines[0][:1]
    if thing.key.startswith(MINE):
        return True
    if (route.name, method) not in leading():
        return thing.key in BEHIND
    again = sent or "line" in route.path or (who in SPECIAL and CLEARED not in dict(who.seats))
    return not again or thing.key in ONE_OF_EACH


def walk(world: World, who: Actor, chosen: list[Cell] | None = None) -> Report:
    """Knock at every door as `who`."""
    report = Report()
    doors, heard = Doors(world, who), Ears()
    trail = Trail(world.users.get(who.key) if who.known else None)
    shapes: dict[tuple[str, str], str] = {}
    try:
        for cell in chosen if chosen is not None else cells(world, who):
            told = expect(cell.route, cell.method, who, cell.thing)
            answer = doors.knock(cell.route, cell.method, cell.thing)
            faults = [
                *_status_faults(told, answer),
                *_word_faults(world, who, told, answer),
                *_trail_faults(world, who, told, cell, trail.gained(), report),
                *_shape_faults(cell, told, answer, shapes),
                *heard.faults(world),
            ]
            report.cells += 1
            if told.seen and not faults:
                report.opened.add((cell.route.name, cell.method))
            report.mismatches += [f"{_name(cell, who)}: {fault}" for fault in faults]
    finally:
        heard.stop()
        trail.close()
    return report


def _name(cell: Cell, who: Actor) -> str:
    return f"{cell.method} {cell.route.name} [{cell.thing.key if cell.thing else '-'}] as {who.key}"


def _status_faults(told: Expected, answer: Answer) -> Iterator[str]:
    if answer.status not in told.statuses:
        yield f"answered {answer.status}, not {' or '.join(map(str, sorted(told.statuses)))}"


def _word_faults(world: World, who: Actor, told: Expected, answer: Answer) -> Iterator[str]:
    """Words of patients in the answer that no right of this door opens to the person."""
    found = world.canaries.found_in(answer.text)
    sent = world.canaries.found_in(world.search)
    foreign = {
        word
        for word in found - sent
        if not any(reaches(who, world.canaries.planted[word][0], right) for right in told.rights)
    }
    if foreign:
        yield f"shows {world.canaries.told(foreign)}"
    if found and not told.seen:
        yield f"a refusal that tells {world.canaries.told(found)}"


def _trail_faults(
    world: World, who: Actor, told: Expected, cell: Cell, gained: list[dict[str, Any]], report: Report
) -> Iterator[str]:
    found = [(row["event"], row["result"]) for row in gained]
    if not agree(told.events, [pair for pair in found if pair[0] not in cell.route.besides]):
        yield f"left {found}, not {told.events}"
    for row in gained:
        empty = [name for name in REQUIRED if not row[name]]
        if empty or (who.state == "signed_in" and not row["actor_role"]):
            yield f"{row['event']} is recorded without {empty or 'the role'}"
    looked = {
        step.event
        for line in cell.route.ways.get(cell.method, ())
        for step in line
        if step.kind in {"look", "act", "miss"}
    }
    if cell.thing is not None and cell.thing.patient_key:
        patient = world.patients[cell.thing.patient_key]
        for row in gained:
            excused = cell.route.unnamed and row["result"] == "refused"
            named = patient in row["patient_ids"] or row["detail"].get("permission") is not None
            if row["event"] in looked and not named and not excused:
                yield f"{row['event']} {row['result']} does not name the patient"
    report.changed |= {event for event, result in found if result == DONE}


def _shape_faults(cell: Cell, told: Expected, answer: Answer, shapes: dict[tuple[str, str], str]) -> Iterator[str]:
    """What is out of reach answers like what does not exist, letter by letter."""
    if cell.thing is None or not _hidden(cell, told, answer):
        return
    key = (cell.route.name, cell.method)
    known = shapes.setdefault(key, answer.shape)
    if known != answer.shape:
        yield "out of reach does not answer like what does not exist"


def _hidden(cell: Cell, told: Expected, answer: Answer) -> bool:
    """Is this an answer about something out of reach, or about nothing?"""
    return answer.status == 404 if not cell.route.blind else told.seen and not told.reached


class Ears(logging.Handler):
    """Hears every log line while the proof runs."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []
        logging.getLogger().addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))

    def faults(self, world: World) -> Iterator[str]:
        """Lines since the last look that carry a planted word."""
        heard, self.lines = "\n".join(self.lines), []
        words = world.canaries.found_in(heard)
        if words:
            yield f"the log tells {world.canaries.told(words)}"

    def stop(self) -> None:
        logging.getLogger().removeHandler(self)
