"""Pages on which a case is opened, changed, assessed and closed, and the yearly log of breaches."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.cases.actions import assess, change_case, close_case, open_case
from audit.cases.forms import AssessmentForm, CaseForm, CloseForm, found_now, year_of
from audit.cases.models import Case
from audit.cases.presenters import LOG_HEADER, log_rows, patient_rows
from audit.cases.selectors import Basis, basis_of_case, breach_log, breach_log_to_export, case_to_change
from audit.cases.views import CASES, PRIVACY
from audit.gate import demand, facilities_for
from audit.subjects import patient_names
from hims.lib.access import Permission
from hims.lib.csv_safe import csv_text
from hims.lib.errors import DomainError
from hims.lib.forms import add_domain_error
from hims.staff.models import User
from hims.staff.requests import person

YEARS_SHOWN = 7


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A case by hand, or from alerts or an emergency access named in the address."""
    by = person(request)
    demand(by, Permission.PRIVACY_REVIEW, event="case.opened")
    facilities = facilities_for(by, Permission.PRIVACY_REVIEW)
    basis = _basis(request, by)
    form = CaseForm(
        request.POST or None, facilities=facilities, **({} if request.POST else _initial(basis, facilities))
    )
    if form.is_valid():
        try:
            facts = form.facts(basis.patient_ids, basis.origin_ids)
            return redirect(open_case(by=by, facility=form.cleaned_data["facility"], facts=facts, origin=basis.origin))
        except DomainError as error:
            add_domain_error(form, error)
    context = {
        "form": form, "title": "New case", "submit": "Open the case", "cancel_url": CASES["url"],
        "patients": patient_rows(basis.patient_ids, patient_names(by, basis.patient_ids)),
        "crumbs": [PRIVACY, CASES, {"label": "New case"}],
    }  # fmt: skip
    return render(request, "privacy/case_form.html", context, status=422 if form.errors else 200)


def _basis(request: HttpRequest, by: User) -> Basis:
    alerts = [key for text in request.GET.getlist("alert")[:100] if (key := _uuid(text))]
    emergency = _uuid(request.GET.get("emergency", ""))
    found: Basis = basis_of_case(by=by, alert_ids=alerts, emergency_id=emergency)
    return found


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _initial(basis: Basis, facilities: list[Any]) -> dict[str, Any]:
    if not basis.title:
        return {}
    return {
        "initial": {
            "title": basis.title, "subjects": basis.subject_ids, "occurred_from": basis.first_on,
            "occurred_to": basis.last_on, "discovered_at": found_now(facilities),
        }
    }  # fmt: skip


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The facts of an open case."""
    by = person(request)
    found = case_to_change(by=by, case_id=case_id)
    form = CaseForm(request.POST or None, facilities=facilities_for(by, Permission.PRIVACY_REVIEW), case=found)
    if form.is_valid():
        try:
            return redirect(change_case(by=by, case=found, facts=form.facts(found.patient_ids)))
        except DomainError as error:
            add_domain_error(form, error)
    return _form_page(request, found, form, "Change the facts", "Save")


@require_http_methods(["GET", "POST"])
def assessment(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Breach or not: the four factors."""
    by = person(request)
    found = case_to_change(by=by, case_id=case_id)
    form = AssessmentForm(request.POST or None)
    if form.is_valid():
        try:
            assess(by=by, case=found, found=form.found(), text=form.cleaned_data["text"])
            return redirect(found)
        except DomainError as error:
            add_domain_error(form, error)
    context = {"note": "An impermissible use or disclosure is presumed to be a breach unless an exception applies, or the"
               " four factors together show a low probability that the information was compromised: no factor high, one"
               " medium at most (45 CFR 164.402). All four are needed, unless one of the first three answers settles the"
               " matter."}  # fmt: skip
    return _form_page(request, found, form, "Breach assessment", "Assess", context)


@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The outcome."""
    by = person(request)
    found = case_to_change(by=by, case_id=case_id)
    form = CloseForm(request.POST or None)
    if form.is_valid():
        try:
            return redirect(close_case(by=by, case=found, **form.values()))
        except DomainError as error:
            add_domain_error(form, error)
    return _form_page(request, found, form, "Close the case", "Close the case")


def _form_page(
    request: HttpRequest, case: Case, form: Any, title: str, submit: str, more: dict[str, Any] | None = None
) -> HttpResponse:
    own = {"label": case.number, "url": case.get_absolute_url()}
    context = {
        "form": form, "title": title, "submit": submit, "cancel_url": case.get_absolute_url(),
        "crumbs": [PRIVACY, CASES, own, {"label": title}], **(more or {}),
    }  # fmt: skip
    return render(request, "privacy/case_form.html", context, status=422 if form.errors else 200)


@require_GET
def breaches(request: HttpRequest) -> HttpResponse:
    """The log of breaches of one year, as it is reported to the Secretary."""
    today = timezone.localdate()
    year = year_of(request.GET.get("year", ""), today)
    log = breach_log(by=person(request), year=year)
    context = {
        "log": log, "year": year,
        "rows": [{**dict(zip(LOG_FIELDS, row, strict=True)), "url": line.case.get_absolute_url()}
                 for row, line in zip(log_rows(log), log.lines, strict=True)],
        "tabs": [{"label": str(each), "url": f"?year={each}", "current": each == year}
                 for each in range(today.year, today.year - YEARS_SHOWN, -1)],
        "crumbs": [PRIVACY, CASES, {"label": "Breach log"}],
    }  # fmt: skip
    return render(request, "privacy/cases_breaches.html", context)


LOG_FIELDS = (
    "number", "facility", "discovered", "first", "last", "kind", "location", "individuals", "large", "individuals_on",
    "media_on", "secretary_on", "due", "sanction",
)  # fmt: skip


@require_POST
def export_breaches(request: HttpRequest) -> HttpResponse:
    """The same as a CSV file."""
    year = year_of(request.POST.get("year", ""), timezone.localdate())
    log = breach_log_to_export(by=person(request), year=year)
    response = HttpResponse(csv_text(LOG_HEADER, log_rows(log)), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="breaches-{year}.csv"'
    return response
