"""Ages and facility-local days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hims.lib.dates import age_days, age_years, local_date

LEAP = date(2000, 2, 29)
AGES = [
    (date(1958, 3, 9), date(1958, 3, 9), 0),
    (date(1958, 3, 9), date(2026, 3, 8), 67),
    (date(1958, 3, 9), date(2026, 3, 9), 68),
    (date(1958, 3, 9), date(2026, 3, 10), 68),
    (LEAP, date(2001, 2, 28), 0),
    (LEAP, date(2001, 3, 1), 1),
    (LEAP, date(2004, 2, 28), 3),
    (LEAP, date(2004, 2, 29), 4),
    (date(2000, 12, 31), date(2001, 1, 1), 0),
]


@pytest.mark.parametrize(("born", "on", "expected"), AGES)
def test_age_years_around_the_birthday(born: date, on: date, expected: int) -> None:
    assert age_years(born, on) == expected


def test_age_before_birth_is_an_error() -> None:
    with pytest.raises(ValueError, match="precedes"):
        age_years(LEAP, date(2000, 2, 28))
    with pytest.raises(ValueError, match="precedes"):
        age_days(LEAP, date(2000, 2, 28))


def test_age_days_counts_the_leap_day() -> None:
    assert age_days(date(2000, 2, 28), date(2000, 3, 1)) == 2


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(0, 45_000))
def test_age_years_never_falls_and_never_jumps(born: date, days: int) -> None:
    on = born + timedelta(days=days)
    step = age_years(born, on + timedelta(days=1)) - age_years(born, on)
    assert step in (0, 1)
    assert age_years(born, on) == (on.year - born.year) - (0 if (on.month, on.day) >= (born.month, born.day) else 1)


LOCAL_DAYS = [
    (datetime(2026, 3, 9, 4, 59, tzinfo=UTC), "America/Chicago", date(2026, 3, 8)),
    (datetime(2026, 3, 9, 5, 0, tzinfo=UTC), "America/Chicago", date(2026, 3, 9)),
    (datetime(2026, 3, 7, 5, 59, tzinfo=UTC), "America/Chicago", date(2026, 3, 6)),  # still standard time
    (datetime(2026, 11, 1, 4, 59, tzinfo=UTC), "America/Chicago", date(2026, 10, 31)),
    (datetime(2026, 11, 2, 5, 59, tzinfo=UTC), "America/Chicago", date(2026, 11, 1)),  # the day of 25 hours
    (datetime(2026, 3, 9, 14, 0, tzinfo=UTC), "Pacific/Guam", date(2026, 3, 10)),
]


@pytest.mark.parametrize(("moment", "zone", "expected"), LOCAL_DAYS)
def test_local_date_around_midnight_and_daylight_saving(moment: datetime, zone: str, expected: date) -> None:
    assert local_date(moment, zone) == expected
