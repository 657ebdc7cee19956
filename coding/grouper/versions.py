"""Which MS-DRG version a discharge belongs to.

Source: each IPPS final rule makes a version effective on 1 October, and its April update on 1 April
(42 CFR 412.60; MS-DRG Definitions Manual, versions 40.0 to 44.0).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from hims.lib.errors import DomainError


@dataclass(frozen=True)
class GrouperVersion:
    """One released version.

    number: as the grouper names it, 431 for v43.1. starts_on, ends_on: discharge dates, both inclusive.
    """

    number: int
    starts_on: date
    ends_on: date

    def covers(self, discharged_on: date) -> bool:
        return self.starts_on <= discharged_on <= self.ends_on

    def __str__(self) -> str:
        return f"{self.number // 10}.{self.number % 10}"


VERSIONS = (
    GrouperVersion(400, date(2022, 10, 1), date(2023, 3, 31)),
    GrouperVersion(401, date(2023, 4, 1), date(2023, 9, 30)),
    GrouperVersion(410, date(2023, 10, 1), date(2024, 3, 31)),
    GrouperVersion(411, date(2024, 4, 1), date(2024, 9, 30)),
    GrouperVersion(420, date(2024, 10, 1), date(2025, 3, 31)),
    GrouperVersion(421, date(2025, 4, 1), date(2025, 9, 30)),
    GrouperVersion(430, date(2025, 10, 1), date(2026, 3, 31)),
    GrouperVersion(431, date(2026, 4, 1), date(2026, 9, 30)),
    GrouperVersion(440, date(2026, 10, 1), date(2027, 3, 31)),
)
NUMBERS = frozenset(version.number for version in VERSIONS)
FIRST_DAY = VERSIONS[0].starts_on
LAST_DAY = VERSIONS[-1].ends_on


def version_on(discharged_on: date) -> int:
    """The version number for a discharge date.

    Raises DomainError (field discharged_on) outside every version: a neighbour's answer would be wrong.
    """
    for version in VERSIONS:
        if version.covers(discharged_on):
            return version.number
    raise DomainError(
        f"No MS-DRG version covers a discharge on {discharged_on.isoformat()}; "
        f"the loaded versions run from {FIRST_DAY.isoformat()} to {LAST_DAY.isoformat()}.",
        field="discharged_on",
    )


def known_version(number: int) -> int:
    """The number itself when it is a loaded version. Raises DomainError (field version) otherwise."""
    if number not in NUMBERS:
        raise DomainError(
            f"{str(number)[:60]} is not a loaded MS-DRG version; loaded: {', '.join(map(str, sorted(NUMBERS)))}.",
            field="version",
        )
    return number
