"""What the coding of a stay must satisfy. Pure.

Refusals are what can never be right; everything else a coder may have a reason for is a notice (notices.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from coding.codesets.rules import dotted
from coding.workbench.enums import DiagnosisRole, Poa

T = TypeVar("T")
INPATIENT = "inpatient"
SECONDARIES_ON_CLAIM = 24
EXTERNAL_CAUSES_ON_CLAIM = 12
PROCEDURES_ON_CLAIM = 25
REASONS_FOR_VISIT = 3
PAYMENT_WINDOW_DAYS = 3
REPORTED = frozenset({DiagnosisRole.PRINCIPAL, DiagnosisRole.SECONDARY, DiagnosisRole.EXTERNAL_CAUSE})
ROLE_ORDER = (
    DiagnosisRole.PRINCIPAL, DiagnosisRole.SECONDARY, DiagnosisRole.EXTERNAL_CAUSE, DiagnosisRole.ADMITTING,
    DiagnosisRole.REASON_FOR_VISIT,
)  # fmt: skip
SINGLE = {
    DiagnosisRole.PRINCIPAL: "There is a principal diagnosis already. Add the code, then make it principal from its line.",
    DiagnosisRole.ADMITTING: "There is an admitting diagnosis already. Remove it first.",
}


@dataclass(frozen=True)
class Stay:
    """What coding needs to know of an encounter. Dates are facility-local; discharge_disposition: UB-04 FL 17."""

    encounter_class: str
    admitted_on: date
    discharged_on: date | None
    discharge_disposition: str
    birth_date: date
    sex: str

    @property
    def inpatient(self) -> bool:
        """True when ICD-10-PCS, POA and MS-DRG belong to this encounter; observation is outpatient."""
        return self.encounter_class == INPATIENT

    @property
    def coded_on(self) -> date:
        """The day whose code sets count: the discharge, or the visit itself while it lasts."""
        return self.discharged_on or self.admitted_on


@dataclass(frozen=True)
class DiagnosisLine:
    """One coded diagnosis; code undotted; sequence from 1 within its role."""

    id: int
    role: str
    sequence: int
    code: str
    poa: str = ""

    @property
    def key(self) -> str:
        """Names the line on the page and in notices."""
        return f"d{self.id}"


@dataclass(frozen=True)
class ProcedureLine:
    """One coded procedure; sequence 1 is the principal procedure."""

    id: int
    sequence: int
    code: str
    performed_on: date | None = None

    @property
    def key(self) -> str:
        """Names the line on the page and in notices."""
        return f"p{self.id}"


def is_external_cause(code: str) -> bool:
    """True for chapter 20 (V00-Y99), which tells how an injury or condition came about."""
    return code[:1] in "VWXY"


def natural_role(code: str, lines: Iterable[DiagnosisLine]) -> DiagnosisRole:
    """Where a newly found diagnosis goes: external causes to their own list, the first one to the front."""
    if is_external_cause(code):
        return DiagnosisRole.EXTERNAL_CAUSE
    if any(line.role == DiagnosisRole.PRINCIPAL for line in lines):
        return DiagnosisRole.SECONDARY
    return DiagnosisRole.PRINCIPAL


def diagnosis_fault(role: str, code: str, lines: Sequence[DiagnosisLine], *, inpatient: bool) -> str:
    """The sentence that refuses a diagnosis in a role, "" when it may stand there.

    Sources: ICD-10-CM Official Guidelines, sections I.B.12 (each code once an encounter) and I.C.20.a.6 (an external
    cause is never principal or first-listed); UB-04 FL 69 (one admitting diagnosis, inpatient), FL 70 (three reasons
    for visit, outpatient).
    """
    if fault := _setting_fault(role, inpatient=inpatient):
        return fault
    if role == DiagnosisRole.PRINCIPAL and is_external_cause(code):
        return f"{dotted(code)} is an external cause; it is never the principal or first-listed diagnosis."
    if twin := _twin(role, code, lines):
        return f"{dotted(code)} is coded already ({DiagnosisRole(twin.role).label.lower()}, line {twin.sequence})."
    in_role = sum(line.role == role for line in lines)
    if in_role and role in SINGLE:
        return SINGLE[DiagnosisRole(role)]
    if role == DiagnosisRole.REASON_FOR_VISIT and in_role >= REASONS_FOR_VISIT:
        return "A claim carries at most three reasons for visit."
    return ""


def _setting_fault(role: str, *, inpatient: bool) -> str:
    if inpatient and role == DiagnosisRole.REASON_FOR_VISIT:
        return "A reason for visit belongs to outpatient encounters. Code the admitting diagnosis instead."
    if not inpatient and role == DiagnosisRole.ADMITTING:
        return "An admitting diagnosis belongs to inpatient encounters. Code the reason for visit instead."
    return ""


def _twin(role: str, code: str, lines: Iterable[DiagnosisLine]) -> DiagnosisLine | None:
    """The line that reports the same code: in the role, or among all reported roles."""
    same = REPORTED if role in REPORTED else {role}
    return next((line for line in lines if line.code == code and line.role in same), None)


def poa_fault(role: str, poa: str, *, inpatient: bool) -> str:
    """The sentence that refuses a present-on-admission indicator, "" when it may be set.

    Source: UB-04 FL 67 and 837I HI: Y N U W or blank, on reported diagnoses of inpatient claims only.
    """
    if poa not in Poa.values:
        return "POA is Y, N, U, W, or blank for an exempt code."
    if poa and not inpatient:
        return "POA is not reported for outpatient encounters."
    if poa and role not in REPORTED:
        return f"POA is not reported on the {DiagnosisRole(role).label.lower()} diagnosis."
    return ""


def procedure_fault(performed_on: date | None, stay: Stay) -> str:
    """The sentence that refuses a procedure or its date, "" when both may stand.

    Sources: 45 CFR 162.1002 (ICD-10-PCS for inpatient procedures only); 42 CFR 412.2(c)(5): services of the three
    days before admission are part of the stay.
    """
    if not stay.inpatient:
        return "ICD-10-PCS is for inpatient stays. Outpatient procedures are HCPCS codes on the charges."
    if performed_on is None:
        return ""
    first = stay.admitted_on - timedelta(days=PAYMENT_WINDOW_DAYS)
    last = stay.discharged_on
    if performed_on < first or (last is not None and performed_on > last):
        end = f" to {last:%m/%d/%Y}" if last else ""
        return (
            f"{performed_on:%m/%d/%Y} is outside this stay ({stay.admitted_on:%m/%d/%Y}{end}; up to"
            f" {PAYMENT_WINDOW_DAYS} days before admission count)."
        )
    return ""


def moved(items: Sequence[T], item: T, place: int) -> list[T]:
    """The items with `item` at `place` (from 1; beyond either end means the end)."""
    others = [each for each in items if each != item]
    at = max(0, min(place - 1, len(others)))
    return [*others[:at], item, *others[at:]]


def brought_forward(secondaries: Sequence[DiagnosisLine], levels: Mapping[str, str]) -> list[DiagnosisLine]:
    """The secondary diagnoses with every MCC, then CC, that stands beyond the claim moved inside it.

    They take the places of the last diagnoses inside that are neither, which follow right behind the claim; all other lines keep
    their order. levels: CC or MCC by code.
    """
    inside, beyond = list(secondaries[:SECONDARIES_ON_CLAIM]), list(secondaries[SECONDARIES_ON_CLAIM:])
    moving = [line for level in ("MCC", "CC") for line in beyond if levels.get(line.code) == level]
    giving_way = [line for line in reversed(inside) if not levels.get(line.code)][: len(moving)]
    moving = moving[: len(giving_way)]
    stay = [line for line in inside if line not in giving_way]
    behind = [line for line in beyond if line not in moving]
    return [*stay, *moving, *reversed(giving_way), *behind]


def age_days_since(discharged_on: date | None, today: date) -> int:
    """Whole days an encounter has waited since discharge; never negative."""
    return max(0, (today - discharged_on).days) if discharged_on else 0
