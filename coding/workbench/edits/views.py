"""Answers to warnings, POA for the whole list, CC and MCC brought onto the claim."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from coding.workbench.actions import poa, sequencing
from coding.workbench.edits import actions
from coding.workbench.edits.findings import LONGEST_KEY
from coding.workbench.edits.models import LONGEST_REASON
from coding.workbench.forms import ChangeForm
from coding.workbench.models import CodingRecord
from coding.workbench.views import change
from hims.lib.errors import DomainError
from hims.staff.models import User

MOST_IDS = 200


class OverrideForm(ChangeForm):
    edit = forms.CharField(max_length=LONGEST_KEY, error_messages={"required": "Which warning is not told."})
    reason = forms.CharField(required=False, max_length=LONGEST_REASON)


class ClearForm(ChangeForm):
    """ids: of the diagnoses whose Y is taken back, with commas."""

    ids = forms.CharField(max_length=2000)

    def clean_ids(self) -> list[int]:
        parts = [part.strip() for part in self.cleaned_data["ids"].split(",")]
        if len(parts) > MOST_IDS or not all(part.isascii() and part.isdigit() and len(part) < 19 for part in parts):
            raise forms.ValidationError("These are not lines of a coding.")
        return [int(part) for part in parts]


@require_POST
def override(request: HttpRequest, encounter_id: UUID) -> HttpResponse:
    """A warning is answered with a reason."""

    def step(by: User, record: CodingRecord, asked: Mapping[str, Any]) -> dict[str, Any]:
        actions.override_edit(
            by=by, record=record, version=asked["version"], edit=asked["edit"], reason=asked["reason"]
        )
        return {"said": "Warning overridden; the reason is kept."}

    return change(request, encounter_id, OverrideForm, step)


@require_POST
def withdraw(request: HttpRequest, encounter_id: UUID) -> HttpResponse:
    """The answer is taken back."""

    def step(by: User, record: CodingRecord, asked: Mapping[str, Any]) -> dict[str, Any]:
        actions.withdraw_override(by=by, record=record, version=asked["version"], edit=asked["edit"])
        return {"said": "Override taken back; the warning is open again."}

    return change(request, encounter_id, OverrideForm, step)


@require_POST
def fill_poa(request: HttpRequest, encounter_id: UUID) -> HttpResponse:
    """Y for all blank, after a question on the page; the answer offers the way back."""

    def step(by: User, record: CodingRecord, asked: Mapping[str, Any]) -> dict[str, Any]:
        filled = poa.fill_blank_poa(by=by, record=record, version=asked["version"])
        undo = json.dumps({"ids": ",".join(map(str, filled))})
        lines = "diagnosis" if len(filled) == 1 else "diagnoses"
        return {"said": f"POA Y on {len(filled)} {lines}.", "undo": undo, "undo_at": "poa/clear"}

    return change(request, encounter_id, ChangeForm, step)


@require_POST
def clear_poa(request: HttpRequest, encounter_id: UUID) -> HttpResponse:
    """The way back from Y for all blank."""

    def step(by: User, record: CodingRecord, asked: Mapping[str, Any]) -> dict[str, Any]:
        poa.clear_poa(by=by, record=record, version=asked["version"], diagnosis_ids=asked["ids"])
        return {"said": "POA is blank again."}

    return change(request, encounter_id, ClearForm, step)


@require_POST
def forward(request: HttpRequest, encounter_id: UUID) -> HttpResponse:
    """CC and MCC beyond the claim come inside, because the coder asked for it."""

    def step(by: User, record: CodingRecord, asked: Mapping[str, Any]) -> dict[str, Any]:
        moved = sequencing.bring_levels_forward(by=by, record=record, version=asked["version"])
        if not moved:
            raise DomainError("Nothing moved.")
        return {"said": f"{moved} {'line' if moved == 1 else 'lines'} brought onto the claim."}

    return change(request, encounter_id, ChangeForm, step)
