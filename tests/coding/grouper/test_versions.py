"""Which version a discharge date belongs to."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest

from coding.grouper.library import group_raw
from coding.grouper.versions import FIRST_DAY, LAST_DAY, VERSIONS, known_version, version_on
from hims.lib.errors import DomainError

BOUNDARIES = [
    (date(2022, 10, 1), 400), (date(2023, 3, 31), 400), (date(2023, 4, 1), 401), (date(2023, 9, 30), 401),
    (date(2023, 10, 1), 410), (date(2024, 3, 31), 410), (date(2024, 4, 1), 411), (date(2024, 9, 30), 411),
    (date(2024, 10, 1), 420), (date(2025, 3, 31), 420), (date(2025, 4, 1), 421), (date(2025, 9, 30), 421),
    (date(2025, 10, 1), 430), (date(2026, 3, 31), 430), (date(2026, 4, 1), 431), (date(2026, 9, 30), 431),
    (date(2026, 10, 1), 440), (date(2027, 3, 31), 440),
]  # fmt: skip
# A code with the first version that knows it: each became effective on the day that version begins.
NEW_CODES = [("T74A1XA", 401), ("A4154", 410), ("B8801", 430), ("C7831", 440)]


@pytest.mark.parametrize(("discharged_on", "expected"), BOUNDARIES)
def test_version_on_boundary_day_is_the_version_of_that_day(discharged_on: date, expected: int) -> None:
    assert version_on(discharged_on) == expected


@pytest.mark.parametrize("discharged_on", [FIRST_DAY - timedelta(days=1), LAST_DAY + timedelta(days=1)])
def test_version_on_outside_every_version_names_the_covered_range(discharged_on: date) -> None:
    with pytest.raises(DomainError, match="2022-10-01 to 2027-03-31") as refused:
        version_on(discharged_on)
    assert refused.value.field == "discharged_on"


def test_versions_follow_each_other_without_gap_or_overlap() -> None:
    gaps = [(b.starts_on - a.ends_on).days for a, b in pairwise(VERSIONS)]
    assert gaps == [1] * 8


@pytest.mark.parametrize(("code", "first"), NEW_CODES)
def test_version_begins_with_the_codes_of_its_day(code: str, first: int) -> None:
    knowing = [version.number for version in VERSIONS if _knows(version.number, code)]
    assert knowing == [version.number for version in VERSIONS if version.number >= first]


def test_known_version_when_not_loaded_is_refused() -> None:
    with pytest.raises(DomainError, match="450 is not a loaded") as refused:
        known_version(450)
    assert refused.value.field == "version"


def test_version_as_text_has_its_point() -> None:
    assert [str(version) for version in VERSIONS[-2:]] == ["43.1", "44.0"]


def _knows(version: int, code: str) -> bool:
    claim = {
        "version": version, "age": 40, "sex": 1, "discharge_status": 1,
        "pdx": {"code": "I10"}, "sdx": [{"code": code}], "procedures": [],
    }  # fmt: skip
    return "VALID" in group_raw(claim)["sdx_output"][0]["flags"]
