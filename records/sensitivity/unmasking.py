"""Showing one number whole: why first, then the number, for a minute."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from hims.lib.errors import DomainError
from hims.lib.forms import add_domain_error
from hims.lib.masking import TITLES, masked
from hims.staff.requests import person
from records.presenters import banner
from records.registry.views import patient_crumbs
from records.sensitivity.actions import unmask
from records.sensitivity.forms import UnmaskForm
from records.sensitivity.selectors import patient_with_numbers

SECONDS = 60


@never_cache
@require_http_methods(["GET", "POST"])
def number(request: HttpRequest, patient_id: UUID, kind: str, number_id: int) -> HttpResponse:
    """A form that asks why; with a reason, the number. A fragment for htmx, otherwise a page."""
    if kind not in TITLES:
        raise Http404
    by = person(request)
    patient = patient_with_numbers(by=by, patient_id=patient_id)
    form = UnmaskForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {
        "patient": patient, "kind": kind, "number_id": number_id, "title": TITLES[kind], "form": form, "seconds": SECONDS,
        "step": "ask",
    }  # fmt: skip
    if form.is_valid():
        try:
            shown = unmask(by=by, patient=patient, kind=kind, number_id=number_id, reason=form.cleaned_data["reason"])
        except DomainError as error:
            add_domain_error(form, error)
        else:
            context |= {"step": "shown", "value": shown.value, "masked": masked(kind, shown.value)}
    if request.headers.get("HX-Request"):
        return render(request, "records/partials/unmask.html", context)
    context |= {"banner": banner(patient, today=timezone.localdate()), "crumbs": patient_crumbs(patient, TITLES[kind])}
    return render(request, "records/sensitivity_number.html", context, status=422 if form.errors else 200)
