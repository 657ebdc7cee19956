"""Claims before they are grouped."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from coding.grouper.claim import DiagnosisInput, plain_code, plain_poa
from hims.lib.errors import DomainError
from tests.coding.grouper.stays import stay

FAULTS: list[tuple[dict[str, Any], str]] = [
    ({"age_years": -3}, "age_years"),
    ({"age_years": 200}, "age_years"),
    ({"age_days_admit": 400}, "age_days_admit"),
    ({"length_of_stay": -1}, "length_of_stay"),
    ({"sex": "X"}, "sex"),
    ({"discharge_disposition": "1"}, "discharge_disposition"),
    ({"discharge_disposition": "AB"}, "discharge_disposition"),
    ({"hospital_status": "MAYBE"}, "hospital_status"),
    ({"admitting_code": "J18 9"}, "admitting_code"),
    ({"version": 399}, "version"),
    ({"version": None}, "discharged_on"),
    ({"version": None, "discharged_on": date(2027, 4, 1)}, "discharged_on"),
]


@pytest.mark.parametrize(("fields", "named"), FAULTS)
def test_claim_with_an_impossible_field_is_refused_naming_it(fields: dict[str, Any], named: str) -> None:
    with pytest.raises(DomainError) as refused:
        stay(**fields).normalised().as_raw()
    assert refused.value.field == named


def test_claim_with_a_bad_secondary_names_its_place() -> None:
    with pytest.raises(DomainError, match="POA must be") as refused:
        stay("J189", "I10", ("E119", "X")).normalised()
    assert refused.value.field == "secondaries[1].poa"


def test_claim_with_a_bad_procedure_names_its_place() -> None:
    with pytest.raises(DomainError, match="letters and digits") as refused:
        stay(procedures=("0DTJ4ZZ", "")).normalised()
    assert refused.value.field == "procedures[1].code"


@pytest.mark.parametrize(("given", "expected"), [("i50.20", "I5020"), (" E11.65 ", "E1165"), ("0dtj4zz", "0DTJ4ZZ")])
def test_plain_code_in_any_writing_is_undotted_upper_case(given: str, expected: str) -> None:
    assert plain_code(given, "code") == expected


@pytest.mark.parametrize(("given", "expected"), [("y", "Y"), (" ", ""), ("", ""), ("1", ""), ("W", "W")])
def test_plain_poa_in_any_writing_is_an_indicator_or_exempt(given: str, expected: str) -> None:
    assert plain_poa(given, "poa") == expected


def test_claim_normalised_twice_is_the_same() -> None:
    once = stay("j18.9", ("e11.65", "n"), procedures=("0dtj4zz",)).normalised()
    assert once == once.normalised()
    assert once.secondaries == (DiagnosisInput("E1165", "N"),)


def test_claim_with_a_version_and_a_date_takes_the_version() -> None:
    assert stay(version=400, discharged_on=date(2026, 11, 1)).version_number() == 400


def test_claim_with_a_date_only_takes_its_version() -> None:
    assert stay(version=None, discharged_on=date(2026, 11, 1)).version_number() == 440
