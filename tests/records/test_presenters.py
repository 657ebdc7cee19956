"""Words of the patient banner."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from records.encounters.models import Encounter
from records.presenters import age_words, day, encounter_words, moment

BORN = date(2024, 2, 29)


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2024, 2, 28), ""),
        (BORN, "0 d"),
        (date(2024, 4, 28), "59 d"),
        (date(2024, 4, 29), "1 mo"),
        (date(2026, 2, 28), "24 mo"),
        (date(2026, 3, 1), "2 y"),
        (date(2092, 2, 29), "68 y"),
    ],
)
def test_age_in_days_then_months_then_years(on: date, expected: str) -> None:
    assert age_words(BORN, on) == expected


def test_day_and_moment_of_nothing_are_blank() -> None:
    assert (day(None), moment(None, "America/Chicago")) == ("", "")


def test_moment_is_told_in_facility_time() -> None:
    assert moment(datetime(2026, 3, 9, 4, 30, tzinfo=UTC), "America/Chicago") == "03/08/2026 23:30"


@pytest.mark.parametrize(
    ("status", "ended", "expected"),
    [
        ("in_progress", None, "03/09/2026 - today"),
        ("discharged", date(2026, 3, 12), "03/09/2026 - 03/12/2026"),
        ("cancelled", None, "03/09/2026"),
    ],
)
def test_dates_of_an_encounter_by_its_status(status: str, ended: date | None, expected: str) -> None:
    stay = Encounter(status=status, admitted_on=date(2026, 3, 9), discharged_on=ended, encounter_class="inpatient")
    assert encounter_words(stay)["dates"] == expected
