"""How codes are written, checked and dated. Pure: the standard library only."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

CATEGORY_LENGTH = 3
ORDINALS = {4: "4th", 5: "5th", 6: "6th", 7: "7th"}
CM_LENGTH = 7
PCS_LENGTH = 7
FIRST_DAY = date(2015, 10, 1)
"""The first day of ICD-10 in the United States; what an undated source says is taken to hold from it."""
_CM = re.compile(r"[A-Z][0-9A][0-9A-Z][0-9A-Z]{0,4}\Z")
_PCS = re.compile(r"[0-9B-DF-HX][0-9A-HJ-NP-Z]{6}\Z")
_HCPCS = re.compile(r"[A-CE-V][0-9]{4}\Z")
_CODE_LIKE = re.compile(r"[A-Z][0-9][0-9A-Z]?[0-9A-Z]{0,4}\Z|[0-9B-DF-HX][0-9A-HJ-NP-Z]{2,6}\Z")
_NOT_IN_CODES = re.compile(r"[.\s]")


def undotted(text: str) -> str:
    """The code as it is stored: upper case, without dot and blanks. `" e11.9 "` gives `"E119"`."""
    return _NOT_IN_CODES.sub("", text).upper()


def dotted(code: str) -> str:
    """An ICD-10-CM code as it is printed: `"E119"` gives `"E11.9"`; blocks and chapters stay as they are."""
    if len(code) <= CATEGORY_LENGTH or "-" in code or "." in code:
        return code
    return f"{code[:CATEGORY_LENGTH]}.{code[CATEGORY_LENGTH:]}"


def is_cm_shaped(code: str) -> bool:
    """True when `code` (undotted) has the form of an ICD-10-CM code or category."""
    return _CM.match(code) is not None


def is_pcs_shaped(code: str) -> bool:
    """True when `code` has the form of a complete ICD-10-PCS code: seven characters, never I or O."""
    return _PCS.match(code) is not None


def is_hcpcs_shaped(code: str) -> bool:
    """True when `code` has the form of a HCPCS Level II code; D codes (CDT) are not HCPCS here."""
    return _HCPCS.match(code) is not None


def looks_like_code(text: str) -> bool:
    """True when a search text is more likely (the beginning of) a code than a word."""
    code = undotted(text)
    has_digit = any(ch.isdigit() for ch in code)
    return " " not in text.strip() and has_digit and _CODE_LIKE.match(code) is not None


def ancestors_by_prefix(code: str) -> list[str]:
    """The possible headings above an undotted code, longest first: E1140 gives E114, E11."""
    return [code[:length] for length in range(len(code) - 1, CATEGORY_LENGTH - 1, -1)]


def go_on(system: str, code: str) -> str:
    """What to do with an entry that cannot be reported: `"S72001"` gives "not billable: a 7th character is needed"."""
    if system not in {"icd10cm", "icd10pcs"} or "-" in code or len(code) < CATEGORY_LENGTH:
        return "not billable: open it for its codes"
    needed = min(len(code) + 1, CM_LENGTH)
    return f"not billable: a {ORDINALS[needed]} character is needed"


def with_seventh_character(code: str, character: str) -> str:
    """The code filled with X to six characters and completed: T360 and A give T360XXA.

    Raises ValueError when the code is longer than six characters.
    Source: ICD-10-CM Official Guidelines, section I.A.4 and I.A.5.
    """
    if not CATEGORY_LENGTH <= len(code) < CM_LENGTH or len(character) != 1:
        raise ValueError(f"{code} cannot take a 7th character")
    return f"{code.ljust(CM_LENGTH - 1, 'X')}{character}"


def fiscal_year(day: date) -> int:
    """The federal fiscal year that contains `day`: 2026-10-01 lies in 2027."""
    return day.year + (day.month >= 10)


@dataclass(frozen=True)
class Span:
    """Days from `start` to `end`, both inclusive; `end` None means no end is known."""

    start: date
    end: date | None = None

    def covers(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day <= self.end)


def merge_spans(spans: Iterable[Span]) -> list[Span]:
    """The same days as few spans as possible: overlapping and adjoining ones become one."""
    merged: list[Span] = []
    for span in sorted(spans, key=lambda each: each.start):
        last = merged[-1] if merged else None
        if last and (last.end is None or span.start <= last.end + timedelta(days=1)):
            open_end = last.end is None or span.end is None
            end = None if open_end else max(filter(None, (last.end, span.end)))
            merged[-1] = Span(last.start, end)
        else:
            merged.append(span)
    return merged


def subtract_spans(spans: Iterable[Span], taken: Iterable[Span]) -> list[Span]:
    """The days of `spans` that are in none of `taken`."""
    left = merge_spans(spans)
    for hole in taken:
        left = [piece for span in left for piece in _without(span, hole)]
    return left


def _without(span: Span, hole: Span) -> list[Span]:
    starts_after = hole.end is not None and hole.end < span.start
    if starts_after or (span.end is not None and hole.start > span.end):
        return [span]
    pieces = []
    if hole.start > span.start:
        pieces.append(Span(span.start, hole.start - timedelta(days=1)))
    if hole.end is not None and (span.end is None or hole.end < span.end):
        pieces.append(Span(hole.end + timedelta(days=1), span.end))
    return pieces
