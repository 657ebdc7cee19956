"""Reading values out of FHIR resources, whatever shape they really have. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from hims.lib.text import squeeze

Json = dict[str, Any]
EARLIEST_YEAR, LATEST_YEAR = 1800, 2200
LONGEST_CODE, LONGEST_SYSTEM, LONGEST_DISPLAY = 40, 120, 300
SMALLEST_STEP = Decimal("0.00001")
LARGEST_NUMBER = Decimal(10) ** 11


class Malformed(ValueError):
    """A resource that cannot be kept; the message is a sentence without patient data."""


@dataclass(frozen=True)
class Setting:
    """Where the resources are brought to.

    zone: the facility's time zone, for dates without a time of day. facility_marks: folded code and name of the facility, by
    which a medical record number of its own is recognised. today: facility-local.
    """

    zone: ZoneInfo
    facility_marks: frozenset[str]
    today: date


@dataclass(frozen=True)
class Coded:
    """A concept as the source coded it: system, code, and words to show."""

    system: str = ""
    code: str = ""
    display: str = ""

    @property
    def columns(self) -> dict[str, str]:
        """As the chart keeps it."""
        return {"system": self.system, "code": self.code, "display": self.display}


def obj(value: Any) -> Json:
    """The object, or an empty one."""
    return value if isinstance(value, dict) else {}


def objs(value: Any) -> list[Json]:
    """The objects of a list; a single object counts as a list of one."""
    if isinstance(value, list):
        return [item for item in value if isinstance(item, dict)]
    return [value] if isinstance(value, dict) else []


def first(value: Any) -> Json:
    """The first object of a list, or an empty one."""
    found = objs(value)
    return found[0] if found else {}


def line(value: Any, limit: int = 0) -> str:
    """One line of text without control characters, cut to `limit` characters when given; "" for anything but text."""
    if not isinstance(value, str):
        return ""
    plain = value.isascii() and value.isprintable() and "  " not in value
    clean = value.strip() if plain else squeeze(value)
    return clean[:limit].rstrip() if limit else clean


def lines(value: Any) -> list[str]:
    """The texts of a list that hold something."""
    found = value if isinstance(value, list) else [value]
    return [text for text in map(line, found) if text]


def coded(concept: Any, fallback: str = "") -> Coded:
    """The first coding of a concept, shown by the concept's own text. Raises Malformed when a code does not fit."""
    concept = obj(concept)
    codings = objs(concept.get("coding"))
    coding = next((each for each in codings if each.get("code")), codings[0] if codings else {})
    system, code = line(coding.get("system")), line(coding.get("code"))
    if len(code) > LONGEST_CODE or len(system) > LONGEST_SYSTEM:
        raise Malformed(f"a code is longer than {LONGEST_CODE} characters, or its system than {LONGEST_SYSTEM}")
    display = line(concept.get("text")) or line(coding.get("display")) or code or fallback
    return Coded(system, code, display[:LONGEST_DISPLAY].rstrip())


def code_in(concept: Any, *systems: str) -> str:
    """The code of a concept in the first system whose URI contains one of `systems`; "" when there is none."""
    for coding in objs(obj(concept).get("coding")):
        if any(part in line(coding.get("system")).lower() for part in systems):
            return line(coding.get("code"))
    return ""


def status_code(value: Any) -> str:
    """A status given as a code or as a concept, at most 30 characters."""
    if isinstance(value, str):
        return line(value, 30)
    return line(first(obj(value).get("coding")).get("code") or obj(value).get("text"), 30)


def day(value: Any, name: str) -> tuple[date | None, bool]:
    """A FHIR date, and whether it was partial: "2019" and "2019-05" become their first day.

    Raises Malformed for what is no date, or outside the years 1800 to 2200.
    """
    text = line(value)
    if not text:
        return None, False
    whole = f"{text}-01-01" if len(text) == 4 else f"{text}-01" if len(text) == 7 else text[:10]
    try:
        found = date.fromisoformat(whole)
    except ValueError:
        raise Malformed(f"{name}: not a date") from None
    _check_year(found.year, name)
    return found, len(text) < 10


def moment(value: Any, name: str, zone: ZoneInfo) -> datetime | None:
    """A FHIR dateTime or instant, aware; without a time of day it is midnight in `zone`. A leap second counts as :59.

    Raises Malformed for what is no moment, or outside the years 1800 to 2200.
    """
    text = line(value)
    if not text:
        return None
    if len(text) <= 10:
        start, _ = day(text, name)
        return datetime(start.year, start.month, start.day, tzinfo=zone) if start else None
    try:
        found = datetime.fromisoformat(text.replace(":60", ":59") if text[16:19] == ":60" else text)
    except ValueError:
        raise Malformed(f"{name}: not a date and time") from None
    _check_year(found.year, name)
    return found if found.tzinfo else found.replace(tzinfo=zone)


def _check_year(year: int, name: str) -> None:
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        raise Malformed(f"{name}: the year {year:04d} lies outside {EARLIEST_YEAR} to {LATEST_YEAR}")


def period(value: Any, name: str, zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
    """Start and end. Raises Malformed when the end lies before the start."""
    found = obj(value)
    start, end = moment(found.get("start"), f"{name}.start", zone), moment(found.get("end"), f"{name}.end", zone)
    if start and end and end < start:
        raise Malformed(f"{name}: the end lies before the start")
    return start, end


def choice(resource: Json, stem: str, zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
    """Start and end of a `stem`DateTime, `stem`Period or `stem`Instant; a single moment has no end."""
    for suffix in ("DateTime", "Instant", "Date"):
        found = moment(resource.get(stem + suffix), stem + suffix, zone)
        if found:
            return found, None
    return period(resource.get(f"{stem}Period"), f"{stem}Period", zone)


def number(value: Any) -> Decimal | None:
    """A number with at most five decimals, None when it is none or too large for the chart's column (11 digits)."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = Decimal(str(value))
        if not found.is_finite() or abs(found) >= LARGEST_NUMBER:
            return None
        return found.quantize(SMALLEST_STEP)
    except InvalidOperation:
        return None


def plain_number(value: Any) -> str:
    """The number as people write it: no trailing zeros, no exponent; "" when it is none."""
    found = number(value)
    if found is None:
        return line(str(value), 60) if isinstance(value, int | float) and not isinstance(value, bool) else ""
    text = f"{found:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
