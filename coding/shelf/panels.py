"""Panels of the workbench: the books and the shelf beside a coding, on its day."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from coding.codesets.browse import forms as asked_of
from coding.codesets.browse import views as books
from coding.codesets.browse.places import PICK, Where
from coding.codesets.selectors import code_on, newest
from coding.shelf import presenters
from coding.shelf.actions import take_codes
from coding.shelf.forms import TakeForm
from coding.shelf.selectors import other_accounts, own_shelf, stay_for_reference, transfer_from
from coding.shelf.views import card_context
from coding.workbench.models import CodingRecord
from coding.workbench.reading import stay_of
from coding.workbench.rules import Stay
from coding.workbench.views import change
from hims.lib.errors import DomainError
from hims.staff.models import User
from hims.staff.requests import person

PANEL = "coding/codesets/browse/panel.html"


@require_GET
def index_panel(request: HttpRequest, encounter_id: UUID) -> HttpResponse:
    """The alphabetic index on the coding day."""
    stay = _stay(request, encounter_id)
    context = books.index_context(_beside(request, stay), asked_of.book_of(request.GET.get("book", "")))
    return render(request, PANEL, {**context, "inside": f"{books.HERE}/index.html"})


@require_GET
def tabular_panel(request: HttpRequest, encounter_id: UUID) -> HttpResponse:
    """The tabular list on the coding day."""
    stay = _stay(request, encounter_id)
    system = asked_of.system_of(request.GET.get("system", ""))
    beside = _beside(request, stay)
    flat = system in books.FLAT
    context = books.flat_context(beside, system) if flat else books.tabular_context(beside, system)
    return render(request, PANEL, {**context, "inside": f"{books.HERE}/{'flat' if flat else 'tabular'}.html"})


@require_GET
def pcs_panel(request: HttpRequest, encounter_id: UUID) -> HttpResponse:
    """The builder of PCS codes on the coding day."""
    context = books.pcs_context(_beside(request, _stay(request, encounter_id)))
    return render(request, PANEL, {**context, "inside": f"{books.HERE}/pcs.html"})


@require_GET
def code_panel(request: HttpRequest, encounter_id: UUID) -> HttpResponse:
    """Everything about one code, from a line or a hit."""
    stay = _stay(request, encounter_id)
    code, system = asked_of.code_of(request.GET.get("code", "")), asked_of.system_of(request.GET.get("system", ""))
    row = (code_on(system, code, stay.coded_on) or newest(system, code)) if code else None
    if row is None:
        return render(request, "coding/shelf/code_none.html", {"code": code})
    at = Where(stay.coded_on, pick=True)
    about = presenters.about_code(row, at, inpatient=stay.inpatient)
    return render(
        request, "coding/shelf/code_panel.html", {**about, **card_context(person(request), row.system, row.code)}
    )


@require_GET
def shelf_panel(request: HttpRequest, encounter_id: UUID) -> HttpResponse:
    """Favourites, groups, bookmarks, and other accounts of the patient; or the codes of one of them to take over."""
    by, stay = person(request), _stay(request, encounter_id)
    at = Where(stay.coded_on, pick=True)
    if "source" in request.GET or "group" in request.GET:
        return _transfer(request, by, encounter_id)
    accounts = presenters.account_lines(other_accounts(by=by, encounter_id=encounter_id))
    context = {
        **presenters.shelf_lines(own_shelf(by=by), at),
        "at": at,
        "accounts": accounts,
        "encounter_id": encounter_id,
    }
    return render(request, "coding/shelf/panel.html", context)


def _transfer(request: HttpRequest, by: User, encounter_id: UUID) -> HttpResponse:
    origin = _origin(request.GET)
    found = transfer_from(by=by, encounter_id=encounter_id, **origin)
    context = {
        "lines": presenters.transfer_lines(found), "from": found.source, "encounter_id": encounter_id,
        "source": origin["source_id"] or "", "group": "" if origin["group_id"] is None else origin["group_id"],
        "some": len(found.refused) < len(found.candidates),
    }  # fmt: skip
    return render(request, "coding/shelf/transfer.html", context)


@require_POST
def take(request: HttpRequest, encounter_id: UUID) -> HttpResponse:
    """The chosen codes become lines of this coding; what is refused is told. Without a choice, all that may be taken."""

    def step(by: User, record: CodingRecord, asked: Mapping[str, Any]) -> dict[str, Any]:
        origin = {"source_id": asked["source"], "group_id": None if asked["source"] else asked["group"] or 0}
        found = transfer_from(by=by, encounter_id=encounter_id, **origin)
        wanted = set(asked["keys"].split())
        chosen = [each for each in found.candidates if not wanted or each.key in wanted]
        done = take_codes(by=by, record=record, version=asked["version"], candidates=chosen, source=found.source)
        return {"said": " ".join([f"Added: {', '.join(done.added)}.", *(f"Refused: {why}" for why in done.refused)])}

    return change(request, encounter_id, TakeForm, step)


def _origin(asked: Mapping[str, str]) -> dict[str, Any]:
    """Account or group of an address. Raises DomainError for what is neither."""
    try:
        source = UUID(asked["source"]) if asked.get("source") else None
    except ValueError:
        raise DomainError("This is no account.", field="source") from None
    number = asked_of.number_of(asked, "group")
    return {"source_id": source, "group_id": None if source else max(number, 0)}


def _stay(request: HttpRequest, encounter_id: UUID) -> Stay:
    record = stay_for_reference(by=person(request), encounter_id=encounter_id)
    return stay_of(record)


def _beside(request: HttpRequest, stay: Stay) -> HttpRequest:
    """The same request as the books read it: on the coding day, where codes can be added."""
    words = request.GET.copy()
    words["on"], words[PICK] = stay.coded_on.isoformat(), "1"
    request.GET = words  # type: ignore[assignment]
    return request
