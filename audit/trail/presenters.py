"""Words for the audit page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from audit.trail.models import AuditEvent
from audit.trail.selectors import NAMED_AT_MOST

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
