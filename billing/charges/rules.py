"""What the field decides about accounts and charges."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from billing.charges.enums import AccountState
from billing.claims.enums import ClaimState
from billing.x12.formats import is_hcpcs, is_modifier, is_revenue_code

BILL_HOLD_DAYS = 4
"""Days after discharge in which late charges are awaited before an account counts as waiting."""
FIRST_SERVICE = date(1900, 1, 1)
MOST_MODIFIERS = 4
MOST_POINTERS = 4
LAST_POINTER = 12
LARGEST_AMOUNT = Decimal("9999999.99")
LARGEST_UNITS = Decimal("99999.99")
DNFB = (AccountState.NOT_CODED, AccountState.HELD, AccountState.READY)
"""Discharged, not final billed: the patient has left and the claim has not."""


@dataclass(frozen=True, kw_only=True)
class ChargeLine:
    """One charge to post.

    encounter_id: the visit it belongs to. units: more than 0. amount: USD for all units together, 0 or more. pointers: 1 to 4
    places (from 1) of the diagnoses that a professional line points to, empty otherwise. source_key: the feed's own key for
    this charge; a key that is there already is skipped when the content is the same and refused otherwise, "" is never compared.
    """

    encounter_id: UUID
    revenue_code: str
    description: str
    units: Decimal
    amount: Decimal
    service_on: date
    hcpcs_code: str = ""
    modifiers: tuple[str, ...] = field(default=())
    pointers: tuple[int, ...] = field(default=())
    item_code: str = ""
    rendering_id: UUID | None = None
    source_key: str = ""


@dataclass(frozen=True)
class AgeBand:
    """Waiting accounts whose days past hold lie between two limits; last_day None: no upper limit."""

    key: str
    label: str
    first_day: int
    last_day: int | None


AGE_BANDS = (
    AgeBand("hold", "In bill hold", 0, 0),
    AgeBand("1-7", "1-7 days past hold", 1, 7),
    AgeBand("8-14", "8-14 days", 8, 14),
    AgeBand("15-30", "15-30 days", 15, 30),
    AgeBand("31", "Over 30 days", 31, None),
)


def account_state(*, cancelled: bool, discharged: bool, coded: bool, claim: ClaimState | None) -> AccountState:
    """The one state of an account.

    coded: a final coding summary stands and was not reopened. claim: state of the newest claim for that summary, None before
    it is built. A reopened account whose claim has left stays billed until the new summary's claim is built.
    Source: docs/definitions.md, DNFB.
    """
    if cancelled:
        return AccountState.CANCELLED
    if not discharged:
        return AccountState.IN_HOUSE
    if claim == ClaimState.EXPORTED:
        return AccountState.BILLED
    if not coded:
        return AccountState.NOT_CODED
    return AccountState.READY if claim == ClaimState.READY else AccountState.HELD


def days_past_hold(discharged_on: date, as_of: date, bill_hold_days: int) -> int:
    """Whole days an account has waited beyond its bill hold; 0 while the hold runs.

    discharged_on, as_of: facility-local dates, as_of the same day or later.
    bill_hold_days: days, 0 or more. Raises ValueError outside these ranges.
    Source: docs/definitions.md, DNFB.
    """
    if as_of < discharged_on or bill_hold_days < 0:
        raise ValueError("as_of precedes discharge, or the hold is negative")
    return max(0, (as_of - discharged_on).days - bill_hold_days)


def age_band(days: int) -> AgeBand:
    """The band that a number of days past hold falls into. Raises ValueError for a negative number."""
    if days < 0:
        raise ValueError("days past hold are 0 or more")
    return next(band for band in AGE_BANDS if band.last_day is None or days <= band.last_day)


def band_discharges(band: AgeBand, as_of: date, bill_hold_days: int) -> tuple[date | None, date | None]:
    """First and last day of discharge of a band's accounts; None: no limit. The inverse of `days_past_hold`."""
    edge = as_of - timedelta(days=bill_hold_days)
    first = None if band.last_day is None else edge - timedelta(days=band.last_day)
    last = None if band.first_day == 0 else edge - timedelta(days=band.first_day)
    return first, last


def charge_faults(line: ChargeLine, *, today: date) -> dict[str, str]:
    """Field to sentence, for a charge that cannot be posted; {} when it can. today: facility-local.

    Source: UB-04 FL 42-47 and the 837 guides: four-digit revenue code, five-character HCPCS code, four modifiers, four pointers.
    """
    found = {
        "revenue_code": "" if is_revenue_code(line.revenue_code) else "The revenue code has four digits.",
        "description": "" if line.description.strip() else "Describe the charge.",
        "hcpcs_code": "" if not line.hcpcs_code or is_hcpcs(line.hcpcs_code) else "A HCPCS code has five characters.",
        "modifiers": _modifier_fault(line),
        "pointers": _pointer_fault(line.pointers),
        "units": "" if _within(line.units, LARGEST_UNITS) and line.units > 0 else "Units are more than 0.",
        "amount": "" if _within(line.amount, LARGEST_AMOUNT) else "The amount is 0 or more, with at most two decimals.",
        "service_on": _day_fault(line.service_on, today),
        "source_key": "" if len(line.source_key) <= 200 else "The key of the charge is longer than 200 characters.",
    }
    return {name: sentence for name, sentence in found.items() if sentence}


def _day_fault(service_on: date, today: date) -> str:
    if service_on > today:
        return "The service lies in the future."
    return "" if service_on >= FIRST_SERVICE else f"The service lies before {FIRST_SERVICE.year}."


def _within(value: Decimal, largest: Decimal) -> bool:
    return value.is_finite() and 0 <= value <= largest and value == round(value, 2)


def _modifier_fault(line: ChargeLine) -> str:
    if line.modifiers and not line.hcpcs_code:
        return "A modifier needs a HCPCS code."
    once = len(set(line.modifiers)) == len(line.modifiers)
    fine = once and len(line.modifiers) <= MOST_MODIFIERS and all(map(is_modifier, line.modifiers))
    return "" if fine else "At most four modifiers of two letters or digits, each once."


def _pointer_fault(pointers: tuple[int, ...]) -> str:
    once = len(set(pointers)) == len(pointers)
    fine = once and len(pointers) <= MOST_POINTERS and all(1 <= place <= LAST_POINTER for place in pointers)
    return "" if fine else "At most four places of diagnoses between 1 and 12, each once."
