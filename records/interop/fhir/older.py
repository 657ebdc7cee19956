"""Resources of older FHIR releases: STU3 is brought into the shape of R4, DSTU2 is recognised. Pure.

Source: the R3 to R4 differences listed at the foot of each resource's page in the FHIR R4 specification.
"""

from __future__ import annotations

from typing import Any

from records.interop.fhir.values import Json, obj, objs

RENAMED: dict[str, dict[str, str]] = {
    "Observation": {"context": "encounter", "comment": "", "related": ""},
    "Condition": {"context": "encounter", "assertedDate": "recordedDate"},
    "Procedure": {"context": "encounter", "notDone": "", "notDoneReason": "statusReason"},
    "MedicationRequest": {"context": "encounter", "definition": ""},
    "MedicationStatement": {"taken": ""},
    "DiagnosticReport": {"context": "encounter", "codedDiagnosis": "conclusionCode", "image": "media"},
    "AllergyIntolerance": {"assertedDate": "recordedDate"},
    "Encounter": {"reason": "reasonCode"},
    "Immunization": {"date": "occurrenceDateTime", "notGiven": "", "explanation": ""},
    "DocumentReference": {"created": "", "indexed": "date", "class": ""},
    "Patient": {"animal": ""},
}
CONCEPTS: dict[str, dict[str, str]] = {
    "Condition": {"clinicalStatus": "condition-clinical", "verificationStatus": "condition-ver-status"},
    "AllergyIntolerance": {
        "clinicalStatus": "allergyintolerance-clinical",
        "verificationStatus": "allergyintolerance-verification",
    },
}
DOSES = frozenset({"doseQuantity", "doseRange", "rateQuantity", "rateRange", "rateRatio"})
DSTU2_TYPES = frozenset({"MedicationOrder", "DiagnosticOrder", "Conformance", "DeviceUseRequest", "BodySite"})
DSTU2_FIELDS: dict[str, frozenset[str]] = {
    "Condition": frozenset({"dateRecorded", "patient"}),
    "AllergyIntolerance": frozenset({"substance", "event", "lastOccurence"}),
    "Immunization": frozenset({"wasNotGiven", "requester"}),
    "Procedure": frozenset({"notPerformed", "request"}),
    "Patient": frozenset({"careProvider"}),
    "MedicationStatement": frozenset({"patient", "wasNotTaken"}),
    "Practitioner": frozenset({"practitionerRole"}),
}


def looks_like_dstu2(resource: Any) -> bool:
    """Does the resource have a shape that only DSTU2 (1.0) knows?"""
    resource = obj(resource)
    kind = resource.get("resourceType")
    if not isinstance(kind, str):
        return False
    if kind in DSTU2_TYPES or DSTU2_FIELDS.get(kind, frozenset()) & resource.keys():
        return True
    if kind == "Encounter":
        return isinstance(resource.get("class"), str)
    if kind in {"Condition", "Observation"}:
        return isinstance(resource.get("category"), dict)
    return kind in {"Patient", "Practitioner"} and _names_in_lists(resource.get("name"))


def _names_in_lists(name: Any) -> bool:
    """In DSTU2 a family name is a list, and a practitioner has a single name."""
    names = name if isinstance(name, list) else [name]
    return any(isinstance(obj(each).get("family"), list) for each in names)


def from_stu3(resource: Json) -> Json | None:
    """The resource with the names and shapes of R4; None when nothing of STU3 is in it."""
    kind = resource.get("resourceType", "")
    newer = dict(resource)
    for old, new in RENAMED.get(kind, {}).items():
        if old in newer:
            value = newer.pop(old)
            if new:
                newer.setdefault(new, value)
    for name, system in CONCEPTS.get(kind, {}).items():
        if isinstance(newer.get(name), str):
            newer[name] = _concept(system, newer[name])
    _shapes(kind, newer)
    return newer if newer != resource else None


def _shapes(kind: str, newer: Json) -> None:
    if kind == "MedicationRequest":
        _prescription(newer)
    if kind == "Immunization" and isinstance(newer.get("primarySource"), bool):
        newer.setdefault("status", "completed")
    if kind == "Observation" and isinstance(newer.get("interpretation"), dict):
        newer["interpretation"] = [newer["interpretation"]]
    if kind == "DiagnosticReport" and "performer" in newer:
        newer["performer"] = [each.get("actor", each) for each in objs(newer["performer"])]
    if kind == "DocumentReference":
        _document_context(newer)


def _prescription(newer: Json) -> None:
    newer.setdefault("status", "unknown")
    agent = obj(newer.get("requester")).get("agent")
    if agent is not None:
        newer["requester"] = agent
    if "dosageInstruction" in newer:
        newer["dosageInstruction"] = [_dosage(each) for each in objs(newer["dosageInstruction"])]


def _dosage(dosage: Json) -> Json:
    """In R4 dose and rate moved into a list of their own."""
    moved = {name: dosage[name] for name in DOSES if name in dosage}
    rest = {name: value for name, value in dosage.items() if name not in DOSES}
    return {**rest, "doseAndRate": [moved]} if moved else rest


def _document_context(newer: Json) -> None:
    """In STU3 a document is of one encounter, in R4 of a list."""
    encounter = obj(newer.get("context")).get("encounter")
    if isinstance(encounter, dict):
        newer["context"] = {**newer["context"], "encounter": [encounter]}


def _concept(system: str, code: str) -> Json:
    return {"coding": [{"system": f"http://terminology.hl7.org/CodeSystem/{system}", "code": code}]}
