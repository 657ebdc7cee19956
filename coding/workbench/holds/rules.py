"""When a hold on an account is old, and what is said of it. Times are aware, on the database's clock."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

DEFAULT_MINUTES = 15
"""A coder is taken to have left an account after this long without a sign of life. Source: requirement CW-17, stale lock takeover
within 15 minutes."""
SHORTEST_MINUTES, LONGEST_MINUTES = 2, 60


def checked_hold_minutes(minutes: int) -> int:
    """The setting, if it makes sense: a page tells every minute that it is open, so less than two would lose honest holds."""
    if not SHORTEST_MINUTES <= minutes <= LONGEST_MINUTES:
        raise ValueError(f"{minutes} minutes; write {SHORTEST_MINUTES} to {LONGEST_MINUTES}")
    return minutes


def is_old(seen_at: datetime, now: datetime, after_minutes: int) -> bool:
    """True from the minute on at which another coder may take the account over."""
    return now - seen_at >= timedelta(minutes=after_minutes)


def seconds_until_old(seen_at: datetime, now: datetime, after_minutes: int) -> int:
    """How long the hold is good if nothing is heard of its holder; 0 when it is old."""
    return max(0, int((seen_at + timedelta(minutes=after_minutes) - now).total_seconds()))


def ago(moment: datetime, now: datetime) -> str:
    """ "just now", "3 min ago", "2 h ago", "4 days ago"."""
    minutes = max(0, int((now - moment).total_seconds() // 60))
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return f"{minutes} min ago"
    if minutes < 48 * 60:
        return f"{minutes // 60} h ago"
    return f"{minutes // (24 * 60)} days ago"


def clock(moment: datetime, now: datetime, zone: str) -> str:
    """10:42 in the facility's time zone; with the day in front when that is another one: 03/09/2026 10:42."""
    here = moment.astimezone(ZoneInfo(zone))
    today = here.date() == now.astimezone(ZoneInfo(zone)).date()
    return here.strftime("%H:%M" if today else "%m/%d/%Y %H:%M")


def held_words(holder: str, since: datetime, seen_at: datetime, now: datetime, zone: str) -> str:
    """Dana Whitfield is working on this account since 10:42, last active 3 min ago."""
    return f"{holder} is working on this account since {clock(since, now, zone)}, last active {ago(seen_at, now)}."


def taken_over_words(by: str, at: datetime, now: datetime, zone: str) -> str:
    """For the former holder."""
    return f"{by} took this account over from you at {clock(at, now, zone)}."


def released_words(by: str, at: datetime, now: datetime, zone: str) -> str:
    """For the former holder, when a manager ended the hold."""
    return f"{by} released your hold on this account at {clock(at, now, zone)}."
