"""The items a coder may state, and text read as one of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q

from coding.workbench.abstracting.enums import FieldKind
from coding.workbench.abstracting.models import AbstractField
from coding.workbench.abstracting.reading import CLINICIANS, CODED_ITEMS
from coding.workbench.abstracting.rules import hours_fault, weight_fault
from coding.workbench.rules import Stay
from hims.lib.dates import age_days
from hims.lib.errors import DomainError
from hims.lib.text import squeeze
from records.encounters.models import Provider
from records.encounters.vocabulary import ADMISSION_TYPES, ALL_DISPOSITIONS, POINTS_OF_ORIGIN

LOCAL = "local:"
LONGEST = 200
MOST_DIGITS = 9


@dataclass(frozen=True)
class Item:
    """label: what the page calls it. source: who asks for it. choices: value and words."""

    label: str
    source: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    hint: str = ""


BY_NAME = "NPI, or name"
ITEMS: dict[str, Item] = {
    "admission_type": Item("Type of admission", "UB-04 FL 14", tuple(pair for pair in ADMISSION_TYPES if pair[0])),
    "point_of_origin": Item("Point of origin", "UB-04 FL 15", tuple(pair for pair in POINTS_OF_ORIGIN if pair[0])),
    "discharge_disposition": Item("Disposition", "UHDDS; UB-04 FL 17", tuple(ALL_DISPOSITIONS)),
    "attending": Item("Attending", "UHDDS; UB-04 FL 76", hint=BY_NAME),
    "operating": Item("Operating", "UHDDS; UB-04 FL 77", hint=BY_NAME),
    "other_operating": Item("Other operating", "UB-04 FL 78", hint=BY_NAME),
    "birth_weight_grams": Item("Birth weight", "UHDDS; UB-04 value code 54", hint="Grams"),
    "ventilation_hours": Item(
        "Mechanical ventilation", "ICD-10-PCS table 5A1", hint="Whole hours of the longest period; a begun hour counts"
    ),
}


def read_item(name: str, text: str, stay: Stay, fields: Mapping[str, AbstractField]) -> Any:
    """The value of an item, None or "" for none. fields: the facility's own, by key.

    Raises DomainError (field: the item) when it cannot be.
    """
    words = squeeze(text)
    if name.startswith(LOCAL):
        return _own(name, words, fields.get(name.removeprefix(LOCAL)))
    if name not in ITEMS:
        raise DomainError("This is no item of the abstract.", field="name")
    if name in CODED_ITEMS:
        return _choice(name, words)
    if name in CLINICIANS:
        return _clinician(name, words)
    return _whole(name, words, stay)


def _choice(name: str, words: str) -> str:
    if words and words not in dict(ITEMS[name].choices):
        raise DomainError("Choose one of the list.", field=name)
    return words


def _whole(name: str, words: str, stay: Stay) -> int | None:
    if not words:
        return None
    if not (words.isascii() and words.isdigit() and len(words) <= MOST_DIGITS):
        raise DomainError("Enter a whole number.", field=name)
    number = int(words)
    if name == "birth_weight_grams":
        fault = weight_fault(number, age_days=_age_days(stay))
    else:
        if not stay.inpatient and number:
            raise DomainError("Hours of ventilation belong to inpatient stays.", field=name)
        fault = hours_fault(
            number, stay_days=(stay.discharged_on - stay.admitted_on).days if stay.discharged_on else None
        )
    if fault:
        raise DomainError(fault, field=name)
    return number


def _age_days(stay: Stay) -> int:
    """0 where the birth date lies after the admission: another edit tells that."""
    return age_days(stay.birth_date, max(stay.birth_date, stay.admitted_on))


def _clinician(name: str, words: str) -> Provider | None:
    """By id, NPI, family name or name as it is shown; the name must mean one clinician only."""
    if not words:
        return None
    if words.isascii() and words.isdigit():
        found = list(Provider.objects.filter(npi=words)[:2])
        fault = f"No clinician has the NPI {words[:10]}."
    elif (known := _by_id(words)) is not None:
        return known
    else:
        found = _by_name(words)
        fault = f"No clinician is called {words[:60]}."
    if not found:
        raise DomainError(fault, field=name)
    if len(found) > 1:
        raise DomainError("Several clinicians are called so. Enter the NPI.", field=name)
    return found[0]


def _by_id(words: str) -> Provider | None:
    try:
        return Provider.objects.filter(pk=UUID(words)).first()
    except ValueError:
        return None


def _by_name(words: str) -> list[Provider]:
    """The clinicians whose family name, "given family", or that with credentials is just this; names of any case."""
    wanted = words.casefold()
    parts = words.replace(",", " ").split()
    asked = Q(family_name__iexact=words)
    for part in parts:
        asked |= Q(family_name__iexact=part) | Q(family_name__iendswith=f" {part}")
    near = Provider.objects.filter(asked)[:500]
    return [each for each in near if wanted in _names(each)]


def _names(each: Provider) -> set[str]:
    plain = f"{each.given_names} {each.family_name}".strip()
    return {each.family_name.casefold(), plain.casefold(), str(each).casefold()}


def _own(name: str, words: str, field: AbstractField | None) -> str:
    """A value of the facility's own field, as text."""
    if field is None or not field.active:
        raise DomainError("Your facility has no such field any more. Open the panel again.", field="name")
    if len(words) > LONGEST:
        raise DomainError(f"At most {LONGEST} characters.", field=name)
    if words and field.kind == FieldKind.CHOICE and words not in field.choices:
        raise DomainError("Choose one of the list.", field=name)
    if words and field.kind == FieldKind.NUMBER:
        return str(_digits(name, words))
    return _day(name, words) if words and field.kind == FieldKind.DATE else words


def _digits(name: str, words: str) -> int:
    if not (words.isascii() and words.isdigit() and len(words) <= MOST_DIGITS):
        raise DomainError("Enter a whole number.", field=name)
    return int(words)


def _day(name: str, words: str) -> str:
    try:
        return date.fromisoformat(words).isoformat()
    except ValueError:
        raise DomainError("Enter a date such as 2026-10-01.", field=name) from None
