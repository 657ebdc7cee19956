"""Each correction: where it applies, where it does not, and the official answer."""

from __future__ import annotations

from typing import Any

import pytest

from coding.grouper.corrections import CORRECTIONS, corrected
from coding.grouper.corrections.facts import Facts, Fusion
from coding.grouper.engine import group
from coding.grouper.library import group_raw
from coding.grouper.results import DrgResult, PoaFinding
from tests.coding.grouper.stays import stay

FUSION_VERSIONS = (420, 421, 430, 431, 440)
BLANK = ""


@pytest.fixture(scope="module")
def facts() -> Facts:
    return Facts(group_raw)


def drgs(result: DrgResult) -> tuple[str, str]:
    return result.initial.drg, result.final.drg


def test_corrections_have_names_of_their_own_and_say_what_differs() -> None:
    assert len({correction.name for correction in CORRECTIONS}) == len(CORRECTIONS)
    assert all("the library" in correction.description for correction in CORRECTIONS)


def test_corrected_where_nothing_applies_is_the_library_answer(facts: Facts) -> None:
    raw = stay("J189", "A419").normalised().as_raw()
    answer = group_raw(raw)
    case = corrected(raw, answer, facts)
    assert (case.result, case.applied) == (answer, ())


# Spinal fusion -----------------------------------------------------------------------------------------------

ANTERIOR, POSTERIOR, CUSTOM, MULTIPLE_POSTERIOR = "0SG0070", "0SG0071", "XRGA0R7", "0SG1071"
SPINE_CASES = [
    ((ANTERIOR,) * 3, "448", True),
    ((POSTERIOR, "0SG3071", "0RG6071"), "448", True),
    ((ANTERIOR, ANTERIOR, POSTERIOR), "428", False),
    ((ANTERIOR, POSTERIOR, POSTERIOR), "428", False),
    ((ANTERIOR,) * 3 + (MULTIPLE_POSTERIOR,), "428", False),
    ((ANTERIOR, ANTERIOR), "448", False),
    ((ANTERIOR, POSTERIOR), "402", False),
]


@pytest.mark.parametrize("version", FUSION_VERSIONS)
@pytest.mark.parametrize(("procedures", "drg", "applied"), SPINE_CASES)
def test_spinal_fusion_of_one_column_is_never_combined(
    version: int, procedures: tuple[str, ...], drg: str, applied: bool
) -> None:
    result = group(stay("M4316", procedures=procedures, version=version))
    assert (result.final.drg, "spinal-fusion" in result.corrections) == (drg, applied)


@pytest.mark.parametrize("procedures", [("XRGA0R7", "XRGB3R7", ANTERIOR), (ANTERIOR, "0SG3070", CUSTOM)])
def test_spinal_fusion_with_a_custom_device_counts_it_first(procedures: tuple[str, ...]) -> None:
    assert group(stay("M4316", procedures=procedures, version=430)).final.drg == "447"


def test_spinal_fusion_for_curvature_keeps_its_own_drg() -> None:
    result = group(stay("M4146", procedures=("0RGA3AJ", "0SG33JJ", "0RGA370", "0SG14AJ"), version=431))
    assert result.final.drg == "458"


def test_fusion_facts_follow_the_version(facts: Facts) -> None:
    assert facts.fusion(430, ANTERIOR) == Fusion(anterior=True, single=True)
    assert facts.fusion(430, POSTERIOR) == Fusion(posterior=True, single=True)
    assert facts.fusion(430, CUSTOM) == Fusion(anterior=True, single=True, custom=True)
    assert facts.fusion(430, MULTIPLE_POSTERIOR) == Fusion(posterior=True)
    assert facts.fusion(440, CUSTOM) == facts.fusion(430, "0DTJ4ZZ") == Fusion()


# Catheter-associated infection --------------------------------------------------------------------------------

CATHETER_CASES = [
    (("N151", "N"), ("T83511A", "Y"), "981", True),
    (("N151", "U"), ("T83511A", "W"), "981", True),
    (("N151", BLANK), ("T83511A", "Y"), "981", True),
    (("N151", "Y"), ("T83511A", "Y"), "981", False),
    (("N151", "N"), ("T83511A", "N"), "983", False),
    (("N151", "Y"), ("T83511A", "N"), "981", False),
    (("N151", BLANK), ("T83511A", "N"), "999", False),
    (("N151", "N"), ("T83511A", BLANK), "999", False),
]


@pytest.mark.parametrize(("infection", "catheter", "drg", "applied"), CATHETER_CASES)
def test_catheter_infection_counts_only_beside_an_acquired_catheter_code(
    infection: tuple[str, str], catheter: tuple[str, str], drg: str, applied: bool
) -> None:
    claim = stay("I7774", infection, catheter, "I480", procedures=("0LSK0ZZ",), version=420)
    result = group(claim)
    assert (result.initial.drg, result.final.drg) == ("981", drg)
    assert ("catheter-infection" in result.corrections) is applied


