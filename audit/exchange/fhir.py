"""Events as FHIR R4 AuditEvent after the IHE Basic Audit Log Patterns (BALP). No Django.

The patterns are claimed in `meta.profile` for what succeeded; what was refused or failed has the same shape and claims none.
A search or export that showed several patients becomes one AuditEvent each, as BALP wants it.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator
from datetime import UTC
from typing import Any
from uuid import UUID

from audit.exchange import codes
from audit.exchange.codes import BALP, EMERGENCY_EVENTS, OUTCOMES, PATTERNS, PURPOSES, Code, Pattern
from audit.trail.models import AuditEvent

NDJSON = "application/fhir+ndjson; charset=utf-8"
ENTITY = "http://terminology.hl7.org/CodeSystem/audit-entity-type"
ROLE = "http://terminology.hl7.org/CodeSystem/object-role"
REQUEST_TYPE = {"system": "https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType", "code": "XrequestId"}
SYSTEM_NAME = "HIMS"
STAFF = "urn:hims:staff"
OBJECTS = "urn:hims:object:"
MANY = 1000
"""Patients of one event told one by one; a job over more of them is told once, with their number."""


def audit_events(event: AuditEvent) -> Iterator[dict[str, Any]]:
    """One event as one AuditEvent, or one for each patient it showed or touched."""
    patients = list(event.patient_ids)
    if len(patients) <= 1 or len(patients) > MANY:
        yield _resource(event, patients[0] if len(patients) == 1 else None, str(event.event_id))
        return
    for number, patient in enumerate(patients, 1):
        yield _resource(event, patient, f"{event.event_id}-{number}")


def ndjson(events: Iterable[AuditEvent]) -> str:
    """One JSON object a line."""
    return "".join(f"{line(resource)}\n" for event in events for resource in audit_events(event))


def line(resource: dict[str, Any]) -> str:
    """One resource as compact JSON."""
    return json.dumps(resource, ensure_ascii=False, separators=(",", ":"))


def bundle(events: Iterable[AuditEvent], links: dict[str, str]) -> dict[str, Any]:
    """A page of a search. links: relation to address."""
    entries = [
        {"fullUrl": f"urn:uuid:{event.event_id}" if resource["id"] == str(event.event_id) else f"urn:hims:{resource['id']}",
         "resource": resource, "search": {"mode": "match"}}
        for event in events
        for resource in audit_events(event)
    ]  # fmt: skip
    found: dict[str, Any] = {
        "resourceType": "Bundle", "type": "searchset",
        "link": [{"relation": relation, "url": url} for relation, url in links.items() if url],
    }  # fmt: skip
    return {**found, "entry": entries} if entries else found


def _resource(event: AuditEvent, patient: UUID | None, key: str) -> dict[str, Any]:
    pattern = PATTERNS[event.category]
    code, words = OUTCOMES[event.result]
    purpose = PURPOSES["emergency" if codes.is_emergency(event.event, event.purpose) else event.purpose]
    found: dict[str, Any] = {
        "resourceType": "AuditEvent", "id": key, "type": _type(event, pattern).coding,
        "subtype": [subtype.coding for subtype in _subtypes(event, pattern)], "action": pattern.action,
        "recorded": event.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "outcome": code, "outcomeDesc": event.result if event.result == "attempted" else words,
        "purposeOfEvent": [{"coding": [purpose.coding]}],
        "agent": _agents(event, pattern, purpose),
        "source": {
            "site": SYSTEM_NAME, "observer": {"display": SYSTEM_NAME},
            "type": [{"system": "http://terminology.hl7.org/CodeSystem/security-source-type", "code": "4",
                      "display": "Application Server"}],
        },
        "entity": _entities(event, pattern, patient),
    }  # fmt: skip
    profile = _profile(event, pattern, patient)
    return {**found, "meta": {"profile": [profile]}} if profile else found


def _profile(event: AuditEvent, pattern: Pattern, patient: UUID | None) -> str:
    if event.result != "done" or not pattern.profile or event.event in EMERGENCY_EVENTS:
        return ""
    return f"{BALP}{'Patient' if patient else ''}{pattern.profile}"


def _type(event: AuditEvent, pattern: Pattern) -> Code:
    if event.event in EMERGENCY_EVENTS:
        return codes.SECURITY_ALERT
    return codes.REST_TYPE if pattern.interaction else pattern.dicom


def _subtypes(event: AuditEvent, pattern: Pattern) -> list[Code]:
    if event.event in EMERGENCY_EVENTS:
        return [EMERGENCY_EVENTS[event.event]]
    if event.category == "sign_in":
        return [codes.sign_in_code(event.event)]
    own = Code("urn:hims:event", event.event, event.event.replace(".", " ").replace("_", " "))
    if not pattern.interaction:
        return [own]
    rest = Code(codes.REST, pattern.interaction, pattern.interaction)
    dicom = [pattern.dicom] if pattern.dicom in (codes.EXPORT, codes.IMPORT) else []
    emergency = [codes.EMERGENCY_STARTED] if codes.is_emergency(event.event, event.purpose) else []
    return [rest, *dicom, *emergency, own]


def _agents(event: AuditEvent, pattern: Pattern, purpose: Code) -> list[dict[str, Any]]:
    # BALP: for a query the client is the source (of the question); a read flows from the server to the client.
    client_is_source = pattern.interaction not in ("read",)
    client, server = (
        (codes.SOURCE_ROLE, codes.DESTINATION_ROLE) if client_is_source else (codes.DESTINATION_ROLE, codes.SOURCE_ROLE)
    )
    role = codes.RECIPIENT if pattern.gives else codes.AUTHOR
    name = event.actor_name or "unknown"
    user: dict[str, Any] = {
        "type": {"coding": [role.coding]}, "name": name, "requestor": True,
        "who": {"identifier": {"system": STAFF, "value": str(event.actor_id or "unknown")}, "display": name},
        "purposeOfUse": [{"coding": [purpose.coding]}],
    }  # fmt: skip
    if event.actor_role:
        user["role"] = [{"text": each.strip()} for each in event.actor_role.split(",") if each.strip()]
    return [_machine(client, f"{SYSTEM_NAME} {event.source}", event.address), user, _machine(server, SYSTEM_NAME, None)]


def _machine(role: Code, name: str, address: str | None) -> dict[str, Any]:
    network = {"address": str(address), "type": "2"} if address else {"address": SYSTEM_NAME.lower(), "type": "1"}
    return {"type": {"coding": [role.coding]}, "who": {"display": name}, "requestor": False, "network": network}


def _entities(event: AuditEvent, pattern: Pattern, patient: UUID | None) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {"what": {"identifier": {"value": str(event.request_id)}}, "type": REQUEST_TYPE},
    ]
    if patient is not None:
        found.append({"what": {"reference": f"Patient/{patient}"}, "type": _coding(ENTITY, "1", "Person"),
                      "role": _coding(ROLE, "1", "Patient")})  # fmt: skip
    if pattern.interaction == "search":
        asked = json.dumps({"event": event.event, **event.detail}, ensure_ascii=False, default=str)
        found.append({"type": _coding(ENTITY, "2", "System Object"), "role": _coding(ROLE, "24", "Query"),
                      "query": base64.b64encode(asked.encode()).decode()})  # fmt: skip
    elif pattern.interaction or event.object_id:
        found.append({"what": _object(event), "type": _coding(ENTITY, "2", "System Object"), **_told(event),
                      "role": _coding(ROLE, "20" if event.source == "job" else "4", "Job" if event.source == "job"
                                      else "Domain Resource")})  # fmt: skip
    return found


def _object(event: AuditEvent) -> dict[str, Any]:
    kind = event.object_type or event.event.partition(".")[0]
    return {"identifier": {"system": f"{OBJECTS}{kind.replace(' ', '_')}", "value": event.object_id or event.event}}


def _told(event: AuditEvent) -> dict[str, Any]:
    """The trail's own words; several patients of a job by number."""
    told = {name: str(value) for name, value in event.detail.items() if value not in ("", None)}
    if len(event.patient_ids) > MANY:
        told["patients"] = str(len(event.patient_ids))
    return {"detail": [{"type": name, "valueString": value} for name, value in sorted(told.items())]} if told else {}


def _coding(system: str, code: str, display: str) -> dict[str, str]:
    return {"system": system, "code": code, "display": display}
