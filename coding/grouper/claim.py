"""What the grouper and the code editor need to know about a stay."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from coding.grouper.versions import known_version, version_on
from hims.lib.errors import DomainError

OLDEST_YEARS = 124
DAYS_IN_YEAR = 366
SEX_NUMBERS = {"M": 0, "F": 1, "U": 2}
EXEMPT_MARKS = frozenset({"", "1"})
POA_INDICATORS = frozenset({"Y", "N", "U", "W"})
SHOWN_CHARACTERS = 60
_CODE = re.compile(r"[A-Z0-9]+\Z", re.ASCII)
_DISPOSITION = re.compile(r"[0-9]{2}\Z", re.ASCII)


class HospitalStatus(StrEnum):
    """Whether the hospital is exempt from reporting POA for hospital-acquired conditions."""

    NOT_EXEMPT = "NOT_EXEMPT"
    EXEMPT = "EXEMPT"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True)
class DiagnosisInput:
    """code: ICD-10-CM, dotted or not, any case. poa: Y N U W, or "" when the code is exempt."""

    code: str
    poa: str = ""


@dataclass(frozen=True)
class ProcedureInput:
    """code: ICD-10-PCS. performed_on: facility-local date, None when not recorded."""

    code: str
    performed_on: date | None = None


@dataclass(frozen=True)
class GrouperClaim:
    """One inpatient stay.

    discharged_on picks the version unless `version` (431 for v43.1) names one; one of them is needed.
    age_years: at admission. age_days_admit: for a newborn, days since birth. sex: M, F or U.
    discharge_disposition: two digits, UB-04 FL 17. length_of_stay: whole days.
    """

    age_years: int
    sex: str
    discharge_disposition: str
    principal: DiagnosisInput
    discharged_on: date | None = None
    version: int | None = None
    secondaries: tuple[DiagnosisInput, ...] = ()
    procedures: tuple[ProcedureInput, ...] = ()
    hospital_status: HospitalStatus = HospitalStatus.NOT_EXEMPT
    admitting_code: str = ""
    age_days_admit: int | None = None
    length_of_stay: int | None = None

    def normalised(self) -> GrouperClaim:
        """The same claim with codes undotted and upper case, checked.

        Raises DomainError naming the field, `secondaries[2].poa` for the third secondary diagnosis.
        """
        check_age(self.age_years)
        _check_days(self.age_days_admit, "age_days_admit", DAYS_IN_YEAR)
        _check_days(self.length_of_stay, "length_of_stay", None)
        return replace(
            self,
            sex=_sex(self.sex),
            discharge_disposition=_disposition(self.discharge_disposition),
            hospital_status=_hospital_status(self.hospital_status),
            admitting_code=plain_code(self.admitting_code, "admitting_code") if self.admitting_code else "",
            principal=_diagnosis(self.principal, "principal"),
            secondaries=tuple(_diagnosis(dx, f"secondaries[{n}]") for n, dx in enumerate(self.secondaries)),
            procedures=tuple(
                replace(px, code=plain_code(px.code, f"procedures[{n}].code")) for n, px in enumerate(self.procedures)
            ),
        )

    def version_number(self) -> int:
        """The named version, or the one of the discharge date. Raises DomainError when there is neither."""
        if self.version is not None:
            return known_version(self.version)
        if self.discharged_on is None:
            raise DomainError("A discharge date is needed to pick the MS-DRG version.", field="discharged_on")
        return version_on(self.discharged_on)

    def as_raw(self) -> dict[str, Any]:
        """The claim in the layout of the library; `self` must be normalised."""
        return {
            "version": self.version_number(),
            "age": self.age_years,
            "sex": SEX_NUMBERS[self.sex],
            "discharge_status": int(self.discharge_disposition),
            "hospital_status": str(self.hospital_status),
            "pdx": raw_diagnosis(self.principal.code, self.principal.poa),
            "sdx": [raw_diagnosis(dx.code, dx.poa) for dx in self.secondaries],
            "procedures": [{"code": px.code} for px in self.procedures],
        }


def raw_diagnosis(code: str, poa: str) -> dict[str, str]:
    """A diagnosis as the library takes it: an exempt code has one space as its indicator."""
    return {"code": code, "poa": poa or " "}


def short(value: object) -> str:
    """A value as a sentence shows it: its first 60 characters."""
    text = str(value)
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}…"


def plain_code(code: str, field_name: str) -> str:
    """A code without dots and outer blanks, upper case. Raises DomainError when something else is in it."""
    plain = code.strip().replace(".", "").upper()
    if not _CODE.match(plain):
        raise DomainError(f"'{short(code)}' is not a code: letters and digits only.", field=field_name)
    return plain


def plain_poa(poa: str, field_name: str) -> str:
    """Y N U W, or "" when exempt (also written as a blank, or 1 before version 5010 of the 837)."""
    plain = poa.strip().upper()
    if plain in EXEMPT_MARKS:
        return ""
    if plain not in POA_INDICATORS:
        raise DomainError(f"POA must be Y, N, U, W or blank when exempt, not '{short(poa)}'.", field=field_name)
    return plain


def check_age(age_years: int) -> None:
    """Raises DomainError outside 0 to 124 years, which the grouper itself would accept silently."""
    if not 0 <= age_years <= OLDEST_YEARS:
        raise DomainError(f"Age must be 0 to {OLDEST_YEARS} years, not {short(age_years)}.", field="age_years")


def _check_days(days: int | None, field_name: str, limit: int | None) -> None:
    if days is None:
        return
    if days < 0 or (limit is not None and days > limit):
        raise DomainError(f"{short(days)} is not a possible number of days.", field=field_name)


def _diagnosis(diagnosis: DiagnosisInput, field_name: str) -> DiagnosisInput:
    return DiagnosisInput(
        code=plain_code(diagnosis.code, f"{field_name}.code"),
        poa=plain_poa(diagnosis.poa, f"{field_name}.poa"),
    )


def _sex(sex: str) -> str:
    plain = sex.strip().upper()
    if plain not in SEX_NUMBERS:
        raise DomainError(f"Sex must be M, F or U, not '{short(sex)}'.", field="sex")
    return plain


def _disposition(disposition: str) -> str:
    plain = disposition.strip()
    if not _DISPOSITION.match(plain):
        raise DomainError(
            f"Discharge disposition must be two digits, not '{short(disposition)}'.", field="discharge_disposition"
        )
    return plain


def _hospital_status(status: str) -> HospitalStatus:
    try:
        return HospitalStatus(status)
    except ValueError:
        raise DomainError(
            f"Hospital status must be one of {', '.join(HospitalStatus)}, not '{short(status)}'.",
            field="hospital_status",
        ) from None
