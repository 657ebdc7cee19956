"""Times and codes of an encounter. Source: UHDDS; UB-04 FL 17."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from hims.lib.forms import at_zone
from records.encounters.rules import admission_faults, discharge_faults, length_of_stay_days, move_faults

NOW = datetime(2026, 3, 9, 12, tzinfo=UTC)
A_MINUTE = timedelta(minutes=1)
ADMITTED = NOW - timedelta(days=3)
CHICAGO = "America/Chicago"


@pytest.mark.parametrize(
    ("at", "moved", "expected"),
    [
        (ADMITTED - A_MINUTE, None, ["discharged_at"]),
        (ADMITTED, None, []),
        (NOW, None, []),
        (NOW + A_MINUTE, None, ["discharged_at"]),
        (NOW, NOW, []),
        (NOW - A_MINUTE, NOW, ["discharged_at"]),
    ],
)
def test_discharge_faults_by_time(at: datetime, moved: datetime | None, expected: list[str]) -> None:
    found = discharge_faults(admitted_at=ADMITTED, discharged_at=at, disposition="01", now=NOW, last_moved_at=moved)
    assert list(found) == expected


@pytest.mark.parametrize("disposition", ["", "1", "001", "30", "0A", "01\n", " 01", "\u0660\u0661"])
def test_discharge_faults_by_disposition(disposition: str) -> None:
    found = discharge_faults(admitted_at=ADMITTED, discharged_at=NOW, disposition=disposition, now=NOW)
    assert list(found) == ["discharge_disposition"]


def test_discharge_in_the_repeated_hour_is_read_as_the_one_after_the_admission() -> None:
    """Admitted at 1:50 before the clocks went back, discharged at 1:10 after they did: 20 minutes later."""
    admitted = at_zone(datetime(2026, 11, 1, 1, 50), CHICAGO)
    discharged = at_zone(datetime(2026, 11, 1, 1, 10), CHICAGO, not_before=admitted)
    assert discharged - admitted == timedelta(minutes=20)
    assert discharge_faults(admitted_at=admitted, discharged_at=discharged, disposition="01", now=discharged) == {}


def test_discharge_in_the_gap_lies_after_an_admission_before_it() -> None:
    admitted = at_zone(datetime(2026, 3, 8, 1, 59), CHICAGO)
    discharged = at_zone(datetime(2026, 3, 8, 2, 30), CHICAGO)
    assert discharge_faults(admitted_at=admitted, discharged_at=discharged, disposition="01", now=discharged) == {}


@pytest.mark.parametrize(
    ("at", "born", "expected"),
    [
        (NOW, date(2026, 3, 9), []),
        (NOW + A_MINUTE, date(1958, 1, 1), ["admitted_at"]),
        (NOW, date(2026, 3, 10), ["admitted_at"]),
    ],
)
def test_admission_faults_by_time_and_birth(at: datetime, born: date, expected: list[str]) -> None:
    assert list(admission_faults(admitted_at=at, admitted_on=at.date(), birth_date=born, now=NOW)) == expected


@pytest.mark.parametrize(
    ("at", "moved", "refused"),
    [
        (NOW, None, False),
        (ADMITTED, None, False),
        (ADMITTED, ADMITTED, True),
        (ADMITTED + A_MINUTE, ADMITTED, False),
        (ADMITTED - A_MINUTE, None, True),
        (NOW + A_MINUTE, None, True),
        (NOW - A_MINUTE, NOW, True),
    ],
)
def test_move_faults_by_time(at: datetime, moved: datetime | None, refused: bool) -> None:
    assert bool(move_faults(at=at, admitted_at=ADMITTED, last_moved_at=moved, now=NOW)) is refused


@pytest.mark.parametrize(("days", "expected"), [(0, 1), (1, 1), (2, 2), (30, 30)])
def test_length_of_stay_leaves_out_the_day_of_discharge_but_is_never_0(days: int, expected: int) -> None:
    assert length_of_stay_days(date(2026, 2, 27), date(2026, 2, 27) + timedelta(days=days)) == expected


def test_length_of_stay_backwards_is_an_error() -> None:
    with pytest.raises(ValueError, match="precedes"):
        length_of_stay_days(date(2026, 3, 9), date(2026, 3, 8))
