"""Conditions, allergies, medications, observations, procedures, immunizations -> the lists of the chart. Pure.

Codes stay as the source gave them.
"""

from __future__ import annotations

from typing import Any

from records.interop.fhir.drafts import EntryDraft
from records.interop.fhir.item import Item
from records.interop.fhir.keys import Reference, contained, reference
from records.interop.fhir.labels import labels_of
from records.interop.fhir.observation import observation_columns
from records.interop.fhir.values import (
    Coded,
    Json,
    Malformed,
    Setting,
    choice,
    coded,
    first,
    line,
    moment,
    obj,
    objs,
    plain_number,
    status_code,
)

SOURCE = "FHIR import"
STRONGER = frozenset({"refuted", "entered-in-error"})


def problem_draft(item: Item, setting: Setting) -> EntryDraft:
    """A Condition. Verification goes before the clinical status when it takes the condition back."""
    resource = item.resource
    verification = status_code(resource.get("verificationStatus"))
    began, _ = choice(resource, "onset", setting.zone)
    ended, period_end = choice(resource, "abatement", setting.zone)
    columns = {
        "status": verification if verification in STRONGER else status_code(resource.get("clinicalStatus")),
        "effective_at": began or moment(resource.get("recordedDate"), "recordedDate", setting.zone),
        "resolved_at": period_end or ended,
        "category": status_code(first(resource.get("category")))[:40],
    }
    return _entry(item, "Problem", _named(resource.get("code")), columns)


def allergy_draft(item: Item, setting: Setting) -> EntryDraft:
    """An AllergyIntolerance with the words of its reactions."""
    resource = item.resource
    verification = status_code(resource.get("verificationStatus"))
    began, _ = choice(resource, "onset", setting.zone)
    reactions = [
        coded(sign).display for each in objs(resource.get("reaction")) for sign in objs(each.get("manifestation"))
    ]
    columns = {
        "status": verification if verification in STRONGER else status_code(resource.get("clinicalStatus")),
        "effective_at": began or moment(resource.get("recordedDate"), "recordedDate", setting.zone),
        "reaction": ", ".join(dict.fromkeys(reactions))[:200].rstrip(),
        "criticality": line(resource.get("criticality"), 20),
    }
    return _entry(item, "Allergy", _named(resource.get("code")), columns, patient="patient")


def medication_draft(item: Item, setting: Setting) -> EntryDraft:
    """A MedicationRequest or MedicationStatement; the drug may be named by another resource."""
    resource = item.resource
    began, ended = choice(resource, "effective", setting.zone)
    validity = obj(obj(resource.get("dispenseRequest")).get("validityPeriod"))
    asked = resource.get("authoredOn") or resource.get("dateAsserted")
    columns = {
        "status": status_code(resource.get("status")),
        "effective_at": began or moment(asked, "authoredOn", setting.zone),
        "ends_at": ended or moment(validity.get("end"), "validityPeriod.end", setting.zone),
        "dose": _dose(first(resource.get("dosageInstruction") or resource.get("dosage"))),
    }
    words, named_by = _drug(item)
    return _entry(item, "Medication", words, columns, medication=named_by)


def _drug(item: Item) -> tuple[Coded, Reference | None]:
    resource = item.resource
    concept = resource.get("medicationCodeableConcept")
    pointer = resource.get("medicationReference")
    inner = contained(resource, pointer)
    if obj(concept) or inner:
        return _named(concept or inner.get("code")), None
    named_by = reference(pointer, "Medication", base=item.base)
    if named_by is None:
        raise Malformed("medication: missing")
    return Coded(display=line(obj(pointer).get("display"), 300)), named_by


def _dose(dosage: Json) -> str:
    """The instruction's text, else amount, rate of repetition and route."""
    text = line(dosage.get("text"), 200)
    if text:
        return text
    quantity = obj(first(dosage.get("doseAndRate")).get("doseQuantity"))
    repeat = obj(obj(dosage.get("timing")).get("repeat"))
    times, span = plain_number(repeat.get("frequency")), plain_number(repeat.get("period"))
    parts = [
        f"{plain_number(quantity.get('value'))} {line(quantity.get('unit'))}".strip(),
        f"{times} times in {span} {line(repeat.get('periodUnit'))}" if times and span else "",
        coded(dosage.get("route")).display,
        "as needed" if dosage.get("asNeededBoolean") is True else "",
    ]
    return ", ".join(part for part in parts if part)[:200].rstrip()


def observation_draft(item: Item, setting: Setting) -> EntryDraft:
    """An Observation with its value, or the values of its components."""
    resource = item.resource
    began, _ = choice(resource, "effective", setting.zone)
    columns = {
        "status": status_code(resource.get("status")),
        "effective_at": began or moment(resource.get("issued"), "issued", setting.zone),
        "category": status_code(first(resource.get("category")))[:40],
        **observation_columns(resource, setting.zone),
    }
    return _entry(item, "Observation", _named(resource.get("code")), columns)


def procedure_draft(item: Item, setting: Setting) -> EntryDraft:
    """A Procedure with its start and end."""
    began, ended = choice(item.resource, "performed", setting.zone)
    columns = {"status": status_code(item.resource.get("status")), "effective_at": began, "ends_at": ended}
    return _entry(item, "ProcedureEntry", _named(item.resource.get("code")), columns)


def immunization_draft(item: Item, setting: Setting) -> EntryDraft:
    """An Immunization with its lot."""
    resource = item.resource
    given, _ = choice(resource, "occurrence", setting.zone)
    columns = {
        "status": status_code(resource.get("status")),
        "effective_at": given,
        "lot_number": line(resource.get("lotNumber"), 40),
    }
    return _entry(item, "Immunization", _named(resource.get("vaccineCode")), columns, patient="patient")


def _named(concept: Any) -> Coded:
    found = coded(concept)
    if not found.display:
        raise Malformed("code: has neither a code nor words")
    return found


def _entry(
    item: Item,
    kind: str,
    what: Coded,
    columns: dict[str, Any],
    *,
    patient: str = "subject",
    medication: Reference | None = None,
) -> EntryDraft:
    whose = reference(item.resource.get(patient), "Patient", base=item.base)
    if whose is None:
        raise Malformed(f"{patient}: names no patient")
    if not item.source_key:
        raise Malformed("the resource has neither an identifier nor an id")
    visit = item.resource.get("encounter") or item.resource.get("context")
    labels, notes = labels_of(item.resource)
    return EntryDraft(
        kind=kind, source_key=item.source_key, patient=whose, medication=medication,
        encounter=reference(visit, "Encounter", base=item.base),
        columns={**what.columns, **columns, "source": SOURCE, "labels": list(labels)}, notes=notes,
    )  # fmt: skip
