"""Which kept states are compared, who may keep and who may judge."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import pytest

from coding.workbench.history.rules import Ask, judge_fault, mismatches, snapshot_fault

A, B = UUID(int=1), UUID(int=2)


@dataclass
class Kept:
    kind: str
    standpoint: str
    number: int
    final_drg: str


AUTOMATIC = Kept("baseline", "automatic", 1, "293")
CDI = Kept("baseline", "cdi", 2, "291")
CODING = Kept("baseline", "coding", 3, "292")
FINAL = Kept("final", "coding", 4, "291")


@pytest.mark.parametrize(
    ("new", "before", "found"),
    [
        (CDI, [AUTOMATIC], []),
        (CODING, [AUTOMATIC, CDI], [("baselines", 2)]),
        (CDI, [AUTOMATIC, CODING], [("baselines", 3)]),
        (Kept("working", "cdi", 5, "999"), [CODING, CDI], []),
        (FINAL, [AUTOMATIC, CDI, CODING], [("coding_final", 3)]),
        (
            Kept("final", "coding", 5, "290"),
            [CDI, CODING, FINAL],
            [("cdi_final", 2), ("coding_final", 3), ("recoded", 4)],
        ),
        (Kept("final", "coding", 6, "291"), [FINAL, Kept("final", "coding", 5, "290")], [("recoded", 5)]),
        (Kept("final", "coding", 5, "291"), [FINAL], []),
    ],
)
def test_mismatches_compare_opinions_and_never_the_automatic_baseline(
    new: Kept, before: list[Kept], found: list[tuple[str, int]]
) -> None:
    assert [(str(kind), old.number) for kind, old in mismatches(new, before)] == found


@pytest.mark.parametrize(
    ("ask", "before", "words"),
    [
        (Ask("working", "cdi", "291", False), [], ""),
        (Ask("working", "coding", "", False), [CODING], ""),
        (Ask("working", "coding", "291", True), [], "finalized"),
        (Ask("baseline", "cdi", "291", False), [CODING], ""),
        (Ask("baseline", "cdi", "291", False), [CDI], "CDI is set already"),
        (Ask("baseline", "coding", "", False), [], "no DRG yet"),
        (Ask("baseline", "review", "291", False), [], "by the coder or by the CDI"),
    ],
)
def test_snapshot_fault_tells_why_a_state_is_not_kept(ask: Ask, before: list[Kept], words: str) -> None:
    fault = snapshot_fault(ask, before)
    assert words in fault
    assert bool(fault) == bool(words)


@pytest.mark.parametrize(
    ("parties", "reason", "words"),
    [([B, None], "Read it.", ""), ([A, None], "Read it.", "somebody else"), ([B], "", "Say why")],
)
def test_judge_fault_wants_another_person_and_a_reason(parties: list[UUID | None], reason: str, words: str) -> None:
    assert words in judge_fault(A, parties, reason)
    assert bool(judge_fault(A, parties, reason)) == bool(words)
