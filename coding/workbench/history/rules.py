"""Which states of a coding are compared with each other, and who may judge. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar
from uuid import UUID

from coding.workbench.history.enums import Disagreement, SnapshotKind, Standpoint


class State(Protocol):
    """What a rule needs to know of a kept state."""

    kind: str
    standpoint: str
    number: int
    final_drg: str


S = TypeVar("S", bound=State)


def mismatches(new: S, before: Sequence[S]) -> list[tuple[Disagreement, S]]:
    """The earlier states that a new one contradicts in the DRG.

    A baseline is held against the other side's; a final state against both baselines that people set, and against the final
    state before it. The automatic baseline is the first code of a stay and no opinion: it is compared with nothing.
    """
    pairs = [(Disagreement.BASELINES, old) for old in _other_side(new, before)]
    if new.kind == SnapshotKind.FINAL:
        pairs += [(Disagreement.CDI_FINAL, old) for old in _baselines(before, Standpoint.CDI)]
        pairs += [(Disagreement.CODING_FINAL, old) for old in _baselines(before, Standpoint.CODING)]
        finals = [old for old in before if old.kind == SnapshotKind.FINAL]
        pairs += [(Disagreement.RECODED, old) for old in sorted(finals, key=lambda each: each.number)[-1:]]
    return [(kind, old) for kind, old in pairs if old.final_drg != new.final_drg]


def _baselines(states: Iterable[S], standpoint: Standpoint) -> list[S]:
    return [each for each in states if each.kind == SnapshotKind.BASELINE and each.standpoint == standpoint]


def _other_side(new: S, before: Iterable[S]) -> list[S]:
    sides = {Standpoint.CDI.value: Standpoint.CODING, Standpoint.CODING.value: Standpoint.CDI}
    if new.kind != SnapshotKind.BASELINE or new.standpoint not in sides:
        return []
    return _baselines(before, sides[new.standpoint])


@dataclass(frozen=True)
class Ask:
    """Someone wants to keep a state. final: the coding is finalized. drg: "" when there is none."""

    kind: str
    standpoint: str
    drg: str
    final: bool


def snapshot_fault(ask: Ask, before: Sequence[State]) -> str:
    """The sentence that refuses to keep a state, "" when it may be kept."""
    if ask.final:
        return "This coding is finalized; its final state is kept already. Reopen it first."
    if ask.kind != SnapshotKind.BASELINE:
        return ""
    if ask.standpoint not in (Standpoint.CDI, Standpoint.CODING):
        return "A baseline is set by the coder or by the CDI specialist."
    if not ask.drg:
        return "There is no DRG yet to set as baseline."
    if _baselines(before, Standpoint(ask.standpoint)):
        side = Standpoint(ask.standpoint).label
        return f"The baseline of {side} is set already and stays. Keep this state as a working one instead."
    return ""


def judge_fault(judge: UUID, parties: Iterable[UUID | None], reason: str) -> str:
    """The sentence that refuses a judgement, "" when it may be given: nobody judges the own work, and never without a reason."""
    if judge in set(parties):
        return "You took part in one of the two states; somebody else must judge."
    return "" if reason else "Say why."
