"""Pages of the registry: find a patient, look at one, register one, correct one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.gate import Can, facilities_for, refuse
from hims.lib.access import Permission
from hims.lib.errors import DomainError
from hims.lib.forms import add_domain_error
from hims.lib.text import squeeze
from hims.staff.requests import person
from records.presenters import age_words, banner, day, mrn_of, patient_facts
from records.registry.actions import add_coverage, correct_patient, register_patient
from records.registry.forms import CoverageForm, PatientForm, RegistrationForm, initial_details
from records.registry.models import Patient
from records.registry.rules import LONGEST_SEARCH
from records.registry.searching import find_patients
from records.registry.selectors import my_patients, patient_details, patient_to_correct

SEARCHED = "patient_search_done"


@require_GET
def patients(request: HttpRequest) -> HttpResponse:
    """The search page; people who reach only the patients they are concerned with find those below it."""
    by = person(request)
    context: dict[str, Any] = {"crumbs": [{"label": "Patients"}]}
    can = Can(by)
    if can[Permission.PATIENT_SEARCH] and not can[Permission.FACILITY_CHARTS]:
        page = my_patients(by=by, after=request.GET.get("after", ""))
        context |= {"mine": [_row(patient) for patient in page.rows], "page": page}
    return render(request, "records/patients.html", context)


@require_POST
def search(request: HttpRequest) -> HttpResponse:
    """Results: a fragment for htmx, otherwise the whole page. The text comes in the body, so that no name stands in an
    address or a log."""
    text = squeeze(request.POST.get("text", "")[:LONGEST_SEARCH])
    found = find_patients(by=person(request), text=text)
    request.session[SEARCHED] = bool(text) or request.session.get(SEARCHED, False)
    context = {
        "text": text,
        "rows": [_row(patient) for patient in found],
        "searched": request.session[SEARCHED],
        "crumbs": [{"label": "Patients"}],
    }
    template = "records/partials/patient_results.html" if request.headers.get("HX-Request") else "records/patients.html"
    return render(request, template, context)


def patient_page(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """The patient without the chart, for people who register, book or bill but do not read charts."""
    patient = patient_details(by=person(request), patient_id=patient_id)
    context = {
        "patient": patient, "facts": patient_facts(patient), "coverages": patient.coverages.all(),
        "banner": banner(patient, today=timezone.localdate()),
        "crumbs": [{"label": "Patients", "url": "/patients/"}, {"label": "Patient"}],
    }  # fmt: skip
    return render(request, "records/patient.html", context)


@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """A new patient; a search must have been run before, as most duplicates are born at registration."""
    by = person(request)
    facilities = facilities_for(by, Permission.PATIENT_REGISTER)
    if not facilities:
        refuse(by, Permission.PATIENT_REGISTER, event="patient.registration_opened")
    if not request.session.get(SEARCHED):
        messages.info(request, "Search for the patient first: most duplicates are made at registration.")
        return redirect("records:patients")
    form = RegistrationForm(_posted(request), facilities=facilities)
    if form.is_valid():
        try:
            patient = register_patient(
                by=by, facility=form.cleaned_data["facility"], details=form.details(),
                another_person=form.cleaned_data["another_person"],
            )  # fmt: skip
        except DomainError as error:
            add_domain_error(form, error)
        else:
            request.session[SEARCHED] = False
            messages.success(request, f"{patient.name} is registered.")
            return redirect(patient)
    crumbs = [{"label": "Patients", "url": "/patients/"}, {"label": "Register"}]
    return render(
        request, "records/register.html", {"form": form, "crumbs": crumbs}, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Corrected demographics."""
    by = person(request)
    patient = patient_to_correct(by=by, patient_id=patient_id)
    form = PatientForm(_posted(request), initial=initial_details(patient))
    if form.is_valid():
        try:
            correct_patient(by=by, patient=patient, details=form.details())
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, "The demographics are corrected.")
            return redirect(patient)
    return _form_page(request, patient, form, "Correct demographics", "Save the corrections")


@require_http_methods(["GET", "POST"])
def coverage(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """A coverage of the patient."""
    by = person(request)
    patient = patient_to_correct(by=by, patient_id=patient_id)
    form = CoverageForm(_posted(request))
    if form.is_valid():
        try:
            add_coverage(by=by, patient=patient, **form.cleaned_data)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, "The coverage is on file.")
            return redirect(patient)
    return _form_page(request, patient, form, "Add coverage", "Add the coverage")


def _posted(request: HttpRequest) -> Any:
    """The form's data: an empty form that is sent is checked too, one that is opened is not."""
    return request.POST if request.method == "POST" else None


def _form_page(
    request: HttpRequest, patient: Patient, form: PatientForm | CoverageForm, title: str, submit: str
) -> HttpResponse:
    context = {
        "form": form, "title": title, "submit": submit, "cancel_url": patient.get_absolute_url(),
        "banner": banner(patient, today=timezone.localdate()), "crumbs": patient_crumbs(patient, title),
    }  # fmt: skip
    return render(request, "records/form_page.html", context, status=422 if form.errors else 200)


def patient_crumbs(patient: Patient, *further: str) -> list[dict[str, str]]:
    """Patients > this chart > the page."""
    crumbs = [
        {"label": "Patients", "url": "/patients/"},
        {"label": "Chart", "url": patient.get_absolute_url()},
    ]
    return crumbs + [{"label": label} for label in further]


def _row(patient: Patient) -> dict[str, str]:
    return {
        "id": str(patient.pk), "name": patient.listed_name, "url": patient.get_absolute_url(), "mrn": mrn_of(patient),
        "birth_date": day(patient.birth_date), "age": age_words(patient.birth_date, timezone.localdate()),
        "sex": patient.get_sex_display(),
    }  # fmt: skip
