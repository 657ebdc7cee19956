"""The page on which a facility decides what a code without evidence means."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from audit.gate import facilities_for
from coding.workbench.evidence.actions import set_policy
from coding.workbench.evidence.enums import Level
from coding.workbench.evidence.forms import PolicyForm
from coding.workbench.evidence.models import EvidencePolicy
from coding.workbench.evidence.selectors import policies
from coding.workbench.forms import values_of
from coding.workbench.views import PASSED_ON
from hims.lib.access import Permission
from hims.lib.errors import DomainError
from hims.staff.models import Facility, User
from hims.staff.requests import person
from records.presenters import moment

MEANINGS = {
    Level.OFF: "A line says that it has no evidence; nothing else happens.",
    Level.WARN: "The checklist names the codes without evidence; finalizing is possible.",
    Level.STOP: "A coding is finalized when each code has evidence in the newest text, or somebody signed with a reason.",
}


@require_http_methods(["GET", "POST"])
def policy(request: HttpRequest) -> HttpResponse:
    """What each facility asks for, and who changed it when."""
    by = person(request)
    places = facilities_for(by, Permission.CODING_POLICY)
    changes = policies(by=by, facility_ids=[place.pk for place in places]).changes
    refused = ""
    if request.method == "POST":
        try:
            done = _changed(by, places, request)
        except PASSED_ON:
            raise
        except DomainError as error:
            refused = error.message
        else:
            messages.success(request, f"{done.facility.name}: {Level(done.level).label.lower()}.")
            return redirect("coding:evidence_policy")
    context = {
        "places": [_place(place, changes) for place in places], "refused": refused, "meanings": _choices(),
        "crumbs": [{"label": "Coding", "url": reverse("coding:worklist")}, {"label": "Evidence policy"}],
    }  # fmt: skip
    return render(request, "coding/workbench/evidence/policy.html", context, status=422 if refused else 200)


def _changed(by: User, places: list[Facility], request: HttpRequest) -> EvidencePolicy:
    asked = values_of(PolicyForm(request.POST))
    place = next((place for place in places if place.pk == asked["facility"]), None)
    if place is None:
        raise DomainError("Choose a facility at which you decide this.", field="facility")
    return set_policy(by=by, facility=place, level=asked["level"])


def _choices() -> list[dict[str, str]]:
    return [{"value": level.value, "label": level.label, "text": MEANINGS[level]} for level in Level]


def _place(place: Facility, changes: Any) -> dict[str, Any]:
    own = [change for change in changes if change.facility_id == place.pk]
    return {
        "id": place.pk, "name": place.name, "level": own[0].level if own else Level.OFF.value,
        "changes": [
            {"level": Level(change.level).label, "by": str(change.changed_by),
             "at": moment(change.changed_at, place.time_zone)}
            for change in own
        ],
    }  # fmt: skip
