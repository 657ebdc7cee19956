"""The checklist of finalizing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from coding.workbench.coded import CodedStay
from coding.workbench.edits.findings import INFORM, STOP, WARN, Finding
from coding.workbench.notices import checklist
from coding.workbench.rules import DiagnosisLine, ProcedureLine, Stay

STAY = Stay("inpatient", date(2026, 3, 9), date(2026, 3, 14), "01", date(1958, 5, 2), "F")
PRINCIPAL = DiagnosisLine(1, "principal", 1, "I130", "Y")
ADMITTING = DiagnosisLine(2, "admitting", 1, "R0602")
GOOD = CodedStay(STAY, (PRINCIPAL, ADMITTING), (ProcedureLine(5, 1, "0DTJ4ZZ", date(2026, 3, 10)),))


def test_checklist_of_a_complete_stay_is_done() -> None:
    assert [check.done for check in checklist(GOOD, ungrouped="")] == [True] * 8


def test_checklist_names_what_is_open() -> None:
    bare = CodedStay(
        replace(STAY, discharge_disposition=""), (DiagnosisLine(1, "secondary", 1, "I5023"),), (ProcedureLine(5, 1, "0DTJ4ZZ"),),
        invalid={"I5023": "I50.23 was deleted."},
    )  # fmt: skip
    details = [check.detail for check in checklist(bare, ungrouped="No DRG yet.")]
    assert details == [
        "The disposition is missing. State it in the abstract.", "There is none.", "I50.23 was deleted.",
        "The claim needs it: add it with “As admitting”.", "Missing on I50.23.", "Missing on 0DTJ4ZZ.", "No DRG yet.", "",
    ]  # fmt: skip


def test_checklist_asks_an_inpatient_stay_for_its_admitting_diagnosis() -> None:
    open_points = [
        check.text for check in checklist(replace(GOOD, diagnoses=(PRINCIPAL,)), ungrouped="") if not check.done
    ]
    assert open_points == ["Admitting diagnosis"]


def test_checklist_of_an_outpatient_asks_for_no_poa_and_no_drg() -> None:
    visit = CodedStay(replace(STAY, encounter_class="office"), (DiagnosisLine(1, "principal", 1, "R079"),))
    assert [check.text for check in checklist(visit, ungrouped="")] == [
        "Discharged, with a disposition", "First-listed diagnosis", "Codes valid on the day of discharge",
        "No edit that stops, every warning answered",
    ]  # fmt: skip


def test_checklist_before_discharge_says_so() -> None:
    in_house = CodedStay(replace(STAY, discharged_on=None))
    assert checklist(in_house, ungrouped="")[0].detail == "The encounter is not discharged."


def test_checklist_counts_the_warnings_that_wait_and_forgets_hints_and_answers() -> None:
    found = [
        Finding("excludes1", WARN, "…", "d1", ("E109", "E119")), Finding("unspecified", INFORM, "…", "d1", ("I130",)),
        Finding("first_only", WARN, "…", "d2", ("Z00",)),
    ]  # fmt: skip
    two = checklist(GOOD, ungrouped="", found=found)[-1]
    assert two.detail == "2 warnings wait for a correction or an override with a reason."
    one = checklist(GOOD, ungrouped="", found=found, answered=[found[0].key])[-1]
    assert one.detail == "1 warning waits for a correction or an override with a reason."
    assert checklist(GOOD, ungrouped="", found=found, answered=[found[0].key, found[2].key])[-1].done


def test_checklist_tells_a_stop_once() -> None:
    twice = Finding("duplicate", STOP, "I13.0 is coded twice.", "d1", ("I130",))
    missing = Finding("poa_missing", STOP, "POA is missing.", "d1", ("I130",))
    assert checklist(GOOD, ungrouped="", found=[twice, missing])[-1].detail == "I13.0 is coded twice."
