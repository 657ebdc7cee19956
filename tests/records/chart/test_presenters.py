"""Words of the chart."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from hims.lib.paging import Page
from hims.staff.models import Facility
from records.chart.models import Allergy, Observation
from records.chart.presenters import chart_context, entry_row, observation_value, pieces
from records.chart.selectors import LISTS, Chart
from records.documents.selectors import HIT_END, HIT_START
from records.registry.models import Patient

VALUES: list[tuple[dict[str, Any], str]] = [
    ({"value_number": Decimal("7.40000"), "unit": "pH"}, "7.4 pH"),
    ({"value_number": Decimal("100.00000"), "unit": "mg/dL"}, "100 mg/dL"),
    ({"value_number": Decimal("0"), "unit": ""}, "0"),
    ({"value_number": Decimal("-1.50000")}, "-1.5"),
    ({"value_number": Decimal("1E+3")}, "1000"),
    ({"value_text": "positive"}, "positive"),
    ({"parts": [{"display": "Systolic", "value": 120, "unit": "mmHg"}, {"value": 80}]}, "Systolic 120 mmHg; 80"),
    ({}, ""),
]


@pytest.mark.parametrize(("columns", "expected"), VALUES)
def test_observation_value_in_words(columns: dict[str, Any], expected: str) -> None:
    assert observation_value(Observation(**columns)) == expected


@pytest.mark.parametrize(
    ("snippet", "expected"),
    [
        ("", []),
        ("plain", [("plain", False)]),
        (f"a {HIT_START}hit{HIT_END} b", [("a ", False), ("hit", True), (" b", False)]),
        (f"{HIT_START}<b>{HIT_END}", [("<b>", True)]),
        (f"{HIT_START}never ends", [(f"{HIT_START}never ends", False)]),
        (f"{HIT_START}two\nlines{HIT_END}", [("two\nlines", True)]),
    ],
)
def test_pieces_of_a_snippet(snippet: str, expected: list[tuple[str, bool]]) -> None:
    assert pieces(snippet) == expected


def test_entry_is_dated_by_the_day_at_its_facility() -> None:
    late = datetime(2026, 3, 10, 3, 30, tzinfo=UTC)
    entry = Allergy(display="Penicillin", effective_at=late, facility=Facility(time_zone="America/Chicago"))
    assert entry_row(entry)["on"] == "03/09/2026"


def test_alert_is_for_an_allergy_that_still_holds() -> None:
    home = Facility(time_zone="America/Chicago")
    allergies = [
        Allergy(display="Penicillin", status="active", facility=home),
        Allergy(display="Latex", status="resolved", facility=home),
        Allergy(display="Eggs", status="entered-in-error", facility=home),
        Allergy(display="Nuts", status="", facility=home),
    ]
    entries: dict[str, list[Any]] = {name: [] for name in LISTS}
    patient = Patient(family_name="Okafor", birth_date=datetime(1958, 3, 9).date(), sex="F")
    vars(patient)["_prefetched_objects_cache"] = {"mrns": Patient.objects.none()}
    chart = Chart(patient, Page([], ""), Page([], ""), [], {**entries, "allergies": allergies})
    alerts = chart_context(chart, today=datetime(2026, 3, 9).date())["banner"]["alerts"]
    assert [alert["text"] for alert in alerts] == ["Allergy: Penicillin", "Allergy: Nuts"]
