"""Pages of one's own: the account, rights lent for a leave, the charts of an external audit; and choosing a password."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.staffing import own, tickets
from audit.staffing.dossier import own_account
from audit.staffing.forms import LeaveForm, NewPasswordForm
from audit.staffing.presenters import account_page
from audit.staffing.views.common import page, posted
from hims.lib.errors import DomainError
from hims.lib.forms import add_domain_error
from hims.staff.models import Facility
from hims.staff.requests import person


@require_GET
def me(request: HttpRequest) -> HttpResponse:
    """Everybody's own account."""
    details = own_account(person(request))
    context = {**account_page(details, own=True), "crumbs": [{"label": "My account"}]}
    return page(request, "staffing/account.html", context)


@require_http_methods(["GET", "POST"])
def lend(request: HttpRequest) -> HttpResponse:
    """Lend rights for a leave."""
    by = person(request)
    today = date.today()
    rights = own.rights_to_lend(by, today, today)
    form = LeaveForm(
        posted(request), colleagues=own.colleagues(by), rights=rights, initial={"first": today},
        places=list(Facility.objects.filter(pk__in=rights)),
    )  # fmt: skip
    if form.is_valid():
        data = form.cleaned_data
        try:
            own.lend(
                by=by, to=data["to"], rights=form.lent(), first=data["first"], last=data["last"], reason=data["reason"]
            )
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, f"{data['to']} stands in for you.")
            return redirect("staffing:me")
    context: dict[str, Any] = {
        "title": "Lend rights for a leave", "submit": "Lend", "cancel_url": reverse("staffing:me"),
        "note": "You keep your rights. Both of you see this on your account pages, and either can end it at any time.",
        "crumbs": [{"label": "My account", "url": reverse("staffing:me")}, {"label": "Leave"}],
    }  # fmt: skip
    return page(request, "staffing/form.html", context, form=form)


@require_POST
def take_back(request: HttpRequest, delegation_id: UUID) -> HttpResponse:
    """A delegation ends."""
    own.take_back(by=person(request), delegation_id=delegation_id)
    messages.success(request, "The delegation has ended.")
    return redirect("staffing:me")


@require_GET
def my_charts(request: HttpRequest) -> HttpResponse:
    """The charts on the list of an external auditor."""
    by = person(request)
    found = own.listed_charts(by=by, after=request.GET.get("after", ""))
    context = {
        "charts": found.rows, "page": found, "titles": own.audit_titles(by), "crumbs": [{"label": "My charts"}],
    }  # fmt: skip
    return page(request, "staffing/my_charts.html", context)


@sensitive_post_parameters("password", "again", "code")
@login_not_required
@require_http_methods(["GET", "POST"])
def new_password(request: HttpRequest) -> HttpResponse:
    """Choose a password with the code that an administrator handed over; no sign-in is needed for it."""
    code = (request.POST if request.method == "POST" else request.GET).get("code", "")
    ticket = tickets.ticket_of(code)
    if ticket is None:
        return render(request, "staffing/new_password.html", {"spent": tickets.SPENT}, status=410)
    form = NewPasswordForm(posted(request), initial={"code": code})
    if form.is_valid():
        try:
            tickets.choose_password(code=code, password=form.cleaned_data["password"])
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, "Your password is set. Sign in with it.")
            return redirect("account_login")
    context = {"form": form, "username": ticket.user.username}
    return render(request, "staffing/new_password.html", context, status=422 if form.errors else 200)
