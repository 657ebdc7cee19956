"""What a service line must satisfy."""

from __future__ import annotations

from datetime import date

import pytest

from coding.workbench.services import rules

DAY = date(2026, 3, 10)


@pytest.mark.parametrize(
    ("code", "system"),
    [("J1885", "hcpcs"), ("G0463", "hcpcs"), ("99213", "cpt"), ("0001A", "cpt"), ("0075T", "cpt"), ("3008F", "cpt"),
     ("D0120", ""), ("E11.9", ""), ("9921", ""), ("W1234", ""), ("", "")],
)  # fmt: skip
def test_system_of_a_code(code: str, system: str) -> None:
    assert rules.system_of(code) == system


@pytest.mark.parametrize(
    ("code", "modifiers", "units", "words"),
    [
        ("99213", "25", 1, ""),
        ("73610", "26 RT", 1, ""),
        ("73610", "26 TC", 1, "26 and TC contradict"),
        ("27447", "50 RT", 1, "50 and RT contradict"),
        ("27447", "50", 2, "one unit"),
        ("27447", "LT RT", 1, "two lines"),
        ("27447", "25", 1, "belongs to visits"),
        ("99213", "26", 1, "does not belong to a visit"),
        ("99213", "AA", 1, "belongs to anesthesia"),
        ("00100", "AA P2", 3, ""),
        ("97110", "59 XU", 1, "more exact 59"),
        ("97110", "59 59", 1, "stands twice"),
        ("97110", "1 2", 1, "is not a modifier"),
        ("97110", "59 76 77 GP KX", 1, "at most 4"),
        ("J1885", "JZ JW", 1, "discarded"),
    ],
)
def test_modifiers(code: str, modifiers: str, units: int, words: str) -> None:
    fault = rules.modifiers_fault(code, rules.modifiers_of(modifiers), DAY, units)
    assert (words in fault) if words else fault == ""


@pytest.mark.parametrize(("on", "refused"), [(date(2022, 12, 31), True), (date(2023, 1, 1), False)])
def test_modifier_jz_begins_in_2023(on: date, refused: bool) -> None:
    assert bool(rules.modifiers_fault("J1885", ("JZ",), on)) is refused


@pytest.mark.parametrize(
    ("on", "refused"),
    [(date(2026, 3, 8), True), (date(2026, 3, 9), False), (date(2026, 3, 14), False), (date(2026, 3, 15), True)],
)
def test_service_date_lies_in_the_encounter(on: date, refused: bool) -> None:
    assert bool(rules.date_fault(on, date(2026, 3, 9), date(2026, 3, 14))) is refused


@pytest.mark.parametrize(("units", "refused"), [(0, True), (1, False), (9_999, False), (10_000, True), (-1, True)])
def test_units(units: int, refused: bool) -> None:
    assert bool(rules.units_fault(units)) is refused


@pytest.mark.parametrize(
    ("text", "ndc"),
    [("", ""), ("0409-6102-02", "00409610202"), ("12345-678-90", "12345067890"), ("12345-6789-1", "12345678901"),
     ("N412345678901", "12345678901"), ("12345678901", "12345678901")],
)  # fmt: skip
def test_ndc_becomes_eleven_digits(text: str, ndc: str) -> None:
    assert rules.ndc_of(text) == ndc


@pytest.mark.parametrize("text", ["1234567890", "abc", "1-2-3", "١٢٣٤٥٦٧٨٩٠١"])
def test_wrong_ndc_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not an NDC"):
        rules.ndc_of(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1,3", (11, 13)), ("A C", (11, 13)), ("ca", (13, 11)), ("", ()), ("4 3 2 1", (14, 13, 12, 11))],
)
def test_pointers_as_numbers_or_letters(text: str, expected: tuple[int, ...]) -> None:
    assert rules.pointers_of(text, [11, 12, 13, 14, 15]) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [("6", "no diagnosis 6"), ("0", "no diagnosis 0"), ("1 1", "twice"), ("1 2 3 4 5", "at most 4"), ("1-2", "names no diagnosis"),
     ("²", "names no diagnosis")],
)  # fmt: skip
def test_wrong_pointers_are_refused(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        rules.pointers_of(text, [11, 12, 13, 14, 15])


def test_pointers_follow_their_diagnosis_when_the_list_is_resequenced() -> None:
    stored = rules.pointers_of("1,3", [11, 12, 13])
    assert rules.pointer_words(stored, [13, 11, 12]) == "2,1"
    assert rules.pointer_words(stored, [12, 11]) == "2"
