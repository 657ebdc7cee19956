"""The chart page and the search inside it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from audit.gate import Can
from hims.lib.access import Permission
from hims.lib.text import squeeze
from hims.staff.requests import person
from records.chart.presenters import chart_context, hit_row
from records.chart.purposes import purpose_choices
from records.chart.selectors import patient_chart
from records.documents.selectors import LONGEST_SEARCH, search_chart
from records.registry.views import patient_page


@require_GET
def chart(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Encounters, documents, clinical lists; whoever may not read charts gets the patient without them."""
    if not Can(person(request))[Permission.CHART_VIEW]:
        return patient_page(request, patient_id)
    return render(request, "records/chart.html", _chart(request, patient_id))


@require_POST
def chart_search(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Documents of this chart that hold the words: a fragment for htmx, otherwise the whole chart with them on top."""
    text = squeeze(request.POST.get("text", "")[:LONGEST_SEARCH])
    hits = search_chart(by=person(request), patient_id=patient_id, text=text)
    context: dict[str, Any] = {"text": text, "hits": [hit_row(document) for document in hits]}
    if request.headers.get("HX-Request"):
        return render(request, "records/partials/chart_hits.html", context)
    return render(request, "records/chart.html", {**_chart(request, patient_id), **context})


def _chart(request: HttpRequest, patient_id: UUID) -> dict[str, Any]:
    by = person(request)
    found = patient_chart(
        by=by, patient_id=patient_id, encounters_after=request.GET.get("encounters_after", ""),
        documents_after=request.GET.get("documents_after", ""),
    )  # fmt: skip
    crumbs = [{"label": "Patients", "url": "/patients/"}, {"label": "Chart"}]
    asked = {"crumbs": crumbs, "purposes": purpose_choices(by, patient_id)}
    return {**chart_context(found, today=timezone.localdate()), **asked}
