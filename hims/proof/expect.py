"""What the policy says must happen: the answer, the events, and whose words may stand in it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from hims.lib.access import Permission
from hims.proof.people import Actor
from hims.proof.policy import Line, Route, Step
from hims.proof.reach import reaches
from hims.proof.world import Thing

SHOWN = frozenset({200})
CHANGED = frozenset({200, 204, 302, 409, 422})
TO_SIGN_IN = frozenset({302})
NOT_SIGNED_IN = frozenset({401, 403})
DONE, REFUSED, ATTEMPTED, END = "done", "refused", "attempted", "end"
"""END: done, or refused by a rule; an act whose right is proved may still be refused for what was asked."""
AGAIN = "again"


@dataclass
class Expected:
    """The answer that is right.

    statuses: any of them; events: name and result in order; rights: by which words may be shown; seen: the door opened;
    reached: so did the thing behind it, where the door does not say.
    """

    statuses: frozenset[int]
    events: list[tuple[str, str]] = field(default_factory=list)
    rights: set[Permission] = field(default_factory=set)
    seen: bool = False
    reached: bool = False


def expect(route: Route, method: str, who: Actor, thing: Thing | None) -> Expected:
    """The answer the policy demands of one cell."""
    if who.state == "token" and not route.api:
        return Expected(route.answers | SHOWN | {401, 405} if route.public else frozenset({401}))
    if not who.known and not route.public:
        return Expected(NOT_SIGNED_IN if route.api else TO_SIGN_IN)
    if method not in route.methods:
        return Expected(frozenset({405}) | (route.answers - SHOWN))
    if thing is not None and route.asks and thing.fact is not None and not thing.ids.get(route.asks):
        thing = replace(thing, fact=None)
    told = Expected(route.answers or (SHOWN if method == "GET" else CHANGED), seen=True)
    for step in chosen(route.ways[method], who):
        refusal = _take(step, who, thing, told)
        if refusal:
            told.events.append((step.event, REFUSED))
            return Expected(frozenset({refusal}), told.events)
    told.reached = thing is not None and any(_reached(who, thing, right) for right in told.rights)
    return told


def chosen(lines: tuple[Line, ...], who: Actor) -> Line:
    """The first line whose first right the person holds, else the last."""
    for line in lines:
        if line and line[0].right is not None and who.holds(line[0].right):
            return line
    return lines[-1]


def _take(step: Step, who: Actor, thing: Thing | None, told: Expected) -> int:
    """One step: adds its events, or returns the status that ends the way."""
    if step.right is None:
        if who.known and who.state != "token":
            told.events += (
                [(step.event, ATTEMPTED), (step.event, REFUSED)] if step.kind == "try" else [(step.event, DONE)]
            )
        return 0
    if step.kind == "narrow" and (not who.holds(step.right) or who.holds(Permission.FACILITY_CHARTS)):
        return 0
    if not who.holds(step.right):
        return 0 if step.kind in {"when", "see"} else 403
    told.rights.add(step.right)
    if step.kind == "own":
        return 404
    if thing is not None and step.kind in {"look", "act", "miss", "see"} and not _reached(who, thing, step.right):
        return 404
    told.events += _left(step, who)
    return 0


def _reached(who: Actor, thing: Thing, right: Permission) -> bool:
    return thing.fact is not None and reaches(who, thing.fact, right)


def _left(step: Step, who: Actor) -> list[tuple[str, str]]:
    assert step.right is not None
    if step.kind == "may":
        return []
    if step.kind == "each":
        return [(step.event, ATTEMPTED), (step.event, DONE)] * len(who.places(step.right))
    if step.kind == "miss":
        return [(step.event, ATTEMPTED), (step.event, REFUSED)]
    if step.kind == "act":
        return [(step.event, ATTEMPTED), (step.event, END)]
    return [(step.event, AGAIN if step.kind == "again" else DONE)]


def agree(expected: list[tuple[str, str]], found: list[tuple[str, str]]) -> bool:
    """Are these the declared events, all of them, in their order?"""
    left = list(found)
    refused = False
    for event, result in expected:
        if result == AGAIN:
            if not refused:
                continue
            result = DONE
        if not left or left[0][0] != event:
            return False
        got = left.pop(0)[1]
        if got != result and not (result == END and got in {DONE, REFUSED}):
            return False
        refused = refused or (result == END and got == REFUSED)
    return not left
