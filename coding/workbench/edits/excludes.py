"""Excludes1: two codes that the tabular list keeps apart. Pure.

Source: ICD-10-CM Official Guidelines, section I.A.12.a: the two are not coded together, except when the conditions are unrelated.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations

from coding.codesets.rules import dotted
from coding.workbench.edits.findings import WARN, Case, Finding, TabularNote
from coding.workbench.edits.references import is_under, named
from coding.workbench.rules import DiagnosisLine

RULE = "excludes1"
KIND = "excludes1"


def excludes1(case: Case) -> Iterator[Finding]:
    """One finding a pair, whichever of the two codes bears the note and whichever stands first."""
    notes = {line.code: case.notes_of(line.code, KIND) for line in case.reported}
    for one, other in combinations(sorted(case.reported, key=lambda line: line.code), 2):
        if one.code == other.code:
            continue
        borne = _naming(notes[one.code], other.code)
        if borne:
            yield _finding(borne, one, other)
            continue
        borne = _naming(notes[other.code], one.code)
        if borne:
            yield _finding(borne, other, one)


def _naming(notes: Iterable[TabularNote], other: str) -> TabularNote | None:
    """The nearest note of one code that names the other; a note they both inherit is a pointer, not a conflict."""
    return next((note for note in notes if named(note.references, other) and not is_under(other, note.at)), None)


def _finding(note: TabularNote, bearer: DiagnosisLine, other: DiagnosisLine) -> Finding:
    text = (
        f"{dotted(bearer.code)} and {dotted(other.code)} exclude each other: “{note.text.splitlines()[0]}”. Keep one of them,"
        " or override when the two conditions are unrelated."
    )
    return Finding(
        RULE, WARN, text, bearer.key, tuple(sorted((bearer.code, other.code))),
        f"Excludes1 note at {dotted(note.at)}; guideline I.A.12.a", note.at, note.place,
    )  # fmt: skip
