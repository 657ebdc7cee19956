"""Old holds, and the words about them. Source: requirement CW-17, takeover of a stale lock within 15 minutes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from coding.workbench.holds import rules

NOW = datetime(2026, 11, 28, 16, 0, tzinfo=UTC)
CHICAGO = "America/Chicago"


@pytest.mark.parametrize(
    ("silent", "old", "left"), [(0, False, 900), (14 * 60 + 59, False, 1), (15 * 60, True, 0), (3600, True, 0)]
)
def test_hold_is_old_from_the_fifteenth_minute_on(silent: int, old: bool, left: int) -> None:
    seen = NOW - timedelta(seconds=silent)
    assert rules.is_old(seen, NOW, rules.DEFAULT_MINUTES) is old
    assert rules.seconds_until_old(seen, NOW, rules.DEFAULT_MINUTES) == left


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-5, "just now"), (59, "just now"), (60, "1 min ago"), (3599, "59 min ago"), (3600, "1 h ago"), (47 * 3600, "47 h ago"),
     (4 * 86400, "4 days ago")],
)  # fmt: skip
def test_ago_counts_whole_minutes_hours_and_days(seconds: int, words: str) -> None:
    assert rules.ago(NOW - timedelta(seconds=seconds), NOW) == words


def test_held_words_give_the_times_of_the_facility() -> None:
    words = rules.held_words("Dana Whitfield", NOW - timedelta(minutes=78), NOW - timedelta(minutes=3), NOW, CHICAGO)
    assert words == "Dana Whitfield is working on this account since 08:42, last active 3 min ago."


def test_held_words_name_the_day_when_it_was_another_one() -> None:
    assert rules.clock(NOW - timedelta(hours=20), NOW, CHICAGO) == "11/27/2026 14:00"


@pytest.mark.parametrize("minutes", [0, 1, 61])
def test_hold_minutes_outside_of_sense_are_refused(minutes: int) -> None:
    with pytest.raises(ValueError, match="write 2 to 60"):
        rules.checked_hold_minutes(minutes)
