"""Relative weight and mean stays of an MS-DRG, where a table of them is loaded.

The table itself is a code set and lives above the grouper; whoever holds it connects it once, when the app is ready.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class Weight:
    """relative_weight: of one case. gmlos, amlos: geometric and arithmetic mean length of stay in days."""

    relative_weight: Decimal
    gmlos: Decimal | None = None
    amlos: Decimal | None = None


Table = Callable[[str, date], Weight | None]
_tables: list[Table] = []


def connect(table: Table) -> None:
    """Ask this table from now on: DRG of three characters and the day of discharge to a weight, None when it has none."""
    if table not in _tables:
        _tables.append(table)


def disconnect(table: Table) -> None:
    """Ask it no longer."""
    _tables.remove(table)


def weight_of(drg: str, on: date) -> Weight | None:
    """The weight of a DRG on the day of discharge, None while no connected table knows it.

    Source: IPPS final rule, Table 5; the discharge date picks the year.
    """
    return next((weight for table in _tables if (weight := table(drg, on)) is not None), None)
