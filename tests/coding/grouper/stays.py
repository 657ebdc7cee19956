"""Short ways to write claims in tests."""

from __future__ import annotations

from typing import Any

from coding.grouper.claim import DiagnosisInput, GrouperClaim, HospitalStatus, ProcedureInput

SEXES = {0: "M", 1: "F", 2: "U"}


def stay(
    principal: str = "J189",
    *secondaries: str | tuple[str, str],
    procedures: tuple[str, ...] = (),
    version: int | None = 431,
    **fields: Any,
) -> GrouperClaim:
    """A stay of a woman of 60 discharged home; a secondary diagnosis is a code (POA Y) or (code, poa)."""
    given = {"age_years": 60, "sex": "F", "discharge_disposition": "01", **fields}
    return GrouperClaim(
        principal=DiagnosisInput(principal, "Y"),
        secondaries=tuple(_diagnosis(dx) for dx in secondaries),
        procedures=tuple(ProcedureInput(code) for code in procedures),
        version=version,
        **given,
    )


def _diagnosis(given: str | tuple[str, str]) -> DiagnosisInput:
    return DiagnosisInput(given, "Y") if isinstance(given, str) else DiagnosisInput(*given)


def truth_stay(claim: dict[str, Any]) -> GrouperClaim:
    """A claim of the truth sets; an impossible age is brought to the nearest possible one."""
    return GrouperClaim(
        version=claim["version"],
        age_years=min(max(claim["age"], 0), 124),
        sex=SEXES[claim["sex"]],
        discharge_disposition=f"{claim['discharge_status']:02d}",
        hospital_status=HospitalStatus(claim["hospital_status"]),
        principal=DiagnosisInput(claim["pdx"]["code"], claim["pdx"]["poa"]),
        secondaries=tuple(DiagnosisInput(dx["code"], dx["poa"]) for dx in claim["sdx"]),
        procedures=tuple(ProcedureInput(px["code"]) for px in claim["procedures"]),
    )
