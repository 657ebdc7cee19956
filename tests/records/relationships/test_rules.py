"""From when to when a relationship opens a chart."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from records.relationships.rules import Span, author_span, care_span, joined, open_end

NOW = datetime(2026, 3, 9, 15, 30, tzinfo=UTC)
DAY = timedelta(days=1)
MIDNIGHT = datetime(2026, 3, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("admitted_at", "discharged_at", "begins", "ends"),
    [
        (NOW - 5 * DAY, NOW - DAY, NOW - 35 * DAY, NOW + 29 * DAY),
        (NOW - 5 * DAY, NOW - 30 * DAY + DAY, NOW - 35 * DAY, NOW + DAY),
        (NOW - 5 * DAY, None, NOW - 35 * DAY, MIDNIGHT + 31 * DAY),
        (NOW - 900 * DAY, None, NOW - 930 * DAY, MIDNIGHT + 31 * DAY),
        (NOW + 10 * DAY, None, NOW - 20 * DAY, MIDNIGHT + 41 * DAY),
    ],
)
def test_care_lasts_from_30_days_before_admission_to_30_days_after_discharge(
    admitted_at: datetime, discharged_at: datetime | None, begins: datetime, ends: datetime
) -> None:
    assert care_span(admitted_at=admitted_at, discharged_at=discharged_at, now=NOW) == Span(begins, ends)


@pytest.mark.parametrize(
    ("unsigned", "care_ends", "ends"),
    [
        (False, None, NOW - 60 * DAY),
        (True, None, MIDNIGHT + 31 * DAY),
        (False, NOW + DAY, NOW + DAY),
        (False, NOW - 80 * DAY, NOW - 60 * DAY),
    ],
)
def test_author_reaches_the_chart_for_30_days_or_as_long_as_something_is_open(
    unsigned: bool, care_ends: datetime | None, ends: datetime
) -> None:
    written_at = NOW - 90 * DAY
    found = author_span(written_at=written_at, unsigned=unsigned, care_ends=care_ends, now=NOW)
    assert found == Span(written_at, ends)


def test_open_end_is_the_same_all_day_long() -> None:
    assert {open_end(MIDNIGHT), open_end(MIDNIGHT + DAY - timedelta(microseconds=1))} == {MIDNIGHT + 31 * DAY}
    assert open_end(MIDNIGHT + DAY) == MIDNIGHT + 32 * DAY


def test_two_reasons_make_one_longer_span() -> None:
    assert joined(Span(NOW, NOW + DAY), Span(NOW - DAY, NOW)) == Span(NOW - DAY, NOW + DAY)
