"""Which codes the DRG rests on: load-bearing or not, and levels that the DRG's own logic does not count. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from coding.grouper.claim import GrouperClaim
from coding.grouper.engine import group
from coding.grouper.results import CcLevel, DiagnosisMark, DrgAnswer, DrgPair, Severity
from coding.grouper.whatif import CLAIM, Kind, Outcome, Places, fitted, outcomes_of, pairs_of, removals

RANK = {CcLevel.NONE: 0, CcLevel.CC: 1, CcLevel.MCC: 2}
STAY_RANK = {Severity.NOT_GROUPED: 0, Severity.NON_CC: 0, Severity.CC: 1, Severity.MCC: 2}


@dataclass(frozen=True)
class Carrying:
    """diagnoses, procedures: the DRG without the load-bearing code, by its place on the claim (from 1).

    by_logic: places of secondary diagnoses whose CC or MCC does not count because the DRG's own definition uses the code.
    """

    diagnoses: Mapping[int, DrgAnswer] = field(default_factory=dict)
    procedures: Mapping[int, DrgAnswer] = field(default_factory=dict)
    by_logic: frozenset[int] = frozenset()


def carrying(claim: GrouperClaim, *, places: Places = CLAIM) -> Carrying:
    """What each code does for the final DRG, found by grouping the claim without it.

    A code is load-bearing when the final DRG is another one without it. Of two codes that each give the only MCC needed,
    neither is. Raises DomainError as `engine.group` does.
    """
    whole = claim.normalised()
    found = outcomes_of(whole, removals(whole), places=places)
    bearing = [outcome for outcome in found.outcomes if outcome.carries]
    return Carrying(
        diagnoses=_by_place(bearing, Kind.REMOVE_DIAGNOSIS),
        procedures=_by_place(bearing, Kind.REMOVE_PROCEDURE),
        by_logic=_by_logic(fitted(whole, places), found.base),
    )


def _by_place(bearing: Sequence[Outcome], kind: Kind) -> dict[int, DrgAnswer]:
    return {each.change.place: each.drgs.final for each in bearing if each.change.kind is kind}


def _by_logic(claim: GrouperClaim, base: DrgPair) -> frozenset[int]:
    """A level counts for nothing when the stay's severity is below it though no principal diagnosis and no
    hospital-acquired condition takes it away; among several such codes each is asked alone, in the same family of DRGs.

    Source: MS-DRG Definitions Manual, diagnoses that define a DRG do not act as CC or MCC within it.
    """
    graded = [mark for mark in group(claim).diagnoses[1:] if mark.final_level is not CcLevel.NONE]
    stay = STAY_RANK[base.final.severity]
    above = {mark.sequence for mark in graded if RANK[mark.final_level] > stay}
    rest = [mark for mark in graded if mark.sequence not in above]
    if len(graded) < 2:
        return frozenset(above)
    alone = zip(rest, pairs_of([_alone(claim, mark, graded) for mark in rest]), strict=True)
    silent = {
        mark.sequence
        for mark, pair in alone
        if pair.base == base.base and STAY_RANK[pair.final.severity] < RANK[mark.final_level]
    }
    return frozenset(above | silent)


def _alone(claim: GrouperClaim, mark: DiagnosisMark, graded: Sequence[DiagnosisMark]) -> GrouperClaim:
    """The claim with only this one among the codes with a level."""
    others = {each.sequence for each in graded} - {mark.sequence}
    kept = tuple(dx for place, dx in enumerate(claim.secondaries, start=1) if place not in others)
    return replace(claim, secondaries=kept)
