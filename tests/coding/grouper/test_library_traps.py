"""Known surprises of the library, each with what the adapter makes of it."""

from __future__ import annotations

from datetime import date

import pytest

from coding.grouper.engine import group
from coding.grouper.mce import edit
from coding.grouper.results import PoaFinding
from hims.lib.errors import DomainError
from tests.coding.grouper.stays import stay


@pytest.mark.parametrize("code", ["i50.20", "I50.20", "i5020", " I5020"])
def test_group_principal_in_any_writing_is_understood(code: str) -> None:
    assert group(stay(code)).final.drg == group(stay("I5020")).final.drg == "293"


@pytest.mark.parametrize("code", ["t80.211a", "T80.211A"])
def test_group_secondary_in_any_writing_is_understood(code: str) -> None:
    assert group(stay("I5020", (code, "N"))).final.drg == "293"


@pytest.mark.parametrize(
    ("code", "return_code"), [("ZZZ", "INVALID_PDX"), ("V2129XA", "DX_CANNOT_BE_PDX"), ("J96", "INVALID_PDX")]
)
def test_group_clinical_fault_is_an_answer_with_a_title(code: str, return_code: str) -> None:
    result = group(stay(code))
    assert (result.final.drg, result.final.return_code) == ("999", return_code)
    assert (result.final.title, result.grouped) == ("Ungroupable", False)


def test_group_same_code_twice_is_marked_twice() -> None:
    result = group(stay("J189", ("L89154", "N"), ("L89154", "Y")))
    assert [(mark.code, mark.poa) for mark in result.diagnoses[1:]] == [("L89154", "N"), ("L89154", "Y")]


@pytest.mark.parametrize("code", ["ZZZZZZZ", "0000000", "5A1955"])
def test_group_invalid_procedure_is_not_an_operating_room_procedure(code: str) -> None:
    assert group(stay(procedures=(code,))).procedures[0].operating_room is False


@pytest.mark.parametrize(("code", "expected"), [("0DTJ4ZZ", True), ("5A1955Z", False), ("0B113F4", None)])
def test_group_operating_room_is_asked_not_read(code: str, expected: bool | None) -> None:
    assert group(stay(procedures=(code,))).procedures[0].operating_room is expected


@pytest.mark.parametrize("age", [-3, 200])
def test_group_impossible_age_is_refused(age: int) -> None:
    with pytest.raises(DomainError, match="Age must be 0 to 124"):
        group(stay(age_years=age))


@pytest.mark.parametrize("poa", ["", " ", "1"])
def test_group_exempt_indicator_in_any_writing_is_accepted(poa: str) -> None:
    assert group(stay("J189", ("Z9049", poa))).final.drg == "195"


def test_group_blank_poa_on_a_hac_code_names_the_code() -> None:
    result = group(stay("I5020", ("T80211A", "")))
    assert (result.initial.drg, result.final.drg) == ("292", "999")
    assert (result.final.return_code, result.missing_poa) == ("HAC_MISSING_ONE_POA", ("T80211A",))


@pytest.mark.parametrize(("status", "drg"), [("NOT_EXEMPT", "293"), ("EXEMPT", "292")])
def test_group_hospital_status_decides_on_acquired_conditions(status: str, drg: str) -> None:
    assert group(stay("I5020", ("T80211A", "N"), hospital_status=status)).final.drg == drg


def test_group_exempt_hospital_checks_no_poa() -> None:
    mark = group(stay("I5020", ("T80211A", ""), hospital_status="EXEMPT")).diagnoses[1]
    assert mark.poa_finding is PoaFinding.HOSPITAL_EXEMPT


def test_group_manifestation_as_principal_is_left_to_the_code_editor() -> None:
    claim = stay("F0280", discharged_on=date(2026, 5, 1))
    assert group(claim).final.drg == "884"
    assert edit(claim).principal.edits == ("MANIFESTATION_AS_PDX",)


def test_group_delivery_in_a_man_is_invalid_though_the_return_code_is_ok() -> None:
    result = group(stay("O80", sex="M", age_years=30))
    assert (result.final.drg, result.final.return_code, result.grouped) == ("998", "OK", False)


@pytest.mark.parametrize(("poa", "drg"), [("Y", "292"), ("W", "292"), ("N", "293"), ("U", "293")])
def test_group_clinically_undetermined_counts_as_present_and_unknown_as_not(poa: str, drg: str) -> None:
    assert group(stay("I5020", ("T80211A", poa))).final.drg == drg


@pytest.mark.parametrize("code", ["D691", "I420", "M722"])
def test_group_code_deleted_for_the_new_year_is_invalid_and_never_converted(code: str) -> None:
    assert group(stay(code, version=431)).diagnoses[0].valid is True
    result = group(stay(code, version=440))
    assert (result.diagnoses[0].code, result.final.return_code) == (code, "INVALID_PDX")
