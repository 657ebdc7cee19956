"""Code first, use additional code, code also: the code that should stand with another, and on which side of it. Pure.

Sources: ICD-10-CM Official Guidelines, sections I.A.13 (etiology before manifestation), I.A.17 (code also gives no order) and I.B.7
(use additional code); the notes of the tabular list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from coding.codesets.rules import dotted
from coding.workbench.edits.findings import INFORM, WARN, Case, Finding, TabularNote
from coding.workbench.edits.references import named
from coding.workbench.rules import DiagnosisLine

CODE_FIRST, USE_ADDITIONAL, CODE_ALSO = "code_first", "use_additional", "code_also"
VERBS = {CODE_FIRST: "Code first", USE_ADDITIONAL: "Use an additional code", CODE_ALSO: "Code also"}
SOURCES = {CODE_FIRST: "I.A.13", USE_ADDITIONAL: "I.B.7", CODE_ALSO: "I.A.17"}
_CONDITIONAL = re.compile(r"\bif\b|\bany\b|\bwhen\b|\bwhere\b|\bpossible\b", re.IGNORECASE)
_OPEN_LIST = re.compile(r"such as|e\.g\.", re.IGNORECASE)
_PART_OF_THE_CODE = re.compile(r"\b(?:stage|type|severity)\b", re.IGNORECASE)
_MANIFESTATION = re.compile(r"in (?:other )?(?:\w+ ){0,3}classified elsewhere", re.IGNORECASE)
_SHOWN_WORDS = 140


def is_manifestation(title: str) -> bool:
    """Whether a title tells that the code never stands first. Source: guideline I.A.13."""
    return _MANIFESTATION.search(title) is not None


def partners(case: Case) -> Iterator[Finding]:
    """What the notes of the coded codes ask for and do not find; hints of one note stand once, at its first code."""
    lines = case.reported
    for kind in VERBS:
        hinted: dict[tuple[str, int], list[DiagnosisLine]] = {}
        notes: dict[tuple[str, int], TabularNote] = {}
        for place, line in enumerate(lines):
            for note in case.notes_of(line.code, kind):
                finding = _judge(case, note, lines, place)
                if finding is None or finding.severity != INFORM:
                    yield from filter(None, [finding])
                    continue
                notes[note.at, note.place] = note
                hinted.setdefault((note.at, note.place), []).append(line)
        for where, together in hinted.items():
            yield _finding(kind, INFORM, _asks(notes[where]), notes[where], together)


def _judge(case: Case, note: TabularNote, lines: list[DiagnosisLine], place: int) -> Finding | None:
    if note.kind == CODE_FIRST:
        return _first(case, note, lines, place)
    if not note.references or any(named(note.references, other.code) for other in lines[:place] + lines[place + 1 :]):
        return _before_its_code(note, lines, place) if note.kind == USE_ADDITIONAL else None
    owed = note.kind == USE_ADDITIONAL and _PART_OF_THE_CODE.search(note.text) and not _CONDITIONAL.search(note.text)
    return _finding(note.kind, WARN if owed else INFORM, f"{_asks(note)} It is missing.", note, [lines[place]])


def _first(case: Case, note: TabularNote, lines: list[DiagnosisLine], place: int) -> Finding | None:
    """The etiology must be there, and in front."""
    line = lines[place]
    before, after = lines[:place], lines[place + 1 :]
    if note.references and any(named(note.references, other.code) for other in before):
        return None
    if late := next((other for other in after if named(note.references, other.code)), None):
        text = f"{dotted(late.code)} goes before {dotted(line.code)}."
        return _finding(CODE_FIRST, WARN, text, note, [line, late])
    conditional = bool(_CONDITIONAL.search(note.text))
    if not conditional and place == 0:
        return _finding(CODE_FIRST, WARN, f"{_asks(note)} {dotted(line.code)} cannot stand first.", note, [line])
    if not note.references:
        return None
    is_open = conditional or (_OPEN_LIST.search(note.text) and not _alone(case, lines, place))
    return _finding(CODE_FIRST, INFORM if is_open else WARN, f"{_asks(note)} None stands before it.", note, [line])


def _alone(case: Case, lines: list[DiagnosisLine], place: int) -> bool:
    """A manifestation with nothing but manifestations before it."""
    return is_manifestation(case.title(lines[place].code)) and all(
        is_manifestation(case.title(other.code)) for other in lines[:place]
    )


def _before_its_code(note: TabularNote, lines: list[DiagnosisLine], place: int) -> Finding | None:
    """A stage or type as principal diagnosis before the code it details."""
    if place == 0 or not _PART_OF_THE_CODE.search(note.text) or not named(note.references, lines[0].code):
        return None
    text = f"{dotted(lines[place].code)} goes before {dotted(lines[0].code)}, which only details it."
    return _finding(USE_ADDITIONAL, WARN, text, note, [lines[place], lines[0]])


def _asks(note: TabularNote) -> str:
    words = re.sub(r"^code(?:\(s\))?[\s,]+", "", " ".join(note.text.split()).rstrip("."))
    shown = words if len(words) <= _SHOWN_WORDS else f"{words[:_SHOWN_WORDS].rsplit(' ', 1)[0]} …"
    return f"{VERBS[note.kind]}: {shown}."


def _finding(rule: str, severity: str, text: str, note: TabularNote, lines: list[DiagnosisLine]) -> Finding:
    codes = tuple(sorted(line.code for line in lines))
    kind = VERBS[note.kind].replace("an ", "").lower()
    source = f"“{kind}” note at {dotted(note.at)}; guideline {SOURCES[note.kind]}"
    return Finding(rule, severity, text, lines[0].key, codes, source, note.at, note.place)
