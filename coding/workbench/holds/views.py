"""Doors of holds: the page takes, keeps and leaves an account; another coder takes it over, a manager releases it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from audit.gate import demand, facilities_for
from coding.workbench.forms import values_of
from coding.workbench.holds import actions
from coding.workbench.holds.forms import HolderForm, PageForm, TakeForm
from coding.workbench.holds.keeping import renewed
from coding.workbench.holds.presenters import hold_notice
from coding.workbench.holds.selectors import record_with_hold
from coding.workbench.models import CodingRecord
from coding.workbench.selectors import record_for
from hims.lib.access import Permission
from hims.lib.ids import uuid7
from hims.staff.models import User
from hims.staff.requests import person


@require_http_methods(["GET", "POST"])
def hold(request: HttpRequest, encounter_id: UUID) -> HttpResponse:
    """GET: how the account stands, for a page that waits. POST: an open page takes the account, or tells that it is still open."""
    by = person(request)
    if request.method == "GET":
        return _notice(request, by, record_with_hold(by=by, encounter_id=encounter_id))
    demand(by, Permission.CODING_EDIT, event="coding.hold_taken")
    asked = values_of(TakeForm(request.POST))
    if asked["anew"] or not renewed(by, encounter_id, asked["page"]):
        actions.take(by=by, record=record_for(by=by, encounter_id=encounter_id), page=asked["page"], anew=asked["anew"])
    return HttpResponse(status=204)


@require_POST
def leave(request: HttpRequest, encounter_id: UUID) -> HttpResponse:
    """The page is left."""
    by = person(request)
    demand(by, Permission.CODING_EDIT, event="coding.hold_left")
    asked = values_of(PageForm(request.POST))
    actions.leave(by=by, record=record_for(by=by, encounter_id=encounter_id), page=asked["page"])
    return HttpResponse(status=204)


@require_POST
def take_over(request: HttpRequest, encounter_id: UUID) -> HttpResponse:
    """From a coder who was not heard for a while; the page comes anew, open for work."""
    by = person(request)
    demand(by, Permission.CODING_EDIT, event="coding.hold_taken_over")
    asked = values_of(HolderForm(request.POST))
    record = record_for(by=by, encounter_id=encounter_id)
    actions.take_over(by=by, record=record, holder_id=asked["holder"], page=uuid7())
    messages.success(request, "You have taken this account over. What was saved is all here.")
    return HttpResponse(status=204, headers={"HX-Refresh": "true"})


@require_POST
def release(request: HttpRequest, encounter_id: UUID) -> HttpResponse:
    """By whoever answers for coding here."""
    by = person(request)
    demand(by, Permission.CODING_POLICY, event="coding.hold_released")
    asked = values_of(HolderForm(request.POST))
    actions.release(by=by, record=record_for(by=by, encounter_id=encounter_id), holder_id=asked["holder"])
    messages.info(request, "The hold is released. Its holder is told at the next action.")
    return HttpResponse(status=204, headers={"HX-Refresh": "true"})


def _notice(request: HttpRequest, by: User, record: CodingRecord) -> HttpResponse:
    may_code = any(place.pk == record.facility_id for place in facilities_for(by, Permission.CODING_EDIT))
    notice = hold_notice(record, by, record.now, may_code=may_code, waits=True)  # type: ignore[attr-defined]
    context = {"hold": notice, "base": record.get_absolute_url()}
    return render(request, "coding/workbench/hold/notice.html", context)
