"""Rules of accounts and charges; no database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from typing import Any
from uuid import UUID

import pytest

from billing.charges.enums import AccountState
from billing.charges.rules import (
    AGE_BANDS,
    ChargeLine,
    account_state,
    age_band,
    band_discharges,
    charge_faults,
    days_past_hold,
)
from billing.claims.enums import ClaimState

LEFT = date(2026, 3, 1)
LINE = ChargeLine(
    encounter_id=UUID(int=1), revenue_code="0450", description="Visit", units=Decimal(1), amount=Decimal("540.00"),
    service_on=LEFT, hcpcs_code="G0382", modifiers=("25",), pointers=(1, 2),
)  # fmt: skip


@pytest.mark.parametrize(
    ("cancelled", "discharged", "coded", "claim", "state"),
    [
        (True, True, True, ClaimState.READY, AccountState.CANCELLED),
        (False, False, False, None, AccountState.IN_HOUSE),
        (False, True, False, None, AccountState.NOT_CODED),
        (False, True, False, ClaimState.HELD, AccountState.NOT_CODED),
        (False, True, True, None, AccountState.HELD),
        (False, True, True, ClaimState.HELD, AccountState.HELD),
        (False, True, True, ClaimState.READY, AccountState.READY),
        (False, True, True, ClaimState.EXPORTED, AccountState.BILLED),
        (False, True, False, ClaimState.EXPORTED, AccountState.BILLED),
    ],
)
def test_account_state_of_each_situation_is_the_one_of_the_definition(
    cancelled: bool, discharged: bool, coded: bool, claim: ClaimState | None, state: AccountState
) -> None:
    assert account_state(cancelled=cancelled, discharged=discharged, coded=coded, claim=claim) == state


def test_account_state_of_every_combination_is_exactly_one() -> None:
    flags = (True, False)
    states = {
        account_state(cancelled=a, discharged=b, coded=c, claim=d)
        for a, b, c, d in product(flags, flags, flags, (None, *ClaimState))
    }
    assert states == set(AccountState)


@pytest.mark.parametrize(("days", "past"), [(0, 0), (3, 0), (4, 0), (5, 1), (34, 30)])
def test_days_past_hold_begin_after_the_last_hold_day(days: int, past: int) -> None:
    assert days_past_hold(LEFT, LEFT + timedelta(days=days), 4) == past


@pytest.mark.parametrize(("as_of", "hold"), [(LEFT - timedelta(days=1), 4), (LEFT, -1)])
def test_days_past_hold_outside_their_range_are_refused(as_of: date, hold: int) -> None:
    with pytest.raises(ValueError, match="precedes"):
        days_past_hold(LEFT, as_of, hold)


def test_band_discharges_agree_with_age_band_on_every_day() -> None:
    as_of = date(2026, 6, 1)
    for back in range(60):
        left = as_of - timedelta(days=back)
        mine = age_band(days_past_hold(left, as_of, 4))
        holding = []
        for band in AGE_BANDS:
            first, last = band_discharges(band, as_of, 4)
            if (first is None or first <= left) and (last is None or left <= last):
                holding.append(band)
        assert holding == [mine], back


def test_age_band_of_negative_days_is_refused() -> None:
    with pytest.raises(ValueError, match="0 or more"):
        age_band(-1)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"revenue_code": "450"}, "revenue_code"),
        ({"revenue_code": "0001"}, "revenue_code"),
        ({"description": "  "}, "description"),
        ({"hcpcs_code": "G038"}, "hcpcs_code"),
        ({"hcpcs_code": ""}, "modifiers"),
        ({"modifiers": ("25", "25")}, "modifiers"),
        ({"modifiers": ("1", "22")}, "modifiers"),
        ({"modifiers": ("A1", "A2", "A3", "A4", "A5")}, "modifiers"),
        ({"pointers": (0,)}, "pointers"),
        ({"pointers": (13,)}, "pointers"),
        ({"pointers": (1, 1)}, "pointers"),
        ({"pointers": (1, 2, 3, 4, 5)}, "pointers"),
        ({"units": Decimal(0)}, "units"),
        ({"units": Decimal("NaN")}, "units"),
        ({"amount": Decimal("-0.01")}, "amount"),
        ({"amount": Decimal("1.001")}, "amount"),
        ({"amount": Decimal("Infinity")}, "amount"),
        ({"service_on": LEFT + timedelta(days=1)}, "service_on"),
        ({"source_key": "x" * 201}, "source_key"),
    ],
)
def test_charge_faults_name_the_field_that_is_wrong(change: dict[str, Any], field: str) -> None:
    assert list(charge_faults(replace(LINE, **change), today=LEFT)) == [field]


def test_charge_faults_of_a_sound_line_are_none() -> None:
    assert charge_faults(LINE, today=LEFT) == {}
