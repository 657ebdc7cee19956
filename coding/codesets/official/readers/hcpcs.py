"""HCPCS Level II: the record file (320 characters a line), or Addendum B of the OPPS as csv or tab text. Pure.

Record file, columns 1-based (CMS, HCPCS record layout): 1-5 code (modifiers: 4-5), 6-10 sequence, 11 record (3 code,
4 its continuation, 7 modifier, 8 its continuation), 12-91 long text, 92-119 short text, 269-276 day added, 277-284 day the
last action took effect, 285-292 last day. D codes (CDT) and CPT numbers belong to others and are left out.
"""

from __future__ import annotations

import re
from datetime import date

from coding.codesets.enums import CodeKind, CodeSystem
from coding.codesets.official.parsed import CodeEntry, Parsed, Progress, fit, refuse
from coding.codesets.official.readers.text import cells_of, column, delimiter_of, heading, lines_of
from coding.codesets.rules import is_hcpcs_shaped

_RECORD = re.compile(r"[A-Z0-9 ]{5}[0-9]{5}[3478]")
_CODE, _CODE_MORE, _MODIFIER, _MODIFIER_MORE = "3", "4", "7", "8"
_CDT, _CPT = re.compile(r"D[0-9]{4}\Z"), re.compile(r"[0-9]{4}[0-9A-Z]\Z")
_MODIFIER_SHAPE = re.compile(r"[A-Z0-9]{2}\Z")
_DIRT = "\u00a0\ufffd\ufeff \t"
_SHORTEST_RECORD = 92
_HEADING_WITHIN = 12
DROPPED_CDT, DROPPED_CPT = "D codes (CDT)", "CPT numbers"
Codes = dict[str, CodeEntry]


def read(content: bytes, progress: Progress | None = None) -> Parsed:
    """Either form, told apart by the first line."""
    first = next((line for _, line in lines_of(content) if line.strip()), "")
    return _records(content, progress) if _RECORD.match(first) else _addendum(content, progress)


def _records(content: bytes, progress: Progress | None) -> Parsed:
    parsed = Parsed()
    codes: Codes = {}
    modifiers: Codes = {}
    current: tuple[Codes, str] | None = None
    for number, line in lines_of(content, progress):
        if not line.strip():
            continue
        if not _RECORD.match(line) or len(line) < _SHORTEST_RECORD:
            raise refuse(
                number, "this is no HCPCS record (320 characters, record type in column 11). Was the line cut?"
            )
        parsed.read += 1
        kind, code = line[10], line[:5].strip()
        if kind in (_CODE_MORE, _MODIFIER_MORE):
            _continue(line, number, code, current)
            continue
        kept = _kept(code, parsed) if kind == _CODE else code
        current = (codes if kind == _CODE else modifiers, kept) if kept else ({}, code)
        if not kept:
            current[0][code] = _record(line, number, code, 0)
            continue
        _check(code, kind, number, current[0])
        current[0][code] = _record(line, number, code, len(current[0]))
    if not codes:
        raise refuse(1, "the file lists no HCPCS code. Is this the record file?")
    parsed.codes = {CodeSystem.HCPCS.value: list(codes.values())}
    if modifiers:
        parsed.codes[CodeSystem.HCPCS_MODIFIER.value] = list(modifiers.values())
    return parsed


def _check(code: str, kind: str, number: int, known: Codes) -> None:
    shaped = is_hcpcs_shaped(code) if kind == _CODE else _MODIFIER_SHAPE.match(code) is not None
    if not shaped:
        raise refuse(number, f"{code!r} is no HCPCS {'code' if kind == _CODE else 'modifier'}.")
    if code in known:
        raise refuse(number, f"{code} stands in the file twice, first as {known[code].long!r}.")


