"""The access matrix: every door, everyone, every kind of patient."""

from __future__ import annotations

import pytest

from hims.proof.cells import Cell, Report, cells
from hims.proof.expect import Expected, agree, expect
from hims.proof.matrix import alone, gathered, message_faults
from hims.proof.people import PEOPLE, Actor
from hims.proof.policy import policy
from hims.proof.world import World

CELLS_AT_LEAST = 10_000


def by_key(key: str) -> Actor:
    return next(who for who in PEOPLE if who.key == key)


@pytest.fixture(scope="module")
def walked() -> dict[str, Report]:
    """What each person's walk found."""
    return {}


@pytest.mark.slow
@pytest.mark.parametrize("who", PEOPLE, ids=lambda who: who.key)
def test_everyone_at_every_door_gets_what_the_policy_says(who: Actor, world: World, walked: dict[str, Report]) -> None:
    walked[who.key] = alone(world, who)
    assert walked[who.key].mismatches == []
    assert message_faults(world) == []


@pytest.mark.slow
def test_every_door_opens_to_somebody_and_every_act_happens(world: World, walked: dict[str, Report]) -> None:
    """Of all walks of the test before; alone, it walks as everyone itself."""
    reports = [walked.get(who.key) or alone(world, who) for who in PEOPLE]
    assert gathered(reports, world).mismatches == []


def test_matrix_has_its_size(world: World) -> None:
    assert sum(1 for who in PEOPLE for _ in cells(world, who)) >= CELLS_AT_LEAST


def test_matrix_notices_a_door_that_is_wider_than_declared(world: World) -> None:
    """The proof itself is proved: a policy that says less than the product does is told."""
    who = by_key("coder elsewhere")
    thing = next(thing for thing in world.things if (thing.about, thing.key) == ("patient", "other"))
    route = policy()["records:chart"]
    assert alone(world, who, [Cell(route, "GET", thing)]).mismatches == []
    stranger = next(each for each in world.things if (each.about, each.key) == ("patient", "same"))
    told = expect(route, "GET", who, stranger)
    assert (told.statuses, told.events) == (frozenset({404}), [("chart.viewed", "refused")])
    forged = type(stranger)(stranger.about, stranger.key, thing.pk, stranger.fact)
    found = alone(world, who, [Cell(route, "GET", forged)]).mismatches
    assert [fault.split(": ", 1)[1].split()[0] for fault in found] == ["answered", "shows", "a", "left", "chart.viewed"]


@pytest.mark.parametrize(
    ("found", "right"),
    [
        ([("a.opened", "done"), ("a.changed", "attempted"), ("a.changed", "done")], True),
        ([("a.opened", "done"), ("a.changed", "attempted"), ("a.changed", "refused"), ("a.viewed", "done")], True),
        ([("a.opened", "done"), ("a.changed", "attempted"), ("a.changed", "refused")], False),
        ([("a.opened", "done"), ("a.changed", "attempted")], False),
        ([("a.opened", "done"), ("a.changed", "attempted"), ("a.changed", "failed")], False),
        ([("a.opened", "done")] * 2, False),
        ([], False),
    ],
)
def test_events_agree_only_when_all_of_them_are_there(found: list[tuple[str, str]], right: bool) -> None:
    told = Expected(
        frozenset({200}),
        [("a.opened", "done"), ("a.changed", "attempted"), ("a.changed", "end"), ("a.viewed", "again")],
    )
    assert agree(told.events, found) is right
