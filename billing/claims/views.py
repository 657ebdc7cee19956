"""Pages of claims and files."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.gate import Can, facilities_for, refuse
from audit.monitoring.limits import chosen, demand_reason
from billing.claims.actions.claim import rebuild_claim, record_payer_number
from billing.claims.actions.export import request_export
from billing.claims.enums import ClaimForm, ClaimState
from billing.claims.forms import PayerNumberForm
from billing.claims.presenters import (
    claim_facts,
    claim_row,
    code_rows,
    fault_rows,
    file_row,
    line_rows,
    party_facts,
    segment_rows,
    stay_facts,
)
from billing.claims.progress import Progress, export_progress
from billing.claims.selectors import (
    claim_counts,
    claim_files,
    claim_preview,
    claim_to_change,
    claims_list,
    file_to_download,
    ready_to_leave,
)
from hims.lib.access import Permission
from hims.lib.errors import DomainError
from hims.lib.ids import uuid7
from hims.staff.requests import person
from records.presenters import banner

HOME = {"label": "Billing", "url": "/billing/"}
WATCHED = "export_batch"


@require_GET
def claims(request: HttpRequest) -> HttpResponse:
    """Claims by state; the export that was asked for last, while it runs."""
    by = person(request)
    state = request.GET.get("state", "")
    state = state if state in ClaimState.values else ""
    form = request.GET.get("form", "")
    form = form if form in ClaimForm.values else ""
    page = claims_list(by=by, state=state, form=form, after=request.GET.get("after", ""))
    counts = claim_counts(by=by)
    tabs = [{"label": "All claims", "url": "?state=", "current": not state}] + [
        {"label": each.label.split(" by ")[0], "url": f"?state={each}", "current": state == each,
         "count": counts.get(each, 0) if each in (ClaimState.HELD, ClaimState.READY) else ""}
        for each in ClaimState
    ]  # fmt: skip
    progress = _watched(request)
    if progress and progress.finished:
        del request.session[WATCHED]
    context = {
        "rows": [claim_row(claim) for claim in page.rows], "page": page, "tabs": tabs, "form": form, "state": state,
        "ready": counts.get(ClaimState.READY, 0), "forms": ClaimForm.choices,
        "needs_reason": counts.get(ClaimState.READY, 0) > chosen().many,
        "progress": progress, "crumbs": [HOME, {"label": "Claims"}],
    }  # fmt: skip
    return render(request, "billing/claims.html", context)


@require_GET
def claim(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    """One claim as it would leave, or as it left."""
    by = person(request)
    preview = claim_preview(by=by, claim_id=claim_id)
    found, built = preview.claim, preview.built
    context = {
        "banner": banner(found.patient, found.encounter, today=timezone.localdate()), "claim": found, "preview": preview,
        "facts": claim_facts(preview), "faults": fault_rows(found, Can(by)),
        "parties": party_facts(built.claim) if built else [], "stay": stay_facts(built.claim) if built else [],
        "codes": code_rows(built.claim, found.summary.content) if built else [],
        "lines": line_rows(built.claim) if built else [], "segments": segment_rows(preview.segments),
        "professional": found.form == ClaimForm.PROFESSIONAL, "has_left": found.state == ClaimState.EXPORTED,
        "may_rebuild": found.state in (ClaimState.HELD, ClaimState.READY), "number_form": PayerNumberForm(),
        "crumbs": [HOME, {"label": "Claims", "url": "/billing/claims/"}, {"label": found.control_number}],
    }  # fmt: skip
    return render(request, "billing/claim.html", context)


@require_POST
def rebuild(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    """The claim again, from what is on file now."""
    by = person(request)
    found = claim_to_change(by=by, claim_id=claim_id)
    try:
        built = rebuild_claim(by=by, claim=found)
    except DomainError as error:
        messages.error(request, error.message)
        return redirect(found)
    held = built.state == ClaimState.HELD
    words = "The claim is still held; see what it lacks." if held else "The claim is ready."
    messages.add_message(request, messages.WARNING if held else messages.SUCCESS, words)
    return redirect(built)


@require_POST
def payer_number(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    """The payer's number of a claim that has left."""
    by = person(request)
    found = claim_to_change(by=by, claim_id=claim_id)
    form = PayerNumberForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Enter the payer's control number, at most 50 characters.")
        return redirect(found.account)
    try:
        record_payer_number(by=by, claim=found, **form.cleaned_data)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "The payer's control number is on file.")
    return redirect(found.account)


@require_GET
def files(request: HttpRequest) -> HttpResponse:
    """Files that left, newest first."""
    page = claim_files(by=person(request), after=request.GET.get("after", ""))
    context = {
        "rows": [file_row(file) for file in page.rows], "page": page, "crumbs": [HOME, {"label": "Claim files"}],
    }  # fmt: skip
    return render(request, "billing/files.html", context)


@require_http_methods(["GET", "POST"])
def file_download(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """The bytes as they were written; for many patients the reason is asked for first."""
    try:
        file = file_to_download(by=person(request), file_id=file_id, reason=request.POST.get("reason", "")).file
    except DomainError as error:
        if error.field != "reason":
            raise
        context = {"error": error.message, "kind": "x12", "kind_label": "X12", "action": request.path,
                   "cancel_url": reverse("billing:files"), "crumbs": [HOME, {"label": "Claim files"}]}  # fmt: skip
        return render(request, "audit/export_reason.html", context, status=422)
    response = HttpResponse(bytes(file.content), content_type="application/edi-x12")
    response.headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return response


@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """Ask for the export of all ready claims, one job a facility; the claims page shows how far it is."""
    by = person(request)
    facilities = facilities_for(by, Permission.CLAIM_EXPORT)
    if not facilities:
        refuse(by, Permission.CLAIM_EXPORT, event="claim.export_requested")
    try:
        reason = demand_reason(ready_to_leave(by=by).patients, request.POST.get("reason", ""))
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("billing:claims")
    batch = uuid7()
    for facility in facilities:
        request_export(by=by, facility=facility, batch=batch, reason=reason)
    request.session[WATCHED] = str(batch)
    return redirect("billing:claims")


@require_GET
def export_status(request: HttpRequest) -> HttpResponse:
    """How far the export is that was asked for last: a fragment that asks again; at the end the whole page is loaded anew."""
    progress = _watched(request)
    response = render(request, "billing/partials/export_status.html", {"progress": progress})
    if progress is None or progress.finished:
        response.headers["HX-Refresh"] = "true"
    return response


def _watched(request: HttpRequest) -> Progress | None:
    """The export that this session asked for last and has not seen the end of."""
    batch = request.session.get(WATCHED)
    return export_progress(by=person(request), batch=UUID(batch)) if batch else None
