"""Pages of external audits."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.gate import demand, facilities_for
from audit.staffing.actions import audits as actions
from audit.staffing.finders import finder
from audit.staffing.presenters import crumbs, day
from audit.staffing.review_forms import ExternalAuditForm, NumbersForm
from audit.staffing.selectors.audits import AuditDetails, external_audit, external_audits
from audit.staffing.views.common import page, posted
from hims.lib.access import Permission
from hims.lib.errors import DomainError
from hims.lib.forms import add_domain_error
from hims.staff.models import User
from hims.staff.requests import person

SHOWN = 200


@require_GET
def audits(request: HttpRequest) -> HttpResponse:
    """All audits, newest first."""
    found = external_audits(by=person(request), after=request.GET.get("after", ""))
    context = {"rows": found.rows, "page": found, "today": date.today(), "crumbs": crumbs(("External audits", ""))}
    return page(request, "staffing/audits.html", context, tab="audits")


@require_http_methods(["GET", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """A new audit; its list of charts follows."""
    by = person(request)
    demand(by, Permission.ACCESS_CERTIFY, event="staff.external_audit_form_opened")
    facilities = facilities_for(by, Permission.ACCESS_CERTIFY)
    form = ExternalAuditForm(posted(request), facilities=facilities, initial={"starts_on": date.today()})
    if form.is_valid():
        try:
            audit = actions.open_audit(by=by, **form.cleaned_data)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            return redirect("staffing:audit", audit_id=audit.pk)
    url = reverse("staffing:audits")
    context = {
        "title": "Open an external audit", "submit": "Open the audit", "cancel_url": url,
        "note": "The auditor sees the charts on the list, and nothing else, until the last day.",
        "crumbs": crumbs(("External audits", url), ("Open", "")),
    }  # fmt: skip
    return page(request, "staffing/form.html", context, form=form)


@require_GET
def audit(request: HttpRequest, audit_id: UUID) -> HttpResponse:
    """One audit with its list."""
    return _audit_page(request, _details(request, audit_id), NumbersForm())


@require_POST
def charts(request: HttpRequest, audit_id: UUID) -> HttpResponse:
    """First what the numbers lead to, then, confirmed, the charts on the list."""
    by, details = person(request), _details(request, audit_id)
    form = NumbersForm(request.POST, request.FILES)
    if not form.is_valid():
        return _audit_page(request, details, form)
    numbers = form.cleaned_data["wanted"]
    try:
        if "confirmed" not in request.POST:
            return _audit_page(request, details, form, preview=_preview(by, details, numbers))
        change = actions.list_charts(by=by, external_audit=details.audit, numbers=numbers)
    except DomainError as error:
        add_domain_error(form, error)
        return _audit_page(request, details, form)
    count = len(change.added)
    messages.success(request, f"{count} chart{'s' if count != 1 else ''} put on the list.")
    return redirect("staffing:audit", audit_id=audit_id)


@require_POST
def remove(request: HttpRequest, audit_id: UUID, patient_id: UUID) -> HttpResponse:
    """A chart comes off the list."""
    details = _details(request, audit_id)
    actions.take_chart_off(by=person(request), external_audit=details.audit, patient_id=patient_id)
    messages.success(request, "The chart is closed to the auditor.")
    return redirect("staffing:audit", audit_id=audit_id)


@require_POST
def close(request: HttpRequest, audit_id: UUID) -> HttpResponse:
    """Every chart of the list is closed to the auditor."""
    details = _details(request, audit_id)
    actions.close_audit(by=person(request), external_audit=details.audit)
    messages.success(request, "The audit is closed.")
    return redirect("staffing:audit", audit_id=audit_id)


def _details(request: HttpRequest, audit_id: UUID) -> AuditDetails:
    by = person(request)
    details: AuditDetails = external_audit(
        by=by, external_audit_id=audit_id, by_reader=by, after=request.GET.get("after", "")
    )
    return details


def _preview(by: User, details: AuditDetails, numbers: list[str]) -> dict[str, Any]:
    """What the numbers lead to, before anything is opened."""
    found = finder().by_number(by=by, facility=details.audit.facility, numbers=numbers)
    met = {patient.number for patient in found}
    missing = [number for number in numbers if number not in met]
    return {
        "found": found[:SHOWN], "found_count": len(found), "more": max(0, len(found) - SHOWN),
        "missing": missing[:SHOWN], "missing_count": len(missing), "numbers": "\n".join(sorted(met)),
    }  # fmt: skip


def _audit_page(
    request: HttpRequest, details: AuditDetails, form: NumbersForm, preview: dict[str, Any] | None = None
) -> HttpResponse:
    audit = details.audit
    state, tone = _state(details)
    context = {
        "audit": audit, "details": details, "page": details, "preview": preview, "open": state in ("open", "to come"),
        "facts": [
            {"label": "Auditor", "value": str(audit.auditor)}, {"label": "Facility", "value": audit.facility.name},
            {"label": "From", "value": day(audit.starts_on)}, {"label": "Last day", "value": day(audit.ends_on)},
            {"label": "State", "value": state, "tone": tone}, {"label": "Opened by", "value": str(audit.opened_by)},
        ],
        "crumbs": crumbs(("External audits", reverse("staffing:audits")), (audit.title, "")),
    }  # fmt: skip
    return page(request, "staffing/audit.html", context, form=form)


def _state(details: AuditDetails) -> tuple[str, str]:
    today, audit = date.today(), details.audit
    if audit.closed_at is not None:
        return f"closed by {audit.closed_by}", "neutral"
    if audit.ends_on < today:
        return "ended", "neutral"
    return ("to come", "inform") if audit.starts_on > today else ("open", "done")
