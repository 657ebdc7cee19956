"""Pages of coding: the worklist and the workbench."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from audit.authority import authority_of
from audit.gate import Can, demand, facilities_for
from audit.walls import standing_for
from coding.codesets.enums import CodeSystem
from coding.codesets.rules import dotted, undotted
from coding.workbench import presenters
from coding.workbench.actions import diagnoses, finalizing, procedures
from coding.workbench.changing import StaleCoding, lines_after
from coding.workbench.enums import CodingStatus
from coding.workbench.evidence.presenters import finalize_evidence
from coding.workbench.forms import (
    AddForm,
    ChangeForm,
    MoveForm,
    PoaForm,
    ProcedureForm,
    ReopenForm,
    WorklistForm,
    values_of,
)
from coding.workbench.holds.keeping import AccountHeld
from coding.workbench.holds.presenters import hold_notice
from coding.workbench.models import CodingRecord
from coding.workbench.notices import checklist
from coding.workbench.panels import panel_tabs
from coding.workbench.reading import LinesRead
from coding.workbench.selectors import Coding, coding_for, record_for, worklist
from coding.workbench.sending.once import AppliedAlready, sent_as
from coding.workbench.services.pointers import pointing_at
from coding.workbench.services.typed import add_typed
from hims.lib.access import Permission
from hims.lib.errors import AccessDenied, DomainError, NotVisible, TrailUnavailable
from hims.staff.keys.selectors import key_choice_at
from hims.staff.models import User
from hims.staff.requests import person

PASSED_ON = (StaleCoding, AccountHeld, AccessDenied, NotVisible, TrailUnavailable)
PANE = "coding/workbench/partials/pane.html"
Step = Callable[[User, CodingRecord, Mapping[str, Any]], dict[str, Any]]


@require_GET
def work(request: HttpRequest) -> HttpResponse:
    """The worklist, oldest discharge first."""
    by = person(request)
    facilities = facilities_for(by, Permission.CODING_VIEW)
    form = WorklistForm(request.GET or None, facilities=facilities)
    page = (
        worklist(by=by, after=request.GET.get("after", ""), **form.wanted())
        if form.is_bound
        else worklist(by=by, after="")
    )
    now = timezone.now()
    rows = [presenters.worklist_row(record, now) for record in page.rows]
    context = {
        "form": form, "rows": rows, "page": page, "crumbs": [{"label": "Coding"}], "many": len(facilities) > 1,
        "filtered": any(request.GET.get(name) for name in form.fields),
    }  # fmt: skip
    return render(request, "coding/workbench/worklist.html", context)


@require_GET
def bench(request: HttpRequest, encounter_id: UUID) -> HttpResponse:
    """Documents left, text in the middle, codes right."""
    by = person(request)
    coding = coding_for(by=by, encounter_id=encounter_id, reader_id=by.pk)
    may_edit, held = _standing(by, coding, anew=True)
    context = presenters.page_context(
        coding, may_edit=may_edit, today=presenters.today_here(), choice=key_choice_at(request)
    )
    context["hold"] = held
    context["panels"] = panel_tabs(encounter_id, inpatient=coding.coded.stay.inpatient, can=Can(by))
    return render(request, "coding/workbench/bench.html", context)


@require_GET
def pane(request: HttpRequest, encounter_id: UUID) -> HttpResponse:
    """The codes side as it stands, for a page that has become stale."""
    return _pane(request, encounter_id, {})


@require_POST
def add(request: HttpRequest, encounter_id: UUID) -> HttpResponse:
    """A code from the search, or typed."""

    def step(by: User, record: CodingRecord, asked: Mapping[str, Any]) -> dict[str, Any]:
        shared = {"by": by, "record": record, "version": asked["version"], "code": asked["code"]}
        if asked["place"]:
            shared["place"] = asked["place"]
        if asked["system"] == CodeSystem.HCPCS:
            return {"said": f"{add_typed(by, record, asked)} added."}
        if asked["system"] == CodeSystem.ICD10PCS:
            procedures.add_procedure(**shared, performed_on=asked["performed_on"], provider=asked["provider"])
        else:
            diagnoses.add_diagnosis(**shared, role=asked["role"], poa=asked["poa"])
        return {"said": f"{_shown(asked)} added."}

    return _change(request, encounter_id, AddForm, step)


@require_POST
def remove_diagnosis(request: HttpRequest, encounter_id: UUID, line: int) -> HttpResponse:
    """The line goes; the answer offers to bring it back."""

    def step(by: User, record: CodingRecord, asked: Mapping[str, Any]) -> dict[str, Any]:
        with standing_for(by):
            gone, services = record.diagnoses.filter(pk=line).first(), pointing_at(line)
        diagnoses.remove_diagnosis(by=by, record=record, version=asked["version"], diagnosis_id=line)
        done = _undo(gone, CodeSystem.ICD10CM, ("role", "poa"))
        if services:
            done["said"] += f" {services} service {'line points' if services == 1 else 'lines point'} to it no longer."
        return done

    return _change(request, encounter_id, ChangeForm, step)


@require_POST
def move_diagnosis(request: HttpRequest, encounter_id: UUID, line: int) -> HttpResponse:
    """Another place within the role."""

    def step(by: User, record: CodingRecord, asked: Mapping[str, Any]) -> dict[str, Any]:
        diagnoses.move_diagnosis(
            by=by, record=record, version=asked["version"], diagnosis_id=line, place=asked["place"]
        )
        return {"said": "Moved.", "about": f"d{line}", "moved": True}

    return _change(request, encounter_id, MoveForm, step)


@require_POST
def set_poa(request: HttpRequest, encounter_id: UUID, line: int) -> HttpResponse:
    """Present on admission."""

    def step(by: User, record: CodingRecord, asked: Mapping[str, Any]) -> dict[str, Any]:
        diagnoses.set_poa(by=by, record=record, version=asked["version"], diagnosis_id=line, poa=asked["poa"])
        return {"said": f"POA {asked['poa'] or 'blank'}.", "about": f"d{line}"}

    return _change(request, encounter_id, PoaForm, step)


@require_POST
def make_principal(request: HttpRequest, encounter_id: UUID, line: int) -> HttpResponse:
    """The line becomes the principal diagnosis."""

    def step(by: User, record: CodingRecord, asked: Mapping[str, Any]) -> dict[str, Any]:
        diagnoses.make_principal(by=by, record=record, version=asked["version"], diagnosis_id=line)
        return {"said": "Principal diagnosis changed.", "about": f"d{line}"}

    return _change(request, encounter_id, ChangeForm, step)


@require_POST
def remove_procedure(request: HttpRequest, encounter_id: UUID, line: int) -> HttpResponse:
    """The line goes; the answer offers to bring it back."""

    def step(by: User, record: CodingRecord, asked: Mapping[str, Any]) -> dict[str, Any]:
        with standing_for(by):
            gone = record.procedures.filter(pk=line).first()
        procedures.remove_procedure(by=by, record=record, version=asked["version"], procedure_id=line)
        return _undo(gone, CodeSystem.ICD10PCS, ("performed_on", "provider_id"))

    return _change(request, encounter_id, ChangeForm, step)


@require_POST
def move_procedure(request: HttpRequest, encounter_id: UUID, line: int) -> HttpResponse:
    """Another place."""

    def step(by: User, record: CodingRecord, asked: Mapping[str, Any]) -> dict[str, Any]:
        procedures.move_procedure(
            by=by, record=record, version=asked["version"], procedure_id=line, place=asked["place"]
        )
        return {"said": "Moved.", "about": f"p{line}", "moved": True}

    return _change(request, encounter_id, MoveForm, step)


@require_POST
def procedure_details(request: HttpRequest, encounter_id: UUID, line: int) -> HttpResponse:
    """Date and clinician of a procedure."""

    def step(by: User, record: CodingRecord, asked: Mapping[str, Any]) -> dict[str, Any]:
        procedures.set_procedure_details(
            by=by, record=record, version=asked["version"], procedure_id=line, performed_on=asked["performed_on"],
            provider=asked["provider"],
        )  # fmt: skip
        return {"said": "Procedure details saved.", "about": f"p{line}"}

    return _change(request, encounter_id, ProcedureForm, step)


@require_GET
def finalize_dialog(request: HttpRequest, encounter_id: UUID) -> HttpResponse:
    """The checklist, or for a finalized coding the question why it is opened again."""
    coding = coding_for(by=person(request), encounter_id=encounter_id, with_documents=False)
    if coding.record.status == CodingStatus.FINALIZED:
        drg = coding.summary.final_drg if coding.summary else ""
        return render(request, "coding/workbench/partials/reopen.html", {"base": _base(coding), "drg_before": drg})
    evidence = finalize_evidence(coding.evidence, coding.coded, coding.titles)
    checks = checklist(coding.coded, ungrouped=coding.ungrouped, found=coding.found, answered=coding.overrides.keys())
    checks += evidence.checks
    context = {
        **presenters.pane_context(coding, may_edit=True), "base": _base(coding), "checks": checks, "evidence": evidence,
        "ready": all(check.done for check in checks), "recoded": presenters.recoded(coding),
    }  # fmt: skip
    return render(request, "coding/workbench/partials/finalize.html", context)


@require_POST
def finalize(request: HttpRequest, encounter_id: UUID) -> HttpResponse:
    """An immutable summary of the coding as it stands."""

    def step(by: User, record: CodingRecord, asked: Mapping[str, Any]) -> dict[str, Any]:
        summary = finalizing.finalize(by=by, record=record, version=asked["version"])
        messages.success(request, f"Finalized: summary {summary.number} is on file and billing is told.")
        return {"refresh": True}

    return _change(request, encounter_id, ChangeForm, step, Permission.CODING_FINALIZE, anew=True)


@require_POST
def reopen(request: HttpRequest, encounter_id: UUID) -> HttpResponse:
    """A finalized coding becomes work again."""

    def step(by: User, record: CodingRecord, asked: Mapping[str, Any]) -> dict[str, Any]:
        finalizing.reopen(by=by, record=record, version=asked["version"], reason=asked["reason"])
        messages.info(request, "The coding is open again. Its summary stays on file.")
        return {"refresh": True}

    return _change(request, encounter_id, ReopenForm, step, anew=True)


def _change(
    request: HttpRequest,
    encounter_id: UUID,
    form: type[forms.Form],
    step: Step,
    permission: Permission = Permission.CODING_EDIT,
    *,
    anew: bool = False,
) -> HttpResponse:
    """One change: the codes side anew, with 422 and the sentence when a rule refuses it.

    The right comes first, so that a form nobody may send is refused on the record however it is filled in. A change that arrived
    before is answered as it was then. anew: the whole page is loaded again after such a change.
    """
    by = person(request)
    demand(by, permission, event="coding.changed")
    record = record_for(by=by, encounter_id=encounter_id)
    try:
        with sent_as(request.POST.get("change", "")):
            done = step(by, record, values_of(form(request.POST)))
    except PASSED_ON:
        raise
    except AppliedAlready as known:
        done = {"said": known.message, "refresh": anew}
    except DomainError as error:
        return _pane(request, encounter_id, {"refused": error.message}, status=422)
    if done.get("refresh"):
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return _pane(request, encounter_id, done, lines=lines_after(record))


change = _change  # for the views of other nouns


def _pane(
    request: HttpRequest,
    encounter_id: UUID,
    extra: dict[str, Any],
    *,
    status: int = 200,
    lines: LinesRead | None = None,
) -> HttpResponse:
    by = person(request)
    coding = coding_for(by=by, encounter_id=encounter_id, with_documents=False, lines=lines)
    may_edit, held = _standing(by, coding)
    pane = presenters.pane_context(coding, may_edit=may_edit, choice=key_choice_at(request))
    context = {**pane, **extra, "swapped": True, "hold": held}
    context["spoken"] = presenters.spoken(context, extra)
    return render(request, PANE, context, status=status)


def _standing(by: User, coding: Coding, *, anew: bool = False) -> tuple[bool, dict[str, Any]]:
    """May the person change this coding, and what the page says of whoever else holds the account.

    anew: the page is being opened, so that a hold that was lost before counts no longer.
    """
    may_code = coding.record.facility_id in authority_of(by).at(Permission.CODING_EDIT)
    held = hold_notice(coding.record, by, coding.now, may_code=may_code)
    if anew and held.get("free"):
        held = {}
    return may_code and not held, held


pane_answer = _pane
"""For the doors of neighbouring nouns, whose changes show on the codes side too."""


def _base(coding: Coding) -> str:
    return coding.record.get_absolute_url()


def _shown(asked: Mapping[str, Any]) -> str:
    code = undotted(asked["code"])
    return dotted(code) if asked["system"] == CodeSystem.ICD10CM else code


def _undo(gone: Any, system: CodeSystem, kept: tuple[str, ...]) -> dict[str, Any]:
    """What the Undo button sends to bring a removed line back to its place."""
    if gone is None:
        return {"said": "Removed."}
    values = {"code": gone.code, "system": system.value, "place": gone.sequence}
    for name in kept:
        value = getattr(gone, name)
        values[name.removesuffix("_id")] = str(value) if value else ""
    shown = dotted(gone.code) if system == CodeSystem.ICD10CM else gone.code
    return {"said": f"{shown} removed.", "undo": json.dumps(values)}
