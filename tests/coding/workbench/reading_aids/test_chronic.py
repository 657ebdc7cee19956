"""Readmissions and chronic conditions."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from coding.workbench.reading_aids.chronic import is_chronic, readmission_within

DISCHARGED = date(2026, 1, 10)


@pytest.mark.parametrize(
    ("days", "within"), [(0, 30), (30, 30), (31, 45), (45, 45), (46, 90), (90, 90), (91, None), (-1, None)]
)
def test_readmission_within_counts_whole_days_from_the_discharge(days: int, within: int | None) -> None:
    assert readmission_within(DISCHARGED, DISCHARGED + timedelta(days=days)) == within


def test_readmission_within_an_open_stay_is_none() -> None:
    assert readmission_within(None, DISCHARGED) is None


@pytest.mark.parametrize("code", ["I5023", "E1122", "J449", "N1832", "Z794", "J9611", "D693", "B20"])
def test_is_chronic_for_conditions_that_stay(code: str) -> None:
    assert is_chronic(code)


@pytest.mark.parametrize("code", ["J189", "R0602", "Z791", "J9601", "D696", "S9304XA", "I2"])
def test_is_chronic_not_for_what_passes(code: str) -> None:
    assert not is_chronic(code)
