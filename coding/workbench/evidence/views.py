"""Doors of evidence: its panel beside the document, and what changes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from audit.gate import demand, facilities_for
from coding.workbench.enums import CodingStatus
from coding.workbench.evidence import actions
from coding.workbench.evidence.forms import AgainForm, CodeForm, OverrideForm, PieceForm, PinForm
from coding.workbench.evidence.policy import shown_code
from coding.workbench.evidence.presenters import panel_context
from coding.workbench.evidence.selectors import document_of_coding, evidence_panel
from coding.workbench.forms import values_of
from coding.workbench.holds.keeping import is_free_for
from coding.workbench.models import CodingRecord
from coding.workbench.selectors import record_for
from coding.workbench.sending.once import AppliedAlready, sent_as
from coding.workbench.views import PASSED_ON, pane_answer
from hims.lib.access import Permission
from hims.lib.errors import DomainError
from hims.staff.models import User
from hims.staff.requests import person

Change = Callable[[User, CodingRecord, Mapping[str, Any]], str]


@require_GET
def panel(request: HttpRequest, encounter_id: UUID) -> HttpResponse:
    """All evidence of the encounter's coding, code by code."""
    by = person(request)
    found = evidence_panel(by=by, encounter_id=encounter_id)
    places = facilities_for(by, Permission.CODING_EDIT)
    open_here = any(place.pk == found.record.facility_id for place in places)
    may_edit = open_here and found.record.status != CodingStatus.FINALIZED and is_free_for(found.record, by)
    return render(request, "coding/workbench/evidence/panel.html", panel_context(found, may_edit=may_edit))


@require_POST
def pin_words(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """The selected words become evidence; the codes side anew."""
    by = person(request)
    demand(by, Permission.CODING_EDIT, event="coding.changed")
    document = document_of_coding(by=by, document_id=document_id)
    if document.encounter_id is None:
        raise DomainError("This document belongs to no encounter.")
    try:
        asked = values_of(PinForm(request.POST))
        with sent_as(request.POST.get("change", "")):
            actions.pin(by=by, document=document, **asked)
    except PASSED_ON:
        raise
    except AppliedAlready as done:
        return pane_answer(request, document.encounter_id, {"said": done.message})
    except DomainError as error:
        return pane_answer(request, document.encounter_id, {"refused": error.message}, status=422)
    said = f"Pinned to {shown_code((asked['system'], asked['code']))}."
    return pane_answer(request, document.encounter_id, {"said": said})


@require_POST
def remove_pin(request: HttpRequest, encounter_id: UUID) -> HttpResponse:
    """A piece of evidence leaves."""

    def change(by: User, record: CodingRecord, asked: Mapping[str, Any]) -> str:
        actions.remove(by=by, record=record, evidence_id=asked["evidence"])
        return "Evidence removed."

    return _change(request, encounter_id, PieceForm, change)


@require_POST
def again(request: HttpRequest, encounter_id: UUID) -> HttpResponse:
    """A stale piece is pinned where its words stand now."""

    def change(by: User, record: CodingRecord, asked: Mapping[str, Any]) -> str:
        actions.pin_again(by=by, record=record, evidence_id=asked["evidence"], begins=asked["begins"])
        return "Pinned to the newest version."

    return _change(request, encounter_id, AgainForm, change)


@require_POST
def all_again(request: HttpRequest, encounter_id: UUID) -> HttpResponse:
    """Every stale piece whose words stand unchanged at a single place is pinned there."""

    def change(by: User, record: CodingRecord, asked: Mapping[str, Any]) -> str:
        moved = len(actions.pin_all_again(by=by, record=record))
        return f"{moved} piece{'s' if moved > 1 else ''} of evidence pinned to the newest version."

    return _change(request, encounter_id, forms.Form, change)


@require_POST
def sign_override(request: HttpRequest, encounter_id: UUID) -> HttpResponse:
    """A code stands without evidence, signed."""

    def change(by: User, record: CodingRecord, asked: Mapping[str, Any]) -> str:
        actions.override(by=by, record=record, **asked)
        return f"Signed: {shown_code((asked['system'], asked['code']))} stands without evidence."

    return _change(request, encounter_id, OverrideForm, change, Permission.CODING_FINALIZE)


@require_POST
def withdraw(request: HttpRequest, encounter_id: UUID) -> HttpResponse:
    """What was signed for a code holds no longer."""

    def change(by: User, record: CodingRecord, asked: Mapping[str, Any]) -> str:
        actions.withdraw_override(by=by, record=record, **asked)
        return f"Withdrawn: {shown_code((asked['system'], asked['code']))} asks for evidence again."

    return _change(request, encounter_id, CodeForm, change, Permission.CODING_FINALIZE)


def _change(
    request: HttpRequest, encounter_id: UUID, form: type[forms.Form], change: Change,
    permission: Permission = Permission.CODING_EDIT,
) -> HttpResponse:  # fmt: skip
    """One change: the codes side anew, with 422 and the sentence when a rule refuses it."""
    by = person(request)
    demand(by, permission, event="coding.changed")
    record = record_for(by=by, encounter_id=encounter_id)
    try:
        with sent_as(request.POST.get("change", "")):
            said = change(by, record, values_of(form(request.POST)))
    except PASSED_ON:
        raise
    except AppliedAlready as done:
        said = done.message
    except DomainError as error:
        return pane_answer(request, encounter_id, {"refused": error.message}, status=422)
    return pane_answer(request, encounter_id, {"said": said})
