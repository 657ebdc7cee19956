"""What every page needs: what the person may do, where they can go, where they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from audit.authority import authority_of
from audit.gate import Can
from audit.staffing.watermark import watermark_for
from hims.lib.access import Permission
from hims.staff.models import Facility, User


@dataclass(frozen=True)
class Place:
    """One entry of the navigation; command: that goes there.

    permission: who sees it, everybody when None. also: another right that shows it. unless: a right that hides it.
    """

    label: str
    route: str
    permission: Permission | None
    command: str
    also: Permission | None = None
    unless: Permission | None = None

    def shown(self, can: Can) -> bool:
        """Whether the person sees this entry."""
        allowed = self.permission is None or can[self.permission] or (self.also is not None and can[self.also])
        return allowed and not (self.unless is not None and can[self.unless])


PLACES = (
    Place("Home", "home", None, "go.home"),
    Place("My charts", "staffing:my_charts", Permission.CHART_VIEW, "go.my-charts", unless=Permission.PATIENT_SEARCH),
    Place("Patients", "records:patients", Permission.PATIENT_SEARCH, "go.patients"),
    Place("In house", "records:in_house", Permission.ENCOUNTER_MANAGE, "go.in-house"),
    Place("Coding", "coding:worklist", Permission.CODING_VIEW, "go.coding"),
    Place("Codes", "codesets:search", None, "go.codes"),
    Place("Billing", "billing:accounts", Permission.CLAIM_VIEW, "go.billing"),
    Place("Audit", "audit:events", Permission.AUDIT_VIEW, "go.audit"),
    Place("Privacy", "privacy:alerts", Permission.PRIVACY_REVIEW, "go.privacy"),
    Place("Emergencies", "emergencies:queue", Permission.PRIVACY_REVIEW, "go.emergencies"),
    Place("Restricted", "restriction:charts", Permission.RESTRICTION_MANAGE, "go.restricted"),
    Place("Staff", "staffing:accounts", Permission.STAFF_MANAGE, "go.staff", also=Permission.ACCESS_CERTIFY),
)


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor; empty for visitors who have not signed in. Navigation and facilities are made when a page prints them."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {"demo": settings.DEMO}
    can = Can(user)
    return {
        "can": can,
        "demo": settings.DEMO,
        "navigation": SimpleLazyObject(lambda: _navigation(request, can)),
        "facilities": SimpleLazyObject(lambda: list(Facility.objects.filter(pk__in=authority_of(user).everywhere))),
        "role_names": ", ".join(can.roles),
        "watermark": watermark_for(user),
    }


def _navigation(request: HttpRequest, can: Can) -> list[dict[str, Any]]:
    return _only_nearest([_entry(place, request.path) for place in PLACES if place.shown(can)])


def _entry(place: Place, path: str) -> dict[str, Any]:
    url = reverse(place.route)
    current = path == url if place.route == "home" else path.startswith(url)
    return {"label": place.label, "url": url, "command": place.command, "current": current}


def _only_nearest(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of places that lie within each other, the inner one is where the person is."""
    nearest = max((entry["url"] for entry in entries if entry["current"]), key=len, default="")
    return [{**entry, "current": entry["url"] == nearest} for entry in entries]
