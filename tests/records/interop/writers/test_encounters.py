"""Which encounters are history."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from records.interop.writers.encounters import is_history

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(("days", "history"), [(0, False), (364, False), (365, False), (366, True)])
def test_history_begins_after_365_days(days: int, history: bool) -> None:
    assert is_history("discharged", TODAY - timedelta(days=days), TODAY) is history


@pytest.mark.parametrize(
    ("status", "day"), [("in_progress", None), ("discharged", None), ("cancelled", date(2020, 1, 1))]
)
def test_only_a_dated_discharge_is_history(status: str, day: date | None) -> None:
    assert not is_history(status, day, TODAY)
