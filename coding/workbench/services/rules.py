"""What a service line must satisfy. Pure.

Refused is what can never be right; what a coder may have a reason for is a live edit (coding/workbench/edits/service_lines.py).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from coding.codesets.rules import is_hcpcs_shaped

MOST_MODIFIERS = 4
MOST_POINTERS = 4
MOST_UNITS = 9_999
NDC_DIGITS = 11
HCPCS, CPT = "hcpcs", "cpt"
_CPT = re.compile(r"[0-9]{4}[0-9AFTMU]\Z")
_MODIFIER = re.compile(r"[A-Z0-9]{2}\Z")
_REVENUE = re.compile(r"[0-9]{4}\Z")
_NDC_PARTS = re.compile(r"([0-9]{4,5})-([0-9]{3,4})-([0-9]{1,2})\Z")
_VISIT = re.compile(r"99[2-4][0-9]{2}\Z|920(?:02|04|12|14)\Z|G0(?:402|438|439|463)\Z")
_ANESTHESIA = re.compile(r"0(?:0[1-9]|1[0-9])[0-9]{2}\Z")

# Pairs on one line that contradict each other, and why. Sources: CMS Claims Processing Manual, chapter 12, sections 20.2 and 40.7;
# chapter 23, section 20.9.1.1 (X{EPSU} are subsets of 59).
CONTRADICTIONS = (
    ("26", "TC", "the professional and the technical part together are the whole service: leave both off"),
    ("50", "LT", "50 says both sides already"), ("50", "RT", "50 says both sides already"),
    ("LT", "RT", "both sides on one line: use 50, or two lines"),
    ("59", "XE", "the X modifier is the more exact 59"), ("59", "XP", "the X modifier is the more exact 59"),
    ("59", "XS", "the X modifier is the more exact 59"), ("59", "XU", "the X modifier is the more exact 59"),
    ("JW", "JZ", "either something was discarded or nothing was"), ("52", "53", "reduced or discontinued, not both"),
    ("73", "74", "before or after anesthesia, not both"),
)  # fmt: skip
# First day of modifiers that are younger than ICD-10-CM. Sources: CPT appendix A and HCPCS releases of these dates.
FIRST_DAYS = {
    "95": date(2017, 1, 1), "93": date(2022, 1, 1), "FQ": date(2022, 1, 1), "FR": date(2022, 1, 1), "FS": date(2022, 1, 1),
    "JZ": date(2023, 1, 1),
}  # fmt: skip
VISIT_ONLY = frozenset({"24", "25", "57"})
NEVER_VISIT = frozenset({"26", "TC", "50", "LT", "RT"})
ANESTHESIA_ONLY = frozenset({"AA", "AD", "QK", "QX", "QY", "QZ", "P1", "P2", "P3", "P4", "P5", "P6"})


@dataclass(frozen=True)
class ServiceLine:
    """One service. pointers: ids of coded diagnoses, the most important first; provider_id: whoever did it."""

    id: int
    sequence: int
    code: str
    serviced_on: date
    units: int = 1
    modifiers: tuple[str, ...] = ()
    pointers: tuple[int, ...] = ()
    revenue_code: str = ""
    ndc: str = ""

    @property
    def key(self) -> str:
        """Names the line on the page and in edits."""
        return f"s{self.id}"

    @property
    def system(self) -> str:
        """hcpcs or cpt."""
        return system_of(self.code)


def system_of(code: str) -> str:
    """hcpcs, cpt, or "" for what is neither."""
    if is_hcpcs_shaped(code):
        return HCPCS
    return CPT if _CPT.match(code) else ""


def code_fault(code: str, *, inpatient: bool) -> str:
    """The sentence that refuses a code as a service. Source: 45 CFR 162.1002 (CPT and HCPCS for outpatient services)."""
    if inpatient:
        return "Service lines are for outpatient encounters. Code inpatient procedures in ICD-10-PCS."
    if not system_of(code):
        return (
            f"{code or 'Nothing'} is neither a HCPCS code (a letter and four digits) nor a CPT code (five characters)."
        )
    return ""


def date_fault(serviced_on: date, first: date, last: date | None) -> str:
    """The sentence that refuses a service date outside the encounter."""
    if serviced_on < first or (last is not None and serviced_on > last):
        until = f" to {last:%m/%d/%Y}" if last and last != first else ""
        return f"{serviced_on:%m/%d/%Y} is outside this encounter ({first:%m/%d/%Y}{until})."
    return ""


def modifiers_of(text: str) -> tuple[str, ...]:
    """Modifiers as typed, in order, upper case: "25, lt" gives 25 and LT."""
    return tuple(part.upper() for part in re.split(r"[\s,;/-]+", text.strip()) if part)


def modifiers_fault(code: str, modifiers: Sequence[str], serviced_on: date, units: int = 1) -> str:
    """The sentence that refuses modifiers on a code on a day, "" when they may stand."""
    if len(modifiers) > MOST_MODIFIERS:
        return f"A service line takes at most {MOST_MODIFIERS} modifiers."
    for modifier in modifiers:
        if not _MODIFIER.match(modifier):
            return f"{modifier} is not a modifier (two characters)."
        if fault := _modifier_fault(code, modifier, serviced_on):
            return fault
    if len(set(modifiers)) < len(modifiers):
        return "A modifier stands twice."
    if "50" in modifiers and units != 1:
        return "Modifier 50 says both sides: report it with one unit."
    clash = next((pair for pair in CONTRADICTIONS if pair[0] in modifiers and pair[1] in modifiers), None)
    return f"Modifiers {clash[0]} and {clash[1]} contradict each other: {clash[2]}." if clash else ""


def _modifier_fault(code: str, modifier: str, serviced_on: date) -> str:
    first = FIRST_DAYS.get(modifier)
    if first and serviced_on < first:
        return f"Modifier {modifier} is not valid before {first:%m/%d/%Y}."
    visit = _VISIT.match(code) is not None
    if modifier in VISIT_ONLY and not visit:
        return f"Modifier {modifier} belongs to visits (evaluation and management); {code} is none."
    if modifier in NEVER_VISIT and visit:
        return f"Modifier {modifier} does not belong to a visit (evaluation and management)."
    if modifier in ANESTHESIA_ONLY and not _ANESTHESIA.match(code):
        return f"Modifier {modifier} belongs to anesthesia (00100 to 01999); {code} is none."
    return ""


def units_fault(units: int) -> str:
    """The sentence that refuses a number of units."""
    return "" if 1 <= units <= MOST_UNITS else f"Units are a whole number from 1 to {MOST_UNITS}."


def revenue_fault(revenue_code: str) -> str:
    """The sentence that refuses a revenue code by its form. Source: UB-04 FL 42."""
    return (
        ""
        if not revenue_code or _REVENUE.match(revenue_code)
        else f"{revenue_code} is not a revenue code (four digits)."
    )


def ndc_of(text: str) -> str:
    """A National Drug Code as eleven digits, "" for none; 4-4-2, 5-3-2 and 5-4-1 get their missing zero.

    Raises ValueError with the sentence. Source: 837 loop 2410 LIN03, format N4.
    """
    plain = text.strip().upper().removeprefix("N4")
    if not plain:
        return ""
    if parts := _NDC_PARTS.match(plain):
        return f"{parts[1]:0>5}{parts[2]:0>4}{parts[3]:0>2}"
    if plain.isascii() and plain.isdigit() and len(plain) == NDC_DIGITS:
        return plain
    raise ValueError(f"{plain[:20]} is not an NDC: eleven digits, or three parts with hyphens.")


def pointers_of(text: str, listed: Sequence[int]) -> tuple[int, ...]:
    """Diagnosis ids from what was typed: numbers of the page or letters of the claim form ("1,3" or "AC").

    listed: ids of the reported diagnoses in coded order. Raises ValueError with the sentence. Source: CMS-1500 item 24E.
    """
    words = [part for part in re.split(r"[\s,;]+", text.strip().upper()) if part]
    places = [place for word in words for place in _places(word)]
    unknown = next((place for place in places if not 1 <= place <= len(listed)), None)
    if unknown is not None:
        return _refuse(f"There is no diagnosis {unknown}; the list has {len(listed)}.")
    if len(set(places)) < len(places):
        return _refuse("A diagnosis is named twice.")
    if len(places) > MOST_POINTERS:
        return _refuse(f"A service line points to at most {MOST_POINTERS} diagnoses.")
    return tuple(listed[place - 1] for place in places)


def _places(word: str) -> list[int]:
    if word.isascii() and word.isdigit() and len(word) <= 3:
        return [int(word)]
    if word.isascii() and word.isalpha():
        return [ord(letter) - ord("A") + 1 for letter in word]
    raise ValueError(f"{word[:10]} names no diagnosis: write numbers (1,3) or letters (A C).")


def _refuse(sentence: str) -> tuple[int, ...]:
    raise ValueError(sentence)


def pointer_words(pointers: Sequence[int], listed: Sequence[int]) -> str:
    """Numbers of the page for stored pointers: "1,3"."""
    places = {diagnosis: place for place, diagnosis in enumerate(listed, start=1)}
    return ",".join(str(places[each]) for each in pointers if each in places)
