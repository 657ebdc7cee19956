"""From coded lines to the grouper and back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from coding.workbench.coded import CodedStay
from coding.workbench.grouping import claim_of, code_edits, digest_of, grouped_row, why_not_grouped
from coding.workbench.models import Grouping
from coding.workbench.rules import DiagnosisLine, ProcedureLine, Stay
from hims.lib.errors import DomainError
from hims.lib.ids import uuid7

STAY = Stay("inpatient", date(2026, 3, 9), date(2026, 3, 14), "06", date(1958, 3, 10), "F")
PRINCIPAL = DiagnosisLine(1, "principal", 1, "I130", "Y")
CODED = CodedStay(
    STAY,
    (
        PRINCIPAL,
        DiagnosisLine(2, "secondary", 1, "I5023", "Y"),
        DiagnosisLine(3, "external_cause", 1, "W1830XA", "Y"),
        DiagnosisLine(4, "admitting", 1, "R0602"),
    ),
    (ProcedureLine(5, 1, "02HV33Z", date(2026, 3, 10)),),
)


def test_claim_holds_what_the_grouper_needs_and_no_more() -> None:
    claim = claim_of(CODED)
    assert (claim.age_years, claim.sex, claim.discharge_disposition, claim.length_of_stay) == (67, "F", "06", 5)
    assert (claim.principal.code, [dx.code for dx in claim.secondaries]) == ("I130", ["I5023"])
    assert (claim.admitting_code, claim.procedures[0].code, claim.version_number()) == ("R0602", "02HV33Z", 430)
    assert claim.normalised().as_raw()["sex"] == 1


def test_claim_of_a_newborn_counts_days() -> None:
    born = replace(STAY, birth_date=date(2026, 3, 9))
    claim = claim_of(replace(CODED, stay=born))
    assert (claim.age_years, claim.age_days_admit) == (0, 0)


def test_claim_takes_the_diagnoses_and_procedures_that_fit_a_claim() -> None:
    many = tuple(DiagnosisLine(place, "secondary", place, f"E{place:03}") for place in range(1, 31))
    steps = tuple(ProcedureLine(place, place, "02HV33Z") for place in range(1, 31))
    claim = claim_of(CodedStay(STAY, (PRINCIPAL, *many), steps))
    assert (len(claim.secondaries), len(claim.procedures)) == (24, 25)


@pytest.mark.parametrize(
    ("coded", "words"),
    [
        (replace(CODED, diagnoses=CODED.diagnoses[1:]), "there is no principal diagnosis"),
        (replace(CODED, stay=replace(STAY, discharged_on=None)), "not discharged"),
        (replace(CODED, stay=replace(STAY, discharge_disposition="")), "disposition is missing"),
        (replace(CODED, stay=replace(STAY, discharged_on=date(2030, 1, 1))), "No MS-DRG version covers"),
        (replace(CODED, stay=replace(STAY, birth_date=date(2026, 3, 12))), "birth date lies after"),
        (replace(CODED, stay=replace(STAY, birth_date=date(1890, 1, 1))), "Age must be"),
    ],
)
def test_stay_that_cannot_be_grouped_tells_why(coded: CodedStay, words: str) -> None:
    assert words in why_not_grouped(coded, None)
    with pytest.raises(DomainError):
        digest_of(claim_of(coded))


def test_digest_follows_what_changes_the_answer_and_nothing_else() -> None:
    digest = digest_of(claim_of(CODED))
    other_poa = replace(CODED, diagnoses=(replace(PRINCIPAL, poa="N"), *CODED.diagnoses[1:]))
    assert digest_of(claim_of(other_poa)) != digest
    assert digest_of(claim_of(replace(CODED, stay=replace(STAY, discharged_on=date(2026, 4, 2))))) != digest
    assert digest_of(claim_of(replace(CODED, diagnoses=CODED.diagnoses[:2]))) == digest


def test_row_holds_drg_titles_and_marks_in_coded_order() -> None:
    claim = claim_of(CODED)
    row = grouped_row(uuid7(), claim, digest_of(claim))
    assert (row.final_drg, row.mdc, row.severity, row.grouper_version) == ("291", "05", "MCC", 430)
    assert "Heart Failure" in row.drg_title
    marks = row.marks["diagnoses"]
    assert [(mark["code"], mark["severity"], mark["excluded"]) for mark in marks] == [
        ("I130", "", False), ("I5023", "MCC", False),
    ]  # fmt: skip
    assert why_not_grouped(CODED, row) == ""


def test_drg_999_is_told_as_a_sentence() -> None:
    row = Grouping(final_drg="999", return_code="INVALID_PDX")
    assert why_not_grouped(CODED, row) == "The principal diagnosis is not accepted by the grouper."


def test_outpatient_owes_no_drg() -> None:
    visit = replace(CODED, stay=replace(STAY, encounter_class="observation"))
    assert why_not_grouped(visit, None) == ""
    assert code_edits(visit) == {}


def test_code_edits_name_an_unacceptable_principal_diagnosis_and_an_age_conflict() -> None:
    lines = (DiagnosisLine(1, "principal", 1, "B9620", "Y"), DiagnosisLine(2, "secondary", 1, "Z370", "Y"))
    edits = code_edits(CodedStay(STAY, lines))
    assert "UNACCEPTABLE_PDX" in edits["B9620"]
    assert edits["Z370"] == ("AGE_CONFLICT",)
