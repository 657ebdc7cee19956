"""By when whom to notify: the boundary days of 45 CFR 164.404 to 164.408 and 164.412."""

from __future__ import annotations

from datetime import date

import pytest

from audit.cases.clocks import Notice, clock_words, deadlines, individual_due_on, is_large, yearly_log_due_on


@pytest.mark.parametrize(
    ("discovered", "due"),
    [
        (date(2026, 1, 1), date(2026, 3, 2)),
        (date(2028, 1, 1), date(2028, 3, 1)),  # leap year
        (date(2026, 11, 2), date(2027, 1, 1)),
        (date(2026, 12, 31), date(2027, 3, 1)),
    ],
)
def test_individuals_are_notified_within_sixty_days_of_discovery(discovered: date, due: date) -> None:
    assert individual_due_on(discovered) == due
    assert (due - discovered).days == 60


@pytest.mark.parametrize(
    ("discovered", "due"),
    [
        (date(2026, 1, 1), date(2027, 3, 1)),
        (date(2026, 12, 31), date(2027, 3, 1)),
        (date(2027, 1, 1), date(2028, 2, 29)),  # the year that follows is a leap year
        (date(2027, 12, 31), date(2028, 2, 29)),
        (date(2028, 6, 1), date(2029, 3, 1)),
    ],
)
def test_small_breaches_are_reported_within_sixty_days_after_the_year(discovered: date, due: date) -> None:
    assert yearly_log_due_on(discovered) == due


def told(affected: int, in_one_state: int | None = None) -> dict[Notice, date]:
    return {each.notice: each.due_on for each in deadlines(date(2026, 3, 9), affected, in_one_state=in_one_state)}


def test_breach_of_499_goes_into_the_yearly_log() -> None:
    assert not is_large(499)
    assert told(499) == {Notice.INDIVIDUALS: date(2026, 5, 8), Notice.SECRETARY: date(2027, 3, 1)}


def test_breach_of_500_is_told_to_the_secretary_at_once_but_not_yet_to_the_media() -> None:
    assert is_large(500)
    assert told(500) == {Notice.INDIVIDUALS: date(2026, 5, 8), Notice.SECRETARY: date(2026, 5, 8)}


def test_breach_of_501_in_one_state_is_told_to_the_media_too() -> None:
    assert told(501) == dict.fromkeys((Notice.INDIVIDUALS, Notice.MEDIA, Notice.SECRETARY), date(2026, 5, 8))


def test_breach_of_many_states_spares_the_media_while_none_has_more_than_500() -> None:
    assert Notice.MEDIA not in told(1200, in_one_state=500)
    assert Notice.MEDIA in told(1200, in_one_state=501)


def test_written_statement_of_law_enforcement_delays_the_notices() -> None:
    found = deadlines(date(2026, 3, 9), 600, delayed_until=date(2026, 8, 1))
    assert {each.due_on for each in found} == {date(2026, 8, 1)}
    assert individual_due_on(date(2026, 3, 9), date(2026, 4, 1)) == date(2026, 5, 8)  # an earlier day shortens nothing


@pytest.mark.parametrize(
    ("today", "words"),
    [
        (date(2026, 3, 9), ("60 days left", "neutral")),
        (date(2026, 4, 22), ("16 days left", "neutral")),
        (date(2026, 4, 23), ("15 days left", "warn")),
        (date(2026, 5, 7), ("1 day left", "warn")),
        (date(2026, 5, 8), ("last day today", "stop")),
        (date(2026, 5, 9), ("1 day overdue", "stop")),
        (date(2026, 6, 8), ("31 days overdue", "stop")),
    ],
)
def test_clock_says_what_is_left(today: date, words: tuple[str, str]) -> None:
    individuals = deadlines(date(2026, 3, 9), 3)[0]
    assert clock_words(individuals.days_left(today)) == words
