"""Written cases as planned stays, dated back from the day the hospital is built."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Any

from hims.demo.case_model import DemoCase
from hims.demo.plan import PlannedCharge, PlannedDocument, PlannedPatient, PlannedStay

WRAPPED = 78
_STARTS_ANEW = re.compile(r"\s|[-*]|\d+[.)]|[A-Z][A-Z /&]{3,}(:|$)")
UNITS = {"inpatient": "4 West", "observation": "Clinical decision unit", "emergency": "Emergency department"}


def planned_case(case: DemoCase, built_on: date) -> PlannedStay:
    """The case as a discharged, uncoded encounter: its coding is the coder's work."""
    encounter = case.encounter
    admitted_on = built_on - timedelta(days=encounter.admit_days_ago)
    discharged_on = admitted_on + timedelta(days=encounter.length_of_stay_days)
    return PlannedStay(
        key=f"case|{case.slug}",
        patient=_patient(case, admitted_on),
        facility=encounter.facility,
        encounter_class=encounter.encounter_class,
        service=encounter.service.capitalize(),
        reason=encounter.reason,
        attending=encounter.attending,
        admitted_at=datetime.combine(admitted_on, encounter.admit_time),
        discharged_at=datetime.combine(discharged_on, encounter.discharge_time),
        admission_type=encounter.admit_type,
        point_of_origin=encounter.admit_source,
        disposition=encounter.discharge_disposition,
        documents=tuple(
            PlannedDocument(
                document.type, document.title, document.author, document.at.on(admitted_on), reflowed(document.text),
                signed=document.status == "signed",
            )
            for document in case.documents
        ),
        entries=_entries(case, admitted_on),
        charges=tuple(
            PlannedCharge(
                charge.revenue_code, charge.description, charge.units, charge.amount,
                admitted_on + timedelta(days=charge.day), charge.hcpcs, charge.modifiers,
                charge.pointers,
            )
            for charge in case.charges
        ),
        unit=UNITS.get(encounter.encounter_class, ""),
    )  # fmt: skip


def reflowed(text: str) -> str:
    """The text with the line breaks of the case file's editor taken out of its paragraphs; lists and tables stay."""
    lines: list[str] = []
    before = ""
    for line in text.split("\n"):
        if len(before) >= WRAPPED and line and not _STARTS_ANEW.match(line):
            lines[-1] += f" {line}"
        else:
            lines.append(line)
        before = line
    return "\n".join(lines)


def _patient(case: DemoCase, admitted_on: date) -> PlannedPatient:
    patient = case.patient
    return PlannedPatient(
        key=f"case|{case.slug}", family_name=patient.family_name, given_names=" ".join(patient.given_names),
        birth_date=patient.birth_date(admitted_on), sex=patient.sex, phone=patient.phone, line=patient.address.line,
        city=patient.address.city, state=patient.address.state, postal_code=patient.address.postal_code,
        payer=patient.payer,
    )  # fmt: skip


def _entries(case: DemoCase, admitted_on: date) -> dict[str, list[dict[str, Any]]]:
    start = datetime.combine(admitted_on, time(12))
    return {
        "problems": [
            {"display": entry.name, "code": entry.code, "system": "ICD-10-CM" if entry.code else "",
             "status": entry.status, "effective_at": start}
            for entry in case.problems
        ],
        "allergies": [
            {"display": entry.substance, "reaction": entry.reaction, "criticality": entry.severity, "status": "active"}
            for entry in case.allergies
        ],
        "medications": [
            {"display": entry.name, "status": entry.status, "effective_at": start,
             "dose": " ".join(part for part in (entry.dose, entry.route, entry.frequency) if part)}
            for entry in case.medications
        ],
        "observations": [
            {"display": entry.name, "code": entry.code, "system": "Lakeside laboratory", "category": entry.category,
             "value_text": entry.value, "unit": entry.unit, "effective_at": entry.at.on(admitted_on),
             "status": "final", "reference_range": "-".join(part for part in (entry.low, entry.high) if part)}
            for entry in case.observations
        ],
    }  # fmt: skip
