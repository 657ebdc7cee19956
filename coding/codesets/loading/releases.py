"""Releases derived from the days on which a list of codes changes. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, timedelta

from coding.codesets.loading.rows import Release
from coding.codesets.rules import Span, fiscal_year

_MONTHS = {1: "January", 4: "April", 8: "August"}


def derive_releases(
    spans: Mapping[str, Sequence[Span]],
    *,
    label: Callable[[date], str],
    horizon: date | None,
    titled: Collection[str],
) -> list[Release]:
    """One release from each day on which codes come or go, to the day before the next one.

    label: names a release by its first day. horizon: last day the source covers, the end of the newest release.
    titled: codes that have a title; the rest is counted.
    """
    begin, gone = _change_days(spans)
    starts = sorted(begin.keys() | gone.keys())
    ends = [*(start - timedelta(days=1) for start in starts[1:]), horizon]
    releases, current = [], set[str]()
    for start, end in zip(starts, ends, strict=True):
        current = (current - set(gone[start])) | set(begin[start])
        releases.append(
            Release(
                label(start),
                start,
                end,
                len(current),
                added=len(begin[start]),
                deleted=len(gone[start]),
                untitled=sum(code not in titled for code in current),
            )
        )
    return releases


def fiscal_year_label(name: str, start: date) -> str:
    """`ICD-10-CM FY2027` for October, `ICD-10-CM FY2026 (April 2026)` for an update within the year."""
    year = f"{name} FY{fiscal_year(start)}"
    return year if start.month == 10 else f"{year} ({_MONTHS.get(start.month, start.strftime('%B'))} {start.year})"


def _change_days(spans: Mapping[str, Sequence[Span]]) -> tuple[dict[date, list[str]], dict[date, list[str]]]:
    """Codes by the day they begin, and by the first day they are gone."""
    begin: dict[date, list[str]] = defaultdict(list)
    gone: dict[date, list[str]] = defaultdict(list)
    for code, each in spans.items():
        for span in each:
            begin[span.start].append(code)
            if span.end:
                gone[span.end + timedelta(days=1)].append(code)
    return begin, gone
