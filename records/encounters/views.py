"""Pages of encounters: read one, admit, move, discharge."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from audit.gate import facilities_for
from hims.lib.access import Permission
from hims.lib.errors import DomainError
from hims.lib.forms import add_domain_error, at_zone, local_text
from hims.staff.requests import person
from records.chart.presenters import document_row
from records.documents.selectors import documents_of_encounter
from records.encounters.actions import admit, cancel, correct_discharge, discharge, move
from records.encounters.enums import EncounterStatus
from records.encounters.forms import AdmissionForm, DischargeForm, MoveForm
from records.encounters.models import Encounter
from records.encounters.presenters import census_row, encounter_facts
from records.encounters.selectors import encounter_details, encounter_to_manage, in_house_page, patient_to_admit
from records.presenters import banner
from records.registry.models import Patient
from records.registry.views import patient_crumbs


@require_GET
def encounter(request: HttpRequest, encounter_id: UUID) -> HttpResponse:
    """One encounter: facts, places, documents, what can be done next."""
    by = person(request)
    found = encounter_details(by=by, encounter_id=encounter_id)
    documents = documents_of_encounter(by=by, encounter_id=encounter_id)
    context = {
        **_about(found.patient, found), "encounter": found, "facts": encounter_facts(found),
        "documents": [document_row(document) for document in documents],
        "in_house": found.status == EncounterStatus.IN_PROGRESS,
        "discharged": found.status == EncounterStatus.DISCHARGED,
    }  # fmt: skip
    return render(request, "records/encounter.html", context)


@require_GET
def in_house(request: HttpRequest) -> HttpResponse:
    """Who is in the hospital now."""
    page = in_house_page(by=person(request), after=request.GET.get("after", ""))
    context = {"rows": [census_row(found) for found in page.rows], "page": page, "crumbs": [{"label": "In house"}]}
    return render(request, "records/in_house.html", context)


@require_http_methods(["GET", "POST"])
def admit_patient(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """A new encounter of a patient."""
    by = person(request)
    patient = patient_to_admit(by=by, patient_id=patient_id)
    facilities = facilities_for(by, Permission.ENCOUNTER_MANAGE)
    form = AdmissionForm(_posted(request), facilities=facilities)

    def save() -> Encounter:
        return admit(by=by, patient=patient, facility=form.cleaned_data["facility"], admission=form.admission())

    done = _save(request, form, save, "The patient is admitted.")
    return done or _page(request, form, _about(patient, None, "Admit"), "Admit the patient", patient.get_absolute_url())


@require_http_methods(["GET", "POST"])
def discharge_patient(request: HttpRequest, encounter_id: UUID) -> HttpResponse:
    """Discharge, or correct a discharge that has happened."""
    by = person(request)
    found = encounter_to_manage(by=by, encounter_id=encounter_id)
    zone = found.facility.time_zone
    now_known = {
        "discharged_at": local_text(found.discharged_at, zone),
        "discharge_disposition": found.discharge_disposition,
        "correcting": found.status == EncounterStatus.DISCHARGED,
    }
    form = DischargeForm(_posted(request), initial=now_known)

    def save() -> Encounter:
        at = at_zone(form.cleaned_data["discharged_at"], zone, not_before=found.admitted_at)
        action = correct_discharge if form.cleaned_data["correcting"] else discharge
        return action(
            by=by, encounter=found, discharged_at=at,
            discharge_disposition=form.cleaned_data["discharge_disposition"],
        )  # fmt: skip

    done = _save(request, form, save, "The discharge is recorded. The account goes to coding.")
    about = _about(found.patient, found, "Discharge")
    return done or _page(request, form, about, "Record the discharge", found.get_absolute_url())


@require_http_methods(["GET", "POST"])
def move_patient(request: HttpRequest, encounter_id: UUID) -> HttpResponse:
    """Another bed."""
    by = person(request)
    found = encounter_to_manage(by=by, encounter_id=encounter_id)
    form = MoveForm(_posted(request))

    def save() -> Encounter:
        place = {name: form.cleaned_data[name] for name in ("unit", "room", "bed")}
        at = at_zone(form.cleaned_data["at"], found.facility.time_zone, not_before=found.admitted_at)
        return move(by=by, encounter=found, at=at, **place)

    done = _save(request, form, save, "The patient is moved.")
    return done or _page(
        request, form, _about(found.patient, found, "Move"), "Move the patient", found.get_absolute_url()
    )


@require_http_methods(["POST"])
def cancel_encounter(request: HttpRequest, encounter_id: UUID) -> HttpResponse:
    """An admission made by mistake."""
    by = person(request)
    found = encounter_to_manage(by=by, encounter_id=encounter_id)
    cancel(by=by, encounter=found)
    messages.success(request, "The encounter is cancelled.")
    return redirect(found)


def _posted(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _save(request: HttpRequest, form: forms.Form, save: Callable[[], Encounter], sentence: str) -> HttpResponse | None:
    if not form.is_valid():
        return None
    try:
        saved = save()
    except DomainError as error:
        add_domain_error(form, error)
        return None
    messages.success(request, sentence)
    return redirect(saved)


def _about(patient: Patient, found: Encounter | None, *further: str) -> dict[str, Any]:
    labels = ([found.account_number] if found else []) + list(further)
    return {
        "banner": banner(patient, found, today=timezone.localdate()),
        "crumbs": patient_crumbs(patient, *labels),
    }


def _page(request: HttpRequest, form: forms.Form, about: dict[str, Any], submit: str, cancel_url: str) -> HttpResponse:
    title = about["crumbs"][-1]["label"]
    context = {**about, "form": form, "title": title, "submit": submit, "cancel_url": cancel_url}
    return render(request, "records/form_page.html", context, status=422 if form.errors else 200)
