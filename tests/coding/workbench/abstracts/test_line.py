from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from coding.grouper.versions import VERSIONS, version_on
from coding.workbench.abstracts.line import read_line
from hims.lib.errors import DomainError

CLAIM: dict[str, Any] = {
    "version": 431, "age": 54, "sex": 1, "discharge_status": 6, "hospital_status": "NOT_EXEMPT",
    "pdx": {"code": "i10", "poa": "Y"}, "sdx": [{"code": "E11.9", "poa": " "}], "procedures": [{"code": "0DTJ4ZZ"}],
}  # fmt: skip


def line(number: int = 1, fallback: date | None = None, **changes: Any) -> Any:
    return read_line(number, {name: value for name, value in (CLAIM | changes).items() if value is not None}, fallback)


def test_line_of_a_claim_is_a_stay() -> None:
    found = line()
    assert (found.sex, found.disposition, found.age) == ("F", "06", 54)
    assert (found.principal, found.secondaries, found.procedures) == (
        ("I10", "Y"),
        (("E119", ""),),
        (("0DTJ4ZZ", None),),
    )


@pytest.mark.parametrize("version", [each.number for each in VERSIONS])
@pytest.mark.parametrize("number", [1, 27, 28, 99_999])
def test_line_with_a_version_only_is_discharged_while_it_holds(version: int, number: int) -> None:
    assert version_on(line(number, version=version).discharged_on) == version


@pytest.mark.parametrize("age", [0, 1, 17, 18, 124])
@pytest.mark.parametrize("day", ["2026-04-01", "2024-02-29", "2026-12-31"])
def test_line_with_an_age_has_it_on_the_day_of_admission(age: int, day: str) -> None:
    assert line(age=age, version=None, discharged_on=day, admitted_on=day).age == age


def test_line_takes_the_wished_day_only_when_its_version_covers_it() -> None:
    wished = date(2026, 5, 5)
    assert line(fallback=wished).discharged_on == wished
    assert line(fallback=wished, version=400).discharged_on.year == 2022
    assert line(fallback=wished, version=None).discharged_on == wished


def test_line_with_a_repeated_code_keeps_it_once_and_says_so() -> None:
    found = line(sdx=["E119", {"code": "I480", "poa": "N"}, {"code": "E119", "poa": "Y"}])
    assert (found.secondaries, found.notes) == ((("E119", ""), ("I480", "N")), ("repeated_codes_dropped",))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"age": -1}, "age_years"),
        ({"age": 125}, "age_years"),
        ({"age": "old"}, "age"),
        ({"sex": 3}, "sex"),
        ({"discharge_status": 100}, "discharge_status"),
        ({"pdx": None}, "pdx"),
        ({"pdx": {"code": "I-10"}}, "pdx"),
        ({"pdx": "I1000000"}, "pdx"),
        ({"pdx": {"code": "I10", "poa": "Q"}}, "pdx.poa"),
        ({"sdx": "I10"}, "sdx"),
        ({"sdx": [5]}, "sdx[0]"),
        ({"procedures": [{"code": "0DTJ4ZZ", "performed_on": "soon"}]}, "procedures[0].performed_on"),
        ({"version": 999}, "version"),
        ({"version": None}, "discharged_on"),
        ({"discharged_on": "2022-11-01"}, "version"),
        ({"version": None, "discharged_on": "1999-01-01"}, "discharged_on"),
        ({"version": None, "discharged_on": "0001-01-01"}, "discharged_on"),
        ({"admitted_on": "2026-09-30"}, "admitted_on"),
        ({"birth_date": "1990-01-01"}, "age"),
        ({"age": None, "birth_date": "2030-01-01"}, "birth_date"),
        ({"hospital_status": "MAYBE"}, "hospital_status"),
        ({"account_number": "x" * 21}, "account_number"),
        ({"mrn": {"a": 1}}, "mrn"),
        ({"length_of_stay": -1}, "length_of_stay"),
        ({"sdx": [f"E{n:03d}" for n in range(100)]}, "sdx"),
    ],
)
def test_line_with_a_malformed_field_is_refused_by_its_name(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(DomainError) as error:
        line(**changes)
    assert error.value.field == field
