"""The tables of ICD-10-PCS: rows as products of values, what is still possible, and rows made from a list of codes. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from coding.codesets.rules import PCS_LENGTH

TABLE_LENGTH = 3
AXES = PCS_LENGTH - TABLE_LENGTH
OPEN = "_"
"""Stands for a character that is not chosen yet, before one that is: `0FT_4`."""
_TYPED = re.compile(r"[0-9A-HJ-NP-Z]{1,3}\Z|[0-9A-HJ-NP-Z]{3}[0-9A-HJ-NP-Z_]{0,4}\Z")


@dataclass(frozen=True)
class Row:
    """One row of a table: for each of characters 4 to 7 the values it allows, in printed order."""

    axes: tuple[tuple[str, ...], ...]

    def holds(self, chosen: Sequence[str], *, besides: int = -1) -> bool:
        """True when the row has every chosen value; `besides` is an axis that does not count."""
        return all(
            value == OPEN or axis == besides or value in self.axes[axis] for axis, value in enumerate(chosen[:AXES])
        )


@dataclass(frozen=True)
class Typed:
    """What stands in the field of the builder: characters chosen so far, then words that narrow what comes next."""

    code: str
    words: tuple[str, ...]


def rows_from_codes(codes: Iterable[str]) -> list[Row]:
    """The codes of one table as few disjoint rows, whose products are exactly these codes.

    Source: ICD-10-PCS tables, a row is every combination of its values (ICD-10-PCS Official Guidelines, A9).
    """
    return [Row(axes) for axes in _factored({code[TABLE_LENGTH:] for code in codes}, AXES)]


def _factored(endings: set[str], length: int) -> list[tuple[tuple[str, ...], ...]]:
    """Endings of equal length as products: first characters with the same continuations share their rows."""
    if length == 1:
        return [(tuple(sorted(endings)),)]
    after: dict[str, set[str]] = defaultdict(set)
    for ending in endings:
        after[ending[0]].add(ending[1:])
    firsts: dict[frozenset[str], list[str]] = defaultdict(list)
    for first, rest in sorted(after.items()):
        firsts[frozenset(rest)].append(first)
    return [
        (tuple(alike), *tail) for rest, alike in firsts.items() for tail in _factored(set(rest), length - 1)
    ]  # fmt: skip


def codes_of(characters: str, rows: Iterable[Row]) -> Iterator[str]:
    """Every code of a table."""
    for row in rows:
        for values in product(*row.axes):
            yield characters + "".join(values)


def allowed(rows: Sequence[Row], chosen: Sequence[str]) -> list[list[str]]:
    """For each axis the values that fit what is chosen on the other axes, in the order in which the rows print them."""
    return [
        list(dict.fromkeys(value for row in rows if row.holds(chosen, besides=axis) for value in row.axes[axis]))
        for axis in range(AXES)
    ]


def possible(rows: Sequence[Row], chosen: Sequence[str]) -> list[Row]:
    """The rows that still hold what is chosen."""
    return [row for row in rows if row.holds(chosen)]


def filled(rows: Sequence[Row], chosen: Sequence[str]) -> list[str]:
    """The choice with every axis filled in that has one value left; it stays as it is when nothing is possible."""
    values = [*chosen[:AXES], *OPEN * (AXES - len(chosen))]
    if OPEN not in values or all(value == OPEN for value in values):
        return values
    left = allowed(rows, values)
    if not all(left):
        return values
    return [only[0] if value == OPEN and len(only) == 1 else value for value, only in zip(values, left, strict=True)]


def typed(text: str) -> Typed:
    """The field of the builder: `"0ft gall"` gives 0FT and gall; words alone choose among tables."""
    first, _, rest = text.strip().partition(" ")
    if _TYPED.match(first.upper()):
        return Typed(first.upper(), tuple(rest.lower().split()))
    return Typed("", tuple(text.lower().split()))


def chosen_axes(code: str) -> list[str]:
    """Characters 4 to 7 with OPEN where none is chosen."""
    return list(code[TABLE_LENGTH:].ljust(AXES, OPEN))


def with_value(code: str, axis: int, value: str) -> str:
    """The characters with one more chosen; axis from 0 is character 4. OPEN at the end is left out."""
    values = chosen_axes(code)
    values[axis] = value
    return (code[:TABLE_LENGTH] + "".join(values)).rstrip(OPEN)
