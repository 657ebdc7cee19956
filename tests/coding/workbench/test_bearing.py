"""What each coded line does for the DRG."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from coding.grouper import weights
from coding.grouper.weights import Weight, weight_of
from coding.workbench.actions.diagnoses import add_diagnosis
from coding.workbench.bearing import NOTHING, Bearing, bearings, severity_of
from coding.workbench.coded import CodedStay
from coding.workbench.models import CodingRecord
from coding.workbench.presenters import pane_context
from coding.workbench.rules import DiagnosisLine, ProcedureLine, Stay
from coding.workbench.selectors import coding_for
from hims.staff.models import User
from tests.factories.coding import admitted_for

STAY = Stay("inpatient", date(2026, 3, 9), date(2026, 3, 14), "01", date(1958, 5, 2), "F")
HAC = {
    "level": "CC",
    "severity": "",
    "excluded": False,
    "lost_to_hac": True,
    "hacs": ["Falls and Trauma"],
    "hac_numbers": [5],
}


def lines(*codes: str) -> tuple[DiagnosisLine, ...]:
    principal, *others = codes
    rest = (DiagnosisLine(place, "secondary", place - 1, code, "Y") for place, code in enumerate(others, start=2))
    return (DiagnosisLine(1, "principal", 1, principal, "Y"), *rest)


def test_bearings_name_the_drg_without_each_load_bearing_line() -> None:
    codes = CodedStay(STAY, lines("J189", "I10", "J9601"), (ProcedureLine(1, 1, "02HV33Z"),))
    found = bearings(codes)
    assert {key: each.words for key, each in found.items()} == {
        "d2": "", "d3": "Carries the DRG: 195 without it", "p1": "",
    }  # fmt: skip


@pytest.mark.parametrize(
    "codes",
    [
        CodedStay(STAY),
        CodedStay(Stay("emergency", date(2026, 3, 9), date(2026, 3, 9), "01", date(1958, 5, 2), "F"), lines("J189")),
    ],
)
def test_bearings_without_a_drg_are_empty(codes: CodedStay) -> None:
    assert bearings(codes) == {}


@pytest.mark.parametrize(
    ("mark", "bearing", "shown"),
    [
        ({"level": "MCC", "severity": "", "excluded": True, "lost_to_hac": False, "hacs": []}, NOTHING,
         ("", "MCC excluded by the principal diagnosis I13.0")),
        (HAC, NOTHING, ("", "CC lost: HAC 5, Falls and Trauma")),
        ({"level": "MCC", "severity": "MCC", "excluded": False, "lost_to_hac": False, "hacs": []}, Bearing(by_logic=True),
         ("", "MCC does not count: DRG 282 is built on this code")),
        ({"level": "CC", "severity": "CC", "excluded": False, "lost_to_hac": False, "hacs": []}, NOTHING, ("CC", "")),
    ],
)  # fmt: skip
def test_severity_tells_who_takes_a_level_away(
    mark: dict[str, object], bearing: Bearing, shown: tuple[str, str]
) -> None:
    line = DiagnosisLine(2, "secondary", 1, "I214", "Y")
    told = severity_of(line, mark, bearing, principal="I130", drg="282")
    assert (told["level"], told["why"]) == shown


@pytest.fixture
def table() -> Iterator[None]:
    def rows(drg: str, on: date) -> Weight | None:
        return Weight(Decimal("1.2683"), Decimal("3.9")) if (drg, on.year) == ("291", 2026) else None

    weights.connect(rows)
    yield
    weights.disconnect(rows)


@pytest.mark.django_db
def test_weight_comes_from_the_table_of_the_day(table: None) -> None:
    assert weight_of("291", date(2026, 3, 14)) == Weight(Decimal("1.2683"), Decimal("3.9"))
    assert weight_of("291", date(2025, 3, 14)) is None
    assert weight_of("292", date(2026, 3, 14)) is None


@pytest.mark.django_db
def test_drg_panel_shows_the_weight_only_where_a_table_is_loaded(
    record: CodingRecord, coder: User, table: None
) -> None:
    admitted_for(record)
    add_diagnosis(by=coder, record=record, version=0, code="I130", poa="Y")
    add_diagnosis(by=coder, record=record, version=1, code="I5023", poa="Y")
    pane = pane_context(coding_for(by=coder, encounter_id=record.encounter_id), may_edit=True)
    facts = {fact["label"]: fact["value"] for fact in pane["drg"]["facts"]}
    assert (facts["Weight"], facts["GMLOS"]) == ("1.2683", "3.9 d")
    assert pane["main"][1]["carries"] == "Carries the DRG: 293 without it"
    add_diagnosis(by=coder, record=record, version=2, code="J189", poa="Y")
    add_diagnosis(by=coder, record=record, version=3, code="N1832", poa="Y")
    pane = pane_context(coding_for(by=coder, encounter_id=record.encounter_id), may_edit=True)
    assert {row["code"]: row["carries"] for row in pane["main"]} == {
        "I130": "", "I5023": "", "J189": "", "N1832": "",
    }  # fmt: skip
