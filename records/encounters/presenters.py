"""Words for the encounter page."""

from __future__ import annotations

from typing import Any

from records.encounters.models import Encounter
from records.encounters.vocabulary import ADMISSION_TYPES, ALL_DISPOSITIONS, POINTS_OF_ORIGIN
from records.presenters import encounter_words, moment, mrn_of

_TYPES, _ORIGINS, _DISPOSITIONS = dict(ADMISSION_TYPES), dict(POINTS_OF_ORIGIN), dict(ALL_DISPOSITIONS)


def census_row(encounter: Encounter) -> dict[str, Any]:
    """One line of the census; locations and numbers prefetched."""
    places = list(encounter.locations.all())
    return {
        **encounter_words(encounter),
        "patient": encounter.patient.listed_name,
        "mrn": mrn_of(encounter.patient, encounter.facility_id),
        "since": moment(encounter.admitted_at, encounter.facility.time_zone),
        "place": str(places[-1]) if places else "",
        "service": encounter.service,
        "attending": str(encounter.attending) if encounter.attending else "",
        "facility": encounter.facility.name,
    }


def encounter_facts(encounter: Encounter) -> list[dict[str, str]]:
    """Label and value pairs, blank ones left out; providers and locations prefetched."""
    zone = encounter.facility.time_zone
    places = [f"{place} from {moment(place.from_at, zone)}" for place in encounter.locations.all()]
    people = [str(entry) for entry in encounter.providers.all()]
    pairs = {
        "Facility": encounter.facility.name,
        "Class": encounter.get_encounter_class_display(),
        "Admitted": moment(encounter.admitted_at, zone),
        "Discharged": moment(encounter.discharged_at, zone),
        "Type of admission": _TYPES.get(encounter.admission_type, "") if encounter.admission_type else "",
        "Point of origin": _ORIGINS.get(encounter.point_of_origin, "") if encounter.point_of_origin else "",
        "Discharged to": _DISPOSITIONS.get(encounter.discharge_disposition, encounter.discharge_disposition),
        "Service": encounter.service,
        "Reason": encounter.reason,
        "Clinicians": "; ".join(people) or (str(encounter.attending) if encounter.attending else ""),
        "Places": "; ".join(places),
    }
    return [{"label": label, "value": value} for label, value in pairs.items() if value]