def _record(line: str, number: int, code: str, place: int) -> CodeEntry:
    long = " ".join(line[11:91].split())
    if not long:
        raise refuse(number, f"{code} has no text.")
    last = _day(line[284:292], number, code)
    first = _day(line[268:276], number, code)
    return CodeEntry(
        code, CodeKind.CODE.value, " ".join(line[91:119].split()), long, place=place, first=first, last=last
    )


def _continue(line: str, number: int, code: str, current: tuple[Codes, str] | None) -> None:
    if current is None or current[1] != code:
        raise refuse(
            number, f"a continuation of {code!r} does not follow its record: lines are missing or out of order."
        )
    entry = current[0][code]
    current[0][code] = entry._replace(
        long=fit(f"{entry.long} {' '.join(line[11:91].split())}".strip(), 2000, number, "text")
    )


def _day(text: str, number: int, code: str) -> date | None:
    digits = text.strip()
    if not digits:
        return None
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        raise refuse(
            number, f"{code} has the day {text!r}, expected is YYYYMMDD. Is this the record layout of HCPCS?"
        ) from None


def _addendum(content: bytes, progress: Progress | None) -> Parsed:
    parsed, codes = Parsed(), Codes()
    places: tuple[int, int, int | None, int] | None = None
    cut = ","
    for number, line in lines_of(content, progress):
        if places is None:
            cut = delimiter_of(line)
            places = _columns(cells_of(line, cut))
            if places is None and number > _HEADING_WITHIN:
                raise refuse(number, "no line names the columns HCPCS Code and Short Descriptor. Is this Addendum B?")
            continue
        if line.strip(" ,;\t|"):
            _addendum_line(line, number, cut, places, parsed, codes)
    if not codes:
        raise refuse(1, "no line names the columns HCPCS Code and Short Descriptor, or the file lists no HCPCS code.")
    parsed.codes = {CodeSystem.HCPCS.value: list(codes.values())}
    return parsed


def _columns(cells: list[str]) -> tuple[int, int, int | None, int] | None:
    names = [heading(cell) for cell in cells]
    code = column(names, "hcpcscode", "hcpcs", "hcpcscodes")
    text = column(names, "shortdescriptor", "shortdescription", "descriptor", "description")
    return None if code is None or text is None else (code, text, column(names, "source"), len(cells))


def _addendum_line(
    line: str, number: int, cut: str, places: tuple[int, int, int | None, int], parsed: Parsed, codes: Codes
) -> None:
    cells, (at_code, at_text, at_source, width) = cells_of(line, cut), places
    if len(cells) != width:
        raise refuse(
            number, f"{len(cells)} columns, the heading has {width}. Was the line cut, or a comma left unquoted?"
        )
    parsed.read += 1
    code, text = cells[at_code].strip(_DIRT), cells[at_text].strip(_DIRT)
    if not _kept(code, parsed):
        return
    _check(code, _CODE, number, codes)
    if not text:
        raise refuse(number, f"{code} has no descriptor.")
    _same_quarter(cells[at_source] if at_source is not None else "", number, parsed)
    short = fit(text, 80, number, "the short descriptor")
    codes[code] = CodeEntry(code, CodeKind.CODE.value, short, "", place=len(codes), fallback=short)


def _same_quarter(source: str, number: int, parsed: Parsed) -> None:
    if not source:
        return
    if not re.fullmatch(r"20[0-9]{2}-(0[1-9]|1[0-2])", source):
        raise refuse(number, f"the source is {source[:20]!r}, expected is a month such as 2026-04.")
    month = (int(source[:4]), int(source[5:]))
    if parsed.month not in (None, month):
        raise refuse(number, f"the line is of {source}, the lines before of {parsed.edition}: two releases are mixed.")
    parsed.month, parsed.edition = month, source


def _kept(code: str, parsed: Parsed) -> str:
    """The code, or "" when it is left out: CDT and CPT."""
    if _CDT.match(code):
        parsed.dropped[DROPPED_CDT] += 1
        return ""
    if _CPT.match(code):
        parsed.dropped[DROPPED_CPT] += 1
        return ""
    return code
