"""Pages of privacy monitoring: the queue of alerts, one alert, the share of accesses that explain themselves."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from audit.monitoring.actions import close_alert, close_alerts
from audit.monitoring.forms import AlertFilterForm, CloseForm, CloseManyForm
from audit.monitoring.presenters import alert_facts, alert_row, event_line, share_chart
from audit.monitoring.selectors import (
    AlertFilter,
    AlertPage,
    alert_details,
    alert_to_close,
    alerts_queue,
    explained_share,
)
from audit.subjects import patient_names
from hims.lib.errors import DomainError
from hims.lib.forms import add_domain_error
from hims.staff.requests import person

ALERTS = {"label": "Privacy", "url": "/privacy/"}


@require_GET
def alerts(request: HttpRequest) -> HttpResponse:
    """The queue: open alerts, the gravest first; filters hold ids only, never a patient's name."""
    return _queue(request, CloseForm())


def _queue(request: HttpRequest, closing: CloseForm, status: int = 200) -> HttpResponse:
    by, form = person(request), AlertFilterForm(request.GET or None)
    right = form.is_valid() or not form.is_bound
    wanted = form.wanted() if form.is_valid() else AlertFilter()
    page = alerts_queue(by=by, wanted=wanted, after=request.GET.get("after", "")) if right else AlertPage([], "", 0)
    names = patient_names(by, page.patient_ids)
    context = {
        "form": form, "rows": [alert_row(alert, names) for alert in page.rows], "page": page, "closing": closing,
        "any_open": any(alert.state == "open" for alert in page.rows), "ticked": request.POST.getlist("alerts"),
        "crumbs": [{"label": "Privacy"}],
    }  # fmt: skip
    template = "privacy/partials/alert_table.html" if request.headers.get("HX-Request") else "privacy/alerts.html"
    return render(request, template, context, status=status if right else 422)


@require_GET
def alert(request: HttpRequest, alert_id: UUID) -> HttpResponse:
    """One alert: who, whom, what was done, what would have explained it."""
    return _alert(request, alert_id, CloseForm())


def _alert(request: HttpRequest, alert_id: UUID, form: CloseForm, status: int = 200) -> HttpResponse:
    by = person(request)
    found = alert_details(by=by, alert_id=alert_id)
    names = patient_names(by, found.patient_ids)
    context: dict[str, Any] = {
        "alert": found.alert, "row": alert_row(found.alert, names), "facts": alert_facts(found.alert, found.access, names),
        "events": [event_line(event) for event in found.events], "missing": found.alert.missing,
        "others": [alert_row(other, names) for other in found.others], "form": form,
        "own": found.alert.actor_id == by.pk,
        "crumbs": [ALERTS, {"label": found.alert.get_rule_display()}],
    }  # fmt: skip
    return render(request, "privacy/alerts_one.html", context, status=status)


@require_POST
def close(request: HttpRequest, alert_id: UUID) -> HttpResponse:
    """Close one alert with an outcome."""
    by, form = person(request), CloseForm(request.POST)
    found = alert_to_close(by=by, alert_id=alert_id)
    if form.is_valid():
        try:
            close_alert(by=by, alert=found, **form.cleaned_data)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, "The alert is closed.")
            return redirect("privacy:alerts")
    return _alert(request, alert_id, form, status=422)


@require_POST
def close_many(request: HttpRequest) -> HttpResponse:
    """Close the ticked alerts with one outcome, all or none."""
    by, ids = person(request), [text for text in request.POST.getlist("alerts") if _uuid(text)]
    form = CloseManyForm(request.POST, ids=ids)
    if form.is_valid():
        data = form.cleaned_data
        try:
            done = close_alerts(
                by=by, alert_ids=[UUID(each) for each in data["alerts"]], outcome=data["outcome"], note=data["note"]
            )
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, f"{done.count} alerts are closed." if done.count != 1 else "One alert is closed.")
            return _back(request)
    return _queue(request, form, status=422)


@require_POST
def to_case(request: HttpRequest) -> HttpResponse:
    """The ticked alerts become the beginning of a case; the next page asks for the rest."""
    ids = [text for text in request.POST.getlist("alerts") if _uuid(text)]
    if not ids:
        messages.error(request, "Tick the alerts first.")
        return _back(request)
    return redirect(f"{reverse('cases:new')}?{urlencode([('alert', each) for each in ids[:100]])}")


@require_GET
def explained(request: HttpRequest) -> HttpResponse:
    """How many accesses explained themselves in the last four weeks, day by day, and by what."""
    share = explained_share(by=person(request))
    context = {"chart": share_chart(share), "crumbs": [ALERTS, {"label": "Explained accesses"}]}
    return render(request, "privacy/alerts_explained.html", context)


def _back(request: HttpRequest) -> HttpResponse:
    """The queue as it was filtered."""
    query = request.GET.urlencode()
    return redirect(f"{reverse('privacy:alerts')}{f'?{query}' if query else ''}")


def _uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
