"""What the grouper answers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """Severity level of a stay; NOT_GROUPED for DRG 998 and 999."""

    MCC = "MCC"
    CC = "CC"
    NON_CC = "NON_CC"
    NOT_GROUPED = ""


class CcLevel(StrEnum):
    """What a secondary diagnosis is by itself, before exclusions."""

    MCC = "MCC"
    CC = "CC"
    NONE = ""


class PoaFinding(StrEnum):
    """What the hospital-acquired condition logic made of a POA indicator."""

    NOT_CHECKED = "POA_NOT_CHECKED"
    PRESENT = "POA_RECOGNIZED_YES_POA"
    NOT_PRESENT = "POA_RECOGNIZED_NOT_POA"
    MISSING = "POA_NOT_RECOGNIZED"
    HOSPITAL_EXEMPT = "HOSPITAL_EXEMPT"


@dataclass(frozen=True)
class HacFinding:
    """One hospital-acquired condition list a diagnosis is on.

    category: 1 to 14, 0 when the condition is not met. title: the category's, "" when not met.
    """

    category: int
    list_name: str
    met: bool
    title: str


@dataclass(frozen=True)
class DiagnosisMark:
    """One diagnosis of the claim; `sequence` 0 is the principal diagnosis, then the claim's own order.

    cc: level of the code. excluded: the principal diagnosis takes the level away. lost_to_hac: the level
    counts in the initial DRG only. in_initial, in_final: the DRG turned on this code, as far as the library
    tells (it agrees with the official grouper for about 98 % of diagnoses).
    """

    sequence: int
    code: str
    poa: str
    valid: bool
    cc: CcLevel = CcLevel.NONE
    excluded: bool = False
    lost_to_hac: bool = False
    poa_finding: PoaFinding = PoaFinding.NOT_CHECKED
    hacs: tuple[HacFinding, ...] = ()
    in_initial: bool = False
    in_final: bool = False

    @property
    def initial_level(self) -> CcLevel:
        """The level that counts towards the initial DRG."""
        return CcLevel.NONE if self.excluded else self.cc

    @property
    def final_level(self) -> CcLevel:
        """The level that counts towards the final DRG, after hospital-acquired conditions."""
        return CcLevel.NONE if self.lost_to_hac else self.initial_level


@dataclass(frozen=True)
class ProcedureMark:
    """One procedure, in the claim's order.

    operating_room: asked of the library with a small claim, because its own flag is always true; None where a
    Pre-MDC DRG (ECMO, tracheostomy, CAR-T) hides it, False also for invalid codes, which the grouper takes
    silently: check validity against the code set.
    reported_in_initial, reported_in_final: the library's impact marks, right for about 82 % of procedures.
    """

    sequence: int
    code: str
    operating_room: bool | None
    reported_in_initial: bool = False
    reported_in_final: bool = False


@dataclass(frozen=True)
class DrgAnswer:
    """One DRG: three characters, its title, MDC (two characters, "00" before any), severity, return code."""

    drg: str
    title: str
    mdc: str
    mdc_title: str
    severity: Severity
    return_code: str


@dataclass(frozen=True)
class DrgPair:
    """Initial and final DRG of a claim without its marks; base: number of the final DRG's family, 0 when there is none."""

    initial: DrgAnswer
    final: DrgAnswer
    base: int


@dataclass(frozen=True)
class DrgResult:
    """The answer for one claim.

    initial: before, final: after hospital-acquired conditions. hac_status: NOT_APPLICABLE,
    FINAL_DRG_NO_CHANGE, FINAL_DRG_CHANGES or FINAL_DRG_UNGROUPABLE. corrections: where the official grouper's
    answer replaced the library's, by name. checked: whether results of the official grouper exist for this
    version.
    """

    version: int
    initial: DrgAnswer
    final: DrgAnswer
    hac_status: str
    hac_categories: int
    diagnoses: tuple[DiagnosisMark, ...]
    procedures: tuple[ProcedureMark, ...]
    corrections: tuple[str, ...]
    checked: bool

    @property
    def grouped(self) -> bool:
        return self.final.severity is not Severity.NOT_GROUPED

    @property
    def missing_poa(self) -> tuple[str, ...]:
        """Codes whose POA indicator the hospital-acquired condition logic looked for and found blank."""
        return tuple(mark.code for mark in self.diagnoses if mark.poa_finding is PoaFinding.MISSING)
