"""Changes of the service lines. Adding goes through the search box (coding.workbench.views.add)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from audit.walls import standing_for
from coding.workbench.forms import ChangeForm, MoveForm, ServiceFields
from coding.workbench.models import CodingRecord
from coding.workbench.services import actions
from coding.workbench.services.models import CodedService
from coding.workbench.services.presenters import listed_ids
from coding.workbench.services.rules import pointer_words
from coding.workbench.services.typed import DETAILS
from coding.workbench.views import change
from hims.staff.models import User


class ServiceForm(ServiceFields, ChangeForm):
    units = forms.IntegerField(
        error_messages={"required": "Units are missing.", "invalid": "Units are a whole number."}
    )


@require_POST
def remove(request: HttpRequest, encounter_id: UUID, line: int) -> HttpResponse:
    """The line goes; the answer offers to bring it back."""

    def step(by: User, record: CodingRecord, asked: Mapping[str, Any]) -> dict[str, Any]:
        with standing_for(by):
            gone = CodedService.objects.filter(record=record, pk=line).prefetch_related("pointers").first()
            undo = _undo(record, gone) if gone else ""
        actions.remove_service(by=by, record=record, version=asked["version"], service_id=line)
        return {"said": f"{gone.code} removed." if gone else "Removed.", "undo": undo}

    return change(request, encounter_id, ChangeForm, step)


@require_POST
def move(request: HttpRequest, encounter_id: UUID, line: int) -> HttpResponse:
    """Another place."""

    def step(by: User, record: CodingRecord, asked: Mapping[str, Any]) -> dict[str, Any]:
        actions.move_service(by=by, record=record, version=asked["version"], service_id=line, place=asked["place"])
        return {"said": "Moved.", "about": f"s{line}", "moved": True}

    return change(request, encounter_id, MoveForm, step)


@require_POST
def details(request: HttpRequest, encounter_id: UUID, line: int) -> HttpResponse:
    """Date, modifiers, units, pointers and the rest."""

    def step(by: User, record: CodingRecord, asked: Mapping[str, Any]) -> dict[str, Any]:
        actions.change_service(
            by=by, record=record, version=asked["version"], service_id=line, **{name: asked[name] for name in DETAILS}
        )
        return {"said": "Service details saved.", "about": f"s{line}"}

    return change(request, encounter_id, ServiceForm, step)


def _undo(record: CodingRecord, gone: CodedService) -> str:
    """What the Undo button sends."""
    pointers = pointer_words([each.diagnosis_id for each in gone.pointers.all()], listed_ids(record))
    return json.dumps(
        {
            "code": gone.code, "system": "hcpcs", "place": gone.sequence, "serviced_on": gone.serviced_on.isoformat(),
            "modifiers": " ".join(gone.modifiers), "units": gone.units, "revenue_code": gone.revenue_code, "ndc": gone.ndc,
            "pointers": pointers, "provider": str(gone.provider_id or ""),
        }
    )  # fmt: skip