def test_catheter_infection_keeps_the_finding_of_its_own_indicator() -> None:
    result = group(stay("K82A1", ("N119", BLANK), ("T83511A", "W")))
    assert result.diagnoses[1].poa_finding is PoaFinding.MISSING
    assert (result.hac_status, result.hac_categories, result.final.return_code) == ("NOT_APPLICABLE", 0, "OK")


def test_catheter_infection_left_blank_stays_missing_beside_another_condition() -> None:
    result = group(stay("K82A1", ("N119", BLANK), ("T83511A", "W"), ("T80211A", "N")))
    assert (result.final.drg, result.final.return_code) == ("999", "HAC_MISSING_ONE_POA")


def test_catheter_infection_in_an_unknown_hospital_is_ungroupable_without_a_condition() -> None:
    claim = stay("K82A1", ("N119", "N"), ("T83511A", "W"), hospital_status="UNKNOWN")
    result = group(claim)
    assert (result.final.drg, result.hac_categories) == ("999", 0)
    assert result.final.return_code == "HAC_STATUS_INVALID_MULT_HACS_POA_NOT_Y_W"


# Helper diagnosis ---------------------------------------------------------------------------------------------


def test_helper_diagnosis_left_blank_leaves_the_claim_groupable() -> None:
    result = group(stay("D61818", ("S72345B", "N"), ("E6601", BLANK), version=410, age_years=53))
    assert (*drgs(result), result.hac_status) == ("808", "810", "FINAL_DRG_CHANGES")
    assert (result.diagnoses[2].poa_finding, result.diagnoses[2].hacs) == (PoaFinding.NOT_CHECKED, ())


def test_helper_diagnosis_does_not_hide_a_code_that_is_really_blank() -> None:
    result = group(stay("D61818", ("S72345B", BLANK), ("E6601", BLANK), version=410))
    assert (result.final.drg, result.missing_poa) == ("999", ("S72345B",))


# Discharge status ---------------------------------------------------------------------------------------------

STATUS_CASES: list[tuple[str, dict[str, Any], str, bool]] = [
    ("P253", {"age_years": 0}, "12", True),
    ("F1020", {}, "67", True),
    ("I214", {}, "99", True),
    ("I10", {}, "99", False),
    ("F1020", {}, "07", False),
    ("P253", {"age_years": 0}, "02", False),
]


@pytest.mark.parametrize(("principal", "fields", "disposition", "refused"), STATUS_CASES)
def test_discharge_status_outside_the_list_is_refused_where_the_drg_needs_it(
    principal: str, fields: dict[str, Any], disposition: str, refused: bool
) -> None:
    result = group(stay(principal, discharge_disposition=disposition, **fields))
    assert (result.final.return_code == "INVALID_DISCHARGE_STATUS") is refused
    assert (drgs(result) == ("999", "999")) is refused


def test_discharge_status_refused_leaves_no_level_on_any_code() -> None:
    result = group(stay("I214", "A419", discharge_disposition="99"))
    assert [mark.cc for mark in result.diagnoses] == ["", ""]
    assert (result.final.mdc, result.final.title, result.grouped) == ("00", "Ungroupable", False)


def test_status_facts_know_the_list(facts: Facts) -> None:
    known = [status for status in range(100) if facts.status_is_known(431, status)]
    assert known == [1, 2, 3, 4, 5, 6, 7, 20, 21, 30, 43, 50, 51, *range(61, 67), 69, 70, *range(81, 96)]


# Unknown hospital ---------------------------------------------------------------------------------------------

UNKNOWN_CASES = [
    ((("T80211A", "N"),), "HAC_STATUS_INVALID_POA_N_OR_U"),
    ((("T80211A", BLANK),), "HAC_STATUS_INVALID_POA_INVALID_OR_1"),
    ((("T80211A", "N"), "I10"), "HAC_STATUS_INVALID_MULT_HACS_POA_NOT_Y_W"),
    ((("T80211A", BLANK), "I10"), "HAC_STATUS_INVALID_MULT_HACS_POA_NOT_Y_W"),
    ((("T80211A", "Y"), "I10"), "OK"),
]


@pytest.mark.parametrize(("secondaries", "return_code"), UNKNOWN_CASES)
def test_unknown_hospital_names_several_conditions_beside_another_diagnosis(
    secondaries: tuple[Any, ...], return_code: str
) -> None:
    result = group(stay("K5701", *secondaries, hospital_status="UNKNOWN"))
    assert result.final.return_code == return_code
    assert (result.final.drg == "999") is (return_code != "OK")
