"""Segments as tuples, and how text, dates and amounts are written into their elements.

The file uses `*` between elements, `:` inside a composite, `^` for repetition and `~` plus newline after each
segment, so these four characters never stand in an element.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal

Composite = tuple[str, ...]
Element = str | Composite
Segment = tuple[Element, ...]

ELEMENT, COMPONENT, REPETITION, TERMINATOR = "*", ":", "^", "~"

_WRITABLE = "A-Z0-9!\"&'()+,\\-./;?= %@\\[\\]_{}\\\\|<>#$"
_CLEAN = re.compile(f"[{_WRITABLE}]*")
_UNWRITABLE = re.compile(f"[^{_WRITABLE}]")
_SPACES = re.compile(r"\s+")
_SEPARATORS = str.maketrans("", "", ELEMENT + COMPONENT + REPETITION + TERMINATOR)
_LETTERS = str.maketrans(
    {
        "ß": "ss", "ẞ": "SS", "Æ": "AE", "æ": "ae", "Œ": "OE", "œ": "oe", "Ø": "O", "ø": "o",
        "Ł": "L", "ł": "l", "Đ": "D", "đ": "d", "Ð": "D", "ð": "d", "Þ": "Th", "þ": "th", "\u0131": "i",
        "`": "'", "\u2018": "'", "\u2019": "'", "\u02bc": "'", "\u00b4": "'",
        "\u201c": '"', "\u201d": '"', "\u2010": "-", "\u2011": "-", "\u2013": "-", "\u2014": "-",
        "\u2026": "...",
    }
)  # fmt: skip


def folded(text: str) -> str:
    """The text in upper case, accents folded, without separators and doubled spaces; odd signs stay."""
    plain = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    plain = "".join(ch for ch in plain if not unicodedata.combining(ch)).upper().translate(_SEPARATORS)
    return _SPACES.sub(" ", plain).strip()


def clean(text: str) -> str:
    """The text as it may stand in an element: the X12 extended character set, upper case, no separators."""
    if _CLEAN.fullmatch(text) and "  " not in text and text == text.strip():
        return text
    return _SPACES.sub(" ", _UNWRITABLE.sub("", folded(text))).strip()


def unwritable(text: str) -> str:
    """The characters that `clean` would have to drop, each once, in order; separators are not counted."""
    if _CLEAN.fullmatch(text):
        return ""
    return "".join(dict.fromkeys(_UNWRITABLE.findall(folded(text))))


def seg(*elements: Element) -> Segment:
    """A segment of cleaned elements, trailing empty ones cut off. The first element is the segment's name."""
    parts: list[Element] = [clean(e) if isinstance(e, str) else composite(*e) for e in elements]
    while parts and not parts[-1]:
        parts.pop()
    return tuple(parts)


def composite(*parts: str) -> Composite:
    """A composite of cleaned parts, trailing empty ones cut off; () when nothing is left."""
    cleaned = [clean(part) for part in parts]
    while cleaned and not cleaned[-1]:
        cleaned.pop()
    return tuple(cleaned)


def render(segments: Iterable[Segment]) -> bytes:
    """The segments as bytes, one a line. The same segments always give the same bytes."""
    return "".join(f"{_line(segment)}{TERMINATOR}\n" for segment in segments).encode("ascii")


def _line(segment: Segment) -> str:
    return ELEMENT.join(e if isinstance(e, str) else COMPONENT.join(e) for e in segment)


def d8(on: dt.date | None) -> str:
    """A date as CCYYMMDD; "" for None."""
    return f"{on.year:04d}{on.month:02d}{on.day:02d}" if on else ""


def rd8(from_on: dt.date | None, through_on: dt.date | None) -> str:
    """Two dates as CCYYMMDD-CCYYMMDD."""
    return f"{d8(from_on)}-{d8(through_on)}"


def hhmm(at: dt.time | None) -> str:
    """A time of day as HHMM; "" for None."""
    return f"{at.hour:02d}{at.minute:02d}" if at else ""


def number(amount: Decimal | None) -> str:
    """A decimal without exponent or needless zeros: 100, 100.5; "" for None."""
    if amount is None:
        return ""
    text = f"{amount:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in {"", "-0"} else text


def date_segment(qualifier: str, from_on: dt.date | None, through_on: dt.date | None = None) -> Segment:
    """A DTP segment: one day (D8), or a range (RD8) when `through_on` is another day."""
    if through_on and through_on != from_on:
        return seg("DTP", qualifier, "RD8", rd8(from_on, through_on))
    return seg("DTP", qualifier, "D8", d8(from_on))
