"""Words for the encounter page."""

from __future__ import annotations

from records.encounters.models import Encounter
from records.encounters.vocabulary import ADMISSION_TYPES, DISPOSITIONS, POINTS_OF_ORIGIN
from records.presenters import moment

_TYPES, _ORIGINS, _DISPOSITIONS = dict(ADMISSION_TYPES), dict(POINTS_OF_ORIGIN), dict(DISPOSITIONS)


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
