"""Claims as they come in files: one JSON object with pdx, sdx and procedures.

A line is the claim itself or {"claim": {...}}. Unlike `GrouperClaim` a file is not held to a possible age, sex or
disposition: the grouper and the code editor have an official answer for an impossible one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from coding.grouper.claim import HospitalStatus, plain_code, plain_poa, raw_diagnosis, short
from coding.grouper.library import RawClaim
from coding.grouper.versions import known_version, version_on
from hims.lib.errors import DomainError

SEXES = {"m": 0, "male": 0, "0": 0, "f": 1, "female": 1, "1": 1, "u": 2, "unknown": 2, "2": 2}
UNKNOWN_SEX = 2
DATE_NAMES = ("discharge_date", "discharged_on")
Record = Mapping[str, Any]


def claim_of(line: Any) -> Record:
    """The claim in a decoded line. Raises DomainError when there is none."""
    claim = line.get("claim", line) if isinstance(line, dict) else line
    if not isinstance(claim, dict):
        raise DomainError("A line must be one JSON object with the claim.", field="claim")
    return claim


def grouper_claim(line: Any) -> RawClaim:
    """The line as the library's grouper takes it; `version` goes before the discharge date.

    Raises DomainError naming the field.
    """
    record = claim_of(line)
    return {
        "version": _version(record),
        "age": _integer(record, "age"),
        "sex": _sex(record),
        "discharge_status": _integer(record, "discharge_status"),
        "hospital_status": _hospital_status(record.get("hospital_status")),
        "pdx": _diagnosis(record.get("pdx"), "pdx"),
        "sdx": _diagnoses(record),
        "procedures": _procedures(record),
    }


def editor_claim(line: Any) -> tuple[RawClaim, int | None]:
    """The line as the library's code editor takes it, and its length of stay in days, None when not given.

    A sex outside the list counts as unknown. Raises DomainError naming the field.
    """
    record = claim_of(line)
    discharged_on = _discharged_on(record)
    if discharged_on is None:
        raise DomainError("The code editor needs a discharge date.", field="discharge_date")
    claim: RawClaim = {
        "discharge_date": raw_date(discharged_on),
        "age": _integer(record, "age"),
        "sex": SEXES.get(str(record.get("sex")).lower(), UNKNOWN_SEX),
        "discharge_status": _integer(record, "discharge_status"),
        "pdx": _diagnosis(record.get("pdx"), "pdx"),
        "sdx": _diagnoses(record),
        "procedures": _procedures(record),
    }
    if record.get("admit_dx"):
        claim["admit_dx"] = {"code": _code(record["admit_dx"], "admit_dx")}
    stay = None if record.get("length_of_stay") is None else _integer(record, "length_of_stay")
    return claim, stay


def raw_date(day: date) -> int:
    """The library writes dates as the integer YYYYMMDD."""
    return day.year * 10_000 + day.month * 100 + day.day


def _version(record: Record) -> int:
    if record.get("version") is not None:
        return known_version(_integer(record, "version"))
    discharged_on = _discharged_on(record)
    if discharged_on is None:
        raise DomainError("Give a version or a discharge date.", field="discharge_date")
    return version_on(discharged_on)


def _discharged_on(record: Record) -> date | None:
    """The date, written 2026-10-01 or 20261001, as text or number."""
    for name in DATE_NAMES:
        value = record.get(name)
        if value is not None:
            try:
                return date.fromisoformat(str(value))
            except ValueError:
                raise DomainError(f"'{short(value)}' is not a date.", field=name) from None
    return None


def _integer(record: Record, name: str) -> int:
    """A whole number, also when written as text ("01")."""
    value = record.get(name)
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise DomainError(f"'{name}' must be a whole number, not {short(repr(value))}.", field=name)
    try:
        return int(value)
    except ValueError:
        raise DomainError(f"'{name}' must be a whole number, not '{short(value)}'.", field=name) from None


def _sex(record: Record) -> int:
    sex = SEXES.get(str(record.get("sex")).lower())
    if sex is None:
        raise DomainError(
            f"Sex must be 0, 1 or 2 (male, female, unknown), not {short(repr(record.get('sex')))}.", field="sex"
        )
    return sex


def _hospital_status(value: Any) -> str:
    if value is None:
        return HospitalStatus.NOT_EXEMPT.value
    if value not in HospitalStatus.__members__:
        raise DomainError(f"Hospital status {short(repr(value))} is not known.", field="hospital_status")
    return str(value)


def _diagnoses(record: Record) -> list[dict[str, str]]:
    return [_diagnosis(value, f"sdx[{n}]") for n, value in enumerate(_list(record, "sdx"))]


def _procedures(record: Record) -> list[dict[str, str]]:
    return [{"code": _code(value, f"procedures[{n}]")} for n, value in enumerate(_list(record, "procedures"))]


def _list(record: Record, name: str) -> list[Any]:
    value = record.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise DomainError(f"'{name}' must be a list.", field=name)
    return value


def _diagnosis(value: Any, name: str) -> dict[str, str]:
    code = _code(value, name)
    poa = value.get("poa") if isinstance(value, dict) else None
    if poa is None:
        return raw_diagnosis(code, "")
    if not isinstance(poa, str):
        raise DomainError(f"POA must be text, not {short(repr(poa))}.", field=f"{name}.poa")
    return raw_diagnosis(code, plain_poa(poa, f"{name}.poa"))


def _code(value: Any, name: str) -> str:
    """The code of {"code": "I10"}, or of "I10"."""
    code = value.get("code") if isinstance(value, dict) else value
    if not isinstance(code, str):
        raise DomainError(f"'{name}' must have a code.", field=name)
    return plain_code(code, name)
