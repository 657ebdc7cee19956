"""Pages of accounts: the list, one account, making, correcting, closing."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.authority import authority_of
from audit.gate import demand
from audit.staffing.actions import accounts as actions
from audit.staffing.forms import AccountFilterForm, AccountForm, CloseForm, NewAccountForm, assignable_roles
from audit.staffing.holdings import rights_of_roles
from audit.staffing.models import Account
from audit.staffing.presenters import account_page, account_row, crumbs, role_cards
from audit.staffing.selectors import accounts as selectors
from audit.staffing.views.common import account_for, either, may_see, page, posted
from hims.lib.access import Permission
from hims.lib.errors import DomainError
from hims.lib.forms import add_domain_error
from hims.staff.requests import person


@require_GET
def accounts(request: HttpRequest) -> HttpResponse:
    """Everybody with an account, by name."""
    by = person(request)
    form = AccountFilterForm(request.GET or None)
    wanted = form.wanted() if form.is_valid() else selectors.AccountFilter()
    listed = either(by, selectors.accounts_to_manage, selectors.accounts_to_certify)
    found = listed(by=by, wanted=wanted, after=request.GET.get("after", ""))
    context = {
        "rows": [account_row(account) for account in found.rows], "page": found, "filtered": bool(str(wanted)),
        "crumbs": [{"label": "Staff"}], "manages": authority_of(by).may(Permission.STAFF_MANAGE),
    }  # fmt: skip
    return page(request, "staffing/accounts.html", context, tab="accounts", form=form)


@require_GET
def account(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """One account with its roles, delegations, exceptions and tokens."""
    by = person(request)
    opened = either(by, selectors.account_to_manage, selectors.account_to_certify)
    details = opened(by=by, account_id=account_id)
    own = details.account.pk == by.pk
    context = {
        **account_page(details, own=own), "crumbs": crumbs((str(details.account), "")),
        "manages": authority_of(by).may(Permission.STAFF_MANAGE) and not own,
    }  # fmt: skip
    return page(request, "staffing/account.html", context)


@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """A new account; the page that follows shows the link for its password, once."""
    by = person(request)
    demand(by, Permission.STAFF_MANAGE, event="staff.account_form_opened")
    form = NewAccountForm(posted(request))
    if form.is_valid():
        try:
            issued = actions.create_account(
                by=by, username=form.cleaned_data["username"], details=form.details(),
                is_service=form.cleaned_data["is_service"],
            )  # fmt: skip
        except DomainError as error:
            add_domain_error(form, error)
        else:
            return _issued(request, issued, "The account is made. It has no role yet.")
    context = {
        "title": "New account", "submit": "Make the account", "crumbs": crumbs(("New account", "")),
        "cancel_url": reverse("staffing:accounts"),
    }  # fmt: skip
    return page(request, "staffing/form.html", context, form=form)


@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """Name, title, address."""
    by = person(request)
    found = account_for(by, account_id).account
    initial = {"display_name": found.display_name, "job_title": found.job_title, "email": found.email}
    form = AccountForm(posted(request), initial=initial)
    if form.is_valid():
        try:
            actions.correct_account(by=by, account=found, details=form.details())
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, "The account is corrected.")
            return redirect("staffing:account", account_id=found.pk)
    return page(request, "staffing/form.html", _form_page(found, "Correct the account", "Save"), form=form)


@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """The person is out at once."""
    by = person(request)
    found = account_for(by, account_id).account
    form = CloseForm(posted(request))
    if form.is_valid():
        try:
            actions.deactivate(by=by, account=found, **form.cleaned_data)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, f"{found}'s account is closed. Every session and token has ended.")
            return redirect("staffing:account", account_id=found.pk)
    context = _form_page(found, f"Close {found}'s account", "Close the account")
    context["note"] = (
        "Sessions, tokens and delegations end now. The account and what it did stay in the trail for good."
    )
    return page(request, "staffing/form.html", context, form=form)


@require_POST
def reopen(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """The person may sign in again."""
    by = person(request)
    issued = actions.reactivate(by=by, account=account_for(by, account_id).account)
    return _issued(request, issued, "The account is open again. Roles that were not ended count again.")


@require_POST
def password(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """The old password ends; the page that follows shows the link for a new one, once."""
    by = person(request)
    issued = actions.reset_password(by=by, account=account_for(by, account_id).account)
    return _issued(request, issued, "The old password and all sessions have ended.")


@require_POST
def revoke_token(request: HttpRequest, account_id: UUID, token_id: UUID) -> HttpResponse:
    """A token ends."""
    by = person(request)
    actions.revoke_token(by=by, account=account_for(by, account_id).account, token_id=token_id)
    messages.success(request, "The token has ended.")
    return redirect("staffing:account", account_id=account_id)


@require_POST
def revoke_delegation(request: HttpRequest, account_id: UUID, delegation_id: UUID) -> HttpResponse:
    """A delegation ends."""
    by = person(request)
    actions.revoke_delegation(by=by, account=account_for(by, account_id).account, delegation_id=delegation_id)
    messages.success(request, "The delegation has ended.")
    return redirect("staffing:account", account_id=account_id)


@require_GET
def roles(request: HttpRequest) -> HttpResponse:
    """What each role may do."""
    may_see(person(request), "staff.roles_listed")
    context = {"cards": role_cards(assignable_roles(), rights_of_roles()), "crumbs": crumbs(("Roles", ""))}
    return page(request, "staffing/roles.html", context, tab="roles")


def _form_page(found: Account, title: str, submit: str) -> dict[str, object]:
    url = reverse("staffing:account", args=[found.pk])
    return {"title": title, "submit": submit, "cancel_url": url, "crumbs": crumbs((str(found), url), (title, ""))}


def _issued(request: HttpRequest, issued: actions.Issued, done: str) -> HttpResponse:
    """The link stands on this page only: the code is kept nowhere."""
    url = reverse("staffing:account", args=[issued.account.pk])
    link = request.build_absolute_uri(f"{reverse('staffing:new_password')}?code={issued.code}") if issued.code else ""
    context = {
        "account": issued.account, "url": url, "link": link, "done": done,
        "crumbs": crumbs((str(issued.account), url), ("Password", "")),
    }  # fmt: skip
    return render(request, "staffing/issued.html", context)
