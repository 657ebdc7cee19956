"""Differences of two kept states, and what made the DRG."""

from __future__ import annotations

from typing import Any

import pytest

from coding.workbench.history.differences import Difference, What, differences, made_by

FACTS = {
    "class": "inpatient", "admitted_on": "2026-03-09", "discharged_on": "2026-03-14", "discharge_disposition": "01",
    "birth_date": "1958-05-02", "sex": "F",
}  # fmt: skip


def state(*codes: str, steps: tuple[str, ...] = (), **facts: str) -> dict[str, Any]:
    """Codes as "I5023 Y" in coded order; the first leads."""
    rows = []
    for place, each in enumerate(codes):
        code, _, poa = each.partition(" ")
        role = "secondary" if place else "principal"
        rows.append({"role": role, "sequence": place or 1, "code": code, "poa": poa, "title": code})
    procedures = [
        {"sequence": place, "code": code, "performed_on": "2026-03-10", "title": code}
        for place, code in enumerate(steps, start=1)
    ]
    return {"diagnoses": rows, "procedures": procedures, "drg": {}, "encounter": {**FACTS, **facts}}


def told(found: list[Difference]) -> list[tuple[str, str, str, str]]:
    return [(each.what.value, each.code, each.before, each.after) for each in found]


BASE = state("J189 Y", "I10 Y", "E119 Y")


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (BASE, []),
        (state("J189 Y", "I10 Y", "E119 Y", "J9601 Y"), [("added", "J9601", "", "secondary 3")]),
        (state("J189 Y", "E119 Y"), [("removed", "I10", "secondary 1", "")]),
        (state("J189 Y", "I10 N", "E119 Y"), [("POA", "I10", "Y", "N")]),
        (state("J189 Y", "I10", "E119 Y"), [("POA", "I10", "Y", "blank")]),
        (state("J189 Y", "I10 Y", "E119 Y", steps=("0DTJ4ZZ",)), [("added", "0DTJ4ZZ", "", "procedure 1")]),
        (state("J189 Y", "I10 Y", "E119 Y", discharge_disposition="20"), [("stay", "", "01", "20")]),
    ],
)
def test_differences_name_each_change(after: dict[str, Any], expected: list[tuple[str, str, str, str]]) -> None:
    assert told(differences(BASE, after)) == expected


def test_moved_line_and_new_principal_are_told_apart() -> None:
    moved = differences(state("J189 Y", "I10 Y", "E119 Y", "N179 Y"), state("J189 Y", "N179 Y", "I10 Y", "E119 Y"))
    assert told(moved) == [("moved", "N179", "secondary 3", "secondary 1")]
    led = told(differences(BASE, state("E119 Y", "J189 Y", "I10 Y")))
    assert led[0] == ("principal diagnosis", "E119", "J189", "E119")


def test_procedure_that_comes_twice_is_added_once() -> None:
    found = differences(state("J189 Y", steps=("0DTJ4ZZ",)), state("J189 Y", steps=("0DTJ4ZZ", "0DTJ4ZZ")))
    assert told(found) == [("added", "0DTJ4ZZ", "", "procedure 2")]


@pytest.mark.parametrize(
    ("before", "after", "makers"),
    [
        (BASE, state("J189 Y", "I10 Y", "E119 Y", "J9601 Y", "E876 Y"), [(What.ADDED, "J9601")]),
        (state("J189 Y", "J9601 Y"), state("J189 Y"), [(What.REMOVED, "J9601")]),
        (BASE, state("J189 Y", "I10 Y", "E119 Y", "J9601 Y", "R6521 Y"), []),
        (state("K3580 Y"), state("K3580 Y", steps=("0DTJ4ZZ",)), [(What.ADDED, "0DTJ4ZZ")]),
        (state("K3580 Y", steps=("0DTJ4ZZ",)), state("K3580 Y"), [(What.REMOVED, "0DTJ4ZZ")]),
        (state("J189 Y", "I5023 Y"), state("I5023 Y", "J189 Y"), [(What.PRINCIPAL, "I5023")]),
        (state("J189 Y", "T80211A N"), state("J189 Y", "T80211A Y"), [(What.POA, "T80211A")]),
        (state("J189 Y"), state(), []),
    ],
)
def test_made_by_names_the_changes_without_which_the_drg_would_differ(
    before: dict[str, Any], after: dict[str, Any], makers: list[tuple[What, str]]
) -> None:
    assert [(each.what, each.code) for each in made_by(after, differences(before, after))] == makers
