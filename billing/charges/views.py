"""Pages of accounts and charges."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.gate import Can, facilities_for
from billing.charges.actions import add_charge, reverse_charge
from billing.charges.forms import ChargeForm
from billing.charges.master import charge_items
from billing.charges.presenters import (
    account_facts,
    account_row,
    ageing_segments,
    charge_row,
    item_row,
    money,
    state_tabs,
    total_of,
)
from billing.charges.selectors import (
    AccountDetails,
    AccountFilter,
    account_details,
    account_to_charge,
    accounts_worklist,
    charge_to_reverse,
    dnfb_ageing,
)
from billing.claims.enums import ClaimState
from billing.claims.forms import PayerNumberForm
from billing.claims.presenters import claim_row, fault_rows
from hims.lib.access import Permission
from hims.lib.errors import DomainError
from hims.lib.forms import add_domain_error
from hims.lib.text import squeeze
from hims.staff.requests import person
from records.presenters import banner

HOME = {"label": "Billing", "url": "/billing/"}


@require_GET
def accounts(request: HttpRequest) -> HttpResponse:
    """The worklist of accounts with the ageing of what is not billed."""
    by = person(request)
    wanted = _wanted(request)
    today = timezone.localdate()
    page = accounts_worklist(by=by, wanted=wanted, today=today, after=request.GET.get("after", ""))
    parts = dnfb_ageing(by=by, today=today, facility_id=wanted.facility_id)
    kept = {"state": wanted.state, "facility": wanted.facility_id or ""}
    context = {
        "rows": [account_row(row, today=today) for row in page.rows], "page": page,
        "tabs": state_tabs(parts, wanted), "segments": ageing_segments(parts, "".join(f"&{pair}" for pair in _pairs(kept))),
        "places": facilities_for(by, Permission.CLAIM_VIEW), "wanted": wanted, "crumbs": [{"label": "Billing"}],
    }  # fmt: skip
    return render(request, "billing/accounts.html", context)


@require_GET
def account(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """One account: charges, claims, what holds them."""
    return _account_page(request, account_details(by=person(request), account_id=account_id))


@require_http_methods(["GET", "POST"])
def new_charge(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """A charge of the charge master."""
    by = person(request)
    found = account_to_charge(by=by, account_id=account_id)
    form = ChargeForm(
        request.POST if request.method == "POST" else None,
        account=found,
        initial={"service_on": found.encounter.admitted_on},
    )
    if form.is_valid():
        try:
            charge = add_charge(by=by, account=found, line=form.line())
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, f"{charge.description} is charged.")
            return redirect(found)
    context = {
        "form": form, "account": found,
        **_about(account_details(by=by, account_id=account_id), "Add a charge"),
    }  # fmt: skip
    return render(request, "billing/new_charge.html", context, status=422 if form.errors else 200)


@require_POST
def undo_charge(request: HttpRequest, charge_id: UUID) -> HttpResponse:
    """The opposite of a charge."""
    by = person(request)
    charge = charge_to_reverse(by=by, charge_id=charge_id)
    try:
        reverse_charge(by=by, charge=charge)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"{charge.description} is reversed.")
    return redirect(charge.account)


@require_GET
def charge_master(request: HttpRequest) -> HttpResponse:
    """The price list."""
    text = squeeze(request.GET.get("text", ""))[:60]
    page = charge_items(by=person(request), text=text, after=request.GET.get("after", ""))
    context = {
        "rows": [item_row(item) for item in page.rows], "page": page, "text": text,
        "crumbs": [HOME, {"label": "Charge master"}],
    }  # fmt: skip
    return render(request, "billing/charge_master.html", context)


def _account_page(request: HttpRequest, details: AccountDetails) -> HttpResponse:
    by = person(request)
    can = Can(by)
    newest = details.claims[0] if details.claims else None
    left = [claim for claim in details.claims if claim.state == ClaimState.EXPORTED]
    total = total_of(details.charges)
    context = {
        **_about(details), "facts": account_facts(details, today=timezone.localdate()), "account": details.account,
        "charges": [charge_row(charge) for charge in details.charges], "total": money(total),
        "claims": [claim_row(claim, with_patient=False) for claim in details.claims], "newest": newest,
        "faults": fault_rows(newest, can) if newest and newest.state == ClaimState.HELD else [],
        "late": money(total - left[0].total_amount) if newest in left and total != left[0].total_amount else "",
        "waits_for": next((claim for claim in left if not claim.payer_control_number), None) if newest not in left else None,
        "number_form": PayerNumberForm(),
    }  # fmt: skip
    return render(request, "billing/account.html", context)


def _about(details: AccountDetails, *further: str) -> dict[str, Any]:
    found = details.account
    number = {"label": found.encounter.account_number, "url": found.get_absolute_url() if further else ""}
    return {
        "banner": banner(found.patient, found.encounter, today=timezone.localdate()),
        "crumbs": [HOME, number, *({"label": label} for label in further)],
    }


def _wanted(request: HttpRequest) -> AccountFilter:
    place = request.GET.get("facility", "")
    return AccountFilter(
        state=request.GET.get("state", ""), band=request.GET.get("band", ""),
        facility_id=int(place) if place.isascii() and place.isdigit() and len(place) < 6 else None,
    )  # fmt: skip


def _pairs(values: dict[str, Any]) -> list[str]:
    return [urlencode({name: value}) for name, value in values.items() if value]
