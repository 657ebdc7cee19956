"""What the items of an abstract must satisfy, alone and against the codes. Pure.

Sources: UHDDS (birth weight of neonates, disposition); UB-04 FL 14, 15, 17 and value code 54 (newborn birth weight in grams);
ICD-10-CM categories P05, P07 and P08 (weight classes in the titles); ICD-10-PCS table 5A1, duration values 3, 4 and 5
(mechanical ventilation of less than 24, of 24 to 96, and of more than 96 consecutive hours).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

LEAST_GRAMS, MOST_GRAMS = 100, 9999
NEONATE_DAYS = 28
NEWBORN = "4"
NEWBORN_ORIGINS = frozenset({"5", "6"})
LOW_GRAMS = 2500
HOURS_A_DAY = 24


@dataclass(frozen=True)
class Moved:
    """Registration has changed an item after the coder corrected it. coder, before, now: values, "" for none."""

    name: str
    coder: str
    before: str
    now: str


@dataclass(frozen=True)
class AbstractFacts:
    """The items of an abstract that rules look at, the coder's value before registration's.

    ventilation_hours: whole hours of the longest uninterrupted period, begun hours counted. local: by key of the facility's field.
    """

    admission_type: str = ""
    point_of_origin: str = ""
    birth_weight_grams: int | None = None
    ventilation_hours: int | None = None
    local: Mapping[str, str] = field(default_factory=dict)
    moved: tuple[Moved, ...] = ()


@dataclass(frozen=True)
class Span:
    """A class of whole numbers; `most` None: no upper end."""

    least: int
    most: int | None

    def holds(self, number: int) -> bool:
        return self.least <= number and (self.most is None or number <= self.most)

    def words(self, unit: str) -> str:
        """ "1250 to 1499 g", "less than 500 g", "at least 97 hours"."""
        if self.most is None:
            return f"at least {self.least} {unit}"
        return f"{self.least} to {self.most} {unit}" if self.least else f"less than {self.most + 1} {unit}"


_STEPS = (Span(0, 499), Span(500, 749), Span(750, 999), Span(1000, 1249), Span(1250, 1499), Span(1500, 1749),
          Span(1750, 1999), Span(2000, 2499), Span(2500, None))  # fmt: skip
WEIGHT_CLASSES: dict[str, Span] = {
    **{f"P050{place}": span for place, span in zip("12345678", _STEPS, strict=False)}, "P0509": _STEPS[8],
    **{f"P051{place}": span for place, span in zip("12345678", _STEPS, strict=False)}, "P0519": _STEPS[8],
    "P0701": _STEPS[0], "P0702": _STEPS[1], "P0703": _STEPS[2],
    **{f"P071{place}": span for place, span in zip("45678", _STEPS[3:8], strict=True)},
}  # fmt: skip
# "Usually implies", say the titles: a hint, not a class.
USUAL_WEIGHTS = {"P080": Span(4500, None), "P081": Span(4000, 4499)}
LOW_WEIGHT_CODES = ("P05", "P070", "P071")
VENTILATION = {"5A1935": Span(0, 23), "5A1945": Span(24, 96), "5A1955": Span(97, None)}


def weight_fault(grams: int, *, age_days: int) -> str:
    """The sentence that refuses a birth weight, "" when it may stand. age_days: at admission."""
    if age_days > NEONATE_DAYS:
        return f"A birth weight belongs to newborns; this patient was {age_days} days old at admission."
    if not LEAST_GRAMS <= grams <= MOST_GRAMS:
        return f"Enter the birth weight in grams, {LEAST_GRAMS} to {MOST_GRAMS}."
    return ""


def hours_fault(hours: int, *, stay_days: int | None) -> str:
    """The sentence that refuses hours of ventilation, "" when they may stand.

    stay_days: midnights between admission and discharge, None while the patient is in the house.
    """
    if hours < 0:
        return "Enter whole hours, 0 or more."
    if stay_days is not None and hours > (stay_days + 1) * HOURS_A_DAY:
        return f"A stay over {stay_days + 1} calendar days has no room for {hours} hours of ventilation."
    return ""


def weight_class(code: str) -> Span | None:
    """The weights a diagnosis code stands for, None for a code that names none. code: undotted."""
    return WEIGHT_CLASSES.get(code)


def ventilation_class(code: str) -> Span | None:
    """The hours a procedure code stands for, None for what is no mechanical ventilation."""
    return VENTILATION.get(code[:6])


def ventilation_prefix(hours: int) -> str:
    """The beginning of the code for so many whole hours. Every number of hours has exactly one."""
    return next(prefix for prefix, span in VENTILATION.items() if span.holds(hours))
