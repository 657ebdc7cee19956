"""Reads of the code sets. Code sets are no patient data: these reads need no permission and leave no trail."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Max, Min, Q

from coding.codesets.enums import CodeKind, CodeSystem, NoteKind
from coding.codesets.models import Code, CodeNote, CodeSetRelease, CodeSeverity, PoaExemption
from coding.codesets.rules import CM_LENGTH, Span, ancestors_by_prefix, dotted, undotted
from coding.codesets.validity import CodeSpan, Validity, judge

UNTITLED = "(title not in the installed release)"


@dataclass(frozen=True)
class InheritedNote:
    """A note that holds for a code, and the entry where it is printed."""

    kind: str
    mark: str
    text: str
    at: str
    at_title: str
    inherited: bool


@dataclass(frozen=True)
class PoaExemptStatus:
    """Whether a diagnosis needs no POA indicator on a day.

    known: False when no list covers the day. official: True when the list is the one the site loaded.
    """

    exempt: bool
    known: bool
    official: bool
    source: str


def code_on(system: str, code: str, on: date) -> Code | None:
    """The entry in force on a day (code or heading), or None. `code` with or without dot."""
    return Code.objects.on(on).filter(system=system, code=undotted(code)).first()


def newest(system: str, code: str) -> Code | None:
    """The latest entry of a code whatever the day, for pages that explain why it is not in force."""
    return Code.objects.filter(system=system, code=undotted(code)).order_by("-valid_from").first()


def codes_on(system: str, codes: Iterable[str], on: date) -> dict[str, Code]:
    """Entries in force on a day by undotted code; what is missing there is not in force. One query."""
    wanted = [undotted(code) for code in codes]
    return {row.code: row for row in Code.objects.on(on).filter(system=system, code__in=wanted)}


def validity(system: str, code: str, on: date) -> Validity:
    """Whether a code may be reported on a day, with a sentence for the coder."""
    return validities(system, [code], on)[undotted(code)]


def validities(system: str, codes: Iterable[str], on: date) -> dict[str, Validity]:
    """`validity` for many codes, by undotted code. Two queries."""
    wanted = {undotted(code): code for code in codes}
    covered = coverage(system)
    spans: dict[str, list[CodeSpan]] = {code: [] for code in wanted}
    for row in Code.objects.filter(system=system, code__in=wanted).order_by("valid_from"):
        spans[row.code].append(CodeSpan(row.kind, Span(row.valid_from, row.valid_to)))
    return {code: verdict(system, code, spans[code], on, covered) for code in wanted}


def verdict(system: str, code: str, spans: Sequence[CodeSpan], on: date, covered: Span | None) -> Validity:
    """The validity of an undotted code whose spans, and those of its set, are known."""
    name = _name(system)
    return judge(shown=shown(system, code), code=code, spans=spans, on=on, covered=covered, set_name=name)


def coverage(system: str) -> Span | None:
    """The days the loaded releases of a code set cover together; None when none is loaded."""
    releases = CodeSetRelease.objects.filter(system=system)
    edges = releases.aggregate(
        first=Min("effective_from"), last=Max("effective_to"), open=Min("pk", filter=Q(effective_to=None))
    )
    if edges["first"] is None:
        return None
    return Span(edges["first"], None if edges["open"] else edges["last"])


def release_on(system: str, on: date) -> CodeSetRelease | None:
    """The release in force on a day."""
    releases = CodeSetRelease.objects.filter(system=system, effective_from__lte=on)
    return releases.exclude(effective_to__lt=on).order_by("-effective_from").first()


def shown(system: str, code: str) -> str:
    """A code as printed: diagnoses with their dot."""
    return dotted(code) if system == CodeSystem.ICD10CM else code


def titles_for(system: str, codes: Iterable[str], *, on: date) -> dict[str, str]:
    """Titles by undotted code, never empty for a known code; unknown codes are missing. At most two queries."""
    rows = list(codes_on(system, codes, on).values())
    return {row.code: title for row, title in zip(rows, shown_titles(rows, on=on), strict=True)}


def shown_titles(rows: Sequence[Code], *, on: date) -> list[str]:
    """The title of each entry; where the installed packages have none, the nearest heading's with a remark."""
    above = {(row.system, code) for row in rows if not row.long_title for code in _above(row)}
    if not above:
        return [row.long_title for row in rows]
    systems, codes = {system for system, _ in above}, {code for _, code in above}
    found = Code.objects.filter(system__in=systems, code__in=codes).exclude(long_title="")
    titles = {(row.system, row.code): row.long_title for row in found}
    return [row.long_title or _borrowed(row, titles) for row in rows]


