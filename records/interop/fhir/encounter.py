"""Encounter -> an episode of care. Pure.

Sources: FHIR R4 Encounter; HL7 v3 ActCode (class) and ParticipationType; UB-04 FL 14, 15 and 17 for type of admission, point of
origin and patient discharge status. What the standard's own lists leave open (hospice at home or in a house, long-term care of
which kind) stays blank for a person to choose.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from records.interop.fhir.drafts import EncounterDraft
from records.interop.fhir.item import Item
from records.interop.fhir.keys import Reference, reference, type_code
from records.interop.fhir.labels import labels_of
from records.interop.fhir.values import Json, Malformed, Setting, code_in, first, line, obj, objs, period

CLASSES = {
    "AMB": "outpatient", "AMBULATORY": "outpatient", "OUTPATIENT": "outpatient", "HH": "outpatient", "VR": "outpatient",
    "FLD": "outpatient", "PRENC": "outpatient", "VIRTUAL": "outpatient", "HOME": "outpatient", "FIELD": "outpatient",
    "WELLNESS": "outpatient", "URGENTCARE": "outpatient", "SNF": "outpatient", "HOSPICE": "outpatient",
    "EMER": "emergency", "EMERGENCY": "emergency",
    "IMP": "inpatient", "ACUTE": "inpatient", "NONAC": "inpatient", "INPATIENT": "inpatient",
    "OBSENC": "observation", "OBS": "observation",
    "SS": "same_day_surgery", "DAYTIME": "same_day_surgery",
}  # fmt: skip
STATUSES = {
    "planned": "planned", "arrived": "in_progress", "triaged": "in_progress", "in-progress": "in_progress",
    "onleave": "in_progress", "finished": "discharged", "cancelled": "cancelled", "entered-in-error": "cancelled",
}  # fmt: skip
DISPOSITIONS = {
    "home": "01", "alt-home": "01", "aadvice": "07", "exp": "20", "psy": "65", "rehab": "62", "snf": "03",
    "other-hcf": "70", "oth": "70",
}  # fmt: skip
ORIGINS = {
    "hosp-trans": "4",
    "outp": "2",
    "gp": "2",
    "mp": "2",
    "nursing": "5",
    "rehab": "6",
    "born": "5",
    "other": "9",
}
ADMISSION_TYPES = {"EM": "1", "UR": "2", "EL": "3"}
ROLES = {"ATND": "attending", "PPRF": "attending", "ADM": "admitting", "CON": "consulting", "REF": "referring",
         "SPRF": "rendering"}  # fmt: skip
ACCOUNT_KINDS = frozenset({"AN", "VN"})
LONGEST_ACCOUNT = 20


def encounter_draft(item: Item, setting: Setting) -> EncounterDraft:
    """The values of an Encounter. Raises Malformed without a patient, a start, or the end of a finished stay."""
    resource = item.resource
    patient = reference(resource.get("subject"), "Patient", base=item.base)
    if patient is None:
        raise Malformed("subject: names no patient")
    if not item.source_key:
        raise Malformed("the resource has neither an identifier nor an id")
    encounter_class, unknown = _class(resource)
    labels, label_notes = labels_of(resource)
    columns: dict[str, Any] = {
        "encounter_class": encounter_class,
        **_times(resource, encounter_class, setting),
        **_admission(resource),
        "service": _words(resource.get("serviceType"), 60),
        "reason": _reason(resource),
        "labels": list(labels),
    }
    return EncounterDraft(
        source_key=item.source_key, patient=patient, columns=columns, participants=_participants(item),
        account_number=_account(resource), notes=("unknown_encounter_classes",) * unknown + label_notes,
    )  # fmt: skip


def _class(resource: Json) -> tuple[str, bool]:
    code = line(obj(resource.get("class")).get("code")).upper()
    return CLASSES.get(code, "outpatient"), code not in CLASSES


def _times(resource: Json, encounter_class: str, setting: Setting) -> dict[str, Any]:
    """Status, start and end. A finished visit without an end lasted a moment; a finished stay must have one."""
    start, end = period(resource.get("period"), "period", setting.zone)
    if start is None:
        raise Malformed("period.start: missing")
    status = STATUSES.get(line(resource.get("status")), "discharged" if end else "in_progress")
    if status == "discharged" and end is None:
        if encounter_class in {"inpatient", "observation"}:
            raise Malformed("period.end: missing in a finished stay")
        end = start
    return {"status": status, "admitted_at": start, "discharged_at": _ended(status, end)}


def _ended(status: str, end: datetime | None) -> datetime | None:
    return end if status in {"discharged", "cancelled"} else None


def _admission(resource: Json) -> dict[str, str]:
    stay = obj(resource.get("hospitalization"))
    source = code_in(stay.get("admitSource"), "admit-source")
    born = source == "born"
    priority = code_in(resource.get("priority"), "actpriority").upper()
    return {
        "discharge_disposition": _disposition(stay.get("dischargeDisposition")),
        "point_of_origin": ORIGINS.get(source, "") or _one_character(code_in(stay.get("admitSource"), "nubc", "ub04")),
        "admission_type": "4" if born else ADMISSION_TYPES.get(priority, ""),
    }


def _disposition(concept: Any) -> str:
    """UB-04 FL 17: the source's own two digits, else what FHIR's list says clearly."""
    own = code_in(concept, "nubc", "ub04", "patdischargestatus", "discharge-status")
    if own.isascii() and own.isdigit() and len(own) <= 2:
        return own.zfill(2)
    return DISPOSITIONS.get(code_in(concept, "discharge-disposition"), "")


def _one_character(code: str) -> str:
    return code.upper() if len(code) == 1 and code.isascii() and code.isalnum() else ""


def _reason(resource: Json) -> str:
    for name in ("reasonCode", "type"):
        text = _words(first(resource.get(name)), 200)
        if text:
            return text
    return ""


def _words(concept: Any, limit: int) -> str:
    concept = first(concept)
    coding = first(concept.get("coding"))
    return (line(concept.get("text")) or line(coding.get("display")) or line(coding.get("code")))[:limit].rstrip()


def _participants(item: Item) -> tuple[tuple[str, Reference], ...]:
    """Clinicians with their roles; one without a role is the attending."""
    found: dict[tuple[str, Reference], None] = {}
    for each in objs(item.resource.get("participant")):
        who = reference(each.get("individual"), "Practitioner", "PractitionerRole", base=item.base)
        if who is not None:
            code = line(first(first(each.get("type")).get("coding")).get("code")).upper()
            found[ROLES.get(code, "attending" if not code else "rendering"), who] = None
    return tuple(found)


def _account(resource: Json) -> str:
    for each in objs(resource.get("identifier")):
        value = line(each.get("value"))
        if type_code(each) in ACCOUNT_KINDS and 0 < len(value) <= LONGEST_ACCOUNT:
            return value
    return ""
