"""How text, dates and numbers are written."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.x12.segments import clean, composite, date_segment, hhmm, number, render, seg, unwritable


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Ærøskøbing", "AEROSKOBING"),
        ("García-Núñez", "GARCIA-NUNEZ"),
        ("Strauß", "STRAUSS"),
        ("O\u2019Neill", "O'NEILL"),
        ("St. Mary*s: A~B^C", "ST. MARYS ABC"),
        ("  two   blanks\tand tab\n", "TWO BLANKS AND TAB"),
        ("Łódź \u2013 West", "LODZ - WEST"),
        ("ANNA", "ANNA"),
        ("bill.office@lakeside.org", "BILL.OFFICE@LAKESIDE.ORG"),
        ("王", ""),
        ("", ""),
    ],
)
def test_clean_folds_accents_and_removes_separators(text: str, written: str) -> None:
    assert clean(text) == written


def test_unwritable_names_what_would_be_lost() -> None:
    assert unwritable("王 Ann 小王") == "王小"
    assert unwritable("García * ~") == ""
    assert unwritable("bell\x07") == "\x07"


@given(st.text(max_size=80))
def test_clean_of_any_text_is_ascii_without_separators_and_stays_itself(text: str) -> None:
    written = clean(text)
    assert written.isascii()
    assert not set(written) & set("*:^~\n\r\t")
    assert written == written.strip()
    assert clean(written) == written


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        ("100", "100"), ("100.00", "100"), ("100.50", "100.5"), ("0", "0"), ("0.00", "0"), ("1E+3", "1000"),
        ("0.05", "0.05"), ("-12.30", "-12.3"), ("-0.00", "0"), ("1200", "1200"), ("1E-2", "0.01"),
    ],
)  # fmt: skip
def test_number_has_no_exponent_and_no_needless_zeros(amount: str, written: str) -> None:
    assert number(Decimal(amount)) == written


def test_number_of_none_is_empty() -> None:
    assert number(None) == ""


@given(st.decimals(min_value=0, max_value=99999999, places=2))
def test_number_reads_back_as_the_same_amount(amount: Decimal) -> None:
    assert Decimal(number(amount)) == amount


def test_segment_drops_trailing_empty_elements_and_keeps_inner_ones() -> None:
    assert seg("NM1", "87", "2", "", "") == ("NM1", "87", "2")
    assert seg("SV2", "0120", (), "5", ("", "")) == ("SV2", "0120", (), "5")
    assert composite("ABF", "Z7901", "", "", "", "", "", "", "") == ("ABF", "Z7901")


def test_render_writes_one_segment_a_line_with_fixed_separators() -> None:
    assert render([seg("HI", ("BE", "54", "", "", "3250")), seg("SV2", "0120", (), "5")]) == (
        b"HI*BE:54:::3250~\nSV2*0120**5~\n"
    )


def test_dates_and_times_have_fixed_width() -> None:
    assert date_segment("472", dt.date(2026, 2, 3)) == ("DTP", "472", "D8", "20260203")
    assert date_segment("472", dt.date(2026, 2, 3), dt.date(2026, 2, 3)) == ("DTP", "472", "D8", "20260203")
    assert date_segment("472", dt.date(2026, 2, 3), dt.date(2026, 2, 9))[3] == "20260203-20260209"
    assert hhmm(dt.time(7, 5)) == "0705"
    assert hhmm(dt.time(0, 0)) == "0000"
    assert hhmm(None) == ""
