"""Pages of roles: given, ended, and exceptions from the separation of duties."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from audit.authority import authority_of
from audit.gate import facilities_for
from audit.staffing.actions import memberships as actions
from audit.staffing.duties import DUTIES, Conflict
from audit.staffing.forms import EndRoleForm, ExceptionForm, NoteForm, RoleForm
from audit.staffing.holdings import approvers_for
from audit.staffing.models import Account
from audit.staffing.presenters import conflict_lines, conflicting_row, crumbs, exception_line, role_line
from audit.staffing.selectors import accounts as selectors
from audit.staffing.selectors.audits import exception_to_decide, exceptions_waiting
from audit.staffing.views.common import account_for, either, page, posted
from hims.lib.access import Permission
from hims.lib.errors import DomainError, NotVisible
from hims.lib.forms import add_domain_error
from hims.staff.models import User
from hims.staff.requests import person


@require_http_methods(["GET", "POST"])
def give(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """Give a role; when duties stand against it, the page says which, and offers to ask a second person."""
    by = person(request)
    account = account_for(by, account_id).account
    form: RoleForm = RoleForm(
        posted(request), facilities=facilities_for(by, Permission.STAFF_MANAGE), initial={"valid_from": date.today()}
    )
    against: list[Conflict] = []
    if form.is_valid():
        try:
            if "approver" in request.POST:
                return _ask(request, by, account)
            actions.give_role(by=by, account=account, assignment=form.assignment())
        except actions.DutiesConflict as conflict:
            against = conflict.conflicts
            form = _exception_form(request, by, account, bound=False)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, f"{account} has the role.")
            return redirect("staffing:account", account_id=account.pk)
    return _give_page(request, account, form, against)


def _ask(request: HttpRequest, by: User, account: Account) -> HttpResponse:
    """The same form with a reason and a second person."""
    form = _exception_form(request, by, account, bound=True)
    if form.is_valid():
        try:
            actions.ask_exception(
                by=by, account=account, assignment=form.assignment(), reason=form.cleaned_data["reason"],
                approver=form.cleaned_data["approver"],
            )  # fmt: skip
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(
                request, f"{form.cleaned_data['approver']} is asked to approve. The role begins with the approval."
            )
            return redirect("staffing:account", account_id=account.pk)
    plain = RoleForm(request.POST, facilities=facilities_for(by, Permission.STAFF_MANAGE))
    against = (
        selectors.duties_report(by=by, account_id=account.pk, assignment=plain.assignment()) if plain.is_valid() else []
    )
    return _give_page(request, account, form, against)


def _exception_form(request: HttpRequest, by: User, account: Account, *, bound: bool) -> ExceptionForm:
    facilities = facilities_for(by, Permission.STAFF_MANAGE)
    here = request.POST.get("facility", "")
    place = int(here) if here.isdecimal() and len(here) < 6 else 0
    data: dict[str, Any] = {"approvers": approvers_for(account, place, by), "facilities": facilities}
    if bound:
        return ExceptionForm(request.POST, **data)
    return ExceptionForm(initial={name: request.POST.get(name, "") for name in RoleForm.base_fields}, **data)


def _give_page(request: HttpRequest, account: Account, form: RoleForm, against: list[Conflict]) -> HttpResponse:
    url = reverse("staffing:account", args=[account.pk])
    context = {
        "account": account, "conflicts": conflict_lines(against), "cancel_url": url,
        "crumbs": crumbs((str(account), url), ("Give a role", "")),
        "submit": "Ask for an exception" if isinstance(form, ExceptionForm) else "Give the role",
    }  # fmt: skip
    answer = page(request, "staffing/give_role.html", context, form=form)
    answer.status_code = 422 if against else answer.status_code
    return answer


@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, account_id: UUID, membership_id: int) -> HttpResponse:
    """A role ends now, or after a day."""
    by = person(request)
    details = account_for(by, account_id)
    role = next((role for role in details.memberships if role.pk == membership_id), None)
    if role is None:
        raise NotVisible("There is nothing here that you can open.")
    form = EndRoleForm(posted(request))
    if form.is_valid():
        try:
            actions.end_role(by=by, account=details.account, membership_id=membership_id, **form.cleaned_data)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, "The role ends.")
            return redirect("staffing:account", account_id=account_id)
    url, line = reverse("staffing:account", args=[account_id]), role_line(role)
    context = {
        "title": f"End {details.account}'s role", "submit": "End the role", "cancel_url": url,
        "note": f"{line['role']} at {line['facility']}, {line['from']} to {line['to']}",
        "crumbs": crumbs((str(details.account), url), ("End a role", "")),
    }  # fmt: skip
    return page(request, "staffing/form.html", context, form=form)


@require_GET
def duties(request: HttpRequest) -> HttpResponse:
    """The rules, who holds duties that belong apart, and what waits for this person's approval."""
    by = person(request)
    listed = either(by, selectors.conflicts_to_manage, selectors.conflicts_to_certify)
    found = listed(by=by, after=request.GET.get("after", ""))
    certifies = authority_of(by).may(Permission.ACCESS_CERTIFY)
    waiting = exceptions_waiting(by=by, approver=by) if certifies else []
    context = {
        "rows": [conflicting_row(row) for row in found.rows], "page": found, "rules": DUTIES,
        "waiting": [exception_line(exception) for exception in waiting], "crumbs": crumbs(("Separation of duties", "")),
    }  # fmt: skip
    return page(request, "staffing/duties.html", context, tab="duties")


@require_http_methods(["GET", "POST"])
def exception(request: HttpRequest, exception_id: UUID) -> HttpResponse:
    """The second person agrees or refuses."""
    by = person(request)
    found = exception_to_decide(by=by, exception_id=exception_id)
    form = NoteForm(posted(request))
    if form.is_valid():
        approve = request.POST.get("decision") == "approve"
        try:
            actions.decide_exception(by=by, exception=found, approve=approve, note=form.cleaned_data["note"])
        except DomainError as error:
            add_domain_error(form, error)
        else:
            words = "The exception is approved, and the role begins." if approve else "The exception is refused."
            messages.success(request, words)
            return redirect("staffing:duties")
    context = {
        "line": exception_line(found), "mine": found.approver_id == by.pk and found.approved is None,
        "crumbs": crumbs(("Separation of duties", reverse("staffing:duties")), ("Exception", "")),
    }  # fmt: skip
    return page(request, "staffing/exception.html", context, form=form)
