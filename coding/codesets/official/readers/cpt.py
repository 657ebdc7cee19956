"""CPT from the site's licensed file: csv or tab text with a heading line. Pure. Nothing of CPT comes with HIMS."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from coding.codesets.enums import CodeKind, CodeSystem
from coding.codesets.official.parsed import CodeEntry, Parsed, Progress, fit, refuse
from coding.codesets.official.readers.text import cells_of, column, delimiter_of, heading, lines_of

_CPT = re.compile(r"[0-9]{4}[0-9AFMTU]\Z")
_HEADING_WITHIN = 12


class _Columns(NamedTuple):
    code: int
    text: int
    short: int | None
    width: int
    cut: str


def read(content: bytes, progress: Progress | None = None) -> Parsed:
    """Columns code and description, and a short description where there is one. Raises DomainError with the line."""
    codes: dict[str, CodeEntry] = {}
    columns: _Columns | None = None
    for number, line in lines_of(content, progress):
        if columns is None:
            columns = _columns(line)
            if columns is None and number > _HEADING_WITHIN:
                break
        elif line.strip():
            entry = _entry(cells_of(line, columns.cut), columns, number, len(codes))
            if entry.code in codes:
                raise refuse(number, f"{entry.code} stands in the file twice.")
            codes[entry.code] = entry
    if not codes:
        raise refuse(1, "no line names the columns code and description, or the file lists no CPT code.")
    return Parsed(read=len(codes), codes={CodeSystem.CPT.value: list(codes.values())})


def _entry(cells: Sequence[str], columns: _Columns, number: int, place: int) -> CodeEntry:
    if len(cells) != columns.width:
        raise refuse(
            number, f"{len(cells)} columns, the heading has {columns.width}. Put texts with separators in quotes."
        )
    code, text = cells[columns.code].upper(), fit(cells[columns.text], 2000, number, "the description")
    if not _CPT.match(code):
        raise refuse(number, f"{code[:20]!r} is no CPT code (four digits, then a digit, A, F, M, T or U).")
    if not text:
        raise refuse(number, f"{code} has no description.")
    short = cells[columns.short][:80] if columns.short is not None else ""
    return CodeEntry(code, CodeKind.CODE.value, short, text, place=place)


def _columns(line: str) -> _Columns | None:
    cut = delimiter_of(line)
    names = [heading(cell) for cell in cells_of(line, cut)]
    code = column(names, "code", "cptcode", "cpt")
    text = column(names, "description", "longdescription", "long", "fulldescription", "mediumdescription", "descriptor")
    if code is None or text is None:
        return None
    return _Columns(code, text, column(names, "shortdescription", "short"), len(names), cut)
