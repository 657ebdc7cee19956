"""The audit page: who saw or did what to whom."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from audit.subjects import patient_names
from audit.trail.forms import EventFilterForm
from audit.trail.presenters import EXPORT_HEADER, event_row, export_row
from audit.trail.selectors import EventFilter, EventPage, audit_events, audit_export
from hims.lib.csv_safe import csv_text
from hims.staff.requests import person


@require_GET
def events(request: HttpRequest) -> HttpResponse:
    """The search page with its first results; filters hold ids and names of staff only, never a patient's name."""
    form = EventFilterForm(request.GET or None)
    wanted = form.wanted() if form.is_valid() else EventFilter()
    page = (
        audit_events(by=person(request), wanted=wanted, after=request.GET.get("after", ""))
        if form.is_valid() or not form.is_bound
        else EventPage([], "", wanted)
    )
    names = patient_names(person(request), page.patient_ids)
    context = {
        "form": form,
        "about": names.get(wanted.patient_id, "one patient") if wanted.patient_id else "",
        "rows": [event_row(event, names) for event in page.events],
        "next_url": _next(request, page.next_cursor),
        "query": request.GET.urlencode(),
        "crumbs": [{"label": "Audit"}],
    }
    template = "audit/partials/events.html" if request.headers.get("HX-Request") else "audit/events.html"
    return render(request, template, context, status=422 if form.errors else 200)


@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """The same filter as a CSV file; the export is an event."""
    form = EventFilterForm(request.POST)
    if not form.is_valid():
        return render(request, "audit/events.html", {"form": form, "rows": []}, status=422)
    found = audit_export(by=person(request), wanted=form.wanted())
    response = HttpResponse(
        csv_text(EXPORT_HEADER, map(export_row, found.events)), content_type="text/csv; charset=utf-8"
    )
    response.headers["Content-Disposition"] = 'attachment; filename="audit-events.csv"'
    return response


def _next(request: HttpRequest, cursor: str) -> str:
    if not cursor:
        return ""
    query = request.GET.copy()
    query["after"] = cursor
    return f"?{query.urlencode()}"
