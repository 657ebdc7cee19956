"""Envelope: widths, control numbers, counts, and the same bytes every time."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

import pytest

from billing.x12 import institutional, professional
from billing.x12.envelope import document, interchange
from tests.billing.x12.samples import (
    ENVELOPE,
    INPATIENT,
    OUTPATIENT,
    PROFESSIONAL,
    SUBMISSION,
    institutional_file,
    lines_of,
)


def test_isa_has_its_fixed_width_and_names_its_separators() -> None:
    first = institutional_file(INPATIENT).split(b"\n")[0]
    assert len(first) == 106
    assert (first[3:4], first[82:83], first[104:105], first[105:106]) == (b"*", b"^", b":", b"~")
    assert first.split(b"*")[12] == b"00501"


def test_guide_stands_in_gs08_and_st03_alike() -> None:
    lines = lines_of(institutional_file(INPATIENT))
    assert lines[1].split("*")[8] == lines[2].split("*")[3] == "005010X223A2"


@pytest.mark.parametrize("guide", ["005010X223A2", "005010X223A3"])
def test_guide_is_a_trading_partner_setting(guide: str) -> None:
    each = institutional.transaction_set([INPATIENT], SUBMISSION, control_number=1, guide=guide)
    lines = lines_of(document([each], ENVELOPE))
    assert lines[1].endswith(f"*{guide}")
    assert lines[2] == f"ST*837*0001*{guide}"


def test_trailers_repeat_control_numbers_and_count_what_they_close() -> None:
    sets = [
        institutional.transaction_set([INPATIENT], SUBMISSION, control_number=41),
        institutional.transaction_set([OUTPATIENT], SUBMISSION, control_number=42),
    ]
    lines = lines_of(document(sets, replace(ENVELOPE, interchange_number=999_999_999, group_number=123)))
    starts = [n for n, line in enumerate(lines) if line.startswith("ST*")]
    ends = [n for n, line in enumerate(lines) if line.startswith("SE*")]
    counts = [end - start + 1 for start, end in zip(starts, ends, strict=True)]
    assert [lines[n] for n in ends] == [f"SE*{counts[0]}*0041", f"SE*{counts[1]}*0042"]
    assert lines[-2:] == ["GE*2*123", "IEA*1*999999999"]
    assert lines[0].split("*")[13] == "999999999"


def test_same_input_gives_the_same_bytes() -> None:
    digests = {hashlib.sha256(institutional_file(INPATIENT, OUTPATIENT)).hexdigest() for _ in range(5)}
    assert len(digests) == 1


def test_other_control_numbers_change_only_the_envelope() -> None:
    body = institutional.transaction_set([INPATIENT], SUBMISSION, control_number=1)
    again = document([body], replace(ENVELOPE, interchange_number=13, group_number=8))
    assert lines_of(again)[2:-2] == lines_of(institutional_file(INPATIENT))[2:-2]


def test_hierarchy_counts_levels_and_names_parents() -> None:
    levels = [line for line in lines_of(institutional_file(INPATIENT, OUTPATIENT)) if line.startswith("HL*")]
    assert levels == ["HL*1**20*1", "HL*2*1*22*0", "HL*3*1*22*0"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"interchange_number": 0},
        {"interchange_number": 1_000_000_000},
        {"group_number": 0},
        {"sender_id": ""},
        {"sender_id": "LONGER THAN FIFTEEN"},
        {"receiver_id": "A*B"},
        {"sender_code": "lower"},
        {"usage": "X"},
    ],
)
def test_envelope_outside_its_ranges_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        replace(ENVELOPE, **wrong)


def test_group_refuses_two_guides_a_repeated_number_and_no_set() -> None:
    first = institutional.transaction_set([INPATIENT], SUBMISSION, control_number=1)
    other = professional.transaction_set([PROFESSIONAL], SUBMISSION, control_number=2)
    with pytest.raises(ValueError, match="one guide"):
        interchange([first, other], ENVELOPE)
    with pytest.raises(ValueError, match="repeat"):
        interchange([first, first], ENVELOPE)
    with pytest.raises(ValueError, match="one guide"):
        interchange([], ENVELOPE)


def test_transaction_set_number_out_of_range_and_empty_set_are_refused() -> None:
    each = institutional.transaction_set([INPATIENT], SUBMISSION, control_number=1_000_000_000)
    with pytest.raises(ValueError, match="control_number"):
        interchange([each], ENVELOPE)
    with pytest.raises(ValueError, match="at least one claim"):
        institutional.transaction_set([], SUBMISSION, control_number=1)
