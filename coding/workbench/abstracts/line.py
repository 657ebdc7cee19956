"""One line of coded encounters, read and checked. Pure.

A code that is well formed but unknown is kept as given: the grouper and the code editor have an answer for it. Everything else
that cannot be is refused with the name of its field.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zlib import crc32

from coding.grouper.claim import HospitalStatus, check_age, short
from coding.grouper.record import grouper_claim
from coding.grouper.versions import VERSIONS, GrouperVersion, known_version, version_on
from hims.lib.dates import age_years
from hims.lib.errors import DomainError
from hims.lib.text import squeeze

Record = Mapping[str, Any]
SEXES = {0: "M", 1: "F", 2: "U"}
LONGEST_CODE = 7
MOST_CODES = 99
USUAL_STAY_DAYS = 3
LONGEST_STAY_DAYS = 3_660
SPREAD_DAYS = 28
EARLIEST_YEAR, LATEST_YEAR = 1900, 2100
POA_BLANK = " "


@dataclass(frozen=True)
class CodedLine:
    """A coded inpatient stay as its line gives it.

    number: of the line, from 1. secondaries: (code, poa). procedures: (code, day). birth_date_given: False when it was made
    from the age. notes: names of what was kept, but not quite as given.
    """

    number: int
    account_number: str
    mrn: str
    family_name: str
    given_names: str
    birth_date: date
    birth_date_given: bool
    sex: str
    admitted_on: date
    discharged_on: date
    disposition: str
    principal: tuple[str, str]
    secondaries: tuple[tuple[str, str], ...]
    procedures: tuple[tuple[str, date | None], ...]
    admitting_code: str = ""
    notes: tuple[str, ...] = ()

    @property
    def age(self) -> int:
        """Completed years at admission."""
        return age_years(self.birth_date, self.admitted_on)


def read_line(number: int, record: Record, discharged_on: date | None) -> CodedLine:
    """The line, checked. discharged_on: for lines with neither date nor version. Raises DomainError naming the field."""
    admitted, discharged, version = _stay(number, record, discharged_on)
    aged = record.get("age") not in (None, "")
    raw = grouper_claim({**record, "version": version, "age": record["age"] if aged else 0})
    birth_date, given = _birth_date(record, raw["age"] if aged else None, admitted)
    secondaries, repeated = _secondaries(raw["sdx"])
    unlike = raw["hospital_status"] != HospitalStatus.NOT_EXEMPT
    return CodedLine(
        number=number,
        account_number=_text(record, "account_number", 20),
        mrn=_text(record, "mrn", 20),
        family_name=_text(record, "family_name", 60),
        given_names=_text(record, "given_names", 60),
        birth_date=birth_date,
        birth_date_given=given,
        sex=SEXES[raw["sex"]],
        admitted_on=admitted,
        discharged_on=discharged,
        disposition=_disposition(raw["discharge_status"]),
        principal=(_code(raw["pdx"]["code"], "pdx"), _poa(raw["pdx"])),
        secondaries=secondaries,
        procedures=_procedures(record, raw["procedures"]),
        admitting_code=_admitting(record),
        notes=("repeated_codes_dropped",) * repeated + ("hospital_status_not_kept",) * unlike,
    )


def _stay(number: int, record: Record, fallback: date | None) -> tuple[date, date, int]:
    """Admission, discharge and the version the discharge belongs to."""
    discharged = _day(record, "discharged_on") or _day(record, "discharge_date")
    version = _version(record)
    if discharged is None and version is not None:
        account = _text(record, "account_number", 20)
        discharged = _day_in(version, crc32(account.encode()) if account else number, fallback)
    discharged = discharged or fallback
    if discharged is None:
        raise DomainError("Give a discharge date or a version.", field="discharged_on")
    found = version_on(discharged)
    if version is not None and found != version:
        raise DomainError(f"Version {version} does not cover a discharge on {discharged}.", field="version")
    admitted = _day(record, "admitted_on") or discharged - timedelta(days=_stay_days(record))
    if admitted > discharged:
        raise DomainError("The admission lies after the discharge.", field="admitted_on")
    return admitted, discharged, found


def _version(record: Record) -> int | None:
    value = record.get("version")
    if value is None or value == "":
        return None
    return known_version(_whole(value, "version"))


def _day_in(number: int, seed: int, wished: date | None) -> date:
    """A day on which the version holds: the wished one if it can be, else one of the first 28, always the same for a seed."""
    version: GrouperVersion = next(each for each in VERSIONS if each.number == number)
    if wished is not None and version.covers(wished):
        return wished
    return version.starts_on + timedelta(days=seed % SPREAD_DAYS)


def _stay_days(record: Record) -> int:
    value = record.get("length_of_stay", record.get("los"))
    if value is None or value == "":
        return USUAL_STAY_DAYS
    days = _whole(value, "length_of_stay")
    if not 0 <= days <= LONGEST_STAY_DAYS:
        raise DomainError(f"{short(days)} is not a possible number of days.", field="length_of_stay")
    return days


def _birth_date(record: Record, age: int | None, admitted: date) -> tuple[date, bool]:
    """As given, or the birthday that makes the patient this old on the day of admission."""
    if age is not None:
        check_age(age)
    given = _day(record, "birth_date")
    if given is None:
        if age is None:
            raise DomainError("Give an age or a birth date.", field="age")
        return date(admitted.year - age, admitted.month, min(admitted.day, 28)), False
    if given > admitted:
        raise DomainError("The birth date lies after the admission.", field="birth_date")
    if age is not None and age_years(given, admitted) != age:
        raise DomainError(f"The birth date makes another age at admission than {age}.", field="age")
    check_age(age_years(given, admitted))
    return given, True


def _day(record: Record, name: str) -> date | None:
    """A date written 2026-10-01 or 20261001, as text or number."""
    value = record.get(name)
    if value is None or value == "":
        return None
    try:
        found = date.fromisoformat(str(value))
    except ValueError:
        raise DomainError("Write the date as 2026-10-01.", field=name) from None
    if not EARLIEST_YEAR <= found.year <= LATEST_YEAR:
        raise DomainError(f"The year must lie between {EARLIEST_YEAR} and {LATEST_YEAR}.", field=name)
    return found


def _whole(value: Any, name: str) -> int:
    try:
        if isinstance(value, int | str) and not isinstance(value, bool):
            return int(value)
    except ValueError:
        pass
    raise DomainError("Write a whole number.", field=name)


def _text(record: Record, name: str, limit: int) -> str:
    value = record.get(name)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise DomainError("Write text.", field=name)
    clean = squeeze(str(value))
    if len(clean) > limit:
        raise DomainError(f"Longer than {limit} characters.", field=name)
    return clean


def _disposition(number: int) -> str:
    if not 0 <= number <= 99:
        raise DomainError("The discharge status has two digits.", field="discharge_status")
    return f"{number:02d}"


def _code(code: str, name: str) -> str:
    if len(code) > LONGEST_CODE:
        raise DomainError(f"A code has at most {LONGEST_CODE} characters.", field=name)
    return code


def _poa(diagnosis: Mapping[str, str]) -> str:
    return diagnosis["poa"].replace(POA_BLANK, "")


def _secondaries(found: list[dict[str, str]]) -> tuple[tuple[tuple[str, str], ...], bool]:
    """Each code once, the first time it is given, and whether one was given again."""
    _check_many(found, "sdx")
    first: dict[str, str] = {}
    for place, diagnosis in enumerate(found):
        first.setdefault(_code(diagnosis["code"], f"sdx[{place}]"), _poa(diagnosis))
    return tuple(first.items()), len(first) < len(found)


def _procedures(record: Record, found: list[dict[str, str]]) -> tuple[tuple[str, date | None], ...]:
    _check_many(found, "procedures")
    given = record.get("procedures") or []
    return tuple(
        (_code(procedure["code"], f"procedures[{place}]"), _performed_on(given[place], place))
        for place, procedure in enumerate(found)
    )


def _performed_on(given: Any, place: int) -> date | None:
    if not isinstance(given, dict):
        return None
    try:
        return _day(given, "performed_on") or _day(given, "date")
    except DomainError as error:
        raise DomainError(error.message, field=f"procedures[{place}].{error.field}") from None


def _admitting(record: Record) -> str:
    given = record.get("admit_dx")
    if given in (None, "", {}):
        return ""
    raw = grouper_claim({**record, "version": VERSIONS[0].number, "pdx": given, "sdx": [], "procedures": []})
    return _code(raw["pdx"]["code"], "admit_dx")


def _check_many(found: list[Any], name: str) -> None:
    if len(found) > MOST_CODES:
        raise DomainError(f"More than {MOST_CODES} codes.", field=name)
