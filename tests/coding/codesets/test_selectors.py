"""Reads of the code sets."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from coding.codesets import selectors
from coding.codesets.enums import CodeKind
from coding.codesets.models import Code, PoaExemption

pytestmark = pytest.mark.usefixtures("codes")
SEPTEMBER, OCTOBER = date(2026, 9, 30), date(2026, 10, 1)


def test_code_on_picks_the_row_of_the_day() -> None:
    before, after = (selectors.code_on("icd10cm", "I42.0", day) for day in (SEPTEMBER, OCTOBER))
    assert before is not None
    assert after is not None
    assert (before.kind, after.kind) == (CodeKind.CODE, CodeKind.HEADING)


@pytest.mark.parametrize(
    ("system", "code", "on", "valid"),
    [
        ("icd10cm", "D69.1", SEPTEMBER, True),
        ("icd10cm", "D69.1", OCTOBER, False),
        ("icd10cm", "I42.0", SEPTEMBER, True),
        ("icd10cm", "I42.0", OCTOBER, False),
        ("icd10cm", "I42.01", SEPTEMBER, False),
        ("icd10cm", "I42.01", OCTOBER, True),
        ("icd10pcs", "02HA3RL", date(2026, 3, 31), False),
        ("icd10pcs", "02HA3RL", date(2026, 4, 1), True),
        ("icd10pcs", "02HA3RM", date(2026, 3, 31), True),
        ("icd10pcs", "02HA3RM", date(2026, 4, 1), False),
        ("icd10cm", "I10", date(2027, 4, 1), False),
    ],
)
def test_validity_at_the_borders_of_releases(system: str, code: str, on: date, valid: bool) -> None:
    assert selectors.validity(system, code, on).valid is valid


def test_validities_of_many_codes_take_two_queries(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2):
        found = selectors.validities("icd10cm", ["I10", "I42", "Q99", "D69.1"], OCTOBER)
    assert [found[code].valid for code in ("I10", "I42", "Q99", "D691")] == [True, False, False, False]
    assert found["I42"].reason == "I42 is a category; a 4th character is needed."


def test_title_of_untitled_code_is_borrowed_and_marked() -> None:
    titles = selectors.titles_for("icd10cm", ["I42.01", "I10", "X99"], on=OCTOBER)
    assert titles == {
        "I4201": f"Dilated cardiomyopathy {selectors.UNTITLED}",
        "I10": "Essential (primary) hypertension",
    }


def test_notes_of_code_hold_own_and_inherited_ones_nearest_first(django_assert_num_queries: Any) -> None:
    row = Code.objects.get(code="I429")
    with django_assert_num_queries(2):
        notes = selectors.notes_for(row, on=SEPTEMBER)
    assert [(note.text, note.at, note.inherited) for note in notes] == [
        ("secondary weak heart muscle", "I429", False),
        ("a note of the category", "I42", True),
        ("a note of the block", "I30-I5A", True),
        ("a note of the chapter", "9", True),
    ]


def test_children_and_path_follow_the_day() -> None:
    assert [row.code for row in selectors.children("icd10cm", "I420", SEPTEMBER)] == []
    assert [row.code for row in selectors.children("icd10cm", "I420", OCTOBER)] == ["I4201"]
    row = Code.objects.get(code="I4201")
    assert [each.code for each in selectors.path_of(row, on=OCTOBER)] == ["9", "I30-I5A", "I42", "I420"]


def test_severity_follows_the_day() -> None:
    assert selectors.severity_on(["I42.0", "I10"], SEPTEMBER) == {"I420": "CC"}
    assert selectors.severity_on(["I42.0", "I10"], OCTOBER) == {}


def test_coverage_joins_the_releases() -> None:
    covered = selectors.coverage("icd10cm")
    assert covered is not None
    assert (covered.start, covered.end) == (date(2015, 10, 1), date(2027, 3, 31))
    assert selectors.coverage("hcpcs") is None


@pytest.mark.parametrize(
    ("code", "exempt"), [("Z37.00", True), ("I10", False), ("S72.001D", True), ("S72.001A", False)]
)
def test_default_exemption_goes_by_beginning_and_seventh_character(code: str, exempt: bool) -> None:
    status = selectors.poa_exempt(code, OCTOBER)
    assert (status.exempt, status.known, status.official) == (exempt, True, False)


def test_exemption_before_any_list_is_unknown() -> None:
    status = selectors.poa_exempt("Z37.00", date(2024, 9, 30))
    assert (status.exempt, status.known) == (False, False)


def test_official_list_replaces_the_default() -> None:
    PoaExemption.objects.create(prefix="I10", valid_from=OCTOBER, source="CMS FY2027", official=True)
    found = selectors.poa_exemptions(["I10", "Z37.00"], OCTOBER)
    assert (found["I10"].exempt, found["Z3700"].exempt) == (True, False)
    assert found["Z3700"].official
    assert selectors.poa_exempt("Z37.00", SEPTEMBER).exempt


def test_release_of_a_day_is_the_one_in_force() -> None:
    release = selectors.release_on("icd10cm", OCTOBER)
    assert release is not None
    assert release.effective_from == OCTOBER
    assert selectors.release_on("icd10cm", date(2027, 4, 1)) is None
