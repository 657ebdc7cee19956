"""Pages of documents: read, file, sign, amend, retract, download."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.gate import Can
from hims.lib.access import Permission
from hims.lib.errors import DomainError
from hims.lib.forms import add_domain_error, at_zone
from hims.lib.pdf import render_pdf
from hims.staff.requests import person
from records.chart.presenters import document_row
from records.documents.actions import (
    WITHHELD,
    DocumentContent,
    amend_document,
    file_document,
    retract_document,
    sign_document,
    signs_here,
)
from records.documents.forms import AmendForm, DocumentForm, RetractForm
from records.documents.models import Document
from records.documents.opening import OpenDocument
from records.documents.pdf import with_first_page
from records.documents.selectors import document_pdf, document_to_change, open_document, unsigned_page
from records.encounters.selectors import encounter_to_document
from records.presenters import banner, moment
from records.registry.views import patient_crumbs


@require_GET
def document(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """One document in the reader; htmx gets the reader alone."""
    opened = open_document(by=person(request), document_id=document_id, number=_number(request))
    context = {
        **_about(opened.document), **reader_context(opened), "may_label": _may_label(request, opened.document),
        "may_sign": signs_here(person(request), opened.document.author),
    }  # fmt: skip
    template = "records/partials/reader.html" if request.headers.get("HX-Request") else "records/document.html"
    return render(request, template, context)


@require_GET
def unsigned(request: HttpRequest) -> HttpResponse:
    """Drafts that wait for a signature, oldest first."""
    page = unsigned_page(by=person(request), after=request.GET.get("after", ""))
    rows = [{**document_row(found), "patient": found.patient.listed_name} for found in page.rows]
    context = {"rows": rows, "page": page, "crumbs": [{"label": "Documents without signature"}]}
    return render(request, "records/unsigned.html", context)


@require_GET
def download(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """The PDF as it came, as an attachment; with a page before it where the law asks for a notice."""
    opened = document_pdf(by=person(request), document_id=document_id)
    content = bytes(opened.version.file.content)
    if opened.notice:
        content = with_first_page(content, render_pdf("records/pdf/notice.html", {"notice": opened.notice}))
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="document-{document_id}.pdf"'
    return response


@require_http_methods(["GET", "POST"])
def file_on_encounter(request: HttpRequest, encounter_id: UUID) -> HttpResponse:
    """A new document on an encounter."""
    by = person(request)
    encounter = encounter_to_document(by=by, encounter_id=encounter_id)
    form = DocumentForm(_posted(request), request.FILES or None)
    if form.is_valid():
        try:
            filed = file_document(
                by=by, encounter=encounter, content=_content(form, encounter.facility.time_zone),
                sign=form.cleaned_data["sign"],
            )  # fmt: skip
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, f"{filed.title} is filed.")
            return redirect(encounter)
    context = {
        "banner": banner(encounter.patient, encounter, today=timezone.localdate()),
        "crumbs": patient_crumbs(encounter.patient, encounter.account_number, "File a document"),
        "form": form, "title": "File a document", "submit": "File the document",
        "cancel_url": encounter.get_absolute_url(),
    }  # fmt: skip
    return render(request, "records/form_page.html", context, status=422 if form.errors else 200)


@require_POST
def sign(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Lock the newest version under the signer's name."""
    by = person(request)
    opened = document_to_change(by=by, document_id=document_id)
    sign_document(by=by, document=opened.document)
    messages.success(request, "The document is signed and locked.")
    return redirect(opened.document)


@require_http_methods(["GET", "POST"])
def amend(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """A further version."""
    opened = document_to_change(by=person(request), document_id=document_id)
    if opened.withheld:
        raise DomainError(WITHHELD)
    form = AmendForm(_posted(request), initial={"text": opened.version.text, "based_on": opened.version.number})
    return _change(request, opened, form, amend_document, "Amend", "Sign the amendment")


@require_http_methods(["GET", "POST"])
def retract(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """A document that no longer counts."""
    opened = document_to_change(by=person(request), document_id=document_id)
    form = RetractForm(_posted(request))
    return _change(request, opened, form, retract_document, "Retract", "Retract the document")


def _change(
    request: HttpRequest, opened: OpenDocument, form: Any, action: Any, title: str, submit: str
) -> HttpResponse:
    if form.is_valid():
        try:
            action(by=person(request), document=opened.document, **form.cleaned_data)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, "The document is changed. Earlier versions stay readable.")
            return redirect(opened.document)
    context = {
        **_about(opened.document, title), "form": form, "title": f"{title}: {opened.document.title}", "submit": submit,
        "cancel_url": opened.document.get_absolute_url(),
    }  # fmt: skip
    return render(request, "records/form_page.html", context, status=422 if form.errors else 200)


def _posted(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _number(request: HttpRequest) -> int | None:
    """The version that is asked for; what is no number means the newest."""
    asked = request.GET.get("version", "")
    return int(asked[:6]) if asked.isdecimal() else None


def reader_context(opened: OpenDocument) -> dict[str, Any]:
    """What the reader fragment prints."""
    zone = opened.document.facility.time_zone
    return {
        "document": opened.document,
        "row": document_row(opened.document),
        "version": opened.version,
        "signed": moment(opened.version.signed_at, zone),
        "versions": opened.versions,
        "newest": opened.version.number == opened.versions[0].number,
        "has_file": opened.has_file,
        "unsigned": opened.version.signed_at is None,
        "withheld": opened.withheld,
        "protected": opened.protected,
        "notice": opened.notice,
    }


def _may_label(request: HttpRequest, found: Document) -> bool:
    by = person(request)
    own = found.author is not None and found.author.user_id == by.pk
    return Can(by)[Permission.RESTRICTION_MANAGE] or own


def _about(found: Document, *further: str) -> dict[str, Any]:
    return {
        "banner": banner(found.patient, found.encounter, today=timezone.localdate()),
        "crumbs": patient_crumbs(found.patient, found.title, *further),
    }


def _content(form: DocumentForm, zone: str) -> DocumentContent:
    data = form.cleaned_data
    return DocumentContent(
        document_type=data["document_type"], title=data["title"], author=data["author"], text=data["text"],
        labels=tuple(data["labels"]),
        written_at=at_zone(data["written_at"], zone), pdf=data["pdf"].read() if data["pdf"] else b"",
    )  # fmt: skip
