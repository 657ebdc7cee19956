"""Pages of privacy: consents and labels of a chart, the labels of one item, marked passages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.gate import Can, facilities_for, today_for
from hims.lib.access import Permission
from hims.lib.errors import DomainError, NotVisible
from hims.lib.forms import add_domain_error
from hims.staff.models import User
from hims.staff.requests import person
from records.documents.models import Document
from records.documents.selectors import open_document
from records.presenters import banner
from records.registry.models import Patient
from records.registry.views import patient_crumbs
from records.sensitivity import actions
from records.sensitivity.forms import ConsentForm, LabelsForm, PassageForm
from records.sensitivity.presenters import KIND_TITLES, consent_row, item_groups, section_rows
from records.sensitivity.selectors import item_to_label, own_document, privacy_of

OUT_OF_SIGHT = "The labels are set. What they protect is out of your own sight now."


@require_GET
def privacy(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Consents of the patient and what carries labels."""
    form = ConsentForm(initial=_from_today(person(request)))
    return render(request, "records/sensitivity.html", _privacy(request, patient_id, form))


@require_POST
def add_consent(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """A consent the patient has signed."""
    by = person(request)
    form = ConsentForm(request.POST)
    if form.is_valid():
        patient = privacy_of(by=by, patient_id=patient_id).patient
        try:
            actions.record_consent(by=by, patient=patient, **form.cleaned_data)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, "The consent is recorded and in force from its first day.")
            return redirect("sensitivity:privacy", patient_id=patient_id)
    return render(request, "records/sensitivity.html", _privacy(request, patient_id, form), status=422)


@require_POST
def revoke_consent(request: HttpRequest, patient_id: UUID, consent_id: UUID) -> HttpResponse:
    """Taken back at once."""
    by = person(request)
    patient = privacy_of(by=by, patient_id=patient_id).patient
    actions.revoke_consent(by=by, patient=patient, consent_id=consent_id)
    messages.success(request, "The consent is taken back; nobody sees more by it from now on.")
    return redirect("sensitivity:privacy", patient_id=patient_id)


@require_http_methods(["GET", "POST"])
def labels(request: HttpRequest, kind: str, item_id: UUID) -> HttpResponse:
    """The labels of one item; of a document also its marked passages."""
    by = person(request)
    item = _item(request, kind, item_id)
    form = LabelsForm(request.POST if request.method == "POST" else None, initial=_labels_of(item))
    if form.is_valid():
        label = actions.label_item if _manages(request) else actions.label_own_document
        subject = "item" if _manages(request) else "document"
        try:
            label(by=by, **form.wanted(), **{subject: item})
        except DomainError as error:
            add_domain_error(form, error)
        else:
            return _after(request, kind, item_id, item.patient)
    return _labels_page(request, kind, item, form, PassageForm())


@require_POST
def add_passage(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """A passage of a document."""
    by = person(request)
    item = _item(request, "document", item_id)
    form = PassageForm(request.POST)
    if form.is_valid():
        mark = actions.mark_passage if _manages(request) else actions.mark_own_passage
        try:
            mark(by=by, document=item, **form.cleaned_data)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, "The passage is marked wherever it stands in this document.")
            return redirect("sensitivity:labels", kind="document", item_id=item_id)
    return _labels_page(request, "document", item, LabelsForm(initial=_labels_of(item)), form)


@require_POST
def remove_passage(request: HttpRequest, item_id: UUID, section_id: UUID) -> HttpResponse:
    """A passage that needs no protection after all."""
    item = _item(request, "document", item_id)
    actions.unmark_passage(by=person(request), document=item, section_id=section_id)
    messages.success(request, "The mark is taken off.")
    return redirect("sensitivity:labels", kind="document", item_id=item_id)


def _item(request: HttpRequest, kind: str, item_id: UUID) -> Any:
    """The item for whoever manages restrictions, or for the author of a document."""
    by = person(request)
    if _manages(request) or kind != "document":
        return item_to_label(by=by, kind=kind, item_id=item_id)
    return own_document(by=by, document_id=item_id, author_id=by.pk)


def _labels_of(item: Any) -> dict[str, Any]:
    return {"labels": item.labels, "seen": item.labels}


def _manages(request: HttpRequest) -> bool:
    return Can(person(request))[Permission.RESTRICTION_MANAGE]


def _after(request: HttpRequest, kind: str, item_id: UUID, patient: Patient) -> HttpResponse:
    """The same page, or the chart when the labels hide the item from the person who set them."""
    try:
        _item(request, kind, item_id)
    except NotVisible:
        messages.info(request, OUT_OF_SIGHT)
        return redirect(patient)
    messages.success(request, "The labels are set.")
    return redirect("sensitivity:labels", kind=kind, item_id=item_id)


def _labels_page(request: HttpRequest, kind: str, item: Any, form: LabelsForm, passage: PassageForm) -> HttpResponse:
    context: dict[str, Any] = {
        **_about(item.patient, "Labels"), "form": form, "item": item, "kind": KIND_TITLES[kind], "manages": _manages(request),
    }  # fmt: skip
    if isinstance(item, Document) and Can(person(request))[Permission.CHART_VIEW]:
        opened = open_document(by=person(request), document_id=item.pk)
        context |= {
            "document": item, "text": opened.version.text, "withheld": opened.withheld, "passage": passage,
            "sections": section_rows(opened.sections, opened.version.text),
        }  # fmt: skip
    failed = form.errors or passage.errors
    return render(request, "records/sensitivity_labels.html", context, status=422 if failed else 200)


def _privacy(request: HttpRequest, patient_id: UUID, form: ConsentForm) -> dict[str, Any]:
    by = person(request)
    found = privacy_of(by=by, patient_id=patient_id, after=request.GET.get("after", ""))
    zone = next((place.time_zone for place in facilities_for(by, Permission.RESTRICTION_MANAGE)), "UTC")
    return {
        **_about(found.patient, "Privacy"), "patient": found.patient, "form": form, "page": found.consents,
        "consents": [consent_row(consent, zone, timezone.now()) for consent in found.consents.rows],
        "groups": item_groups(found.items),
    }  # fmt: skip


def _about(patient: Patient, title: str) -> dict[str, Any]:
    return {"banner": banner(patient, today=timezone.localdate()), "crumbs": patient_crumbs(patient, title)}


def _from_today(by: User) -> dict[str, Any]:
    return {"starts_on": today_for(by, Permission.RESTRICTION_MANAGE)}
