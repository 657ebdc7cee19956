"""What the registry decides: how a search text is read, and what a registration must hold."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from hims.lib.text import fold

_DATE_FORMS = (
    re.compile(r"(?P<y>[0-9]{4})-(?P<m>[0-9]{1,2})-(?P<d>[0-9]{1,2})"),
    re.compile(r"(?P<m>[0-9]{1,2})([/-])(?P<d>[0-9]{1,2})\2(?P<y>[0-9]{4})"),
)
_NUMBER = re.compile(r"(?=(?:[^0-9]*[0-9]){3})[A-Za-z0-9][A-Za-z0-9._/|-]{2,119}")
LONGEST_SEARCH = 100
MOST_WORDS = 6


@dataclass(frozen=True)
class PatientQuery:
    """A search text, read: folded words of the name, a birth date, a number (MRN or account); each may be absent."""

    words: tuple[str, ...] = ()
    born_on: date | None = None
    number: str = ""

    @property
    def empty(self) -> bool:
        return not (self.words or self.born_on or self.number)


def read_search(text: str) -> PatientQuery:
    """As people type: "okafor ruth 3/9/1958" or "LG-1000042": words, dates and numbers in any order; commas are blanks.

    Whatever holds three digits or more and is no date is a number, in upper case. Only the first 100 characters and six
    words count.
    """
    words: list[str] = []
    born_on: date | None = None
    number = ""
    for part in text[:LONGEST_SEARCH].replace(",", " ").split():
        day = read_date(part)
        if day is not None:
            born_on = day
        elif _NUMBER.fullmatch(part):
            number = part.upper()
        else:
            words.extend(fold(part).split())
    return PatientQuery(tuple(words[:MOST_WORDS]), born_on, number)


def read_date(text: str) -> date | None:
    """1958-03-09, 3/9/1958 or 3-9-1958; None for anything else."""
    for form in _DATE_FORMS:
        found = form.fullmatch(text)
        if found:
            try:
                return date(int(found["y"]), int(found["m"]), int(found["d"]))
            except ValueError:
                return None
    return None


def registration_faults(*, family_name: str, birth_date: date, deceased_on: date | None, today: date) -> dict[str, str]:
    """Field to sentence, for what cannot be registered. today: at the facility.

    Source: UHDDS, date of birth; the oldest verified age of a person is 122 years.
    """
    faults: dict[str, str] = {}
    if not fold(family_name):
        faults["family_name"] = "Enter the family name."
    if birth_date > today:
        faults["birth_date"] = "The birth date lies in the future."
    elif today.year - birth_date.year > 125:
        faults["birth_date"] = "The birth date lies more than 125 years back."
    if deceased_on is not None and not birth_date <= deceased_on <= today:
        faults["deceased_on"] = "The date of death must lie between the birth date and today."
    return faults


def coverage_faults(
    *, relationship: str, subscriber_family_name: str, subscriber_birth_date: date | None,
    starts_on: date | None, ends_on: date | None, today: date,
) -> dict[str, str]:  # fmt: skip
    """Field to sentence, for a coverage no claim could be made from. relationship: X12 PAT01, "18" is the patient.

    Source: 837 institutional, loop 2010BA: name and birth date of the subscriber when the patient is someone else.
    """
    faults: dict[str, str] = {}
    if relationship != "18" and not fold(subscriber_family_name):
        faults["subscriber_family_name"] = "Enter the subscriber's family name: the patient is not the subscriber."
    if relationship != "18" and subscriber_birth_date is None:
        faults["subscriber_birth_date"] = "Enter the subscriber's birth date: the patient is not the subscriber."
    if subscriber_birth_date is not None and subscriber_birth_date > today:
        faults["subscriber_birth_date"] = "The birth date lies in the future."
    if starts_on is not None and ends_on is not None and ends_on < starts_on:
        faults["ends_on"] = "The coverage ends before it starts."
    return faults
