"""Events as DICOM audit messages (PS3.15 A.5), the body of IHE ATNA's Record Audit Event. No Django."""

from __future__ import annotations

import base64
import json
from datetime import UTC

from audit.exchange import codes
from audit.exchange.codes import OUTCOMES, PATTERNS, PURPOSES, Code
from audit.trail.models import AuditEvent
from hims.lib.xml_text import Element, document

SITE, SYSTEM_NAME = "HIMS", "HIMS"
PATIENT_NUMBER = Code("RFC-3881", "2", "Patient Number")
SEARCH_CRITERIA = Code("RFC-3881", "10", "Search Criteria")
URI_TYPE = Code("RFC-3881", "12", "URI")
PURPOSE_SYSTEM = "2.16.840.1.113883.5.8"


def audit_message(event: AuditEvent) -> str:
    """The whole XML document on one line. All patients of the event stand in it."""
    objects = [_patient(str(patient)) for patient in event.patient_ids]
    return document(
        Element("AuditMessage", children=[_what(event), *_who(event), _source(), *objects, *_object(event)])
    )


def event_code(event: AuditEvent) -> Code:
    """What kind of event it is in DICOM's words."""
    if event.event in codes.EMERGENCY_EVENTS:
        return codes.SECURITY_ALERT
    if event.event.startswith("audit."):
        return codes.LOG_USED
    return PATTERNS[event.category].dicom


def _what(event: AuditEvent) -> Element:
    code, _ = OUTCOMES[event.result]
    types = []
    if codes.is_emergency(event.event, event.purpose):
        types.append(codes.EMERGENCY_EVENTS.get(event.event, codes.EMERGENCY_STARTED))
    if event.category == "sign_in":
        types.append(codes.sign_in_code(event.event))
    types.append(Code("HIMS", event.event, event.event))
    purpose = PURPOSES["emergency" if codes.is_emergency(event.event, event.purpose) else event.purpose]
    return Element(
        "EventIdentification",
        {
            "EventActionCode": PATTERNS[event.category].action,
            "EventDateTime": event.at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z"),
            "EventOutcomeIndicator": code,
        },
        [
            _code("EventID", event_code(event)),
            *(_code("EventTypeCode", each) for each in types),
            Element("EventOutcomeDescription", text=event.result),
            _code("PurposeOfUse", Code(PURPOSE_SYSTEM, purpose.code, purpose.display)),
        ],
    )


def _who(event: AuditEvent) -> list[Element]:
    person = {"UserID": str(event.actor_id or "unknown"), "UserName": event.actor_name, "UserIsRequestor": "true"}
    if event.address:
        person |= {"NetworkAccessPointID": str(event.address), "NetworkAccessPointTypeCode": "2"}
    roles = [
        _code("RoleIDCode", Code("HIMS", role.strip(), role.strip()))
        for role in event.actor_role.split(",")
        if role.strip()
    ]
    system = {"UserID": SYSTEM_NAME, "AlternativeUserID": event.source, "UserIsRequestor": "false"}
    return [Element("ActiveParticipant", person, roles),
            Element("ActiveParticipant", system, [_code("RoleIDCode", Code("DCM", "110150", "Application"))])]  # fmt: skip


def _source() -> Element:
    kind = Element(
        "AuditSourceTypeCode", {"csd-code": "4", "codeSystemName": "DCM", "originalText": "Application Server"}
    )
    return Element("AuditSourceIdentification", {"AuditEnterpriseSiteID": SITE, "AuditSourceID": SYSTEM_NAME}, [kind])


def _patient(key: str) -> Element:
    return Element(
        "ParticipantObjectIdentification",
        {"ParticipantObjectID": key, "ParticipantObjectTypeCode": "1", "ParticipantObjectTypeCodeRole": "1"},
        [_code("ParticipantObjectIDTypeCode", PATIENT_NUMBER), Element("ParticipantObjectName")],
    )


def _object(event: AuditEvent) -> list[Element]:
    details = [_detail(name, value) for name, value in event.detail.items() if value not in ("", None)]
    details.append(_detail("request", str(event.request_id)))
    searched = event.category == "search"
    asked = json.dumps(event.detail, ensure_ascii=False, default=str).encode()
    named = Element("ParticipantObjectQuery", text=base64.b64encode(asked).decode()) if searched else Element(
        "ParticipantObjectName", text=event.object_type or event.event)  # fmt: skip
    return [
        Element(
            "ParticipantObjectIdentification",
            {"ParticipantObjectID": event.object_id or event.event, "ParticipantObjectTypeCode": "2",
             "ParticipantObjectTypeCodeRole": "24" if searched else "4"},
            [_code("ParticipantObjectIDTypeCode", SEARCH_CRITERIA if searched else URI_TYPE), named, *details],
        )
    ]  # fmt: skip


def _detail(name: str, value: object) -> Element:
    encoded = base64.b64encode(str(value).encode("utf-8", "replace")).decode()
    return Element("ParticipantObjectDetail", {"type": name, "value": encoded})


def _code(name: str, code: Code) -> Element:
    system = "DCM" if code.system == codes.DCM else code.system
    return Element(name, {"csd-code": code.code, "codeSystemName": system, "originalText": code.display})
