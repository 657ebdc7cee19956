"""The review of emergency accesses, for privacy officers."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from audit.access.actions import review_emergency
from audit.access.emergencies import REVIEW_DAYS
from audit.access.forms import ReviewForm
from audit.access.presenters import emergency_row, opened_row, queue_rows, review_facts
from audit.access.selectors import EmergencyReview, emergency_queue, emergency_to_review
from audit.subjects import patient_names
from hims.lib.errors import DomainError
from hims.lib.forms import add_domain_error
from hims.staff.models import User
from hims.staff.requests import person

CRUMB = "Emergency access"


@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """What waits for review; another tab shows what was reviewed."""
    by = person(request)
    closed = request.GET.get("state") == "closed"
    found = emergency_queue(by=by, closed=closed, after=request.GET.get("after", ""))
    names = patient_names(by, {row.patient_id for row in found.rows})
    url = reverse("emergencies:queue")
    context = {
        "rows": queue_rows(found, names), "page": found.page, "closed": closed, "review_days": REVIEW_DAYS,
        "tabs": [
            {"label": "To review", "url": url, "current": not closed},
            {"label": "Reviewed", "url": f"{url}?state=closed", "current": closed},
        ],
        "crumbs": [{"label": CRUMB}],
    }  # fmt: skip
    return render(request, "privacy/emergencies.html", context)


@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, emergency_id: UUID) -> HttpResponse:
    """One access; the form closes its review."""
    by = person(request)
    found = emergency_to_review(by=by, emergency_id=emergency_id)
    form = ReviewForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            review_emergency(by=by, emergency=found.emergency, **form.cleaned_data)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, "The review is closed.")
            return redirect("emergencies:queue")
    context = _about(by, found, form)
    return render(request, "privacy/emergency.html", context, status=422 if form.errors else 200)


def _about(by: User, found: EmergencyReview, form: ReviewForm) -> dict[str, Any]:
    emergency = found.emergency
    names = patient_names(by, found.patient_ids)
    trail = urlencode({"person": emergency.user_id, "patient": emergency.patient_id})
    return {
        "facts": review_facts(found, names), "events": [opened_row(event) for event in found.events], "more": found.more,
        "others": [emergency_row(other, names, found.now) for other in found.others],
        "form": form, "may_decide": not emergency.outcome and emergency.user_id != by.pk,
        "own": emergency.user_id == by.pk, "open": not emergency.outcome,
        "trail_url": f"{reverse('audit:events')}?{trail}",
        "crumbs": [{"label": CRUMB, "url": reverse("emergencies:queue")}, {"label": "Review"}],
    }  # fmt: skip
