"""Cells that a spreadsheet must not run. Source: OWASP, CSV injection."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hims.lib.csv_safe import csv_text, safe_cell

FORMULAS = [
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u00a0=1", "\x00=1", "\ufeff=cmd|' /C calc'!A0",
    "\uff1d1+1", "\uff0b1", "\uff0d1", "\uff201", "\u200b=1", "\tx",
]  # fmt: skip


@pytest.mark.parametrize("text", FORMULAS)
def test_cell_that_could_start_a_formula_is_quoted(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (-5, "-5"),
        (-5.25, "-5.25"),
        (Decimal("-12480.00"), "-12480.00"),
        (0, "0"),
        (None, ""),
        ("", ""),
        ("Okafor, Ruth", "Okafor, Ruth"),
        ("A-1", "A-1"),
        ("5+5", "5+5"),
        (date(2026, 3, 9), "2026-03-09"),
    ],
)
def test_cell_of_a_number_or_plain_text_is_left_alone(value: Any, expected: str) -> None:
    assert safe_cell(value) == expected


@given(st.text())
def test_cell_of_any_text_never_begins_like_a_formula(text: str) -> None:
    cell = safe_cell(text)
    assert cell.lstrip()[:1] not in {"=", "+", "-", "@"}
    assert cell in (text, f"'{text}")


def test_csv_text_read_back_is_the_rows_with_crlf() -> None:
    text = csv_text(("name", "amount"), [('Okafor, "Ruth"\nAnn', Decimal("-1.50")), ("=1", None)])

    assert list(csv.reader(io.StringIO(text, newline=""))) == [
        ["name", "amount"],
        ['Okafor, "Ruth"\nAnn', "-1.50"],
        ["'=1", ""],
    ]
    assert text.startswith("name,amount\r\n")
