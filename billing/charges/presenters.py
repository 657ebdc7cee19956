"""Words for the pages of accounts and charges."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse

from billing.charges.enums import AccountState
from billing.charges.models import Charge, ChargeItem
from billing.charges.rules import AGE_BANDS, BILL_HOLD_DAYS, DNFB, days_past_hold
from billing.charges.selectors import AccountDetails, AccountFilter, AccountRow, AgeingPart
from records.presenters import day

TONES = {
    AccountState.IN_HOUSE: "neutral", AccountState.NOT_CODED: "inform", AccountState.READY: "done",
    AccountState.HELD: "warn", AccountState.BILLED: "neutral", AccountState.CANCELLED: "neutral",
}  # fmt: skip


def money(amount: Decimal) -> str:
    """12,480.00."""
    return f"{amount:,.2f}"


def dollars(amount: Decimal) -> str:
    """$12,480, whole dollars, for totals."""
    return f"-${-amount:,.0f}" if amount < 0 else f"${amount:,.0f}"


def waiting_days(discharged_on: date | None, today: date) -> int | None:
    """Days past hold; None before discharge."""
    return days_past_hold(discharged_on, max(today, discharged_on), BILL_HOLD_DAYS) if discharged_on else None


def account_row(row: AccountRow, *, today: date) -> dict[str, Any]:
    """One line of the worklist."""
    account = row.account
    state = AccountState(account.state)
    waits = waiting_days(account.discharged_on, today) if state in DNFB else None
    return {
        "number": account.encounter.account_number, "url": account.get_absolute_url(), "patient": account.patient.listed_name,
        "facility": account.facility.code, "class": account.encounter.get_encounter_class_display(),
        "discharged": day(account.discharged_on), "waits": _waits(waits), "state": account.get_state_display(),
        "tone": TONES[state], "reason": account.hold_reason, "total": money(row.total_amount),
    }  # fmt: skip


def _waits(days: int | None) -> str:
    if days is None:
        return ""
    return f"{days} d" if days else "in hold"


def ageing_segments(parts: Iterable[AgeingPart], query: str) -> list[dict[str, Any]]:
    """The bands as parts of the ageing bar, by amount; query: the other filters, to keep them in the links."""
    listed = list(parts)
    found = []
    for place, band in enumerate(AGE_BANDS, 1):
        mine = [part for part in listed if part.band == band.key]
        amount = sum((part.amount for part in mine), Decimal(0))
        count = sum(part.accounts for part in mine)
        found.append(
            {
                "label": band.label, "value": max(float(amount), 0.0), "tone": f"age-{place}",
                "text": f"{dollars(amount)} in {count} {'account' if count == 1 else 'accounts'}",
                "url": f"?band={band.key}{query}",
            }
        )  # fmt: skip
    return found


def state_tabs(parts: Iterable[AgeingPart], wanted: AccountFilter) -> list[dict[str, Any]]:
    """One tab a state, and one for all that wait; counts of the waiting ones."""
    counts: dict[str, int] = {}
    for part in parts:
        counts[part.state] = counts.get(part.state, 0) + part.accounts
    place = f"&facility={wanted.facility_id}" if wanted.facility_id is not None else ""
    tabs: list[dict[str, Any]] = [
        {
            "label": "All not billed (DNFB)",
            "url": f"?state={place}",
            "current": not wanted.state,
            "count": sum(counts.values()),
        }
    ]
    for state in AccountState:
        tabs.append(
            {"label": state.label, "url": f"?state={state}{place}", "current": wanted.state == state,
             "count": counts.get(state, 0) if state in DNFB else ""}
        )  # fmt: skip
    return tabs


def account_facts(details: AccountDetails, *, today: date) -> list[dict[str, Any]]:
    """Label and value pairs of the account page."""
    account = details.account
    encounter = account.encounter
    state = AccountState(account.state)
    waits = waiting_days(account.discharged_on, today) if state in DNFB else None
    past = "" if waits is None else f"{waits} days past hold" if waits else f"In bill hold ({BILL_HOLD_DAYS} days)"
    pairs = [
        {"label": "State", "value": account.get_state_display(), "tone": TONES[state]},
        {"label": "Waits", "value": past},
        {"label": "Facility", "value": account.facility.name},
        {"label": "Attending", "value": str(encounter.attending or "")},
        {"label": "Admitted", "value": day(encounter.admitted_on)},
        {"label": "Discharged", "value": day(encounter.discharged_on)},
        {"label": "Total charges", "value": f"${money(total_of(details.charges))}"},
    ]
    return [pair for pair in pairs if pair["value"]]


def total_of(charges: Sequence[Charge]) -> Decimal:
    """Charges together, reversals subtracted."""
    return sum((charge.amount for charge in charges), Decimal(0))


def charge_row(charge: Charge) -> dict[str, Any]:
    """One line of the charges table."""
    reversed_by = getattr(charge, "reversed_by", None)
    return {
        "id": charge.pk, "service_on": day(charge.service_on), "revenue_code": charge.revenue_code,
        "item": charge.item_code, "description": charge.description, "units": f"{charge.units.normalize():f}",
        "hcpcs": " ".join([charge.hcpcs_code, *charge.modifiers]).strip(),
        "pointers": ", ".join(map(str, charge.pointers)), "amount": money(charge.amount),
        "is_reversal": charge.reverses_id is not None, "is_reversed": reversed_by is not None,
        "reverse_url": reverse("billing:reverse_charge", kwargs={"charge_id": charge.pk}),
    }  # fmt: skip


def item_row(item: ChargeItem) -> dict[str, Any]:
    """One line of the charge master."""
    return {
        "code": item.code, "description": item.description, "revenue_code": item.revenue_code, "hcpcs": item.hcpcs_code,
        "price": money(item.price_amount), "facility": item.facility.code, "active": item.active,
    }  # fmt: skip
