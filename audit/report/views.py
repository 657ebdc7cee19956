"""The page on which the privacy office makes the report that a patient asked for."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from audit.gate import demand, facilities_for, today_for
from audit.report.document import page_words, report_pdf
from audit.report.forms import ReportForm
from audit.report.selectors import who_saw
from audit.staffing.finders import finder
from audit.subjects import patient_names
from hims.lib.access import Permission
from hims.lib.errors import DomainError
from hims.lib.forms import add_domain_error
from hims.staff.models import User
from hims.staff.requests import person

PRIVACY = {"label": "Privacy", "url": "/privacy/"}


@require_http_methods(["GET", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """The wishes; sent, the report below them or as PDF. The number of a patient is never part of an address."""
    by = person(request)
    demand(by, Permission.PRIVACY_REVIEW, event="audit.patient_report")
    facilities = facilities_for(by, Permission.PRIVACY_REVIEW)
    initial = {"patient": request.GET.get("patient", "")}
    today = today_for(by, Permission.PRIVACY_REVIEW)
    form = ReportForm(request.POST or None, facilities=facilities, today=today, initial=initial)
    context: dict[str, Any] = {"form": form, "crumbs": [PRIVACY, {"label": "Report for a patient"}]}
    if form.is_valid():
        try:
            made = _made(by, form)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            if request.POST.get("format") == "pdf":
                return _pdf(by, *made, named=form.cleaned_data["staff"] == "names")
            context |= {
                **page_words(made[0], named=form.cleaned_data["staff"] == "names"),
                "patient": made[1],
                "report": True,
            }
    known = (
        form.cleaned_data.get("patient")
        if form.is_bound and hasattr(form, "cleaned_data")
        else _uuid(initial["patient"])
    )
    if known and "patient" not in context:
        context["about"] = patient_names(by, [known]).get(known, "one patient")
    return render(request, "privacy/report.html", context, status=422 if form.errors else 200)


def _made(by: User, form: ReportForm) -> tuple[Any, str]:
    """The report and the patient's name. Raises DomainError when nobody has the number."""
    data = form.cleaned_data
    patient_id: UUID | None = data["patient"]
    if data["number"]:
        found = finder().by_number(by=by, facility=data["facility"], numbers=[data["number"], data["number"].upper()])
        if not found:
            raise DomainError("No patient of this facility has this number.", field="number")
        patient_id = found[0].patient_id
    assert patient_id is not None
    made = who_saw(by=by, patient_id=patient_id, facility=data["facility"], first=data["first"], last=data["last"])
    return made, patient_names(by, [patient_id]).get(patient_id, "one patient")


def _pdf(by: User, found: Any, patient: str, *, named: bool) -> HttpResponse:
    response = HttpResponse(report_pdf(by, found, patient=patient, named=named), content_type="application/pdf")
    response.headers["Content-Disposition"] = 'attachment; filename="who-saw-the-chart.pdf"'
    return response


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
