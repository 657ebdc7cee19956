"""The order files of ICD-10-CM and ICD-10-PCS: fixed columns, one code or heading a line. Pure.

Columns (CMS, read-me of the order files): 1-5 order number, 7-13 code, 15 whether it can be reported (1) or is a
heading (0), 17-76 short title, from 78 the long title.
"""

from __future__ import annotations

from coding.codesets.enums import CodeKind, CodeSystem
from coding.codesets.official.parsed import CodeEntry, Parsed, Progress, fit, refuse
from coding.codesets.official.readers.text import lines_of
from coding.codesets.rules import CATEGORY_LENGTH, PCS_LENGTH, is_cm_shaped, is_pcs_shaped

_TITLE_FROM = 77
_LAYOUT = (
    "expected are an order number (columns 1-5), a code (7-13), 0 or 1 (15) and titles (17 and 78). "
    "Use the order file of the official archive, unchanged."
)
_PCS_TABLE = 3


def read_cm(content: bytes, progress: Progress | None = None) -> Parsed:
    """An ICD-10-CM order file."""
    return _read(content, CodeSystem.ICD10CM, progress)


def read_pcs(content: bytes, progress: Progress | None = None) -> Parsed:
    """An ICD-10-PCS order file."""
    return _read(content, CodeSystem.ICD10PCS, progress)


def _read(content: bytes, system: CodeSystem, progress: Progress | None) -> Parsed:
    entries: dict[str, CodeEntry] = {}
    number_before = 0
    for number, line in lines_of(content, progress):
        if not line.strip():
            continue
        entry = _entry(line, number, system, entries)
        if entry.place != number_before + 1:
            raise refuse(
                number,
                f"order number {entry.place:05} follows {number_before:05}: lines are missing or from another release. "
                "Download the file again.",
            )
        number_before = entry.place
        entries[entry.code] = entry
    if not any(entry.kind == CodeKind.CODE for entry in entries.values()):
        raise refuse(1, "the file lists no code that can be reported. Is this the order file?")
    return Parsed(read=len(entries), codes={system.value: list(entries.values())})


def _entry(line: str, number: int, system: CodeSystem, known: dict[str, CodeEntry]) -> CodeEntry:
    place, code, flag = line[:5], line[6:13].rstrip(), line[14:15]
    gaps = line[5:6] + line[13:14] + line[15:16]
    if not place.isascii() or not place.isdigit() or gaps.strip() or flag not in ("0", "1"):
        raise refuse(number, f"this is no line of an order file: {_LAYOUT}")
    long = line[_TITLE_FROM:].strip()
    if not long:
        raise refuse(number, f"{code} has no long title; the line is cut off. Download the file again.")
    if code in known:
        raise refuse(number, f"{code} stands in the file twice, first as order number {known[code].place:05}.")
    kind = CodeKind.CODE if flag == "1" else CodeKind.HEADING
    _check_code(code, number, system, kind, known)
    short = fit(line[16:76].strip(), 80, number, "the short title")
    parent, chapter = _above(code, system, known)
    return CodeEntry(code, kind.value, short, fit(long, 400, number, "the long title"), parent, "", chapter, int(place))


def _check_code(code: str, number: int, system: CodeSystem, kind: CodeKind, known: dict[str, CodeEntry]) -> None:
    if system == CodeSystem.ICD10CM:
        if not is_cm_shaped(code):
            raise refuse(number, f"{code!r} is no ICD-10-CM code. Is this the order file of another code set?")
        if len(code) > CATEGORY_LENGTH and code[:CATEGORY_LENGTH] not in known:
            raise refuse(
                number, f"{code} comes without its category {code[:CATEGORY_LENGTH]} before it: lines are missing."
            )
        return
    whole = kind == CodeKind.CODE
    if len(code) != (PCS_LENGTH if whole else _PCS_TABLE) or not is_pcs_shaped(code.ljust(PCS_LENGTH, "0")):
        raise refuse(number, f"{code!r} is no ICD-10-PCS code or table. Is this the order file of another code set?")
    if whole and code[:_PCS_TABLE] not in known:
        raise refuse(number, f"{code} comes without its table {code[:_PCS_TABLE]} before it: lines are missing.")


def _above(code: str, system: CodeSystem, known: dict[str, CodeEntry]) -> tuple[str, str]:
    """Parent and chapter as far as the characters tell: PCS sections; CM headings already read."""
    if system == CodeSystem.ICD10PCS:
        return (code[:_PCS_TABLE] if len(code) == PCS_LENGTH else code[:2]), code[0]
    above = (code[:length] for length in range(len(code) - 1, CATEGORY_LENGTH - 1, -1))
    return next((each for each in above if each in known), ""), ""
