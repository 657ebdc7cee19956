"""The chart page and the search inside it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from hims.staff.requests import person
from records.chart.presenters import chart_context, hit_row
from records.chart.selectors import patient_chart
from records.documents.selectors import search_chart


@require_GET
def chart(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Encounters, documents, clinical lists. htmx asks for one list's next page only."""
    found = patient_chart(
        by=person(request), patient_id=patient_id, encounters_after=request.GET.get("encounters_after", ""),
        documents_after=request.GET.get("documents_after", ""),
    )  # fmt: skip
    context: dict[str, Any] = chart_context(found, today=timezone.localdate())
    context["crumbs"] = [{"label": "Patients", "url": "/patients/"}, {"label": "Chart"}]
    return render(request, "records/chart.html", context)


@require_POST
def chart_search(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Documents of this chart that hold the words, as a fragment."""
    text = request.POST.get("text", "").strip()[:100]
    hits = search_chart(by=person(request), patient_id=patient_id, text=text) if text else []
    return render(
        request,
        "records/partials/chart_hits.html",
        {"text": text, "hits": [hit_row(document) for document in hits]},
    )
