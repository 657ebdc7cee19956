"""Pages of restriction: the hidden charts, one chart with all who may reach it, staff and their own charts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit import gate
from audit.gate import Can
from hims.lib.access import Permission
from hims.lib.errors import AccessDenied, DomainError, NotVisible, TrailUnavailable
from hims.lib.forms import add_domain_error
from hims.staff.models import User
from hims.staff.requests import person
from records.presenters import banner
from records.registry.models import Patient
from records.restriction.actions import (
    give_access,
    lift,
    link_employee,
    remove_exceptions,
    restrict,
    take_back,
    unlink_employee,
)
from records.restriction.forms import AccessForm, EmployeeForm, ReasonForm, RestrictForm
from records.restriction.presenters import chart_context, chart_row
from records.restriction.selectors import Restricted, proposed_charts, restricted_chart, restricted_charts

Forms = dict[str, forms.Form]


@require_GET
def charts(request: HttpRequest) -> HttpResponse:
    """The restricted charts in reach."""
    page = restricted_charts(by=person(request), after=request.GET.get("after", ""))
    context = {"rows": [chart_row(patient) for patient in page.rows], "page": page, **_tabs("charts")}
    return render(request, "records/restriction_list.html", context)


@require_GET
def chart(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """The mark of one chart, and who may reach it."""
    return _page(request, restricted_chart(by=person(request), patient_id=patient_id), {})


@require_POST
def mark(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Restrict the chart, or change reason and alias."""
    form = RestrictForm(request.POST)

    def act(by: User, patient: Patient) -> None:
        restrict(by=by, patient=patient, **form.cleaned_data)

    return _do(request, patient_id, "restrict", form, act, "The chart is restricted.")


@require_POST
def unmark(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Lift the restriction."""
    form = ReasonForm(request.POST)

    def act(by: User, patient: Patient) -> None:
        lift(by=by, patient=patient, **form.cleaned_data)

    return _do(request, patient_id, "lift", form, act, "The restriction is lifted.")


@require_POST
def give(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Access for a person or a role."""
    form = AccessForm(request.POST)

    def act(by: User, patient: Patient) -> None:
        give_access(by=by, patient=patient, **form.cleaned_data)

    return _do(request, patient_id, "give", form, act, "Access is given.")


@require_POST
def take(request: HttpRequest, patient_id: UUID, grant_id: UUID) -> HttpResponse:
    """Take one access back."""
    by = person(request)
    found = restricted_chart(by=by, patient_id=patient_id)
    take_back(by=by, patient=found.patient, grant_id=grant_id)
    messages.success(request, "The access is taken back; it ended this moment.")
    return redirect("restriction:chart", patient_id=patient_id)


@require_POST
def drop_exceptions(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Remove the standing exceptions."""
    by = person(request)
    found = restricted_chart(by=by, patient_id=patient_id)
    remove_exceptions(by=by, patient=found.patient)
    messages.success(request, "The standing exceptions are removed.")
    return redirect("restriction:chart", patient_id=patient_id)


@require_POST
def unlink(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """The chart is not that of this member of staff."""
    form = ReasonForm(request.POST)

    def act(by: User, patient: Patient) -> None:
        unlink_employee(by=by, patient=patient, **form.cleaned_data)

    return _do(request, patient_id, "unlink", form, act, "The link is removed. The chart stays restricted.")


@require_http_methods(["GET", "POST"])
def employees(request: HttpRequest) -> HttpResponse:
    """Find the chart of a member of staff by name and birth date."""
    by = person(request)
    gate.demand(by, Permission.RESTRICTION_MANAGE, event="restriction.employee_searched")
    form = EmployeeForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"form": form, **_tabs("employees")}
    if form.is_valid():
        found = proposed_charts(by=by, **form.cleaned_data)
        context |= {"proposed": [chart_row(patient) for patient in found], "of": form.cleaned_data["user"]}
    return render(request, "records/restriction_employees.html", context, status=422 if form.errors else 200)


@require_POST
def link(request: HttpRequest, patient_id: UUID, user_id: UUID) -> HttpResponse:
    """This patient is that member of staff."""
    by = person(request)
    found = restricted_chart(by=by, patient_id=patient_id)
    user = get_object_or_404(User, pk=user_id, is_system=False)
    try:
        link_employee(by=by, patient=found.patient, user=user)
    except (AccessDenied, NotVisible, TrailUnavailable):
        raise
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"The chart is linked to {user} and restricted.")
    return redirect("restriction:employees")


def _do(
    request: HttpRequest, patient_id: UUID, name: str, form: forms.Form, act: Callable[[User, Patient], None], said: str
) -> HttpResponse:
    """Check, act, and show the page again; whoever has lost sight of the chart by it goes to the list."""
    by = person(request)
    found = restricted_chart(by=by, patient_id=patient_id)
    if form.is_valid():
        try:
            act(by, found.patient)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, said)
            trusted = Can(by)[Permission.CONFIDENTIAL_VIEW]
            return redirect("restriction:chart", patient_id=patient_id) if trusted else redirect("restriction:charts")
    return _page(request, found, {name: form})


def _page(request: HttpRequest, found: Restricted, bound: Forms) -> HttpResponse:
    patient = found.patient
    shown: Forms = {
        "restrict": RestrictForm(initial=RestrictForm.of(patient)), "lift": ReasonForm(auto_id="lift_%s"),
        "give": AccessForm(auto_id="give_%s"), "unlink": ReasonForm(auto_id="unlink_%s"),
    }  # fmt: skip
    for name, form in bound.items():
        form.auto_id = shown[name].auto_id
        shown[name] = form
    context = {
        **chart_context(found), "forms": shown, "patient": patient,
        "banner": banner(patient, today=timezone.localdate()),
        "crumbs": [{"label": "Restricted charts", "url": reverse("restriction:charts")}, {"label": "Chart"}],
    }  # fmt: skip
    return render(request, "records/restriction.html", context, status=422 if bound else 200)


def _tabs(current: str) -> dict[str, Any]:
    named = (("charts", "Restricted charts"), ("employees", "Members of staff"))
    return {
        "tabs": [{"label": label, "url": reverse(f"restriction:{name}"), "current": name == current} for name, label in named],
        "crumbs": [{"label": "Restricted charts"}],
    }  # fmt: skip
