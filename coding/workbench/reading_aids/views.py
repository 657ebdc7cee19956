"""Doors of the workbench's reader: a document with its marks, two versions, a search, and earlier stays."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.gate import facilities_for
from coding.workbench.enums import CodingStatus
from coding.workbench.evidence.selectors import document_of_coding
from coding.workbench.forms import values_of
from coding.workbench.holds.keeping import is_free_for
from coding.workbench.reading_aids import presenters
from coding.workbench.reading_aids.actions import note_read
from coding.workbench.reading_aids.forms import ReadForm, WordsForm
from coding.workbench.reading_aids.selectors import ReadDocument, compared, earlier_stays, read_document
from coding.workbench.selectors import record_for
from hims.lib.access import Permission
from hims.lib.text import squeeze
from hims.staff.models import User
from hims.staff.requests import person
from records.documents.selectors import search_chart

MANY = 6


@require_http_methods(["GET", "POST"])
def document(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """A document in the reader, marked; with the hits of a search when words are sent, which never stand in an address."""
    by = person(request)
    words = values_of(WordsForm(request.POST))["words"] if request.method == "POST" else ""
    found = read_document(
        by=by, document_id=document_id, reader_id=by.pk, number=_number(request, "version"), words=words
    )
    context = presenters.reader_context(found, may_edit=_may_edit(by, found))
    return render(request, "coding/workbench/reading/document.html", {**context, "words": words})


@require_POST
def note_reading(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """The person has read this version."""
    by = person(request)
    found = document_of_coding(by=by, document_id=document_id)
    note_read(by=by, document=found, **values_of(ReadForm(request.POST)))
    return HttpResponse(status=204)


@require_GET
def differences(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Two versions of a document, word by word."""
    by = person(request)
    found = compared(by=by, document_id=document_id, old=_number(request, "old"), new=_number(request, "new"))
    return render(request, "coding/workbench/reading/differences.html", presenters.differences_context(found))


@require_POST
def search(request: HttpRequest, encounter_id: UUID) -> HttpResponse:
    """The documents of the encounter that hold the words."""
    by = person(request)
    record = record_for(by=by, encounter_id=encounter_id)
    words = squeeze(values_of(WordsForm(request.POST))["words"])
    hits = search_chart(by=by, patient_id=record.patient_id, encounter_id=encounter_id, text=words)
    context = {"words": words, "hits": [presenters.search_hit(hit) for hit in hits]}
    return render(request, "coding/workbench/reading/hits.html", context)


@require_GET
def stays(request: HttpRequest, encounter_id: UUID) -> HttpResponse:
    """Earlier stays of the patient with their final codes; nothing is taken over from them."""
    found = earlier_stays(by=person(request), encounter_id=encounter_id)
    return render(request, "coding/workbench/reading/stays.html", presenters.stays_context(found))


def _number(request: HttpRequest, name: str) -> int | None:
    """A version's number in the address; what is no number means the newest."""
    asked = request.GET.get(name, "")[:MANY]
    return int(asked) if asked.isascii() and asked.isdecimal() else None


def _may_edit(by: User, found: ReadDocument) -> bool:
    open_here = any(place.pk == found.record.facility_id for place in facilities_for(by, Permission.CODING_EDIT))
    return open_here and found.record.status != CodingStatus.FINALIZED and is_free_for(found.record, by)
