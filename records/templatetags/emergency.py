"""Emergency access in templates: the offer on the page that shows nothing, and the strip in the patient banner."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import template
from django.template import Context
from django.urls import reverse
from django.utils import timezone

from audit.access.emergencies import ended_at, running_emergency
from audit.authority import authority_of
from hims.lib.access import Permission
from hims.staff.models import User
from records.emergency.asking import asked_by_path, door_of

register = template.Library()


@register.simple_tag(takes_context=True)
def emergency_door(context: Context) -> str:
    """Where a person who may break the glass goes from this address; "" for everyone else.

    The same for what does not exist and for what is out of reach: only the address counts.
    """
    user = _person(context)
    if user is None or not authority_of(user).may(Permission.EMERGENCY_ACCESS):
        return ""
    return door_of(asked_by_path(context["request"].path))


@register.simple_tag(takes_context=True)
def running_access(context: Context) -> dict[str, Any] | None:
    """The emergency access behind which the page about this patient stands open; None in all other cases."""
    user = _person(context)
    patient_id = (context.get("banner") or {}).get("id")
    if user is None or not isinstance(patient_id, UUID) or patient_id not in authority_of(user).emergency:
        return None
    running = running_emergency(user, patient_id)
    if running is None:
        return None
    return {
        "until": _clock(ended_at(running), _zone(context)),
        "reason": running.get_reason_code_display(),
        "renew_url": reverse("emergency:renew", args=[patient_id]),
        "close_url": reverse("emergency:close", args=[patient_id]),
    }


def _person(context: Context) -> User | None:
    user = getattr(context.get("request"), "user", None)
    return user if isinstance(user, User) else None


def _zone(context: Context) -> str:
    facilities = context.get("facilities") or []
    return facilities[0].time_zone if facilities else "UTC"


def _clock(moment: datetime, zone: str) -> str:
    """14:05, with the day when that is not today."""
    local = moment.astimezone(ZoneInfo(zone))
    today = timezone.now().astimezone(ZoneInfo(zone)).date()
    return local.strftime("%H:%M") if local.date() == today else local.strftime("%m/%d %H:%M")
