"""Pages of psychotherapy notes, for their author."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from audit.gate import facilities_for
from hims.lib.access import Permission
from hims.lib.errors import DomainError
from hims.lib.forms import add_domain_error
from hims.staff.requests import person
from records.presenters import banner, day, moment
from records.psychotherapy.actions import write_note
from records.psychotherapy.forms import NoteForm
from records.psychotherapy.models import PsychotherapyNote
from records.psychotherapy.selectors import own_note, own_notes
from records.registry.models import Patient
from records.registry.views import patient_crumbs

TITLE = "My psychotherapy notes"


@never_cache
@require_GET
def notes(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """One's own notes about a patient: days, no words."""
    found = own_notes(by=person(request), patient_id=patient_id, after=request.GET.get("after", ""))
    context = {
        **_about(found.patient, TITLE), "patient": found.patient, "page": found.notes,
        "rows": [_row(note) for note in found.notes.rows],
    }  # fmt: skip
    return render(request, "records/psychotherapy.html", context)


@never_cache
@require_GET
def note(request: HttpRequest, note_id: UUID) -> HttpResponse:
    """The words of one's own note."""
    opened = own_note(by=person(request), note_id=note_id)
    context = {
        **_about(opened.note.patient, "Psychotherapy note"), "row": _row(opened.note), "text": opened.text,
        "written": moment(opened.note.created_at, opened.note.facility.time_zone), "patient": opened.note.patient,
    }  # fmt: skip
    return render(request, "records/psychotherapy_note.html", context)


@sensitive_post_parameters("text")
@never_cache
@require_http_methods(["GET", "POST"])
def new_note(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """A note of a session."""
    by = person(request)
    patient = own_notes(by=by, patient_id=patient_id).patient
    facilities = facilities_for(by, Permission.PSYCHOTHERAPY_WRITE)
    posted = request.POST if request.method == "POST" else None
    form = NoteForm(posted, facilities=facilities, initial={"session_on": timezone.localdate()})
    if form.is_valid():
        try:
            write_note(by=by, patient=patient, **form.cleaned_data)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            return redirect("psychotherapy:notes", patient_id=patient_id)
    context = {**_about(patient, "New psychotherapy note"), "form": form, "patient": patient}
    return render(request, "records/psychotherapy_new.html", context, status=422 if form.errors else 200)


def _row(found: PsychotherapyNote) -> dict[str, str]:
    return {"session": day(found.session_on), "id": str(found.pk)}


def _about(patient: Patient, title: str) -> dict[str, Any]:
    return {"banner": banner(patient, today=timezone.localdate()), "crumbs": patient_crumbs(patient, title)}
