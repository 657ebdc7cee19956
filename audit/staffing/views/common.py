"""What the pages of the staff section share."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from audit.authority import authority_of
from audit.gate import demand
from audit.staffing.dossier import AccountDetails
from audit.staffing.presenters import tabs
from audit.staffing.selectors import accounts as selectors
from hims.lib.access import Permission
from hims.staff.models import User


def either(by: User, managing: Any, certifying: Any) -> Any:
    """The selector of whoever manages accounts, or of whoever certifies access; a person with neither is refused by both."""
    return managing if authority_of(by).may(Permission.STAFF_MANAGE) else certifying


def may_see(by: User, event: str) -> None:
    """Raises AccessDenied for whoever neither manages accounts nor certifies access; the refusal is recorded."""
    if not authority_of(by).may(Permission.STAFF_MANAGE):
        demand(by, Permission.ACCESS_CERTIFY, event=event)


def account_for(by: User, account_id: Any) -> AccountDetails:
    """One account to be changed. Raises AccessDenied, NotVisible."""
    details: AccountDetails = selectors.account_to_manage(by=by, account_id=account_id)
    return details


def posted(request: HttpRequest) -> Any:
    """What a form is bound to: the body, or nothing."""
    return request.POST if request.method == "POST" else None


def page(
    request: HttpRequest, template: str, context: dict[str, Any], *, tab: str = "", form: forms.Form | None = None
) -> HttpResponse:
    """A page with the section's tabs; 422 when its form has errors."""
    wrong = form is not None and bool(form.errors)
    if form is not None:
        context["form"] = form
    if tab and isinstance(request.user, User):
        context["tabs"] = tabs(request.user, tab)
    return render(request, template, context, status=422 if wrong else 200)
