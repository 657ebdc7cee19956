"""What the registry decides: how a search text is read, and what a registration must hold."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from hims.lib.text import fold

_DATE_FORMS = (
    re.compile(r"^(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})$"),
    re.compile(r"^(?P<m>\d{1,2})/(?P<d>\d{1,2})/(?P<y>\d{4})$"),
)
_NUMBER = re.compile(r"^[A-Za-z]{0,4}-?\d{3,}$")


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
    """As people type: "okafor ruth 3/9/1958" or "LG-1000042": words, dates and numbers in any order; commas are blanks."""
    words: list[str] = []
    born_on: date | None = None
    number = ""
    for part in text.replace(",", " ").split():
        day = read_date(part)
        if day is not None:
            born_on = day
        elif _NUMBER.match(part):
            number = part.upper()
        else:
            words.append(fold(part))
    return PatientQuery(tuple(word for word in words if word), born_on, number)


def read_date(text: str) -> date | None:
    """1958-03-09 or 3/9/1958; None for anything else."""
    for form in _DATE_FORMS:
        found = form.match(text)
        if found:
            try:
                return date(int(found["y"]), int(found["m"]), int(found["d"]))
            except ValueError:
                return None
    return None


def registration_faults(*, family_name: str, birth_date: date, deceased_on: date | None, today: date) -> dict[str, str]:
    """Field to sentence, for what cannot be registered.

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
