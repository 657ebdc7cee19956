"""How long a sign-in lasts, and when a screen locks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import timedelta

LIFETIME = timedelta(hours=12)
MIN_IDLE_MINUTES, MAX_IDLE_MINUTES = 2, 15
KEPT_FOR = timedelta(days=30)
BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
SYSTEMS = (
    ("Windows", "Windows"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"), ("Linux", "Linux"),
)  # fmt: skip


def idle_minutes_by_role(text: str) -> dict[str, int]:
    """Of "Provider=5, Scheduler=10": minutes by name of role. Raises ValueError for anything else, or outside 2 to 15."""
    found: dict[str, int] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        matched = re.fullmatch(r"([^=]+?)\s*=\s*(\d{1,3})", part)
        if matched is None:
            raise ValueError(f"{part!r} is not of the form Role=minutes")
        found[matched[1]] = checked_minutes(int(matched[2]))
    return found


def checked_minutes(minutes: int) -> int:
    """The number again. Raises ValueError outside 2 to 15."""
    if not MIN_IDLE_MINUTES <= minutes <= MAX_IDLE_MINUTES:
        raise ValueError(f"{minutes} minutes are outside {MIN_IDLE_MINUTES} to {MAX_IDLE_MINUTES}")
    return minutes


def idle_limit(roles: Iterable[str], by_role: Mapping[str, int], otherwise: int) -> timedelta:
    """The strictest limit of a person's roles; roles without one of their own have the common limit."""
    return timedelta(minutes=min((by_role.get(role, otherwise) for role in roles), default=otherwise))


def browser_words(user_agent: str) -> str:
    """ "Firefox on Windows", as far as the program tells."""
    browser = next((words for mark, words in BROWSERS if mark in user_agent), "")
    system = next((words for mark, words in SYSTEMS if mark in user_agent), "")
    return " on ".join(filter(None, (browser, system)))
