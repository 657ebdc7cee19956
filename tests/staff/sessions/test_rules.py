"""Limits by role, and how a browser calls itself."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hims.staff.sessions.rules import browser_words, checked_minutes, idle_limit, idle_minutes_by_role

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
AGENTS = [
    (CHROME, "Chrome on Linux"),
    (CHROME + " Edg/140.0", "Edge on Linux"),
    ("Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Safari/604.1", "Safari on iPad"),
    ("curl/8.5", ""),
    ("", ""),
]


@pytest.mark.parametrize(
    ("roles", "minutes"),
    [((), 15), (("Coder",), 10), (("Coder", "Provider"), 5), (("Biller",), 15), (("Biller", "Coder"), 10)],
)
def test_idle_limit_is_the_strictest_of_the_roles(roles: tuple[str, ...], minutes: int) -> None:
    assert idle_limit(roles, {"Coder": 10, "Provider": 5}, 15) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", {}),
        ("Provider=5", {"Provider": 5}),
        (" External auditor = 2 ,Coder=15,", {"External auditor": 2, "Coder": 15}),
    ],
)
def test_limits_by_role_are_read_from_text(text: str, expected: dict[str, int]) -> None:
    assert idle_minutes_by_role(text) == expected


@pytest.mark.parametrize(
    "text", ["Provider", "Provider=", "=5", "Provider=1", "Provider=16", "Provider=x", "a=5;b=5", "Coder=-5"]
)
def test_limits_by_role_that_make_no_sense_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"minutes|form"):
        idle_minutes_by_role(text)


@pytest.mark.parametrize(("minutes", "fits"), [(1, False), (2, True), (15, True), (16, False)])
def test_minutes_are_two_to_fifteen(minutes: int, fits: bool) -> None:
    if fits:
        assert checked_minutes(minutes) == minutes
    else:
        with pytest.raises(ValueError, match="outside"):
            checked_minutes(minutes)


@pytest.mark.parametrize(("agent", "words"), AGENTS)
def test_browser_is_named_as_far_as_it_tells(agent: str, words: str) -> None:
    assert browser_words(agent) == words