def _borrowed(row: Code, titles: dict[tuple[str, str], str]) -> str:
    nearest = next((titles[row.system, code] for code in _above(row) if (row.system, code) in titles), "")
    return f"{nearest} {UNTITLED}".strip()


def _above(row: Code) -> list[str]:
    """Codes of the entries above, nearest first."""
    shorter = ancestors_by_prefix(row.code) if row.kind in {CodeKind.CODE, CodeKind.HEADING} else []
    return [code for code in [*shorter, row.parent, row.block, row.chapter] if code and code != row.code]


def path_of(row: Code, *, on: date) -> list[Code]:
    """The entries above, from the chapter down. One query."""
    found = Code.objects.on(on).filter(system=row.system, code__in=_above(row))
    return list(found.order_by("position", "code"))


def children(system: str, code: str, on: date) -> list[Code]:
    """The entries directly below, in printed order; the chapters for an empty code."""
    return list(Code.objects.on(on).filter(system=system, parent=code).order_by("position", "code"))


def notes_for(row: Code, *, on: date) -> list[InheritedNote]:
    """All notes that hold for an entry: its own first, then those of category, block and chapter. Two queries.

    7th characters are those of the nearest entry that defines them. Source: ICD-10-CM, conventions of the tabular list.
    """
    order = [row.code, *_above(row)]
    titles = {each.code: each.long_title for each in [*path_of(row, on=on), row]}
    found = CodeNote.objects.on(on).filter(system=row.system, code__in=order)
    notes = sorted(found, key=lambda note: (order.index(note.code), note.position))
    seventh = next((note.code for note in notes if note.kind == NoteKind.SEVENTH_CHARACTER), None)
    return [
        InheritedNote(note.kind, note.mark, note.text, note.code, titles.get(note.code, ""), note.code != row.code)
        for note in notes
        if _holds(note, row, seventh)
    ]


def _holds(note: CodeNote, row: Code, seventh: str | None) -> bool:
    if note.kind in {NoteKind.INCLUSION_TERM, NoteKind.INDEX_TERM}:
        return note.code == row.code
    if note.kind in {NoteKind.SEVENTH_CHARACTER, NoteKind.SEVENTH_CHARACTER_NOTE}:
        return note.code == seventh or seventh is None
    return True


def severity_on(codes: Iterable[str], on: date) -> dict[str, str]:
    """ "CC" or "MCC" by undotted code for the diagnoses that are one on a day. One query."""
    wanted = [undotted(code) for code in codes]
    return dict(CodeSeverity.objects.on(on).filter(code__in=wanted).values_list("code", "level"))


def poa_exempt(code: str, on: date) -> PoaExemptStatus:
    """Whether a diagnosis is exempt from POA reporting on a day."""
    return poa_exemptions([code], on)[undotted(code)]


def poa_exemptions(codes: Iterable[str], on: date) -> dict[str, PoaExemptStatus]:
    """`poa_exempt` for many codes, by undotted code. Two queries, however long the list is.

    An official list loaded by the site replaces the default on every day it covers.
    Source: CMS, POA exempt list of the fiscal year of discharge.
    """
    wanted = [undotted(code) for code in codes]
    in_force = PoaExemption.objects.on(on)
    example = in_force.order_by("-official").first()
    if example is None:
        return {code: PoaExemptStatus(False, False, False, "") for code in wanted}
    beginnings = {code[:length] for code in wanted for length in range(1, len(code) + 1)}
    rows = list(in_force.filter(official=example.official, prefix__in=beginnings))
    return {code: exempt_status(code, rows, example) for code in wanted}


def exempt_status(code: str, rows: Sequence[PoaExemption], example: PoaExemption) -> PoaExemptStatus:
    """rows: of a day. example: any row of the list that holds on it; rows of the other list do not count."""
    match = next((row for row in rows if row.official == example.official and _exempts(row, code)), None)
    return PoaExemptStatus(match is not None, True, example.official, (match or example).source)


def _exempts(row: PoaExemption, code: str) -> bool:
    if not code.startswith(row.prefix):
        return False
    return not row.seventh_characters or (len(code) == CM_LENGTH and code[-1] in row.seventh_characters)


def choices(system: str, on: date) -> list[tuple[str, str]]:
    """A small code set as (code, label) pairs for a form field."""
    return list(Code.objects.on(on).filter(system=system, kind=CodeKind.CODE).values_list("code", "long_title"))


def _name(system: str) -> str:
    label = CodeSystem(system).label
    return label.partition(" ")[0] if label.startswith("ICD-10") else label
