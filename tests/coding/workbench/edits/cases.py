"""Stays for the edits, without a database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from coding.workbench.coded import CodedStay
from coding.workbench.edits.engine import live_edits
from coding.workbench.edits.findings import Case, Entry, TabularNote, Writing
from coding.workbench.edits.references import is_under, references
from coding.workbench.rules import DiagnosisLine, Stay, is_external_cause

STAY = Stay("inpatient", date(2026, 3, 9), date(2026, 3, 14), "01", date(1958, 5, 2), "F")
VISIT = replace(STAY, encounter_class="emergency")
Note = tuple[str, str, str]


def note(at: str, kind: str, text: str, place: int = 0) -> TabularNote:
    return TabularNote(kind, at, text, references(text), place)


def case(
    *codes: str, notes: Iterable[Note] = (), titles: Mapping[str, str] | None = None, stay: Stay = STAY,
    writings: Sequence[Writing] = (), poa: str = "Y",
) -> Case:  # fmt: skip
    """The first code principal, the others secondary, V00-Y99 external causes; notes: (at, kind, text)."""
    lines: list[DiagnosisLine] = []
    for number, code in enumerate(codes, start=1):
        role = "external_cause" if is_external_cause(code) else "secondary" if lines else "principal"
        place = sum(line.role == role for line in lines) + 1
        lines.append(DiagnosisLine(number, role, place, code, poa if stay.inpatient else ""))
    if stay.inpatient:
        lines.append(DiagnosisLine(99, "admitting", 1, "R0602"))
    printed = [note(*each, place=place) for place, each in enumerate(notes)]
    entries = {
        code: Entry(code, title, "heading" if title.startswith("*") else "code", code[:-1] if len(code) > 3 else "")
        for code, title in (titles or {}).items()
    }
    held = {code: tuple(each for each in printed if is_under(code, each.at)) for code in codes}
    return Case(CodedStay(stay, tuple(lines)), entries, held, writings=tuple(writings))


def fired(of: Case) -> dict[str, str]:
    """Severity by rule."""
    return {found.rule: found.severity for found in live_edits(of)}
