"""DocumentReference and DiagnosticReport -> documents of the chart. Pure.

Type of document by LOINC document codes (LOINC, document ontology), then by the service that reported, then by words of the title.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from records.interop.fhir.attachment import content_of, html_text, plain_text
from records.interop.fhir.drafts import DocumentDraft, DocumentFileDraft
from records.interop.fhir.item import Item
from records.interop.fhir.keys import reference
from records.interop.fhir.labels import labels_of
from records.interop.fhir.values import (
    Json,
    Malformed,
    Setting,
    choice,
    code_in,
    coded,
    first,
    line,
    moment,
    obj,
    objs,
    status_code,
)

LOINC_TYPES = {
    "18842-5": "discharge_summary", "11490-0": "discharge_summary", "28655-9": "discharge_summary",
    "34117-2": "history_and_physical", "11492-6": "history_and_physical",
    "34111-5": "emergency_department_note", "51845-6": "emergency_department_note",
    "11504-8": "operative_report", "34137-0": "operative_report",
    "28570-0": "procedure_note", "11488-4": "consultation", "34099-2": "consultation", "34100-8": "consultation",
    "11506-3": "progress_note", "34130-5": "progress_note", "34131-3": "office_visit_note", "34108-1": "office_visit_note",
    "34109-9": "progress_note", "51847-2": "progress_note", "34112-3": "progress_note",
    "11526-1": "pathology_report", "22634-0": "pathology_report", "60567-5": "pathology_report",
    "18748-4": "radiology_report", "18782-3": "radiology_report", "30746-2": "radiology_report",
    "11502-2": "laboratory_report", "59774-0": "anesthesia_record", "57056-4": "labor_and_delivery_record",
    "57057-2": "labor_and_delivery_record", "57075-4": "newborn_record", "34746-8": "nursing_note",
    "28651-8": "nursing_note", "56445-0": "medication_record", "8653-8": "discharge_instructions",
    "34895-3": "discharge_instructions", "57133-1": "order", "34826-8": "therapy_note", "34824-3": "therapy_note",
}  # fmt: skip
SERVICES = {
    "LAB": "laboratory_report", "CH": "laboratory_report", "HM": "laboratory_report", "MB": "laboratory_report",
    "RAD": "radiology_report", "RX": "radiology_report", "CT": "radiology_report", "SP": "pathology_report",
    "PAT": "pathology_report", "CP": "pathology_report",
}  # fmt: skip
TITLE_WORDS = (
    ("discharge summary", "discharge_summary"), ("history and physical", "history_and_physical"),
    ("emergency", "emergency_department_note"), ("operative", "operative_report"), ("patholog", "pathology_report"),
    ("radiolog", "radiology_report"), ("imaging", "radiology_report"), ("laborator", "laboratory_report"),
    ("consult", "consultation"), ("nurs", "nursing_note"), ("therapy", "therapy_note"), ("office", "office_visit_note"),
    ("instruction", "discharge_instructions"), ("anesthe", "anesthesia_record"),
)  # fmt: skip
FINAL = frozenset({"final", "amended", "corrected", "appended"})
WITHDRAWN = frozenset({"entered-in-error", "cancelled"})


def document_reference_draft(item: Item, setting: Setting) -> DocumentDraft:
    """A DocumentReference with its content. Raises Malformed."""
    resource = item.resource
    attachments = [obj(each.get("attachment")) for each in objs(resource.get("content"))]
    text, file = content_of(attachments)
    status = _document_status(resource)
    created = next((each.get("creation") for each in attachments if each.get("creation")), None)
    context = obj(resource.get("context"))
    span = obj(context.get("period"))
    written = _earliest_known(setting, date=resource.get("date"), creation=created, start=span.get("start"))
    title = (
        line(attachments[0].get("title")) or coded(resource.get("type")).display or line(resource.get("description"))
    )
    category = resource.get("type") or first(resource.get("category"))
    return _draft(
        item, text=text, file=file, status=status, written_at=written, title=title, type_=_type(category, "", title),
        visit=first(context.get("encounter")), author=_first_reference(resource.get("author")),
        patient=resource.get("subject"),
    )  # fmt: skip


def _document_status(resource: Json) -> str:
    """Without a status of the document itself, a current or superseded one counts as final."""
    status = status_code(resource.get("status"))
    if status in WITHDRAWN:
        return "entered-in-error"
    return status_code(resource.get("docStatus")) or ("final" if status in {"current", "superseded"} else "preliminary")


def diagnostic_report_draft(item: Item, setting: Setting) -> DocumentDraft | None:
    """A DiagnosticReport that says something in words; None when it only lists results, which are kept themselves."""
    resource = item.resource
    text, file = _report_content(resource)
    if not text and file is None:
        return None
    began, _ = choice(resource, "effective", setting.zone)
    issued = moment(resource.get("issued"), "issued", setting.zone)
    what = coded(resource.get("code"))
    services = objs(resource.get("category"))
    service = next((code for each in services if (code := code_in(each, "v2-0074"))), "")
    kinds = [resource.get("code"), *services]
    type_ = next((LOINC_TYPES[code] for each in kinds if (code := code_in(each, "loinc")) in LOINC_TYPES), "")
    authors = [*objs(resource.get("resultsInterpreter")), *objs(resource.get("performer"))]
    return _draft(
        item, text=text, file=file, status=status_code(resource.get("status")), written_at=issued or began,
        title=what.display, type_=type_ or _type(None, service, what.display), visit=obj(resource.get("encounter")),
        author=_first_reference(authors), patient=resource.get("subject"),
    )  # fmt: skip


def _report_content(resource: Json) -> tuple[str, DocumentFileDraft | None]:
    if objs(resource.get("presentedForm")):
        return content_of(resource["presentedForm"])
    said = line(resource.get("conclusion"))
    if said:
        conclusion = resource["conclusion"]
        return plain_text(conclusion), None
    narrative = obj(resource.get("text"))
    return (html_text(narrative["div"]) if isinstance(narrative.get("div"), str) else ""), None


def _draft(
    item: Item, *, text: str, file: DocumentFileDraft | None, status: str, written_at: datetime | None, title: str,
    type_: str, visit: Json, author: Json, patient: Any,
) -> DocumentDraft:  # fmt: skip
    whose = reference(patient, "Patient", base=item.base)
    if whose is None:
        raise Malformed("subject: names no patient")
    if not item.source_key:
        raise Malformed("the resource has neither an identifier nor an id")
    if not text and file is None:
        raise Malformed("the document has no text")
    if written_at is None:
        raise Malformed("the document has no date")
    final = status in FINAL
    writer = reference(author, "Practitioner", "PractitionerRole", base=item.base)
    state = "retracted" if status in WITHDRAWN else "signed" if final else "draft"
    labels, notes = labels_of(item.resource)
    columns = {
        "labels": list(labels),
        "document_type": type_, "title": (title or "Document")[:120].rstrip(), "status": state, "written_at": written_at,
    }  # fmt: skip
    return DocumentDraft(
        source_key=item.source_key, patient=whose, author=writer, columns=columns, text=text, file=file,
        encounter=reference(visit, "Encounter", base=item.base),
        signed_at=written_at if final or state == "retracted" else None,
        signed_by=line(author.get("display"), 150) or "the source system", notes=notes,
    )  # fmt: skip


def _type(concept: Any, service: str, title: str) -> str:
    known = LOINC_TYPES.get(code_in(concept, "loinc")) or SERVICES.get(service.upper())
    if known:
        return known
    folded = title.casefold()
    return next((type_ for words, type_ in TITLE_WORDS if words in folded), "progress_note")


def _first_reference(value: Any) -> Json:
    """The first clinician; an organization or device is no author."""
    people = [each for each in objs(value) if "Organization" not in line(each.get("reference"))]
    return people[0] if people else {}


def _earliest_known(setting: Setting, **moments: Any) -> datetime | None:
    """The first that is given, in the order of the arguments."""
    return next((found for name, value in moments.items() if (found := moment(value, name, setting.zone))), None)
