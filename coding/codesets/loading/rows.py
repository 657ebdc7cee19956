"""Rows as the readers hand them to the writer, in the order of the table columns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from coding.codesets.rules import FIRST_DAY, Span


class CodeRow(NamedTuple):
    """One row of the code table."""

    system: str
    code: str
    kind: str
    short_title: str
    long_title: str
    parent: str
    block: str
    chapter: str
    position: int
    valid_from: date
    valid_to: date | None


class NoteRow(NamedTuple):
    """One row of the note table."""

    system: str
    code: str
    kind: str
    mark: str
    text: str
    position: int
    valid_from: date = FIRST_DAY
    valid_to: date | None = None


class SeverityRow(NamedTuple):
    """One row of the severity table."""

    code: str
    level: str
    valid_from: date
    valid_to: date | None


class ExemptionRow(NamedTuple):
    """One row of the POA exemption table."""

    prefix: str
    seventh_characters: str
    valid_from: date
    valid_to: date | None
    source: str
    official: bool


@dataclass(frozen=True)
class Release:
    """One release of a code set, derived from the days on which its list of codes changes."""

    label: str
    effective_from: date
    effective_to: date | None
    code_count: int
    added: int = 0
    deleted: int = 0
    untitled: int = 0


@dataclass
class Dataset:
    """Everything one code set contributes."""

    system: str
    source: str
    releases: list[Release]
    codes: list[CodeRow]
    notes: list[NoteRow] = field(default_factory=list)
    severities: list[SeverityRow] = field(default_factory=list)
    exemptions: list[ExemptionRow] = field(default_factory=list)

    def rows(self) -> int:
        """How many rows the set has in all tables but the releases."""
        return len(self.codes) + len(self.notes) + len(self.severities) + len(self.exemptions)


def open_ended(spans: Iterable[Span], horizon: date) -> list[Span]:
    """Spans that reach the last day the source knows have no known end."""
    return [Span(span.start, None if span.end == horizon else span.end) for span in spans]
