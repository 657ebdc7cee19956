"""Words for the chart page."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from hims.lib.dates import local_date
from hims.lib.labels import Label
from records.chart.models import Observation
from records.chart.selectors import Chart
from records.documents.models import Document
from records.documents.selectors import HIT_END, HIT_START
from records.encounters.models import Encounter
from records.presenters import banner, day, encounter_words, moment

LIST_TITLES = {
    "problems": "Problems",
    "allergies": "Allergies",
    "medications": "Medications",
    "observations": "Results and vital signs",
    "procedures": "Procedures",
    "immunizations": "Immunizations",
}
PAST = ("inactive", "resolved", "refuted", "entered-in-error")
DOCUMENT_TONES = {"draft": "warn", "signed": "done", "amended": "inform", "retracted": "stop"}
SYSTEM_NAMES = {
    "http://snomed.info/sct": "SNOMED CT",
    "http://loinc.org": "LOINC",
    "http://www.nlm.nih.gov/research/umls/rxnorm": "RxNorm",
    "http://hl7.org/fhir/sid/cvx": "CVX",
}
_HIT = re.compile(f"{HIT_START}(.*?){HIT_END}", re.DOTALL)


def chart_context(chart: Chart, *, today: date) -> dict[str, Any]:
    """What the chart template prints."""
    shown = banner(chart.patient, today=today)
    shown["alerts"] = [
        {"text": f"Allergy: {entry.display}", "tone": "stop"}
        for entry in [entry for entry in chart.entries["allergies"] if entry.status not in PAST][:3]
    ]
    return {
        "patient": chart.patient,
        "banner": shown,
        "encounters": [encounter_row(encounter) for encounter in chart.encounters.rows],
        "encounters_next": chart.encounters.next_cursor,
        "documents": [document_row(document) for document in chart.documents.rows],
        "documents_next": chart.documents.next_cursor,
        "coverages": chart.coverages,
        "lists": [
            {"key": key, "title": title, "rows": [entry_row(entry) for entry in chart.entries[key]]}
            for key, title in LIST_TITLES.items()
        ],
    }


def encounter_row(encounter: Encounter) -> dict[str, Any]:
    """One line of the timeline."""
    return {
        **encounter_words(encounter),
        "service": encounter.service or encounter.reason,
        "attending": str(encounter.attending) if encounter.attending else "",
        "facility": encounter.facility.name,
    }


def document_row(document: Document) -> dict[str, Any]:
    """One line of the document list."""
    return {
        "title": document.title,
        "type": document.get_document_type_display(),
        "author": str(document.author) if document.author else "",
        "written": moment(document.written_at, document.facility.time_zone),
        "status": document.get_status_display(),
        "tone": DOCUMENT_TONES[document.status],
        "url": document.get_absolute_url(),
        "labels": [Label(word).title for word in document.labels],
    }


def entry_row(entry: Any) -> dict[str, str]:
    """One clinical entry with its original code."""
    system = SYSTEM_NAMES.get(entry.system, entry.system)
    return {
        "display": entry.display,
        "value": observation_value(entry) if isinstance(entry, Observation) else "",
        "status": entry.status.replace("-", " "),
        "code": f"{system} {entry.code}".strip() if entry.code else "",
        "on": day(local_date(entry.effective_at, entry.facility.time_zone)) if entry.effective_at else "",
    }


def observation_value(entry: Observation) -> str:
    """Number with unit, or text; components as "name value unit", parted by semicolons."""
    if entry.value_number is not None:
        number = f"{entry.value_number:f}"
        return f"{number.rstrip('0').rstrip('.') if '.' in number else number} {entry.unit}".strip()
    if entry.value_text:
        return entry.value_text
    return "; ".join(
        " ".join(str(part.get(name, "")) for name in ("display", "value", "unit")).strip() for part in entry.parts
    )


def hit_row(document: Any) -> dict[str, Any]:
    """A search hit: its document, and its snippet in pieces of (text, is it a hit)."""
    return {**document_row(document), "pieces": pieces(document.snippet or "")}


def pieces(snippet: str) -> list[tuple[str, bool]]:
    """The snippet cut at its hits; the template escapes each piece."""
    parts = _HIT.split(snippet)
    return [(part, index % 2 == 1) for index, part in enumerate(parts) if part]
