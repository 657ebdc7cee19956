"""Words for the coding pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join

from coding.codesets.enums import CodeSystem
from coding.codesets.rules import dotted
from coding.grouper.weights import weight_of
from coding.workbench.bearing import NOTHING, Bearing, bearings, severity_of
from coding.workbench.controls import with_controls
from coding.workbench.edits.presenters import edit_rows, edit_summary, of_line
from coding.workbench.enums import CodingStatus, DiagnosisRole, Poa
from coding.workbench.evidence.presenters import evidence_chip
from coding.workbench.grouping import marks_by_code
from coding.workbench.holds.presenters import held_by
from coding.workbench.models import CodingRecord, CodingSummary, Grouping
from coding.workbench.reading_aids.presenters import document_filters, document_reading
from coding.workbench.rules import SECONDARIES_ON_CLAIM, DiagnosisLine, ProcedureLine, age_days_since
from coding.workbench.selectors import Coding
from coding.workbench.services.presenters import service_rows
from hims.lib.dates import local_date
from hims.staff.keys.selectors import KeyChoice
from records.chart.presenters import document_row
from records.encounters.models import Provider
from records.encounters.rules import length_of_stay_days
from records.encounters.vocabulary import ALL_DISPOSITIONS
from records.presenters import banner, day, moment, mrn_of

_DISPOSITIONS = dict(ALL_DISPOSITIONS)
STATUS_TONES = {CodingStatus.UNCODED: "neutral", CodingStatus.IN_PROGRESS: "inform", CodingStatus.FINALIZED: "done"}
SEVERITY_WORDS = {"MCC": "with MCC", "CC": "with CC", "NON_CC": "without CC/MCC"}
LATE_DAYS = 4
FIRST_READ = "discharge_summary"


def worklist_row(record: CodingRecord, now: datetime) -> dict[str, Any]:
    """One line of the worklist; patient, encounter, facility and grouping are joined."""
    encounter = record.encounter
    age = age_days_since(record.discharged_on, local_date(now, record.facility.time_zone))
    grouping: Grouping | None = getattr(record, "grouping", None)
    return {
        "name": record.patient.listed_name, "mrn": mrn_of(record.patient, record.facility_id),
        "account": encounter.account_number, "url": record.get_absolute_url(),
        "class": encounter.get_encounter_class_display(), "facility": record.facility.code,
        "discharged": day(record.discharged_on), "age": age,
        "late": age > LATE_DAYS and record.status != CodingStatus.FINALIZED,
        "disposition": _DISPOSITIONS.get(encounter.discharge_disposition, encounter.discharge_disposition),
        "drg": grouping.final_drg if grouping else "", "coder": str(record.coder) if record.coder else "",
        "status": record.get_status_display(), "tone": STATUS_TONES[CodingStatus(record.status)], "held": held_by(record, now),
    }  # fmt: skip


def page_context(coding: Coding, *, may_edit: bool, today: date, choice: KeyChoice | None = None) -> dict[str, Any]:
    """What the workbench page prints. choice: as `pane_context`."""
    record = coding.record
    documents = [{**document_row(each), "on": _short_day(each.written_at, record.encounter.facility.time_zone),
                  **document_reading(each, coding.reading, coding.evidence)}
                 for each in coding.documents]  # fmt: skip
    first = next((n for n, each in enumerate(coding.documents) if each.document_type == FIRST_READ), 0)
    return {
        "banner": banner(record.patient, record.encounter, today=today),
        "crumbs": [{"label": "Coding", "url": reverse("coding:worklist")}, {"label": record.encounter.account_number}],
        "documents": documents, "first": documents[first] if documents else None,
        "filters": document_filters(coding.documents, coding.reading),
        **pane_context(coding, may_edit=may_edit, choice=choice),
    }  # fmt: skip


def pane_context(coding: Coding, *, may_edit: bool, choice: KeyChoice | None = None) -> dict[str, Any]:
    """What the codes side prints: DRG, lines, notices. choice: the person's keys, else the usual ones."""
    choice = choice or KeyChoice()
    record, coded = coding.record, coding.coded
    final = record.status == CodingStatus.FINALIZED
    zone = record.encounter.facility.time_zone
    found = edit_rows(coding.found, coding.overrides, zone)
    bearing = bearings(coded)
    editable = may_edit and not final
    diagnoses = with_controls(diagnosis_rows(coding, found, bearing), editable=editable, choice=choice)
    return {
        "record": record, "base": reverse("coding:workbench", kwargs={"encounter_id": record.encounter_id}),
        "inpatient": coded.stay.inpatient, "final": final, "editable": editable, "may_edit": may_edit,
        "status": {"text": record.get_status_display(), "tone": STATUS_TONES[CodingStatus(record.status)]},
        "drg": drg_panel(coding),
        "main": [row for row in diagnoses if row["role"] in (DiagnosisRole.PRINCIPAL, DiagnosisRole.SECONDARY)],
        "groups": [group for group in _groups(diagnoses) if group["rows"]],
        "procedures": with_controls(procedure_rows(coding, found, bearing), editable=editable, choice=choice),
        "stay_edits": of_line(found, ""), "edit_list": found, "edit_summary": edit_summary(coding.found, coding.overrides),
        "blank_poa": sum(coded.needs_poa(line) for line in coded.diagnoses),
        "beyond": sum(finding.rule == "level_beyond_claim" for finding in coding.found),
        "services": with_controls(_service_lines(coding, found), editable=editable, choice=choice),
        "on": coded.stay.coded_on, "clinicians": coding.clinicians,
        "summary": _summary_words(coding.summary, zone),
    }  # fmt: skip


