"""Dates and times as the hospital counts them."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo


def age_years(birth_date: date, on: date) -> int:
    """Completed years on a day; 0 before the first birthday. Raises ValueError for a day before birth.

    Born on 29 February: the birthday in a common year is 1 March.
    """
    if on < birth_date:
        raise ValueError("the day precedes the birth date")
    return on.year - birth_date.year - ((on.month, on.day) < (birth_date.month, birth_date.day))


def age_days(birth_date: date, on: date) -> int:
    """Whole days since birth. Raises ValueError for a day before birth."""
    if on < birth_date:
        raise ValueError("the day precedes the birth date")
    return (on - birth_date).days


def local_date(moment: datetime, zone: str) -> date:
    """The facility-local date of an aware moment; discharge dates and code-set releases go by it."""
    return moment.astimezone(ZoneInfo(zone)).date()
