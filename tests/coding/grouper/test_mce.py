"""The Medicare Code Editor against the official one."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import pytest

from coding.grouper.mce import MceResult, edit, edit_claim
from coding.grouper.record import editor_claim
from hims.lib.errors import DomainError
from tests.coding.grouper.stays import stay
from tests.shared_data import json_lines, shared_data

MAY_2026 = date(2026, 5, 1)
VENTILATION = "5A1955Z"
SHORT = "INCONSISTENT_WITH_LENGTH_OF_STAY"


def test_edit_claim_on_every_official_answer_agrees() -> None:
    wrong: Counter[str] = Counter()
    for line in json_lines(shared_data("mce_truth") / "mce.jsonl"):
        wrong.update(differences(edit_claim(*editor_claim(line)), line["expected"]))
    assert wrong == Counter()


def differences(result: MceResult, expected: dict[str, Any]) -> list[str]:
    """Which parts of an answer are not the official ones."""
    parts = [
        ("edit type", result.edit_type, expected["edit_type"]),
        ("counts", {found.name: found.count for found in result.edits}, expected["edits"]),
        ("principal", list(result.principal.edits), sorted(expected["pdx"]["edits"])),
        ("secondaries", [list(dx.edits) for dx in result.secondaries], edits_of(expected["sdx"])),
        ("procedures", [list(px.edits) for px in result.procedures], edits_of(expected["procedures"])),
        ("admitting", list(result.admitting.edits) if result.admitting else None, admitting_edits(expected)),
    ]
    return [name for name, ours, official in parts if ours != official]


def edits_of(codes: list[dict[str, Any]]) -> list[list[str]]:
    return [sorted(code["edits"]) for code in codes]


def admitting_edits(expected: dict[str, Any]) -> list[str] | None:
    return sorted(expected["admit_dx"]["edits"]) if expected["admit_dx"] else None


@pytest.mark.parametrize(("days", "count"), [(0, 2), (1, 2), (4, 2), (5, 0), (30, 0), (None, 0)])
def test_edit_length_of_stay_fires_once_per_occurrence_in_a_short_stay(days: int | None, count: int) -> None:
    claim = stay("J189", procedures=(VENTILATION, "5A1945Z", VENTILATION), discharged_on=MAY_2026, length_of_stay=days)
    found = {item.name: item.count for item in edit(claim).edits}
    assert found == ({SHORT: count} if count else {})


def test_edit_length_of_stay_is_put_on_the_procedure() -> None:
    claim = stay("J189", procedures=("5A1945Z", VENTILATION), discharged_on=MAY_2026, length_of_stay=2)
    result = edit(claim)
    assert [px.edits for px in result.procedures] == [(), (SHORT,)]
    assert result.edit_type == "PREPAYMENT"


def test_edit_young_age_does_not_stand_for_a_short_stay() -> None:
    claim = stay("J189", procedures=(VENTILATION,), discharged_on=MAY_2026, age_years=3, length_of_stay=30)
    assert edit(claim).clean


@pytest.mark.parametrize("discharged_on", [date(2015, 9, 30), date(2027, 4, 1)])
def test_edit_date_without_data_is_an_error_and_not_clean(discharged_on: date) -> None:
    with pytest.raises(DomainError) as refused:
        edit(stay(discharged_on=discharged_on))
    assert refused.value.field == "discharged_on"


def test_edit_without_a_date_is_refused() -> None:
    with pytest.raises(DomainError, match="needs a discharge date"):
        edit(stay())


def test_edit_clean_claim_has_type_none_and_no_edits() -> None:
    result = edit(stay("J189", "A419", discharged_on=MAY_2026, admitting_code="R0602"))
    assert (result.clean, result.edit_type, result.on_claim) == (True, "NONE", ())


def test_edit_repeated_principal_is_put_on_each_repetition() -> None:
    result = edit(stay("J189", "J189", "A419", "J189", discharged_on=MAY_2026))
    assert [dx.edits for dx in result.secondaries] == [("DUPLICATE_OF_PDX",), (), ("DUPLICATE_OF_PDX",)]


def test_edit_pancreas_with_kidney_is_limited_and_not_uncovered() -> None:
    result = edit(stay("N186", procedures=("0TY00Z2", "0FYG0Z1"), discharged_on=MAY_2026))
    assert [px.edits for px in result.procedures] == [("LIMITED_COVERAGE",)] * 2


def test_edit_unknown_disposition_is_on_the_claim() -> None:
    result = edit(stay(discharged_on=MAY_2026, discharge_disposition="99"))
    assert (result.on_claim, result.principal.edits) == (("INVALID_DISCHARGE_STATUS",), ())


@pytest.mark.parametrize(("discharged_on", "edits"), [(date(2024, 9, 30), ("INVALID_SEX",)), (MAY_2026, ())])
def test_edit_unknown_sex_was_questioned_until_2024(discharged_on: date, edits: tuple[str, ...]) -> None:
    assert edit(stay(discharged_on=discharged_on, sex="U")).on_claim == edits


def test_edit_invalid_admitting_diagnosis_does_not_hold_the_claim() -> None:
    result = edit(stay(discharged_on=MAY_2026, admitting_code="ZZZ"))
    assert result.admitting is not None
    assert (result.edit_type, result.admitting.edits) == ("NONE", ("INVALID_ADMIT_DX",))


def test_edit_codes_in_any_writing_are_understood() -> None:
    assert edit(stay("j18.9", ("a41.9", "y"), discharged_on=MAY_2026)).clean
