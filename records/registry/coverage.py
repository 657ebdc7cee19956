"""Which coverage counts on a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from records.registry.models import Coverage


def coverage_on(coverages: Iterable[Coverage], on: date) -> Coverage | None:
    """The first coverage by rank in force on a day; the coverages are in order of rank."""
    return next((row for row in coverages if _in_force(row, on)), None)


def _in_force(coverage: Coverage, on: date) -> bool:
    return (coverage.starts_on is None or coverage.starts_on <= on) and (
        coverage.ends_on is None or on <= coverage.ends_on
    )
