"""What one change would do to the DRG: every other principal diagnosis, every removal, every POA flip, codes tried out.

Pure. Changes come in the order of the codes and are never sorted by what they would pay; nothing here says which is best.
An answer equals what `engine.group` says of the changed claim; equal claims are grouped once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from typing import Any

import orjson

from coding.grouper.claim import DiagnosisInput, GrouperClaim, ProcedureInput
from coding.grouper.engine import group_pair, poa_matters
from coding.grouper.results import DrgPair

REMEMBERED = 8192
PRINCIPAL_PLACE = 0
PRESENT, NOT_PRESENT = "Y", "N"


class Kind(StrEnum):
    """One way to change a claim."""

    PRINCIPAL = "principal"
    REMOVE_DIAGNOSIS = "remove_diagnosis"
    REMOVE_PROCEDURE = "remove_procedure"
    POA = "poa"
    FORWARD = "forward"
    ADD_SECONDARY = "add_secondary"
    ADD_PRINCIPAL = "add_principal"
    ADD_PROCEDURE = "add_procedure"


REMOVALS = frozenset({Kind.REMOVE_DIAGNOSIS, Kind.REMOVE_PROCEDURE})


@dataclass(frozen=True)
class Places:
    """How many codes fit on a claim besides the principal diagnosis. Source: 837I HI segments, UB-04 FL 67 A-Q and 74."""

    secondaries: int = 24
    procedures: int = 25


CLAIM = Places()


@dataclass(frozen=True)
class Change:
    """place: of the code on the claim, 0 the principal diagnosis, from 1 within secondary diagnoses or procedures; 0 for a code
    that is not there yet. poa: the indicator after the change, where it sets one."""

    kind: Kind
    code: str
    place: int = 0
    poa: str = ""


@dataclass(frozen=True)
class Outcome:
    """A change with the DRGs it would give. carries: the final DRG differs from that of the claim as it stands."""

    change: Change
    drgs: DrgPair
    carries: bool


@dataclass(frozen=True)
class Surface:
    """base: the claim as it stands. outcomes: in coded order, kind by kind. groupings: how many claims were really different."""

    base: DrgPair
    outcomes: tuple[Outcome, ...]
    groupings: int

    def of(self, *kinds: Kind) -> list[Outcome]:
        """The outcomes of these kinds of change."""
        return [outcome for outcome in self.outcomes if outcome.change.kind in kinds]

    def as_record(self) -> dict[str, Any]:
        """The surface as plain values, for programs."""
        return {
            "drg": self.base.final.drg,
            "changes": [
                {
                    "kind": str(each.change.kind), "code": each.change.code, "place": each.change.place,
                    "poa": each.change.poa, "initial_drg": each.drgs.initial.drg, "drg": each.drgs.final.drg,
                    "severity": str(each.drgs.final.severity), "return_code": each.drgs.final.return_code,
                    "carries": each.carries,
                }
                for each in self.outcomes
            ],
        }  # fmt: skip


def surface(
    claim: GrouperClaim, *, exempt: frozenset[str] = frozenset(), places: Places = CLAIM,
    diagnoses: Iterable[str] = (), procedures: Iterable[str] = (),
) -> Surface:  # fmt: skip
    """Every single change of a claim, and each code tried out.

    claim: all codes, those beyond the places of a claim too. exempt: diagnosis codes that need no POA, without dots.
    diagnoses, procedures: codes under consideration. Raises DomainError as `engine.group` does.
    """
    whole = claim.normalised()
    tried = additions(diagnoses, procedures, exempt=exempt)
    return _surface(whole, [*single_changes(whole, exempt=exempt, places=places), *tried], places)


def outcomes_of(claim: GrouperClaim, changes: Sequence[Change], *, places: Places = CLAIM) -> Surface:
    """Some changes only, for instance the removals. Raises DomainError as `engine.group` does."""
    return _surface(claim.normalised(), changes, places)


def _surface(whole: GrouperClaim, changes: Sequence[Change], places: Places) -> Surface:
    keys = [_key(fitted(each, places)) for each in (whole, *(changed(whole, change, places) for change in changes))]
    answers = _answers(keys)
    base = answers[keys[0]]
    outcomes = (
        Outcome(change, answers[key], answers[key].final.drg != base.final.drg)
        for change, key in zip(changes, keys[1:], strict=True)
    )
    return Surface(base, tuple(outcomes), len(answers))


def pairs_of(claims: Sequence[GrouperClaim]) -> list[DrgPair]:
    """Both DRGs of normalised claims that fit, in order."""
    keys = [_key(claim) for claim in claims]
    answers = _answers(keys)
    return [answers[key] for key in keys]


def single_changes(claim: GrouperClaim, *, exempt: frozenset[str], places: Places = CLAIM) -> list[Change]:
    """Every single change of a normalised claim, kind by kind, each in coded order.

    POA is flipped between present and not present: Y and W count alike for hospital-acquired conditions, and so do N and U.
    """
    lines = list(enumerate(claim.secondaries, start=1))
    every = [(PRINCIPAL_PLACE, claim.principal), *lines]
    return [
        *(Change(Kind.PRINCIPAL, dx.code, place) for place, dx in lines),
        *removals(claim),
        *(Change(Kind.POA, dx.code, place, poa) for place, dx in every for poa in flips(dx, exempt)),
        *(Change(Kind.FORWARD, dx.code, place) for place, dx in lines[places.secondaries :]),
    ]


def removals(claim: GrouperClaim) -> list[Change]:
    """Each code gone, but for the principal diagnosis, without which there is no DRG."""
    return [
        *(Change(Kind.REMOVE_DIAGNOSIS, dx.code, place) for place, dx in enumerate(claim.secondaries, start=1)),
        *(Change(Kind.REMOVE_PROCEDURE, px.code, place) for place, px in enumerate(claim.procedures, start=1)),
    ]


def flips(diagnosis: DiagnosisInput, exempt: frozenset[str]) -> tuple[str, ...]:
    """The indicators that would say the contrary; both when one is owed and missing, none for an exempt code."""
    if not diagnosis.poa:
        return () if diagnosis.code in exempt else (PRESENT, NOT_PRESENT)
    return (NOT_PRESENT,) if diagnosis.poa in "YW" else (PRESENT,)


def additions(diagnoses: Iterable[str], procedures: Iterable[str], *, exempt: frozenset[str]) -> Iterator[Change]:
    """What a code under consideration could become: secondary diagnosis present or not, principal diagnosis, procedure."""
    for code in diagnoses:
        indicators = ("",) if code in exempt else (PRESENT, NOT_PRESENT)
        yield from (Change(Kind.ADD_SECONDARY, code, poa=poa) for poa in indicators)
        yield Change(Kind.ADD_PRINCIPAL, code, poa=indicators[0])
    for code in procedures:
        yield Change(Kind.ADD_PROCEDURE, code)


def changed(claim: GrouperClaim, change: Change, places: Places = CLAIM) -> GrouperClaim:
    """The claim after one change, all codes kept. A former principal diagnosis leads the secondary ones."""
    return _WAYS[change.kind](claim, change, places)


def _make_principal(claim: GrouperClaim, change: Change, _: Places) -> GrouperClaim:
    others = (claim.principal, *_without(claim.secondaries, change.place))
    return replace(claim, principal=claim.secondaries[change.place - 1], secondaries=others)


def _remove_diagnosis(claim: GrouperClaim, change: Change, _: Places) -> GrouperClaim:
    return replace(claim, secondaries=_without(claim.secondaries, change.place))


def _remove_procedure(claim: GrouperClaim, change: Change, _: Places) -> GrouperClaim:
    return replace(claim, procedures=_without(claim.procedures, change.place))


def _forward(claim: GrouperClaim, change: Change, _: Places) -> GrouperClaim:
    moved = claim.secondaries[change.place - 1]
    return replace(claim, secondaries=(moved, *_without(claim.secondaries, change.place)))


def _with_poa(claim: GrouperClaim, change: Change, _: Places) -> GrouperClaim:
    if change.place == PRINCIPAL_PLACE:
        return replace(claim, principal=replace(claim.principal, poa=change.poa))
    at = change.place - 1
    line = replace(claim.secondaries[at], poa=change.poa)
    return replace(claim, secondaries=(*claim.secondaries[:at], line, *claim.secondaries[at + 1 :]))


def _add_principal(claim: GrouperClaim, change: Change, _: Places) -> GrouperClaim:
    new = DiagnosisInput(change.code, change.poa)
    return replace(claim, principal=new, secondaries=(claim.principal, *claim.secondaries))


def _add_secondary(claim: GrouperClaim, change: Change, places: Places) -> GrouperClaim:
    new = DiagnosisInput(change.code, change.poa)
    return replace(claim, secondaries=_with(claim.secondaries, new, places.secondaries))


def _add_procedure(claim: GrouperClaim, change: Change, places: Places) -> GrouperClaim:
    return replace(claim, procedures=_with(claim.procedures, ProcedureInput(change.code), places.procedures))


_WAYS: dict[Kind, Callable[[GrouperClaim, Change, Places], GrouperClaim]] = {
    Kind.PRINCIPAL: _make_principal,
    Kind.REMOVE_DIAGNOSIS: _remove_diagnosis,
    Kind.REMOVE_PROCEDURE: _remove_procedure,
    Kind.POA: _with_poa,
    Kind.FORWARD: _forward,
    Kind.ADD_SECONDARY: _add_secondary,
    Kind.ADD_PRINCIPAL: _add_principal,
    Kind.ADD_PROCEDURE: _add_procedure,
}


def fitted(claim: GrouperClaim, places: Places = CLAIM) -> GrouperClaim:
    """The claim with the codes that fit on it."""
    return replace(
        claim, secondaries=claim.secondaries[: places.secondaries], procedures=claim.procedures[: places.procedures]
    )


def _without(lines: tuple[Any, ...], place: int) -> tuple[Any, ...]:
    return (*lines[: place - 1], *lines[place:])


def _with(lines: tuple[Any, ...], new: Any, limit: int) -> tuple[Any, ...]:
    """A code tried out stands last, or at the last place of the claim when it is full."""
    at = min(len(lines), limit - 1)
    return (*lines[:at], new, *lines[at:])


def _key(claim: GrouperClaim) -> bytes:
    """Everything that can change the DRGs, as bytes: claims that must end alike have equal keys.

    The indicator of a code that no hospital-acquired condition names, and that of the principal diagnosis, change nothing.
    """
    raw = claim.as_raw()
    for dx in raw["sdx"]:
        if not poa_matters(raw["version"], dx["code"]):
            dx["poa"] = PRESENT
    raw["pdx"]["poa"] = PRESENT
    return orjson.dumps(raw, option=orjson.OPT_SORT_KEYS)


@lru_cache(REMEMBERED)
def _pair(key: bytes) -> DrgPair:
    return group_pair(orjson.loads(key))


def _answers(keys: Sequence[bytes]) -> dict[bytes, DrgPair]:
    """Each different claim once. Threads gain nothing here: half of the work holds the interpreter (measured on two cores)."""
    return {key: _pair(key) for key in dict.fromkeys(keys)}
