"""Claims as they come in files."""

from __future__ import annotations

from typing import Any

import pytest

from coding.grouper.record import editor_claim, grouper_claim
from hims.lib.errors import DomainError

CLAIM: dict[str, Any] = {
    "version": 431, "age": 60, "sex": 1, "discharge_status": 1, "pdx": {"code": "j18.9", "poa": "y"},
    "sdx": [{"code": "E11.65", "poa": " "}], "procedures": [{"code": "0dtj4zz"}],
}  # fmt: skip
RAW = {
    "version": 431, "age": 60, "sex": 1, "discharge_status": 1, "hospital_status": "NOT_EXEMPT",
    "pdx": {"code": "J189", "poa": "Y"}, "sdx": [{"code": "E1165", "poa": " "}], "procedures": [{"code": "0DTJ4ZZ"}],
}  # fmt: skip


@pytest.mark.parametrize("line", [CLAIM, {"claim": CLAIM, "expected": {}}])
def test_grouper_claim_bare_or_wrapped_is_the_same(line: Any) -> None:
    assert grouper_claim(line) == RAW


@pytest.mark.parametrize("date", [20261001, "20261001", "2026-10-01"])
@pytest.mark.parametrize("name", ["discharge_date", "discharged_on"])
def test_grouper_claim_without_a_version_takes_that_of_the_date(name: str, date: object) -> None:
    assert grouper_claim({**CLAIM, "version": None, name: date})["version"] == 440


def test_grouper_claim_with_text_numbers_and_words_is_understood() -> None:
    line = {**CLAIM, "age": "60", "sex": "female", "discharge_status": "01", "sdx": ["E1165"]}
    assert grouper_claim(line) == RAW


FAULTS: list[tuple[Any, str]] = [
    ([], "claim"),
    ({"claim": 5}, "claim"),
    ({**CLAIM, "version": 399}, "version"),
    ({**CLAIM, "version": True}, "version"),
    ({**CLAIM, "version": None}, "discharge_date"),
    ({**CLAIM, "version": None, "discharge_date": 20270401}, "discharged_on"),
    ({**CLAIM, "version": None, "discharge_date": "soon"}, "discharge_date"),
    ({**CLAIM, "age": 60.5}, "age"),
    ({**CLAIM, "age": "old"}, "age"),
    ({**CLAIM, "sex": 3}, "sex"),
    ({**CLAIM, "hospital_status": "MAYBE"}, "hospital_status"),
    ({**CLAIM, "pdx": None}, "pdx"),
    ({**CLAIM, "pdx": {"code": "J18 9"}}, "pdx"),
    ({**CLAIM, "pdx": {"code": "J189", "poa": "Q"}}, "pdx.poa"),
    ({**CLAIM, "pdx": {"code": "J189", "poa": 1}}, "pdx.poa"),
    ({**CLAIM, "sdx": {"code": "I10"}}, "sdx"),
    ({**CLAIM, "sdx": [{"code": "I10"}, {}]}, "sdx[1]"),
    ({**CLAIM, "procedures": [{"code": ""}]}, "procedures[0]"),
]


@pytest.mark.parametrize(("line", "field"), FAULTS)
def test_grouper_claim_with_a_fault_names_the_field(line: Any, field: str) -> None:
    with pytest.raises(DomainError) as refused:
        grouper_claim(line)
    assert refused.value.field == field


def test_editor_claim_has_its_date_as_a_number_and_its_stay() -> None:
    claim, stay = editor_claim({**CLAIM, "discharge_date": "2026-05-01", "length_of_stay": 3, "admit_dx": "r07.9"})
    assert (claim["discharge_date"], claim["admit_dx"], stay) == (20260501, {"code": "R079"}, 3)


def test_editor_claim_with_a_sex_outside_the_list_counts_as_unknown() -> None:
    assert editor_claim({**CLAIM, "discharge_date": 20240501, "sex": 7})[0]["sex"] == 2


def test_editor_claim_without_a_date_is_refused() -> None:
    with pytest.raises(DomainError, match="needs a discharge date"):
        editor_claim(CLAIM)