def _service_lines(coding: Coding, found: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    rows = service_rows(coding.coded, coding.services, coding.service_titles, coding.record.get_absolute_url())
    return [{**row, **of_line(found, row["key"])} for row in rows]


def _groups(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    titles = {
        DiagnosisRole.EXTERNAL_CAUSE: "External causes",
        DiagnosisRole.ADMITTING: "Admitting diagnosis",
        DiagnosisRole.REASON_FOR_VISIT: "Reason for visit",
    }
    return [
        {"key": role.value, "title": title, "rows": [row for row in rows if row["role"] == role]}
        for role, title in titles.items()
    ]


def diagnosis_rows(
    coding: Coding, found: Sequence[dict[str, Any]], bearing: Mapping[str, Bearing]
) -> list[dict[str, Any]]:
    """The diagnoses as lines of the page; principal and secondary ones are numbered through."""
    coded = coding.coded
    marks = marks_by_code(coding.grouping, "diagnoses")
    built_on = {"principal": coded.principal.code if coded.principal else "",
                "drg": coding.grouping.final_drg if coding.grouping else ""}  # fmt: skip
    sizes = {role: len(coded.in_role(role)) for role in DiagnosisRole.values}
    shift = sizes[DiagnosisRole.PRINCIPAL]
    return [
        {
            **_line(coding, line, CodeSystem.ICD10CM, found), "role": line.role, "poa": line.poa,
            "number": line.sequence + (shift if line.role == DiagnosisRole.SECONDARY else 0),
            "display": dotted(line.code), "exempt": line.code in coded.exempt,
            "poa_options": poa_options(line.poa, exempt=line.code in coded.exempt),
            "takes_poa": coded.stay.inpatient and line.role not in (DiagnosisRole.ADMITTING, DiagnosisRole.REASON_FOR_VISIT),
            "principal": line.role == DiagnosisRole.PRINCIPAL,
            "can_lead": line.role == DiagnosisRole.SECONDARY,
            "cut": line.role == DiagnosisRole.SECONDARY and line.sequence == SECONDARIES_ON_CLAIM + 1,
            "last": line.sequence == sizes[line.role], "carries": bearing.get(line.key, NOTHING).words,
            **severity_of(line, marks.get(line.code, {}), bearing.get(line.key, NOTHING), **built_on),
        }
        for line in coded.diagnoses
    ]  # fmt: skip


@lru_cache(16)
def poa_options(chosen: str, *, exempt: bool) -> str:
    """The choices of one indicator, written once for all lines that have it."""
    labels = {"": "ex." if exempt else "-", **{value: value for value in Poa.values if value}}
    marked = ((value, " selected" if value == chosen else "", label) for value, label in labels.items())
    return format_html_join("", '<option value="{}"{}>{}</option>', marked)


def procedure_rows(
    coding: Coding, found: Sequence[dict[str, Any]], bearing: Mapping[str, Bearing]
) -> list[dict[str, Any]]:
    """The procedures as lines of the page."""
    marks = marks_by_code(coding.grouping, "procedures")
    count = len(coding.coded.procedures)
    options = {provider: _clinician_options(coding, provider) for provider in set(coding.procedure_providers.values())}
    return [
        {
            **_line(coding, line, CodeSystem.ICD10PCS, found), "number": line.sequence, "display": line.code,
            "performed_on": line.performed_on.isoformat() if line.performed_on else "",
            "performed": day(line.performed_on), "provider": coding.procedure_providers.get(line.id),
            "clinicians": options[coding.procedure_providers.get(line.id)],
            "operating_room": bool(marks.get(line.code, {}).get("operating_room")), "last": line.sequence == count,
            "carries": bearing.get(line.key, NOTHING).words,
        }
        for line in coding.coded.procedures
    ]  # fmt: skip


def _clinician_options(coding: Coding, chosen: Provider | None) -> str:
    """The choices of one list, written once for all lines with the same clinician: a long stay has many of both."""
    marked = ((each.pk, " selected" if each == chosen else "", str(each)) for each in coding.clinicians)
    return format_html_join("", '<option value="{}"{}>{}</option>', marked)


def _line(
    coding: Coding, line: DiagnosisLine | ProcedureLine, system: CodeSystem, found: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    kind = "diagnoses" if system == CodeSystem.ICD10CM else "procedures"
    return {
        "key": line.key, "id": line.id, "code": line.code, "sequence": line.sequence,
        "title": coding.titles[system].get(line.code, "(not in the code set)"),
        "base": f"{coding.base}{kind}/{line.id}/",
        **of_line(found, line.key), "evidence": evidence_chip(coding.evidence, system, line.code),
        "up": line.sequence - 1, "down": line.sequence + 1, "first": line.sequence == 1,
    }  # fmt: skip


def drg_panel(coding: Coding) -> dict[str, Any]:
    """The DRG, or the sentence that stands in its place; the same lines in every state, so that nothing jumps."""
    stay, grouping = coding.coded.stay, coding.grouping
    facts = _stay_facts(coding)
    if not stay.inpatient:
        return {"code": "", "title": "Outpatient: no MS-DRG. Code the first-listed diagnosis and the reasons for visit.",
                "facts": facts}  # fmt: skip
    if coding.ungrouped or grouping is None:
        shown = grouping.final_drg if grouping else ""
        return {"code": shown, "title": coding.ungrouped, "facts": facts, "open": True}
    changed = ""
    if grouping.initial_drg != grouping.final_drg:
        changed = f"DRG {grouping.initial_drg} before hospital-acquired conditions"
    return {
        "code": grouping.final_drg, "title": grouping.drg_title, "severity": grouping.severity, "changed": changed,
        "facts": [
            {"label": "MDC", "value": f"{grouping.mdc} {grouping.mdc_title}".strip()},
            {"label": "Severity", "value": SEVERITY_WORDS.get(grouping.severity, "")},
            *_weight_facts(grouping.final_drg, stay.discharged_on),
            *facts,
            {"label": "MS-DRG", "value": f"v{grouping.grouper_version // 10}.{grouping.grouper_version % 10}"},
        ],
    }  # fmt: skip


def _weight_facts(drg: str, on: date | None) -> list[dict[str, str]]:
    """Relative weight and geometric mean stay, where a table of them is loaded."""
    weight = weight_of(drg, on) if on else None
    if weight is None:
        return []
    stay = [{"label": "GMLOS", "value": f"{weight.gmlos} d"}] if weight.gmlos is not None else []
    return [{"label": "Weight", "value": str(weight.relative_weight)}, *stay]


def _stay_facts(coding: Coding) -> list[dict[str, str]]:
    stay = coding.coded.stay
    facts = []
    if stay.discharged_on and stay.inpatient:
        facts.append({"label": "Stay", "value": f"{length_of_stay_days(stay.admitted_on, stay.discharged_on)} d"})
    facts.append({"label": "Disposition", "value": stay.discharge_disposition or "missing"})
    return facts


def recoded(coding: Coding) -> dict[str, str]:
    """For the finalize dialog of a reopened coding: why it was opened again, and the DRG before and after."""
    if coding.summary is None:
        return {}
    before, after = coding.summary.final_drg, coding.grouping.final_drg if coding.grouping else ""
    drg = f"DRG {before} stays." if before == after else f"DRG {before or 'none'} becomes {after or 'none'}."
    number = f"This becomes summary {coding.summary.number + 1}."
    return {"reason": coding.record.reopened_for, "drg": drg if before or after else "", "number": number}


def spoken(context: Mapping[str, Any], told: Mapping[str, Any]) -> str:
    """What a screen reader says of a change; the page itself adds what became of DRG and edits.

    context: the pane as it stands now. told: `refused`, or `said` with the key of the line it is `about`, `moved` when that changed
    places.
    """
    if told.get("refused"):
        return f"Not changed. {told['refused']}"
    said: str = told.get("said", "")
    rows = [*context["main"], *(row for group in context["groups"] for row in group["rows"]), *context["procedures"],
            *context["services"]]  # fmt: skip
    line = next((row for row in rows if row["key"] == told.get("about")), None)
    if line is None:
        return said
    return f"{line['display']} is now line {line['number']}." if told.get("moved") else f"{line['display']}: {said}"


def _summary_words(summary: CodingSummary | None, zone: str) -> dict[str, str]:
    if summary is None:
        return {}
    return {
        "label": f"Summary {summary.number}", "by": str(summary.finalized_by), "at": moment(summary.finalized_at, zone),
        "sha256": summary.sha256[:12], "reason": summary.reason,
    }  # fmt: skip


def _short_day(written_at: Any, zone: str) -> str:
    return moment(written_at, zone)[:5]


def today_here() -> date:
    """The day ages are counted to."""
    return timezone.localdate()
