"""The grouper against the official one, and what it says about each code."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys
from collections import Counter
from datetime import date
from itertools import islice
from typing import Any

import pytest

from coding.grouper.engine import group, group_fields, group_many
from coding.grouper.record import grouper_claim
from coding.grouper.results import CcLevel, DiagnosisMark, Severity
from hims.lib.errors import DomainError
from tests.coding.grouper.stays import stay, truth_stay
from tests.shared_data import json_lines, shared_data

FIELDS = ("initial_drg", "final_drg", "final_mdc", "return_code")
MORE_FIELDS = ("initial_mdc", *FIELDS)


def mismatches(name: str, fields: tuple[str, ...]) -> Counter[tuple[str, ...]]:
    """How often which fields differ from the official answers of a file."""
    found: Counter[tuple[str, ...]] = Counter()
    for line in json_lines(shared_data("msdrg_truth") / name):
        answer = group_fields(grouper_claim(line))
        wrong = tuple(field for field in fields if answer[field] != line["expected"][field])
        if wrong:
            found[wrong] += 1
    return found


@pytest.mark.parametrize(
    ("name", "fields"),
    [("claims.jsonl", FIELDS), ("multi.jsonl", MORE_FIELDS), ("stress.jsonl", MORE_FIELDS)],
)
def test_group_fields_on_every_official_answer_agree(name: str, fields: tuple[str, ...]) -> None:
    assert mismatches(name, fields) == Counter()


def test_group_marks_agree_with_the_official_ones() -> None:
    wrong: Counter[str] = Counter()
    lines = json_lines(shared_data("msdrg_truth") / "multi.jsonl")
    for line in islice(lines, 0, None, 4):
        wrong.update(wrong_marks(line["claim"], line["expected"]))
    assert wrong == Counter()


def wrong_marks(claim: dict[str, Any], expected: dict[str, Any]) -> list[str]:
    """Names of what differs in severity, HAC count and the marks of the codes."""
    result = group(truth_stay(claim))
    stages = [(result.initial, expected["initial_severity"]), (result.final, expected["final_severity"])]
    wrong = ["severity" for answer, official in stages if (answer.severity or "NONE") != official]
    if (result.hac_status, result.hac_categories) != (expected["hac_status"], expected["num_hacs"]):
        wrong.append("hac")
    codes = expected["codes"]
    for mark, official in zip(result.diagnoses, [codes["pdx"], *codes["sdx"]], strict=True):
        wrong.extend(wrong_diagnosis(mark, official))
    for px, official in zip(result.procedures, codes["px"], strict=True):
        if official[1] and px.operating_room not in (official[2], None):
            wrong.append("operating room")
    return wrong


def wrong_diagnosis(mark: DiagnosisMark, official: list[Any]) -> list[str]:
    """What differs in one mark; exclusion by the logic of the DRG itself is not known to the library."""
    wrong = []
    if (mark.valid, mark.poa_finding) != (official[1], official[5]):
        wrong.append("valid or POA")
    levels = (level(official[3]), level(official[4]))
    if "DRG_LOGIC" not in official[3] and (mark.initial_level, mark.final_level) != levels:
        wrong.append("CC level")
    return wrong


def level(official: str) -> str:
    return official if official in ("CC", "MCC") else ""


def test_group_marks_come_in_the_order_of_the_claim() -> None:
    result = group(stay("I5020", "I10", "A419", "E1165", "I10"))
    assert [mark.code for mark in result.diagnoses] == ["I5020", "I10", "A419", "E1165", "I10"]
    assert [mark.sequence for mark in result.diagnoses] == [0, 1, 2, 3, 4]
    assert [mark.cc for mark in result.diagnoses] == [
        CcLevel.NONE, CcLevel.NONE, CcLevel.MCC, CcLevel.NONE, CcLevel.NONE,
    ]  # fmt: skip


def test_group_excluded_cc_keeps_its_level_and_says_so() -> None:
    mark = group(stay("I5020", "I5022")).diagnoses[1]
    assert (mark.cc, mark.excluded, mark.initial_level) == (CcLevel.CC, True, CcLevel.NONE)


def test_group_hospital_acquired_condition_takes_the_cc_away() -> None:
    result = group(stay("I5020", ("T80211A", "N")))
    mark = result.diagnoses[1]
    assert (result.initial.drg, result.final.drg, result.hac_status) == ("292", "293", "FINAL_DRG_CHANGES")
    assert (mark.initial_level, mark.final_level, mark.lost_to_hac) == (CcLevel.CC, CcLevel.NONE, True)
    assert [(hac.category, hac.met) for hac in mark.hacs] == [(7, True)]


def test_group_titles_and_severity_are_those_of_the_drg() -> None:
    answer = group(stay("J189", "A419")).final
    assert (answer.drg, answer.mdc, answer.severity) == ("193", "04", Severity.MCC)
    assert "pneumonia" in answer.title.lower()
    assert "respiratory" in answer.mdc_title.lower()


def test_group_on_a_discharge_date_picks_its_version() -> None:
    result = group(stay(version=None, discharged_on=date(2026, 10, 1)))
    assert (result.version, result.checked) == (440, False)


def test_group_of_a_checked_version_says_so() -> None:
    assert group(stay(version=431)).checked is True


def test_group_many_with_a_malformed_claim_raises_at_its_turn() -> None:
    results = group_many([stay("J189"), stay("J189", sex="?"), stay("I10")])
    assert next(results).final.drg == "195"
    with pytest.raises(DomainError, match="Sex must be"):
        next(results)


def test_group_corrected_answer_names_the_correction() -> None:
    result = group(stay("M4316", procedures=("XRGA0R7", "XRGB3R7", "XRGB4R7"), version=430))
    assert (result.final.drg, result.corrections) == ("447", ("spinal-fusion",))
    assert [mark.code for mark in result.procedures] == ["XRGA0R7", "XRGB3R7", "XRGB4R7"]


def final_drg(code: str) -> str:
    return group(stay(code)).final.drg


def test_group_in_forked_children_answers_like_the_parent() -> None:
    codes = ["J189", "I5020", "A419", "I10"] * 5
    expected = [final_drg(code) for code in codes]
    with multiprocessing.get_context("fork").Pool(2) as pool:
        assert pool.map(final_drg, codes) == expected


def test_group_leaves_the_interpreter_quietly() -> None:
    script = (
        "from coding.grouper.library import group_raw, edit_raw\n"
        "claim = {'version': 431, 'discharge_date': 20260501, 'age': 60, 'sex': 1, 'discharge_status': 1,"
        " 'pdx': {'code': 'J189'}, 'sdx': [], 'procedures': []}\n"
        "print(group_raw(claim)['final_drg'], edit_raw(claim)['edit_type'])\n"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", script], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("195 NONE\n", "")
