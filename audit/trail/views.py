"""The audit page: who saw or did what to whom."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from audit.cases.selectors import open_cases
from audit.exchange.fhir import NDJSON, ndjson
from audit.gate import Can, demand
from audit.monitoring.limits import demand_reason
from audit.subjects import patient_names
from audit.trail.filters import EventFilter, EventOrder
from audit.trail.forms import EventFilterForm
from audit.trail.presenters import EXPORT_HEADER, event_row, export_row, heads, sitting_row
from audit.trail.selectors import (
    PRINTED_AT_MOST,
    EventPage,
    audit_events,
    audit_export,
    export_size,
    sittings_of,
)
from hims.lib.access import Permission
from hims.lib.csv_safe import csv_text
from hims.lib.errors import DomainError
from hims.lib.forms import add_domain_error
from hims.lib.paging import DAMAGED
from hims.lib.pdf import render_pdf
from hims.staff.models import User
from hims.staff.requests import person

FORMATS = {"csv": "CSV", "pdf": "PDF", "fhir": "FHIR"}


@require_GET
def events(request: HttpRequest) -> HttpResponse:
    """The search page with its first results; filters hold ids and names of staff only, never a patient's name."""
    by = person(request)
    form = EventFilterForm(request.GET or None)
    if form.is_valid() and request.GET.get("view") == "sittings" and form.wanted().actor_id:
        return _sittings(request, by, form)
    page, order = _found(request, by, form)
    names = patient_names(by, page.patient_ids)
    rows = [event_row(event, names) for event in page.events]
    sortable = any((page.wanted.patient_id, page.wanted.actor_id, page.wanted.request_id, page.wanted.object_id,
                    page.wanted.from_at))  # fmt: skip
    context = {
        **_common(request, by, form, page.wanted), "rows": rows, "heads": heads(order, request.GET, sortable=sortable),
        "about": names.get(page.wanted.patient_id, "one patient") if page.wanted.patient_id else "",
        "next_url": _with(request, after=page.next_cursor) if page.next_cursor else "",
    }  # fmt: skip
    return _answer(request, context, form)


def _found(request: HttpRequest, by: User, form: EventFilterForm) -> tuple[EventPage, EventOrder]:
    """The page asked for; an empty one, with the reason on the form, for what cannot be searched or sorted."""
    valid = form.is_valid()
    wanted = form.wanted() if valid else EventFilter()
    order = form.cleaned_data["sort"] if valid else ""
    if form.is_bound and not valid:
        return EventPage([], "", wanted), EventOrder()
    try:
        page = audit_events(by=by, wanted=wanted, order=order, after=request.GET.get("after", ""))
    except DomainError as error:
        if error.message == DAMAGED:
            raise
        add_domain_error(form, error)
        page = EventPage([], "", wanted)
    return page, EventOrder.read(order)


def _sittings(request: HttpRequest, by: User, form: EventFilterForm) -> HttpResponse:
    wanted = form.wanted()
    try:
        page = sittings_of(by=by, wanted=wanted)
    except DomainError as error:
        add_domain_error(form, error)
        return _answer(request, {**_common(request, by, form, wanted), "sittings": []}, form)
    context = {
        **_common(request, by, form, wanted), "sittings": [sitting_row(each, request.GET) for each in page.sittings],
        "next_url": _with(request, before=page.before.isoformat()) if page.before else "",
    }  # fmt: skip
    return _answer(request, context, form)


def _common(request: HttpRequest, by: User, form: EventFilterForm, wanted: EventFilter) -> dict[str, Any]:
    case = request.GET.get("case", "")
    grouped = request.GET.get("view") == "sittings"
    views = [
        {"label": "Events", "url": _with(request, view="", before=""), "current": not grouped},
        {"label": "Sittings", "url": _with(request, view="sittings", after="", sort=""), "current": grouped},
    ]  # fmt: skip
    return {
        "form": form, "query": request.GET.urlencode(), "crumbs": [{"label": "Audit"}], "formats": FORMATS.items(),
        "views": views if wanted.actor_id else [], "grouped": grouped and bool(wanted.actor_id),
        "walked": wanted.bounded(timezone.now()).from_at if wanted.walks and wanted.from_at is None else None,
        "cases": open_cases(by=by) if case and Can(by)["privacy_review"] else [], "case": case,
        "keep": f"{urlencode({'case': case})}&" if case else "",
        "collect_url": "" if case else _with(request, case="choose"), "patient_id": wanted.patient_id,
    }  # fmt: skip


def _answer(request: HttpRequest, context: dict[str, Any], form: EventFilterForm) -> HttpResponse:
    template = "audit/partials/events.html" if request.headers.get("HX-Request") else "audit/events.html"
    return render(request, template, context, status=422 if form.errors else 200)


@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """The same filter as a file. Data of many patients leave with a reason only; the export is an event."""
    by = person(request)
    demand(by, Permission.AUDIT_EXPORT, event="audit.exported")
    form = EventFilterForm(request.POST)
    if not form.is_valid():
        return render(request, "audit/events.html", {"form": form, "rows": []}, status=422)
    kind = request.POST.get("format", "csv")
    kind = kind if kind in FORMATS else "csv"
    wanted = form.wanted()
    size = export_size(by=by, wanted=wanted)
    try:
        reason = demand_reason(size.patients, request.POST.get("reason", ""))
    except DomainError as error:
        context = {"form": form, "size": size, "kind": kind, "kind_label": FORMATS[kind], "error": error.message,
                   "action": request.path, "cancel_url": "/audit/",
                   "sent": [pair for pair in request.POST.items() if pair[0] in form.fields],
                   "crumbs": [{"label": "Audit", "url": "/audit/"}, {"label": "Export"}]}  # fmt: skip
        return render(request, "audit/export_reason.html", context, status=422)
    return MAKERS[kind](by, wanted, reason)


def _csv(by: User, wanted: EventFilter, reason: str) -> HttpResponse:
    found = audit_export(by=by, wanted=wanted, reason=reason)
    return _file(csv_text(EXPORT_HEADER, map(export_row, found.events)), "text/csv; charset=utf-8", "csv")


def _fhir(by: User, wanted: EventFilter, reason: str) -> HttpResponse:
    found = audit_export(by=by, wanted=wanted, reason=reason)
    return _file(ndjson(found.events), NDJSON, "ndjson")


def _pdf(by: User, wanted: EventFilter, reason: str) -> HttpResponse:
    """For people: at most 2,000 events, with the names of patients in reach."""
    found = audit_export(by=by, wanted=wanted, reason=reason, limit=PRINTED_AT_MOST)
    names = patient_names(by, found.patient_ids)
    context = {"rows": [event_row(event, names) for event in found.events], "made_at": timezone.now(), "made_by": by,
               "whole": len(found.events) < PRINTED_AT_MOST, "reason": reason}  # fmt: skip
    return _file(render_pdf("audit/events_pdf.html", context), "application/pdf", "pdf")


MAKERS = {"csv": _csv, "fhir": _fhir, "pdf": _pdf}


def _file(content: str | bytes, kind: str, ending: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="audit-events.{ending}"'
    return response


def _with(request: HttpRequest, **values: str) -> str:
    """The address of this page with some parameters changed, "" takes one away."""
    query = request.GET.copy()
    for name, value in values.items():
        query.pop(name, None)
        if value:
            query[name] = value
    return f"?{query.urlencode()}"
