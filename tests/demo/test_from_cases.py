"""Written cases as planned stays."""

from __future__ import annotations

from datetime import date

import pytest

from hims.demo.case_file import load_cases
from hims.demo.case_model import DemoCase
from hims.demo.from_cases import planned_case, reflowed

BUILT_ON = date(2026, 11, 23)
LONG = "word " * 16 + "end"


def test_reflowed_joins_a_wrapped_paragraph_and_keeps_its_short_last_line_apart() -> None:
    assert reflowed(f"{LONG}\nof it.\nNext line") == f"{LONG} of it.\nNext line"


@pytest.mark.parametrize("line", ["1. One", "- item", "  indented", "IMPRESSION: none", ""])
def test_reflowed_keeps_lists_headings_and_blank_lines(line: str) -> None:
    assert reflowed(f"{LONG}\n{line}") == f"{LONG}\n{line}"


@pytest.mark.parametrize("case", load_cases(), ids=lambda case: case.slug)
def test_planned_case_lies_in_the_past_and_keeps_every_word(case: DemoCase) -> None:
    stay = planned_case(case, BUILT_ON)
    assert stay.discharged_at is not None
    assert stay.admitted_at <= stay.discharged_at
    assert stay.discharged_at.date() < BUILT_ON
    assert [document.text.split() for document in stay.documents] == [
        document.text.split() for document in case.documents
    ]
    assert len(stay.charges) == len(case.charges)
