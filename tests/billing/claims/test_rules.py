"""Rules of claims; no database."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from billing.claims.enums import ClaimForm
from billing.claims.rules import (
    ChargeFact,
    control_number,
    digits,
    file_name,
    filing_indicator,
    form_of,
    line_unit,
    net_lines,
    place_of_service,
    pointers_or_only,
    split_given,
    type_of_bill,
)

MONDAY, TUESDAY = date(2026, 3, 9), date(2026, 3, 10)


def fact(
    code: str, amount: str, *, units: str = "1", on: date = MONDAY, hcpcs: str = "", pointers: tuple[int, ...] = ()
) -> ChargeFact:
    return ChargeFact(
        revenue_code=code,
        service_on=on,
        units=Decimal(units),
        amount=Decimal(amount),
        hcpcs_code=hcpcs,
        pointers=pointers,
    )


@pytest.mark.parametrize(
    ("encounter_class", "form", "bill"),
    [
        ("inpatient", ClaimForm.INSTITUTIONAL, "0111"),
        ("observation", ClaimForm.INSTITUTIONAL, "0131"),
        ("emergency", ClaimForm.INSTITUTIONAL, "0131"),
        ("same_day_surgery", ClaimForm.INSTITUTIONAL, "0131"),
        ("outpatient", ClaimForm.INSTITUTIONAL, "0131"),
        ("office", ClaimForm.PROFESSIONAL, "0131"),
    ],
)
def test_form_and_type_of_bill_follow_the_class(encounter_class: str, form: ClaimForm, bill: str) -> None:
    assert (form_of(encounter_class), type_of_bill(encounter_class, "1")) == (form, bill)


def test_type_of_bill_of_a_replacement_ends_in_its_frequency() -> None:
    assert type_of_bill("inpatient", "7") == "0117"


@pytest.mark.parametrize(("taxonomy", "place"), [("282N00000X", "22"), ("261QM1300X", "11"), ("", "11")])
def test_place_of_service_of_a_hospital_is_its_outpatient_department(taxonomy: str, place: str) -> None:
    assert place_of_service(taxonomy) == place


@pytest.mark.parametrize(
    ("kind", "form", "indicator"),
    [
        ("MA", ClaimForm.INSTITUTIONAL, "MA"),
        ("MA", ClaimForm.PROFESSIONAL, "MB"),
        ("MB", ClaimForm.INSTITUTIONAL, "MA"),
        ("CI", ClaimForm.PROFESSIONAL, "CI"),
    ],
)
def test_filing_indicator_of_medicare_follows_the_form(kind: str, form: ClaimForm, indicator: str) -> None:
    assert filing_indicator(kind, form) == indicator


@pytest.mark.parametrize(
    ("account", "number", "expected"),
    [
        ("A500001", 1, "A500001-1"),
        ("A500001", 12, "A500001-12"),
        ("X" * 10 + "0123456789", 1, "X" * 8 + "0123456789-1"),
    ],
)
def test_control_number_never_exceeds_twenty_characters(account: str, number: int, expected: str) -> None:
    assert control_number(account, number) == expected
    assert len(expected) <= 20


def test_file_name_holds_form_facility_and_nine_digits() -> None:
    assert file_name("837I", "LGH", 12) == "837I_LGH_000000012.x12"


@pytest.mark.parametrize(
    ("text", "found"), [("(555) 555-0100", "5555550100"), ("+1 555 555 0100", "5555550100"), ("", "")]
)
def test_digits_of_a_phone_number_are_ten(text: str, found: str) -> None:
    assert digits(text) == found


def test_given_names_split_into_first_and_middle() -> None:
    assert (split_given("Ruth Ann Marie"), split_given("Ruth")) == (("Ruth", "Ann Marie"), ("Ruth", ""))


@pytest.mark.parametrize(
    ("code", "inpatient", "unit"),
    [("0120", True, "DA"), ("0206", True, "DA"), ("0250", True, "UN"), ("0120", False, "UN")],
)
def test_line_unit_of_an_inpatient_room_is_days(code: str, inpatient: bool, unit: str) -> None:
    assert line_unit(code, inpatient) == unit


def test_net_lines_of_an_inpatient_sum_by_revenue_code_without_dates() -> None:
    charges = [fact("0250", "10.50"), fact("0120", "1450", on=TUESDAY), fact("0250", "4.50", units="2", on=TUESDAY)]
    lines = net_lines(charges, form=ClaimForm.INSTITUTIONAL, inpatient=True)
    assert [(line.revenue_code, line.units, line.amount, line.service_on) for line in lines] == [
        ("0120", Decimal(1), Decimal(1450), None),
        ("0250", Decimal(3), Decimal(15), None),
    ]


def test_net_lines_of_an_outpatient_keep_days_and_codes_apart() -> None:
    charges = [
        fact("0636", "5", hcpcs="J1885"),
        fact("0636", "7", hcpcs="J1885", on=TUESDAY),
        fact("0636", "5", hcpcs="J1885"),
    ]
    lines = net_lines(charges, form=ClaimForm.INSTITUTIONAL, inpatient=False)
    assert [(line.service_on, int(line.units), int(line.amount)) for line in lines] == [
        (MONDAY, 2, 10),
        (TUESDAY, 1, 7),
    ]


def test_net_lines_leave_out_what_was_reversed() -> None:
    reversed_whole = [fact("0300", "165"), fact("0300", "-165", units="-1")]
    reversed_half = [fact("0250", "20", units="2"), fact("0250", "-10", units="-1")]
    lines = net_lines([*reversed_whole, *reversed_half], form=ClaimForm.INSTITUTIONAL, inpatient=True)
    assert [(line.revenue_code, int(line.units), int(line.amount)) for line in lines] == [("0250", 1, 10)]


def test_net_lines_of_a_professional_claim_keep_pointers_apart() -> None:
    charges = [fact("0510", "50", hcpcs="G0246", pointers=(2,)), fact("0510", "60", hcpcs="G0246", pointers=(1,))]
    lines = net_lines(charges, form=ClaimForm.PROFESSIONAL, inpatient=False)
    assert [(line.pointers, int(line.amount)) for line in lines] == [((1,), 60), ((2,), 50)]


def test_net_lines_in_any_order_of_charges_are_the_same() -> None:
    charges = [fact("0300", "1"), fact("0250", "2", hcpcs="J1885"), fact("0120", "3", on=TUESDAY), fact("0300", "4")]
    both = [net_lines(given, form=ClaimForm.INSTITUTIONAL, inpatient=False) for given in (charges, charges[::-1])]
    assert both[0] == both[1]


@pytest.mark.parametrize(("given", "diagnoses", "pointers"), [((2, 1), 3, (2, 1)), ((), 1, (1,)), ((), 3, ())])
def test_pointers_are_assumed_only_where_there_is_one_choice(
    given: tuple[int, ...], diagnoses: int, pointers: tuple[int, ...]
) -> None:
    assert pointers_or_only(given, diagnoses) == pointers
