"""Why somebody looks at a chart: asked, without standing in the way, only when their roles leave it open."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from audit.access.purposes import for_purpose, keep_stated, must_be_asked, purposes_to_choose
from audit.authority import authority_of
from hims.lib.errors import DomainError
from hims.staff.models import User
from hims.staff.requests import person
from records.chart.selectors import chart_with_purpose

LOOK = "chart.viewed"


def purpose_choices(by: User, patient_id: UUID) -> list[dict[str, Any]]:
    """What to offer on the chart page; empty when the purpose is known."""
    authority = authority_of(by)
    if not must_be_asked(LOOK, authority, patient_id):
        return []
    return [{"value": purpose.value, "label": purpose.value.capitalize()} for purpose in purposes_to_choose(authority)]


@require_POST
def state(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """The answer holds for this patient until the person signs out. htmx gets the line that takes the question's place."""
    by = person(request)
    offered = {purpose.value: purpose for purpose in purposes_to_choose(authority_of(by))}
    purpose = offered.get(request.POST.get("purpose", ""))
    if purpose is None:
        raise DomainError("Choose one of the purposes that your roles stand for.", field="purpose")
    with for_purpose(purpose):
        chart_with_purpose(by=by, patient_id=patient_id, purpose=purpose.value)
    keep_stated(request, patient_id, purpose)
    if request.headers.get("HX-Request"):
        return render(request, "records/partials/purpose.html", {"stated": purpose.value})
    return redirect("records:chart", patient_id=patient_id)
