"""Doors of the abstract: its panel beside the coding, and one item at a time."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from audit.gate import demand, facilities_for
from coding.workbench.abstracting.actions import set_item
from coding.workbench.abstracting.presenters import item_row, panel_context, typed
from coding.workbench.abstracting.selectors import abstract_panel
from coding.workbench.enums import CodingStatus
from coding.workbench.forms import ChangeForm, values_of
from coding.workbench.selectors import record_for
from coding.workbench.views import PASSED_ON, pane_answer
from hims.lib.access import Permission
from hims.lib.errors import DomainError
from hims.staff.requests import person

ROW = "coding/workbench/abstracting/row.html"


class ItemForm(ChangeForm):
    """row: the page shows the item's row, which is to be answered too."""

    name = forms.CharField(max_length=60)
    value = forms.CharField(required=False, max_length=400)
    row = forms.BooleanField(required=False)


@require_GET
def panel(request: HttpRequest, encounter_id: UUID) -> HttpResponse:
    """All items, with where each comes from."""
    by = person(request)
    found = abstract_panel(by=by, encounter_id=encounter_id)
    here = any(place.pk == found.record.facility_id for place in facilities_for(by, Permission.CODING_EDIT))
    may_edit = here and found.record.status != CodingStatus.FINALIZED
    return render(request, "coding/workbench/abstracting/panel.html", panel_context(found, may_edit=may_edit))


@require_POST
def save(request: HttpRequest, encounter_id: UUID) -> HttpResponse:
    """One item; the codes side anew with the way back, and the item's row. A fault stands beside the item, as it was typed."""
    by = person(request)
    demand(by, Permission.CODING_EDIT, event="coding.changed")
    record = record_for(by=by, encounter_id=encounter_id)
    form = ItemForm(request.POST)
    try:
        asked = values_of(form)
        done = set_item(by=by, record=record, version=asked["version"], name=asked["name"], text=asked["value"])
    except PASSED_ON:
        raise
    except DomainError as error:
        return _refused(request, encounter_id, error)
    extra: dict[str, Any] = {
        "said": f"{done.label} saved.", "undo": json.dumps({"name": done.name, "value": done.before}),
        "undo_at": "abstract/save",
    }  # fmt: skip
    if asked["row"]:
        extra["abstract_row"] = item_row(abstract_panel(by=by, encounter_id=encounter_id), done.name)
    return pane_answer(request, encounter_id, extra)


def _refused(request: HttpRequest, encounter_id: UUID, error: DomainError) -> HttpResponse:
    name, text = request.POST.get("name", "")[:60], request.POST.get("value", "")
    row = (
        item_row(abstract_panel(by=person(request), encounter_id=encounter_id), name)
        if request.POST.get("row")
        else None
    )
    if row is None:
        return pane_answer(request, encounter_id, {"refused": error.message}, status=422)
    context = {"row": typed(row, text, error.message), "editable": True}
    answer = render(request, ROW, context, status=422)
    answer["HX-Retarget"], answer["HX-Reswap"] = f"#{row['dom']}-row", "outerHTML"
    return answer
