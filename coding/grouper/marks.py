"""Per-code marks out of the library's answer, back in the order of the claim."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable
from typing import Any

from coding.grouper.corrections.case import UNGROUPABLE
from coding.grouper.corrections.facts import Facts
from coding.grouper.corrections.helper_diagnosis import is_principal_helper
from coding.grouper.library import RawClaim, RawResult
from coding.grouper.results import CcLevel, DiagnosisMark, HacFinding, PoaFinding, ProcedureMark

LEVELS = {"MCC": CcLevel.MCC, "CC": CcLevel.CC}
MET = "HAC_CRITERIA_MET"
INITIAL = "MARKED_FOR_INITIAL"
FINAL = "MARKED_FOR_FINAL"
Raw = dict[str, Any]


class _ByCode:
    """The library's marks by code: it re-sorts secondary diagnoses, and a code may come twice."""

    def __init__(self, marks: Iterable[Raw]) -> None:
        self._waiting: dict[str, deque[Raw]] = defaultdict(deque)
        for mark in marks:
            self._waiting[mark["code"]].append(mark)

    def take(self, code: str) -> Raw:
        """The next mark of this code, an empty one when the library gave none."""
        waiting = self._waiting.get(code)
        return waiting.popleft() if waiting else {}


def diagnosis_marks(claim: RawClaim, result: RawResult) -> tuple[DiagnosisMark, ...]:
    """Principal diagnosis first, then the secondary ones as the claim has them."""
    grouped = result["initial_drg"] != UNGROUPABLE
    found = _ByCode(result["sdx_output"])
    principal = _diagnosis(0, claim["pdx"], result["pdx_output"] or {}, counts=False)
    secondaries = (
        _diagnosis(sequence, dx, found.take(dx["code"]), counts=grouped)
        for sequence, dx in enumerate(claim["sdx"], start=1)
    )
    return (principal, *secondaries)


def procedure_marks(claim: RawClaim, result: RawResult, facts: Facts) -> tuple[ProcedureMark, ...]:
    """The procedures as the claim has them."""
    found = _ByCode(result["proc_output"])
    return tuple(
        _procedure(sequence, px["code"], found.take(px["code"]).get("flags", ()), claim["version"], facts)
        for sequence, px in enumerate(claim["procedures"], start=1)
    )


def _diagnosis(sequence: int, given: Raw, mark: Raw, *, counts: bool) -> DiagnosisMark:
    flags = mark.get("flags", ())
    hacs = _hacs(mark)
    level = LEVELS.get(mark.get("severity", ""), CcLevel.NONE) if counts else CcLevel.NONE
    return DiagnosisMark(
        sequence=sequence,
        code=given["code"],
        poa=given.get("poa", " ").strip(),
        valid="VALID" in flags,
        cc=level,
        excluded="EXCLUDED" in flags,
        lost_to_hac=level is not CcLevel.NONE and any(hac.met for hac in hacs),
        poa_finding=PoaFinding(mark["poa_error"]) if hacs else PoaFinding.NOT_CHECKED,
        hacs=hacs,
        in_initial=INITIAL in flags,
        in_final=FINAL in flags,
    )


def _hacs(mark: Raw) -> tuple[HacFinding, ...]:
    """The condition lists of a code; none for a code that such a list names only as principal diagnosis."""
    found = mark.get("hacs", ())
    if is_principal_helper(frozenset(hac["hac_list"] for hac in found)):
        return ()
    return tuple(map(_hac, found))


def _hac(raw: Raw) -> HacFinding:
    met = raw["hac_status"] == MET
    return HacFinding(
        category=raw["hac_number"], list_name=raw["hac_list"], met=met, title=raw.get("description") or ""
    )


def _procedure(sequence: int, code: str, flags: Iterable[str], version: int, facts: Facts) -> ProcedureMark:
    return ProcedureMark(
        sequence=sequence,
        code=code,
        operating_room=facts.operating_room(version, code),
        reported_in_initial=INITIAL in flags,
        reported_in_final=FINAL in flags,
    )
