"""Which searches look like browsing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from audit.monitoring.searches import Tally, elapsed, is_tiny, opened, searched

START = datetime(2026, 3, 9, 12, tzinfo=UTC)


def minutes(count: float) -> datetime:
    return START + timedelta(minutes=count)


@pytest.mark.parametrize(
    ("text", "tiny"),
    [
        ("Maria S", True),
        ("s, maria", True),
        ("m. s.", True),
        ("abc", True),
        ("a b c", True),
        ("Okafor, R", True),
        ("Okafor", False),
        ("Okafor Ruth", False),
        ("LGH-1000001", False),
        ("05/02/1958", False),
        ("", False),
        (" , ", False),
    ],
)
def test_search_is_tiny_by_its_letters(text: str, tiny: bool) -> None:
    assert is_tiny(text) is tiny


def test_tiny_search_that_leads_to_a_chart_is_not_fruitless() -> None:
    tally = opened(searched(Tally(), minutes(0), "maria s"), minutes(9))
    assert elapsed(tally, minutes(60)) == Tally(searches=1, tiny=1)


def test_tiny_search_without_a_chart_is_fruitless_after_ten_minutes() -> None:
    tally = searched(Tally(), minutes(0), "maria s")
    assert elapsed(tally, minutes(10)).fruitless == 0
    assert elapsed(tally, minutes(10.1)) == Tally(searches=1, tiny=1, fruitless=1)


def test_chart_opened_too_late_does_not_redeem_the_search() -> None:
    tally = opened(searched(Tally(), minutes(0), "maria s"), minutes(11))
    assert tally == Tally(searches=1, tiny=1, fruitless=1)


def test_whole_name_counts_as_a_search_only() -> None:
    assert searched(Tally(), START, "Okafor Ruth") == Tally(searches=1)
