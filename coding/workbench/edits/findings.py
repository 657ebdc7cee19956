"""One remark of the live edits, and what the rules may look at. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from coding.workbench.coded import CodedStay
from coding.workbench.edits.references import Reference
from coding.workbench.house.rules import Rule, Snapshot
from coding.workbench.rules import REPORTED, DiagnosisLine

STOP, WARN, INFORM = "stop", "warn", "inform"
SEVERITIES = (STOP, WARN, INFORM)
LONGEST_KEY = 240


@dataclass(frozen=True)
class Finding:
    """One edit that fires.

    rule: its name. severity: stop blocks finalizing, warn asks for an override, inform does nothing. line: key of the line it
    stands beside, "" for the whole stay. codes: whom it is about. source: table, note or guideline in words. at: the entry of the
    tabular list whose note it is, with `place` of the note there; "" for others.
    """

    rule: str
    severity: str
    text: str
    line: str = ""
    codes: tuple[str, ...] = ()
    source: str = ""
    at: str = ""
    place: int = 0

    @property
    def key(self) -> str:
        """What an override holds on to: the same situation has the same key, wherever the lines stand."""
        where = f"{self.at}.{self.place}" if self.at else ""
        return ":".join((self.rule, "+".join(sorted(self.codes)), where))[:LONGEST_KEY]


@dataclass(frozen=True)
class Entry:
    """One entry of the tabular list in force on the coding day. kind: code or heading."""

    code: str
    title: str
    kind: str
    parent: str = ""
    block: str = ""
    chapter: str = ""


@dataclass(frozen=True)
class TabularNote:
    """One note that holds for a code; `at` is the entry that prints it. mark: of 7th-character definitions."""

    kind: str
    at: str
    text: str
    references: tuple[Reference, ...] = ()
    place: int = 0
    mark: str = ""


@dataclass(frozen=True)
class Writing:
    """The newest text of one document."""

    title: str
    text: str


@dataclass(frozen=True)
class Case:
    """Everything an edit may depend on.

    entries: coded codes, and what stands beside them below the same headings. notes: by coded code, nearest entry first.
    levels: CC or MCC by code. writings: documents, for outpatient encounters. house: the facility's own rules in force, for
    which the stay is the `snapshot`.
    """

    coded: CodedStay
    entries: Mapping[str, Entry] = field(default_factory=dict)
    notes: Mapping[str, tuple[TabularNote, ...]] = field(default_factory=dict)
    levels: Mapping[str, str] = field(default_factory=dict)
    writings: tuple[Writing, ...] = ()
    house: tuple[Rule, ...] = ()
    snapshot: Snapshot = field(default_factory=dict)

    @property
    def reported(self) -> list[DiagnosisLine]:
        """The diagnoses a claim reports together, in coded order."""
        return [line for line in self.coded.diagnoses if line.role in REPORTED]

    def title(self, code: str) -> str:
        """ "" for a code that is not in force."""
        entry = self.entries.get(code)
        return entry.title if entry else ""

    def notes_of(self, code: str, kind: str) -> list[TabularNote]:
        """The notes of one kind that hold for a code."""
        return [note for note in self.notes.get(code, ()) if note.kind == kind]


def in_order(found: Iterable[Finding], lines: Iterable[str]) -> list[Finding]:
    """The stay first, then line by line as the page has them; the gravest first; equal input order never matters."""
    places = {line: place for place, line in enumerate(lines, start=1)}
    return sorted(
        set(found), key=lambda each: (places.get(each.line, 0), SEVERITIES.index(each.severity), each.key, each.text)
    )
