"""What can never be right in a coding; each row names what decides it."""

from __future__ import annotations

from datetime import date

import pytest

from coding.workbench.rules import (
    DiagnosisLine,
    Stay,
    age_days_since,
    diagnosis_fault,
    is_external_cause,
    moved,
    natural_role,
    poa_fault,
    procedure_fault,
)

INPATIENT = Stay("inpatient", date(2026, 3, 9), date(2026, 3, 14), "01", date(1958, 5, 2), "F")
OBSERVATION = Stay("observation", date(2026, 3, 9), date(2026, 3, 10), "01", date(1958, 5, 2), "F")
LINES = [
    DiagnosisLine(1, "principal", 1, "I130", "Y"),
    DiagnosisLine(2, "secondary", 1, "I5023", "Y"),
    DiagnosisLine(3, "admitting", 1, "R0602"),
]


@pytest.mark.parametrize(
    ("role", "code", "words"),
    [
        ("secondary", "N1832", ""),
        ("secondary", "R0602", ""),  # admitting and reported may agree
        ("secondary", "I130", "coded already (principal"),  # guideline I.B.12
        ("external_cause", "I5023", "coded already (secondary"),
        ("principal", "N1832", "There is a principal diagnosis"),
        ("principal", "W1830XA", "never the principal"),  # guideline I.C.20.a.6
        ("admitting", "N1832", "There is an admitting"),  # UB-04 FL 69
        ("reason_for_visit", "R0602", "belongs to outpatient"),  # UB-04 FL 70
    ],
)
def test_diagnosis_fault_of_an_inpatient(role: str, code: str, words: str) -> None:
    fault = diagnosis_fault(role, code, LINES, inpatient=True)
    assert words in fault
    assert bool(words) == bool(fault)


def test_diagnosis_fault_of_an_outpatient_limits_the_reasons_for_visit_to_three() -> None:
    reasons = [DiagnosisLine(place, "reason_for_visit", place, f"R0{place}") for place in (1, 2, 3)]
    assert diagnosis_fault("reason_for_visit", "R079", reasons[:2], inpatient=False) == ""
    assert "at most three" in diagnosis_fault("reason_for_visit", "R079", reasons, inpatient=False)
    assert "belongs to inpatient" in diagnosis_fault("admitting", "R079", [], inpatient=False)


@pytest.mark.parametrize(
    ("code", "role"), [("N1832", "secondary"), ("Y92230", "external_cause"), ("V4352XA", "external_cause")]
)
def test_natural_role_beside_a_principal_diagnosis(code: str, role: str) -> None:
    assert natural_role(code, LINES) == role


def test_natural_role_of_the_first_diagnosis_is_principal() -> None:
    assert natural_role("N1832", LINES[2:]) == "principal"


@pytest.mark.parametrize(
    ("code", "external"), [("V00", True), ("Y99", True), ("Z794", False), ("T360", False), ("U071", False)]
)
def test_is_external_cause_follows_chapter_20(code: str, external: bool) -> None:
    assert is_external_cause(code) is external


@pytest.mark.parametrize(
    ("role", "poa", "inpatient", "words"),
    [
        ("secondary", "N", True, ""),
        ("external_cause", "Y", True, ""),
        ("principal", "", True, ""),
        ("principal", "1", True, "POA is Y, N, U, W"),
        ("admitting", "Y", True, "not reported on the admitting"),
        ("principal", "Y", False, "not reported for outpatient"),
        ("principal", "", False, ""),
    ],
)
def test_poa_fault(role: str, poa: str, inpatient: bool, words: str) -> None:
    fault = poa_fault(role, poa, inpatient=inpatient)
    assert words in fault
    assert bool(words) == bool(fault)


@pytest.mark.parametrize(
    ("day", "fine"),
    [
        (None, True),
        (date(2026, 3, 5), False),
        (date(2026, 3, 6), True),  # 42 CFR 412.2(c)(5): three days before admission
        (date(2026, 3, 14), True),
        (date(2026, 3, 15), False),
    ],
)
def test_procedure_fault_by_its_day(day: date | None, fine: bool) -> None:
    assert (procedure_fault(day, INPATIENT) == "") is fine


def test_procedure_of_an_observation_patient_is_refused() -> None:
    assert "HCPCS" in procedure_fault(None, OBSERVATION)  # 45 CFR 162.1002


@pytest.mark.parametrize(("place", "order"), [(1, "cab"), (2, "acb"), (3, "abc"), (9, "abc"), (0, "cab")])
def test_moved_stays_within_the_ends(place: int, order: str) -> None:
    assert "".join(moved(list("abc"), "c", place)) == order


def test_age_since_discharge_counts_whole_days_and_never_below_zero() -> None:
    assert age_days_since(date(2026, 3, 14), date(2026, 3, 20)) == 6
    assert age_days_since(date(2026, 3, 14), date(2026, 3, 13)) == 0
    assert age_days_since(None, date(2026, 3, 13)) == 0


def test_coded_on_is_the_discharge_or_the_visit_while_it_lasts() -> None:
    assert INPATIENT.coded_on == date(2026, 3, 14)
    assert Stay("emergency", date(2026, 3, 9), None, "", date(1958, 5, 2), "F").coded_on == date(2026, 3, 9)
