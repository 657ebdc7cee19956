"""The emergency door: from "nothing here for you" to the chart in one screen, and the button that closes it again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from audit import gate
from audit.access.actions import end_emergency, open_emergency
from audit.access.emergencies import length, running_emergency
from audit.access.models import EmergencyAccess
from audit.access.purposes import for_purpose
from audit.trail.enums import Purpose
from hims.lib.access import Permission
from hims.lib.errors import DomainError
from hims.lib.forms import add_domain_error
from hims.staff.models import User
from hims.staff.reauthentication import confirm_identity
from hims.staff.requests import person
from records.emergency.asking import Asked, whose
from records.emergency.forms import EmergencyForm
from records.emergency.selectors import in_reach


@require_http_methods(["GET", "POST"])
def door(request: HttpRequest) -> HttpResponse:
    """The patient is named by number and birth date."""
    by = _asker(request)
    form = EmergencyForm(_posted(request), by_number=True)
    asked = form.asked() if form.is_bound else None
    return _chart_in_reach(by, asked) or _answer(request, by, form, asked)


@require_http_methods(["GET", "POST"])
def open_chart(request: HttpRequest, kind: str, target: UUID) -> HttpResponse:
    """The patient is the one of an address that gave nothing; who that is, is looked up after the form is sent."""
    by = _asker(request)
    asked = Asked(kind, target)
    return _chart_in_reach(by, asked) or _answer(request, by, EmergencyForm(_posted(request), by_number=False), asked)


@require_http_methods(["GET", "POST"])
def renew(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """More time, for a new reason."""
    by = _asker(request)
    running = running_emergency(by, patient_id)
    if running is None:
        return redirect("emergency:open", kind="chart", target=patient_id)
    form = EmergencyForm(_posted(request), by_number=False)
    return _answer(request, by, form, Asked("chart", patient_id), running)


@require_POST
def close(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """The person needs the chart no longer."""
    by = person(request)
    running = running_emergency(by, patient_id)
    if running is not None:
        with for_purpose(Purpose.EMERGENCY):
            end_emergency(by=by, emergency=running)
    messages.success(request, "The emergency access is closed.")
    return redirect("records:patients")


def _asker(request: HttpRequest) -> User:
    by = person(request)
    gate.demand(by, Permission.EMERGENCY_ACCESS, event="emergency.asked")
    return by


def _posted(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _chart_in_reach(by: User, asked: Asked | None) -> HttpResponse | None:
    """Nothing to break: straight to the chart, without form and without review."""
    found = in_reach(by=by, asked=asked) if asked is not None else []
    return redirect(found[0]) if len(found) == 1 else None


def _answer(
    request: HttpRequest, by: User, form: EmergencyForm, asked: Asked | None, running: EmergencyAccess | None = None
) -> HttpResponse:
    if asked is not None and form.is_valid():
        try:
            opened = _opened(request, by, form, asked, running)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            return redirect("records:chart", patient_id=opened.patient_id)
    hours = int(length().total_seconds() // 3600)
    context = {
        "form": form, "hours": hours, "running": running,
        "cancel_url": reverse("records:chart", args=[asked.target]) if running and asked else reverse("records:patients"),
        "crumbs": [{"label": "Patients", "url": reverse("records:patients")}, {"label": "Emergency access"}],
    }  # fmt: skip
    return render(request, "records/emergency.html", context, status=422 if form.errors else 200)


def _opened(
    request: HttpRequest, by: User, form: EmergencyForm, asked: Asked, running: EmergencyAccess | None
) -> EmergencyAccess:
    """Raises DomainError naming the field; NotVisible for the own chart."""
    given = form.cleaned_data
    confirm_identity(request, password=given["password"], code=given["code"])
    with for_purpose(Purpose.EMERGENCY):
        return open_emergency(
            by=by, wanted=whose(asked, by=by), reason_code=given["reason_code"], reason_text=given["reason_text"],
            renews=running.pk if running else None,
        )  # fmt: skip
