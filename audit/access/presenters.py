"""Words for the review of emergency accesses."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.urls import reverse

from audit.access.emergencies import REVIEW_DAYS, ended_at
from audit.access.models import EmergencyAccess, EmergencyOutcome
from audit.access.selectors import EmergencyReview, Queue
from audit.trail.models import AuditEvent
from audit.trail.presenters import event_words, object_words

DUE_SOON = timedelta(days=REVIEW_DAYS - 2)
TONES = {
    EmergencyOutcome.JUSTIFIED.value: "done", EmergencyOutcome.NOT_JUSTIFIED.value: "stop",
    EmergencyOutcome.ESCALATED.value: "stop",
}  # fmt: skip
RESULT_TONES = {"refused": "stop", "failed": "stop", "attempted": "neutral", "done": "done"}


def queue_rows(queue: Queue, names: Mapping[UUID, str]) -> list[dict[str, Any]]:
    """The lines of the queue; other accesses of the person are those beside the one of the line."""
    return [
        {**emergency_row(row, names, queue.now), "others": queue.others[row.user_id] - 1} for row in queue.page.rows
    ]


def emergency_row(emergency: EmergencyAccess, names: Mapping[UUID, str], now: datetime) -> dict[str, Any]:
    """One access: who, whom, why, how old, what the review found."""
    age = now - emergency.opened_at
    return {
        "url": reverse("emergencies:review", args=[emergency.pk]),
        "opened": stamp(emergency.opened_at),
        "person": str(emergency.user), "job": emergency.user.job_title, "patient": patient_words(emergency, names),
        "reason": emergency.get_reason_code_display(), "text": emergency.reason_text,
        "runs": ended_at(emergency) > now, "outcome": emergency.get_outcome_display(),
        "tone": TONES.get(emergency.outcome, "neutral"), "age": age_words(age), "age_tone": age_tone(age),
        "closed_by": str(emergency.closed_by or ""),
    }  # fmt: skip


def patient_words(emergency: EmergencyAccess, names: Mapping[UUID, str]) -> str:
    """The name, or for a patient out of the reviewer's reach the end of the id."""
    return names.get(emergency.patient_id, f"patient {str(emergency.patient_id)[-6:]}")


def review_facts(review: EmergencyReview, names: Mapping[UUID, str]) -> list[dict[str, str]]:
    """Label and value pairs of one access."""
    emergency = review.emergency
    pairs = {
        "Person": f"{emergency.user} ({emergency.user.job_title})" if emergency.user.job_title else str(emergency.user),
        "Patient": patient_words(emergency, names),
        "Reason": emergency.get_reason_code_display(),
        "In the person's words": emergency.reason_text,
        "Opened": f"{stamp(emergency.opened_at)} UTC",
        "Runs until" if review.ends_at > review.now else "Ended": f"{stamp(review.ends_at)} UTC",
    }
    if emergency.closed_at:
        pairs["Outcome"] = emergency.get_outcome_display()
        pairs["Note"] = emergency.outcome_note
        pairs["Reviewed"] = f"{stamp(emergency.closed_at)} UTC by {emergency.closed_by}"
    return [{"label": label, "value": value} for label, value in pairs.items()]


def opened_row(event: AuditEvent) -> dict[str, str]:
    """One thing the person did with the patient meanwhile."""
    return {
        "at": event.at.strftime("%m/%d %H:%M:%S"), "words": event_words(event.event), "object": object_words(event.object_type),
        "result": event.result, "tone": RESULT_TONES[event.result], "purpose": event.purpose,
    }  # fmt: skip


def stamp(moment: datetime) -> str:
    """03/09/2026 14:05, in UTC like the trail."""
    return moment.strftime("%m/%d/%Y %H:%M")


def age_words(age: timedelta) -> str:
    """Days from the second day on, before that hours, in the first hour minutes."""
    if age >= timedelta(days=2):
        return f"{age.days} d"
    minutes = max(0, int(age.total_seconds() // 60))
    return f"{minutes // 60} h" if minutes >= 60 else f"{minutes} min"


def age_tone(age: timedelta) -> str:
    """ "" while there is time, "warn" in the last two days, "stop" when the review is late."""
    if age > timedelta(days=REVIEW_DAYS):
        return "stop"
    return "warn" if age > DUE_SOON else ""
