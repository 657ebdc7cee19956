"""What is new since the last visit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from coding.workbench.reading_aids.visits import is_new, last_visit

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)


def before(*minutes: int) -> list[datetime]:
    return [NOW - timedelta(minutes=each) for each in minutes]


@pytest.mark.parametrize(
    ("opened", "last"),
    [
        ([], None),
        (before(5, 20, 59), None),  # all of it is the present visit
        (before(61), NOW - timedelta(minutes=61)),
        (before(10, 65, 120, 181, 200), NOW - timedelta(minutes=181)),
        (before(600, 5, 700), NOW - timedelta(minutes=600)),
    ],
)
def test_last_visit_ended_before_a_pause_of_an_hour(opened: list[datetime], last: datetime | None) -> None:
    assert last_visit(opened, NOW) == last


def test_is_new_what_came_since_and_is_not_read() -> None:
    last = NOW - timedelta(days=1)
    assert is_new(NOW, read=False, last=last)
    assert not is_new(NOW, read=True, last=last)
    assert not is_new(last, read=False, last=last)
    assert not is_new(NOW, read=False, last=None)
