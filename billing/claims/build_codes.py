"""The coded record of a summary, by role, as claims carry it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from billing.x12.claim import DiagnosisLine, ProcedureLine
from billing.x12.faults_codes import (
    EXTERNAL_CAUSE_LETTERS,
    MOST_EXTERNAL_CAUSES,
    MOST_OTHER_DIAGNOSES,
    MOST_OTHER_PROCEDURES,
    MOST_REASONS,
)
from billing.x12.faults_professional import MOST_DIAGNOSES
from coding.workbench.enums import DiagnosisRole

ROOM = (MOST_OTHER_DIAGNOSES, MOST_EXTERNAL_CAUSES, MOST_OTHER_PROCEDURES + 1, MOST_REASONS)


@dataclass(frozen=True)
class Codes:
    """A summary's codes in order; dropped: how many the form has no room for."""

    principal: DiagnosisLine
    admitting: str
    reasons: tuple[str, ...]
    others: tuple[DiagnosisLine, ...]
    external: tuple[DiagnosisLine, ...]
    procedures: tuple[ProcedureLine, ...]
    dropped: int = 0


def institutional_codes(content: Mapping[str, Any], *, inpatient: bool) -> Codes:
    """The first 24 other diagnoses, 12 external causes, 3 reasons for visit and 25 procedures; the claim has no more room.

    An external cause (V to Y) among the secondaries goes where the form keeps them. A blank POA indicator is an exempt code:
    coding is not finalized before the others have theirs. ICD-10-PCS codes go on inpatient claims only (45 CFR 162.1002).
    """
    listed = _diagnoses(content)
    secondary = listed[DiagnosisRole.SECONDARY]
    causes = [*listed[DiagnosisRole.EXTERNAL_CAUSE], *filter(_external, secondary)]
    others = [line for line in secondary if not _external(line)]
    procedures = _procedures(content) if inpatient else []
    reasons = [] if inpatient else [line.code for line in listed[DiagnosisRole.REASON_FOR_VISIT]]
    admitting = listed[DiagnosisRole.ADMITTING] if inpatient else []
    counts = (len(others), len(causes), len(procedures), len(reasons))
    return Codes(
        principal=_principal(listed), admitting=admitting[0].code if admitting else "",
        reasons=tuple(reasons[:MOST_REASONS]), others=tuple(others[:MOST_OTHER_DIAGNOSES]),
        external=tuple(causes[:MOST_EXTERNAL_CAUSES]), procedures=tuple(procedures[: MOST_OTHER_PROCEDURES + 1]),
        dropped=sum(max(0, count - most) for count, most in zip(counts, ROOM, strict=True)),
    )  # fmt: skip


def professional_codes(content: Mapping[str, Any]) -> tuple[str, ...]:
    """Up to 12 diagnoses, the first-listed one first; the order is what pointers count."""
    return _all_codes(content)[:MOST_DIAGNOSES]


def dropped_codes(content: Mapping[str, Any], *, professional: bool, inpatient: bool) -> int:
    """How many codes of the summary do not fit on the claim."""
    if professional:
        return max(0, len(_all_codes(content)) - MOST_DIAGNOSES)
    return institutional_codes(content, inpatient=inpatient).dropped


def _all_codes(content: Mapping[str, Any]) -> tuple[str, ...]:
    listed = _diagnoses(content)
    roles = (DiagnosisRole.PRINCIPAL, DiagnosisRole.SECONDARY, DiagnosisRole.EXTERNAL_CAUSE)
    return tuple(line.code for role in roles for line in listed[role])


def _diagnoses(content: Mapping[str, Any]) -> dict[str, list[DiagnosisLine]]:
    found: dict[str, list[DiagnosisLine]] = {role.value: [] for role in DiagnosisRole}
    for row in sorted(content.get("diagnoses", []), key=lambda row: row["sequence"]):
        poa = row.get("poa") or ""
        found[row["role"]].append(DiagnosisLine(code=row["code"], poa=poa, poa_exempt=not poa))
    return found


def _principal(listed: Mapping[str, list[DiagnosisLine]]) -> DiagnosisLine:
    return next(iter(listed[DiagnosisRole.PRINCIPAL]), DiagnosisLine())


def _external(line: DiagnosisLine) -> bool:
    return line.code.startswith(EXTERNAL_CAUSE_LETTERS)


def _procedures(content: Mapping[str, Any]) -> list[ProcedureLine]:
    rows = sorted(content.get("procedures", []), key=lambda row: row["sequence"])
    return [ProcedureLine(code=row["code"], done_on=_day(row.get("performed_on"))) for row in rows]


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
