"""When a person was last at a chart, and what is new since. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

PAUSE = timedelta(hours=1)
"""A visit ends when nothing is opened for an hour: our own rule."""


def last_visit(opened_at: Iterable[datetime], now: datetime) -> datetime | None:
    """When the visit before the present one ended; None for a first visit. opened_at: when documents were opened."""
    edge = now
    for moment in sorted(opened_at, reverse=True):
        if edge - moment > PAUSE:
            return moment
        edge = moment
    return None


def is_new(filed_at: datetime, *, read: bool, last: datetime | None) -> bool:
    """Not read yet, and filed after the last visit; nothing is new on a first visit, where everything is."""
    return not read and last is not None and filed_at > last
