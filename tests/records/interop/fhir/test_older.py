from __future__ import annotations

from typing import Any

import pytest

from records.interop.fhir.older import looks_like_dstu2
from records.interop.fhir.validation import DSTU2, checked
from tests.records.interop.resources import encounter, observation, patient

SUBJECT = {"reference": "Patient/p1"}
VISIT = {"reference": "Encounter/e1"}


@pytest.mark.parametrize(
    "resource",
    [
        {"resourceType": "Condition", "clinicalStatus": "active", "subject": SUBJECT, "context": VISIT},
        {
            "resourceType": "Immunization", "status": "completed", "notGiven": False, "vaccineCode": {"text": "x"},
            "patient": SUBJECT, "date": "2014-01-25", "primarySource": True,
        },
        {
            "resourceType": "MedicationRequest", "status": "stopped", "intent": "order", "context": VISIT,
            "medicationCodeableConcept": {"text": "x"}, "subject": SUBJECT,
            "dosageInstruction": [{"doseQuantity": {"value": 1}}],
        },
        {**encounter(), "reason": [{"text": "Cough"}]},
        {**observation(), "context": VISIT},
    ],
)  # fmt: skip
def test_stu3_resource_is_brought_into_the_shape_of_r4(resource: dict[str, Any]) -> None:
    newer, reason = checked(resource)
    assert reason == ""
    assert newer != resource


@pytest.mark.parametrize(
    "resource",
    [
        {**encounter(), "class": "ambulatory"},
        {"resourceType": "MedicationOrder"},
        patient(name=[{"family": ["Okafor"]}]),
        {**observation(), "category": {"text": "x"}},
    ],
)
def test_dstu2_resource_is_recognised(resource: dict[str, Any]) -> None:
    assert looks_like_dstu2(resource)


def test_dstu2_resource_is_refused_by_its_name() -> None:
    assert checked({**encounter(), "class": "ambulatory"})[1] == DSTU2


def test_r4_resource_is_returned_as_it_is() -> None:
    resource = observation()
    assert checked(resource) == (resource, "")


def test_invalid_resource_names_the_path_and_no_value() -> None:
    _, reason = checked(patient(birthDate="Okafor-secret"))
    assert reason.startswith("birthDate:")
    assert "secret" not in reason


def test_resource_nested_too_deeply_is_refused() -> None:
    extension: dict[str, Any] = {"url": "u", "valueString": "x"}
    for _ in range(900):
        extension = {"url": "u", "extension": [extension]}
    assert checked(patient(extension=[extension]))[1] == "nested too deeply"
