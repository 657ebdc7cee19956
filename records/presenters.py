"""Words for patient pages: the banner, dates as coders read them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from hims.lib.dates import age_days, age_years
from records.encounters.enums import EncounterStatus
from records.encounters.models import Encounter
from records.registry.enums import AddressUse
from records.registry.models import Patient

TONES = {"in_progress": "inform", "discharged": "neutral", "cancelled": "stop", "planned": "neutral"}


def day(value: date | None) -> str:
    """03/09/1958."""
    return value.strftime("%m/%d/%Y") if value else ""


def moment(value: datetime | None, zone: str) -> str:
    """03/09/2026 14:05, in the facility's time zone."""
    return value.astimezone(ZoneInfo(zone)).strftime("%m/%d/%Y %H:%M") if value else ""


def age_words(birth_date: date, on: date) -> str:
    """Years ("67 y"); below two years in months, below two months in days."""
    if on < birth_date:
        return ""
    days = age_days(birth_date, on)
    if days < 60:
        return f"{days} d"
    years = age_years(birth_date, on)
    return f"{years} y" if years >= 2 else f"{days * 12 // 365} mo"


def mrn_of(patient: Patient, facility_id: int | None = None) -> str:
    """The number of the facility, or the first one; the numbers should be prefetched."""
    numbers = list(patient.mrns.all())
    own = [number for number in numbers if number.facility_id == facility_id]
    return (own or numbers)[0].value if numbers else "none yet"


def banner(patient: Patient, encounter: Encounter | None = None, *, today: date) -> dict[str, Any]:
    """The patient banner: two identifiers beside the name, alerts, and the encounter when the page is about one."""
    shown: dict[str, Any] = {
        "id": patient.pk,
        "name": patient.name,
        "alias": patient.listed_name if patient.alias_family_name else "",
        "mrn": mrn_of(patient, encounter.facility_id if encounter else None),
        "birth_date": day(patient.birth_date),
        "age": f"died {day(patient.deceased_on)}" if patient.deceased_on else age_words(patient.birth_date, today),
        "sex": patient.get_sex_display(),
        "url": patient.get_absolute_url(),
        "alerts": [],
        "restricted": patient.confidential,
    }
    if encounter is not None:
        shown["encounter"] = encounter_words(encounter)
    return shown


def patient_facts(patient: Patient) -> list[dict[str, str]]:
    """Label and value pairs of the demographics, blank ones left out; names, numbers, addresses and phones prefetched."""
    pairs = {
        "Numbers": "; ".join(f"{number.value} ({number.facility})" for number in patient.mrns.all()),
        "Other names": "; ".join(str(name) for name in patient.other_names.all()),
        "Language": patient.language,
        "Address": "; ".join(str(place) for place in patient.addresses.all() if place.use != AddressUse.OLD),
        "Phone": "; ".join(phone.value for phone in patient.phones.all()),
        "Died": day(patient.deceased_on),
    }
    return [{"label": label, "value": value} for label, value in pairs.items() if value]


def encounter_words(encounter: Encounter) -> dict[str, Any]:
    """Label, dates, status and link of an encounter."""
    begin = day(encounter.admitted_on)
    end = day(encounter.discharged_on) or "today"
    return {
        "label": f"{encounter.get_encounter_class_display()} {encounter.account_number}",
        "dates": begin if encounter.status == EncounterStatus.CANCELLED else f"{begin} - {end}",
        "status": encounter.get_status_display(),
        "tone": TONES.get(encounter.status, "neutral"),
        "url": encounter.get_absolute_url(),
    }
