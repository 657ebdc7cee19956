"""Items of an abstract: boundaries of weight and hours, and the edits against the codes. No database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coding.workbench.abstracting.rules import (
    LOW_GRAMS,
    VENTILATION,
    WEIGHT_CLASSES,
    AbstractFacts,
    Moved,
    hours_fault,
    ventilation_class,
    ventilation_prefix,
    weight_class,
    weight_fault,
)
from coding.workbench.edits.findings import Case
from coding.workbench.rules import ProcedureLine
from tests.coding.workbench.edits.cases import STAY, case, fired

BABY = replace(STAY, birth_date=STAY.admitted_on)
NEWBORN = AbstractFacts(admission_type="4", point_of_origin="5", birth_weight_grams=3250)


def abstracted(of: Case, abstract: AbstractFacts, *steps: str) -> Case:
    procedures = tuple(ProcedureLine(n, n, code, date(2026, 3, 10)) for n, code in enumerate(steps, start=1))
    return replace(of, coded=replace(of.coded, abstract=abstract, procedures=procedures))


def severities(of: Case, *names: str) -> dict[str, str]:
    return {rule: severity for rule, severity in fired(of).items() if rule in names}


@pytest.mark.parametrize(
    ("grams", "days", "refused"),
    [(99, 0, True), (100, 0, False), (9999, 0, False), (10_000, 0, True), (3250, 28, False), (3250, 29, True)],
)
def test_weight_fault_at_the_bounds(grams: int, days: int, refused: bool) -> None:
    assert bool(weight_fault(grams, age_days=days)) == refused


@pytest.mark.parametrize(
    ("hours", "days", "refused"),
    [(0, 5, False), (144, 5, False), (145, 5, True), (24, 0, False), (25, 0, True), (-1, 5, True), (9000, None, False)],
)
def test_hours_fault_at_the_bounds(hours: int, days: int | None, refused: bool) -> None:
    assert bool(hours_fault(hours, stay_days=days)) == refused


@pytest.mark.parametrize(
    ("hours", "prefix"),
    [(0, "5A1935"), (23, "5A1935"), (24, "5A1945"), (96, "5A1945"), (97, "5A1955"), (900, "5A1955")],
)
def test_ventilation_prefix_at_24_and_96_hours(hours: int, prefix: str) -> None:
    assert ventilation_prefix(hours) == prefix


@given(st.integers(0, 20_000))
def test_every_number_of_hours_belongs_to_one_class(hours: int) -> None:
    assert [prefix for prefix, span in VENTILATION.items() if span.holds(hours)] == [ventilation_prefix(hours)]
    named = ventilation_class(f"{ventilation_prefix(hours)}Z")
    assert named is not None
    assert named.holds(hours)


@given(st.integers(0, LOW_GRAMS - 1))
def test_every_low_weight_belongs_to_one_class_of_each_category(grams: int) -> None:
    for category in ("P050", "P051", "P07"):
        held = [code for code, span in WEIGHT_CLASSES.items() if code.startswith(category) and span.holds(grams)]
        assert len(held) == 1


@pytest.mark.parametrize(
    ("code", "grams", "fits"),
    [
        ("P0701", 499, True), ("P0701", 500, False), ("P0702", 500, True), ("P0702", 749, True), ("P0702", 750, False),
        ("P0703", 999, True), ("P0714", 1000, True), ("P0714", 1250, False), ("P0718", 2000, True), ("P0718", 2499, True),
        ("P0718", 2500, False), ("P0509", 2500, True), ("P0519", 2499, False),
    ],
)  # fmt: skip
def test_weight_class_of_a_code_at_the_bounds(code: str, grams: int, fits: bool) -> None:
    span = weight_class(code)
    assert span is not None
    assert span.holds(grams) == fits
    told = severities(
        abstracted(case("Z3800", code, stay=BABY), replace(NEWBORN, birth_weight_grams=grams)), "birth_weight_class"
    )
    assert told == ({} if fits else {"birth_weight_class": "warn"})


def test_unspecified_weight_codes_name_no_class() -> None:
    assert [weight_class(code) for code in ("P0700", "P0710", "P0500", "I5023")] == [None] * 4


def test_newborn_is_asked_for_weight_origin_and_age() -> None:
    names = ("birth_weight_missing", "newborn_origin", "newborn_age")
    baby = case("Z3800", stay=BABY)
    assert severities(abstracted(baby, NEWBORN), *names) == {}
    assert severities(abstracted(baby, replace(NEWBORN, birth_weight_grams=None)), *names) == {
        "birth_weight_missing": "warn"
    }
    assert severities(abstracted(baby, replace(NEWBORN, point_of_origin="1")), *names) == {"newborn_origin": "warn"}
    assert severities(abstracted(case("I5023"), NEWBORN), *names) == {"newborn_age": "warn"}


@pytest.mark.parametrize(("born", "told"), [(date(2026, 2, 9), {}), (date(2026, 2, 8), {"newborn_age": "warn"})])
def test_newborn_type_holds_for_28_days(born: date, told: dict[str, str]) -> None:
    stay = replace(STAY, birth_date=born)
    assert severities(abstracted(case("Z3800", stay=stay), NEWBORN), "newborn_age") == told


def test_low_weight_without_a_code_is_a_hint_only() -> None:
    baby = case("Z3800", stay=BABY)
    told = severities(abstracted(baby, replace(NEWBORN, birth_weight_grams=2499)), "low_weight_uncoded")
    assert told == {"low_weight_uncoded": "inform"}
    assert severities(abstracted(baby, replace(NEWBORN, birth_weight_grams=2500)), "low_weight_uncoded") == {}


@pytest.mark.parametrize(
    ("grams", "code", "said"), [(4500, "P080", False), (4499, "P080", True), (4000, "P081", False)]
)
def test_large_newborn_codes_are_a_hint(grams: int, code: str, said: bool) -> None:
    told = severities(
        abstracted(case("Z3800", code, stay=BABY), replace(NEWBORN, birth_weight_grams=grams)), "birth_weight_usual"
    )
    assert told == ({"birth_weight_usual": "inform"} if said else {})


@pytest.mark.parametrize(
    ("hours", "steps", "told"),
    [
        (None, (), {}),
        (None, ("5A1945Z",), {"ventilation_untold": "inform"}),
        (24, (), {"ventilation_uncoded": "warn"}),
        (0, (), {}),
        (24, ("5A1945Z",), {}),
        (96, ("5A1945Z",), {}),
        (97, ("5A1945Z",), {"ventilation_class": "warn"}),
        (23, ("5A1945Z",), {"ventilation_class": "warn"}),
        (97, ("5A1935Z", "5A1955Z"), {}),
        (23, ("5A1935Z",), {}),
    ],
)
def test_ventilation_against_its_code(hours: int | None, steps: tuple[str, ...], told: dict[str, str]) -> None:
    names = ("ventilation_untold", "ventilation_uncoded", "ventilation_class")
    assert severities(abstracted(case("J9601"), AbstractFacts(ventilation_hours=hours), *steps), *names) == told


def test_correction_overtaken_by_registration_is_a_warning_with_a_key_of_its_own() -> None:
    moved = (Moved("discharge_disposition", "06", "01", "03"),)
    told = severities(abstracted(case("I5023"), AbstractFacts(moved=moved)), "abstract_overtaken")
    assert told == {"abstract_overtaken": "warn"}


def test_outpatient_encounters_are_asked_nothing_of_weight_and_ventilation() -> None:
    visit = replace(STAY, encounter_class="emergency")
    of = abstracted(case("R079", stay=visit), AbstractFacts(admission_type="4", ventilation_hours=5))
    assert not {name for name in fired(of) if name.startswith(("newborn", "birth", "ventilation"))}
