"""What a reader makes of a file. Pure: no Django."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from hims.lib.errors import DomainError

Progress = Callable[[int, int], None]


class CodeEntry(NamedTuple):
    """One code or heading as a file lists it; "" stands for what the file does not say.

    place: where the file prints it. first, last: own days, where the file gives some. fallback: words put together
    from labels, used only where no title is known.
    """

    code: str
    kind: str
    short: str
    long: str
    parent: str = ""
    block: str = ""
    chapter: str = ""
    place: int = 0
    first: date | None = None
    last: date | None = None
    fallback: str = ""


class NoteEntry(NamedTuple):
    """One note at an entry."""

    kind: str
    mark: str
    text: str


class TermEntry(NamedTuple):
    """One line of an index, in the columns of its table."""

    number: int
    parent: int | None
    level: int
    letter: str
    title: str
    nonessential: str
    path: str
    codes: list[str]
    categories: list[str]
    manifestation: str
    see: str
    see_also: str
    use: str
    cells: list[str]


class TableEntry(NamedTuple):
    """One PCS table."""

    characters: str
    section: str
    body_system: str
    operation: str
    axis_titles: list[str]
    definition: str
    position: int


class TableRowEntry(NamedTuple):
    """One row of a PCS table; axes: [(title, [(value, label), ...]), ...] of characters 4 to 7."""

    characters: str
    position: int
    axes: list[tuple[str, list[tuple[str, str]]]]
    code_count: int


class DefinitionEntry(NamedTuple):
    """What a value of an axis means."""

    section: str
    axis: int
    axis_title: str
    title: str
    definition: str
    explanation: str
    includes: list[str]
    position: int


class DeviceEntry(NamedTuple):
    """Which general device a specific one is coded to."""

    device: str
    operation: str
    body_systems: list[str]
    parent_value: str
    parent_title: str
    position: int


class WeightEntry(NamedTuple):
    """One MS-DRG of Table 5; numbers as text, "" where the table prints none."""

    drg: str
    title: str
    mdc: str
    drg_type: str
    weight: str
    gmlos: str
    amlos: str
    post_acute: bool
    special_pay: bool


@dataclass
class Parsed:
    """All a file says.

    edition: what it says of itself. year: the fiscal year it names, None without one. month: (year, month) it names.
    codes: by code set; the list is whole: what it lacks is not in force. hierarchy: entries whose place and title
    the file gives without deciding what can be reported. dropped: what was left out, by reason.
    """

    edition: str = ""
    year: int | None = None
    month: tuple[int, int] | None = None
    read: int = 0
    codes: dict[str, list[CodeEntry]] = field(default_factory=dict)
    hierarchy: list[CodeEntry] = field(default_factory=list)
    notes: dict[str, list[NoteEntry]] = field(default_factory=dict)
    exemptions: list[str] = field(default_factory=list)
    terms: list[TermEntry] = field(default_factory=list)
    tables: list[TableEntry] = field(default_factory=list)
    table_rows: list[TableRowEntry] = field(default_factory=list)
    definitions: list[DefinitionEntry] = field(default_factory=list)
    devices: list[DeviceEntry] = field(default_factory=list)
    weights: list[WeightEntry] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)


def refuse(line: int, what: str) -> DomainError:
    """The error that refuses the whole file: the line, what is wrong, and what to do."""
    return DomainError(f"Line {line}: {what}", field="file")


def fit(text: str, most: int, line: int, name: str) -> str:
    """The text, or a refusal when it is longer than the column that keeps it."""
    if len(text) > most:
        raise refuse(
            line, f"{name} has {len(text)} characters, at most {most} are expected. Is this the right kind of file?"
        )
    return text
