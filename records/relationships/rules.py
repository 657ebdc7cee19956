"""From when to when a relationship opens a chart. Pure; moments are aware."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

AROUND = timedelta(days=30)
"""A provider reaches the patient this long before admission and after discharge."""
AHEAD = timedelta(days=31)
"""What has no end yet holds this long from the beginning of the day (UTC); it is renewed daily for as long as it lasts."""


@dataclass(frozen=True)
class Span:
    """From `begins` until just before `ends`."""

    begins: datetime
    ends: datetime


def care_span(*, admitted_at: datetime, discharged_at: datetime | None, now: datetime) -> Span:
    """A provider of an encounter: 30 days before admission to 30 days after discharge.

    While the patient is in house, or expected, the end moves along with the days.
    """
    ends = discharged_at + AROUND if discharged_at is not None else open_end(max(now, admitted_at))
    return Span(admitted_at - AROUND, ends)


def author_span(*, written_at: datetime, unsigned: bool, care_ends: datetime | None, now: datetime) -> Span:
    """The author of a document: from writing until 30 days later, or as long as the care of that encounter lasts.

    As long as the document waits for its signature, the author reaches it.
    """
    ends = [written_at + AROUND]
    ends += [open_end(now)] if unsigned else []
    ends += [care_ends] if care_ends is not None else []
    return Span(written_at, max(ends))


def open_end(now: datetime) -> datetime:
    """The end of what has none yet; the same all day long."""
    return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + AHEAD


def joined(one: Span, other: Span) -> Span:
    """Both, and what lies between them."""
    return Span(min(one.begins, other.begins), max(one.ends, other.ends))
