"""Formats of numbers and codes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from billing.x12 import formats

CASES: list[tuple[Callable[[str], bool], list[str], list[str]]] = [
    (formats.is_npi, ["1234567893", "1993999998"], ["", "1234567890", "3234567893", "123456789", "12345678931", "١٢٣٤٥٦٧٨٩٣"]),
    (formats.is_mbi, ["1EG4TE5MK73", "9AA0AA0AA00"], ["", "1EG4-TE5-MK73", "0EG4TE5MK73", "1SG4TE5MK73", "1EG4TE5MK7"]),
    (formats.is_taxonomy, ["282N00000X"], ["", "282N00000", "282n00000x", "282N00000Y", "282N000000X"]),
    (formats.is_tax_id, ["381234567"], ["", "38-1234567", "38123456", "38123456A"]),
    (formats.is_zip, ["49740", "497401234"], ["", "4974", "49740-1234", "4974012345", "ABCDE"]),
    (formats.is_phone, ["2315550100"], ["", "231-555-0100", "1315550100", "231555010"]),
    (formats.is_hcpcs, ["G0463", "A0428", "0001U"], ["", "G463", "g0463", "G04635", "G04 3"]),
    (formats.is_modifier, ["25", "JZ", "X1"], ["", "2", "JZZ", "j1"]),
    (formats.is_revenue_code, ["0120", "0450"], ["", "120", "0001", "01200", "012A"]),
    (formats.is_diagnosis, ["I10", "S72001A", "C4A9"], ["", "I1", "I10.0", "i10", "S72001AAA", "110", "IA0"]),
    (formats.is_procedure, ["0DTJ4ZZ", "5A1D70Z"], ["", "0DTJ4Z", "0DTI4ZZ", "0DTO4ZZ", "0dtj4zz"]),
    (formats.is_drg, ["001", "795"], ["", "1", "79A", "0795"]),
    (formats.is_type_of_bill, ["0111", "0131", "089Z"], ["", "111", "1111", "0011", "01111"]),
    (formats.is_ndc, ["00409379301"], ["", "0409-3793-01", "0040937930"]),
]  # fmt: skip


@pytest.mark.parametrize(("question", "right", "wrong"), CASES)
def test_format_accepts_right_and_refuses_wrong(
    question: Callable[[str], bool], right: list[str], wrong: list[str]
) -> None:
    assert [text for text in right if not question(text)] == []
    assert [text for text in wrong if question(text)] == []


def test_npi_with_any_digit_changed_is_refused() -> None:
    for place in range(1, 10):
        for digit in "0123456789":
            changed = f"{'1234567893'[:place]}{digit}{'1234567893'[place + 1 :]}"
            assert formats.is_npi(changed) == (changed == "1234567893")
