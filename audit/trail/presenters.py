"""Words for the audit page."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any
from uuid import UUID

from django.apps import apps

from audit.trail.filters import EventOrder
from audit.trail.models import AuditEvent
from audit.trail.selectors import NAMED_AT_MOST
from audit.trail.sittings import Sitting

COLUMNS = (
    ("time", "Time"), ("person", "Person"), ("role", "Role"), ("event", "Event"), ("patient", "Patient"),
    ("document", "Object"), ("result", "Result"), ("kind", "Kind"), ("purpose", "Purpose"), ("door", "Door"),
    ("address", "Address"),
)  # fmt: skip
TONES = {"refused": "stop", "failed": "stop", "attempted": "neutral", "done": "done"}
EXPORT_HEADER = (
    "time (UTC)", "person", "role", "event", "kind", "result", "purpose", "door", "address", "patients", "object",
    "object id", "detail", "request", "event id",
)  # fmt: skip


def event_row(event: AuditEvent, names: Mapping[UUID, str]) -> dict[str, Any]:
    """One line; patients out of reach are shown by number only."""
    shown = [
        {"id": str(patient_id), "name": names.get(patient_id, f"patient {str(patient_id)[-6:]}")}
        for patient_id in event.patient_ids[:NAMED_AT_MOST]
    ]
    return {
        "at": event.at.strftime("%m/%d/%Y %H:%M:%S"),
        "tick": f"{event.at.isoformat()}|{event.event_id}",
        "kind": event.category.replace("_", " "),
        "object": object_words(event.object_type),
        "object_type": event.object_type,
        "object_id": event.object_id,
        "person": event.actor_name,
        "actor_id": str(event.actor_id or ""),
        "role": event.actor_role,
        "event": event.event,
        "words": event_words(event.event),
        "result": event.result,
        "tone": TONES[event.result],
        "purpose": event.purpose,
        "source": event.source,
        "address": event.address or "",
        "patients": shown,
        "more_patients": max(0, len(event.patient_ids) - NAMED_AT_MOST),
        "request_id": str(event.request_id),
        "detail": "; ".join(f"{name}: {value}" for name, value in event.detail.items() if value not in ("", None)),
    }


@cache
def _names_of_things() -> dict[str, str]:
    return {model._meta.model_name or "": str(model._meta.verbose_name) for model in apps.get_models()}


def object_words(object_type: str) -> str:
    """What the trail calls `emergencyaccess`, as people say it: emergency access."""
    return _names_of_things().get(object_type, object_type)


def heads(order: EventOrder, query: Any, *, sortable: bool) -> list[dict[str, str]]:
    """The column heads; each sorts by itself, and turns the order round when it is sorted by already. query: QueryDict."""
    found = []
    for name, label in COLUMNS:
        current = order.name == name
        turned = name if current and order.descending else f"-{name}"
        asked = query.copy()
        asked.pop("after", None)
        asked["sort"] = turned if current or name == "time" else name
        direction = ("desc" if order.descending else "asc") if current else ""
        found.append({"label": label, "url": f"?{asked.urlencode()}" if sortable or name == "time" else "",
                      "direction": direction})  # fmt: skip
    return found


def sitting_row(sitting: Sitting, query: Any) -> dict[str, Any]:
    """One sitting; its link shows its events. query: QueryDict of the page."""
    most = sitting.events.most_common(4)
    words = ", ".join(f"{event_words(name).lower()} {count}" for name, count in most)
    asked = query.copy()
    for name in ("view", "after", "before"):
        asked.pop(name, None)
    asked["from_day"] = sitting.first_at.date().isoformat()
    asked["to_day"] = sitting.last_at.date().isoformat()
    minutes = int((sitting.last_at - sitting.first_at).total_seconds() // 60)
    return {
        "from": sitting.first_at.strftime("%m/%d/%Y %H:%M:%S"), "to": sitting.last_at.strftime("%H:%M:%S"),
        "minutes": minutes, "count": sitting.count, "patients": len(sitting.patients), "refused": sitting.refused,
        "words": words + (" and others" if len(sitting.events) > len(most) else ""),
        "places": ", ".join(sorted(" ".join(filter(None, place)) for place in sitting.places)),
        "url": f"?{asked.urlencode()}",
    }  # fmt: skip


def event_words(event: str) -> str:
    """The name of an event in words: "patient.searched" is "Patient searched"."""
    return event.replace(".", " ").replace("_", " ").capitalize()


def export_row(event: AuditEvent) -> tuple[Any, ...]:
    """One line of the file: ids, no names of patients."""
    return (
        event.at.isoformat(), event.actor_name, event.actor_role, event.event, event.category, event.result,
        event.purpose, event.source, event.address or "", " ".join(map(str, event.patient_ids)), event.object_type,
        event.object_id, "; ".join(f"{name}: {value}" for name, value in event.detail.items()),
        str(event.request_id), str(event.event_id),
    )  # fmt: skip
