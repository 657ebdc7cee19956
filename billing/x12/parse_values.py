"""Elements read as dates, times and numbers, and segments found by qualifier."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from decimal import Decimal

from billing.x12.reader import RawSegment, X12Error

_NUMBER = re.compile(r"-?(\d{1,18}(\.\d{0,9})?|\.\d{1,9})", re.ASCII)
_DAY = re.compile(r"\d{8}", re.ASCII)
_TIME = re.compile(r"\d{4,8}", re.ASCII)


def find(segments: Iterable[RawSegment], name: str, qualifier: str, at: int = 1) -> RawSegment | None:
    """The first segment of that name whose element `at` is the qualifier."""
    return next((s for s in segments if s.name == name and s.get(at) == qualifier), None)


def value(segments: Iterable[RawSegment], name: str, qualifier: str, index: int = 2) -> str:
    """An element of the first segment with that qualifier; "" when there is none."""
    segment = find(segments, name, qualifier)
    return segment.get(index) if segment else ""


def decimal(text: str, segment: RawSegment) -> Decimal:
    """A number; 0 for "". Raises X12Error."""
    if not text:
        return Decimal(0)
    if not _NUMBER.fullmatch(text):
        raise X12Error(f"“{text[:30]}” is not a number", segment=segment.name, position=segment.position)
    return Decimal(text)


def decimal_or_none(text: str, segment: RawSegment) -> Decimal | None:
    """A number; None for "". Raises X12Error."""
    return decimal(text, segment) if text else None


def day(text: str, segment: RawSegment) -> dt.date | None:
    """A date from the first eight digits; None for "". Raises X12Error."""
    if not text:
        return None
    try:
        if not _DAY.fullmatch(text[:8]):
            raise ValueError(text)
        return dt.date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        sentence = f"“{text[:30]}” is not a date"
        raise X12Error(sentence, segment=segment.name, position=segment.position) from None


def days(text: str, segment: RawSegment) -> tuple[dt.date | None, dt.date | None]:
    """A range CCYYMMDD-CCYYMMDD, or one day and None. Raises X12Error."""
    first, dash, last = text.partition("-")
    start = day(first, segment)
    return start, day(last, segment) if dash else None


def time_of_day(text: str, segment: RawSegment) -> dt.time | None:
    """HHMM, seconds ignored; None for "". Raises X12Error."""
    if not text:
        return None
    try:
        if not _TIME.fullmatch(text):
            raise ValueError(text)
        return dt.time(int(text[:2]), int(text[2:4]))
    except ValueError:
        sentence = f"“{text[:30]}” is not a time"
        raise X12Error(sentence, segment=segment.name, position=segment.position) from None


def date_of(segments: Iterable[RawSegment], qualifier: str) -> dt.date | None:
    """The day of the DTP segment with that qualifier. Raises X12Error."""
    segment = find(segments, "DTP", qualifier)
    return day(segment.get(3), segment) if segment else None


def dates_of(segments: Iterable[RawSegment], qualifier: str) -> tuple[dt.date | None, dt.date | None]:
    """The range of the DTP segment with that qualifier; (None, None) without one. Raises X12Error."""
    segment = find(segments, "DTP", qualifier)
    return days(segment.get(3), segment) if segment else (None, None)


def time_of(segments: Iterable[RawSegment], qualifier: str) -> dt.time | None:
    """The time of a DTP segment with qualifier TM, or the hours of one with DT. Raises X12Error."""
    segment = find(segments, "DTP", qualifier)
    if segment is None:
        return None
    text = segment.get(3)
    return time_of_day(text[8:] if segment.get(2) == "DT" else text if segment.get(2) == "TM" else "", segment)
