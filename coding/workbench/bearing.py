"""What each coded line does for the DRG: load-bearing or not, and levels that count for nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from coding.codesets.rules import dotted
from coding.grouper.carrying import carrying
from coding.grouper.results import DrgAnswer
from coding.workbench.coded import CodedStay
from coding.workbench.enums import DiagnosisRole
from coding.workbench.grouping import CLAIM_PLACES, whole_claim_of
from coding.workbench.rules import DiagnosisLine
from hims.lib.errors import DomainError


@dataclass(frozen=True)
class Bearing:
    """One line. without: the DRG there would be without it, None when it stays the same. by_logic: the DRG is built on the code,
    which therefore does not act as CC or MCC."""

    without: DrgAnswer | None = None
    by_logic: bool = False

    @property
    def words(self) -> str:
        """What the line says of it, "" when the DRG does not rest on it."""
        if self.without is None:
            return ""
        return f"Carries the DRG: {self.without.drg} without it"


NOTHING = Bearing()


def bearings(codes: CodedStay) -> dict[str, Bearing]:
    """What each line does, by the key of the line; empty while there is no DRG. Some 50 groupings for a long stay."""
    if not codes.stay.inpatient:
        return {}
    try:
        found = carrying(whole_claim_of(codes), places=CLAIM_PLACES)
    except DomainError:
        return {}
    secondaries, procedures = codes.in_role(DiagnosisRole.SECONDARY), codes.procedures
    return {
        **{
            line.key: Bearing(found.diagnoses.get(place), place in found.by_logic)
            for place, line in enumerate(secondaries, start=1)
        },
        **{line.key: Bearing(found.procedures.get(place)) for place, line in enumerate(procedures, start=1)},
    }


def severity_of(
    line: DiagnosisLine, mark: Mapping[str, Any], bearing: Bearing, *, principal: str, drg: str
) -> dict[str, Any]:
    """The level that counts, and why a level does not; only secondary diagnoses have one.

    mark: what the grouper said of the code. principal: the principal diagnosis; drg: the final DRG.
    """
    if line.role != DiagnosisRole.SECONDARY or not mark:
        return {"level": "", "graded": False, "why": ""}
    level, why = mark["severity"], ""
    if mark["level"] and mark["excluded"]:
        why = f"{mark['level']} excluded by the principal diagnosis {dotted(principal)}"
    elif mark["lost_to_hac"]:
        why = f"{mark['level']} lost: {hac_words(mark) or 'hospital-acquired condition'}"
    elif level and bearing.by_logic:
        level, why = "", f"{level} does not count: DRG {drg} is built on this code"
    elif mark["hacs"]:
        why = hac_words(mark)
    return {"level": level, "graded": True, "why": why}


def hac_words(mark: Mapping[str, Any]) -> str:
    """The hospital-acquired conditions a code meets, with their numbers. Source: CMS, list of hospital-acquired conditions."""
    titles: Sequence[str] = mark["hacs"]
    numbers: Sequence[int] = mark.get("hac_numbers", ())
    numbered = (f"HAC {number}, {title}" for number, title in zip(numbers, titles, strict=False))
    return "; ".join(numbered) or ", ".join(titles)
