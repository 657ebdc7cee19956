"""What every page needs: what the person may do, where they can go, where they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from audit.authority import authority_of
from audit.gate import Can
from hims.lib.access import Permission
from hims.staff.models import Facility, User


@dataclass(frozen=True)
class Place:
    """One entry of the navigation; key: the letter after `g` that goes there."""

    label: str
    route: str
    permission: Permission | None
    key: str


PLACES = (
    Place("Home", "home", None, "h"),
    Place("Patients", "records:patients", Permission.PATIENT_SEARCH, "p"),
    Place("In house", "records:in_house", Permission.ENCOUNTER_MANAGE, "i"),
    Place("Coding", "coding:worklist", Permission.CODING_VIEW, "w"),
    Place("Codes", "codesets:search", None, "c"),
    Place("Billing", "billing:accounts", Permission.CLAIM_VIEW, "b"),
    Place("Audit", "audit:events", Permission.AUDIT_VIEW, "a"),
)


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor; empty for visitors who have not signed in."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {"demo": settings.DEMO}
    can = Can(user)
    return {
        "can": can,
        "demo": settings.DEMO,
        "navigation": [
            _entry(place, request.path) for place in PLACES if place.permission is None or can[place.permission]
        ],
        "facilities": list(Facility.objects.filter(pk__in=authority_of(user).everywhere)),
        "role_names": ", ".join(can.roles),
    }


def _entry(place: Place, path: str) -> dict[str, Any]:
    url = reverse(place.route)
    current = path == url if place.route == "home" else path.startswith(url)
    return {"label": place.label, "url": url, "key": place.key, "current": current}
