"""Resource to draft, one table of cases a type."""

from __future__ import annotations

import base64
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from records.interop.fhir.item import item_of
from records.interop.fhir.mapping import mapped
from records.interop.fhir.values import Malformed, Setting
from tests.records.interop.resources import encounter, observation, patient

SETTING = Setting(ZoneInfo("America/Chicago"), frozenset({"lgh", "lakeside general hospital"}), date(2026, 11, 23))


def draft(resource: dict[str, Any]) -> Any:
    return mapped(item_of("test", resource, ""), SETTING)


def test_patient_with_everything_keeps_it() -> None:
    found = draft(
        patient(
            address=[{"line": ["100 Shore Road", "2"], "city": "Lakeside", "state": "IL", "postalCode": "60099"}],
            telecom=[{"system": "phone", "value": "555-0100", "use": "mobile"}],
            name=[{"use": "maiden", "family": "Ade", "given": ["Ruth"]}, {"use": "official", "family": "Okafor"}],
            deceasedDateTime="2026-03-05T23:00:00-06:00",
            meta={"security": [{"system": "http://x/v3-Confidentiality", "code": "R"}]},
        )
    )
    assert found.columns["family_name"] == "Okafor"
    assert found.columns["deceased_on"] == date(2026, 3, 5)
    assert found.columns["confidential"] is True
    assert found.names == (("maiden", "Ade", "Ruth"),)
    assert found.addresses[0]["line"] == "100 Shore Road, 2"
    assert found.phones == (("mobile", "555-0100"),)


@pytest.mark.parametrize("assigner", [{"assigner": {"display": "LGH"}}, {"system": "http://lakeside.example/mrn/LGH"}])
def test_patient_record_number_of_this_facility_is_taken(assigner: dict[str, Any]) -> None:
    kind = {"coding": [{"code": "MR"}]}
    found = draft(patient(identifier=[{"system": "urn:x", "value": "LGH-77", "type": kind, **assigner}]))
    assert found.mrn == "LGH-77"


def test_patient_social_security_number_does_not_decide_who_it_is() -> None:
    number = {"system": "http://hl7.org/fhir/sid/us-ssn", "value": "999-29-3778", "type": {"coding": [{"code": "SS"}]}}
    found = draft(patient(identifier=[number]))
    assert ("http://hl7.org/fhir/sid/us-ssn", "999-29-3778") in found.identifiers
    assert found.match_keys == ("fhir|Patient/p1",)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"birthDate": None}, "birthDate: missing"),
        ({"birthDate": "2030-01-01"}, "future"),
        ({"birthDate": "1850-01-01"}, "125 years"),
        ({"deceasedDateTime": "1950-01-01"}, "before birthDate"),
        ({"name": []}, "name: missing"),
    ],
)
def test_patient_that_cannot_be_is_malformed(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(Malformed, match=reason):
        draft(patient(**changes))


def test_patient_with_a_partial_birth_date_says_so() -> None:
    assert draft(patient(birthDate="1958")).notes == ("partial_dates",)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("AMB", "outpatient"), ("EMER", "emergency"), ("IMP", "inpatient"), ("OBSENC", "observation"),
        ("SS", "same_day_surgery"), ("ambulatory", "outpatient"),
    ],
)  # fmt: skip
def test_encounter_class_by_act_code(code: str, expected: str) -> None:
    assert draft(encounter() | {"class": {"code": code}}).columns["encounter_class"] == expected


@pytest.mark.parametrize(
    ("system", "code", "expected"),
    [
        ("http://terminology.hl7.org/CodeSystem/discharge-disposition", "home", "01"),
        ("http://terminology.hl7.org/CodeSystem/discharge-disposition", "exp", "20"),
        ("http://terminology.hl7.org/CodeSystem/discharge-disposition", "hosp", ""),
        ("http://www.nubc.org/patient-discharge", "6", "06"),
        ("https://www.nubc.org/CodeSystem/PatDischargeStatus", "62", "62"),
    ],
)
def test_encounter_disposition_is_ub04_where_it_is_clear(system: str, code: str, expected: str) -> None:
    stay = {"dischargeDisposition": {"coding": [{"system": system, "code": code}]}}
    assert draft(encounter(hospitalization=stay)).columns["discharge_disposition"] == expected


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"period": {"start": "2026-03-05", "end": "2026-03-01"}}, "before the start"),
        ({"period": {}}, "period.start: missing"),
        ({"period": {"start": "2026-03-05"}}, "period.end: missing"),
        ({"subject": {"reference": "Group/1"}}, "names no patient"),
    ],
)
def test_encounter_that_cannot_be_is_malformed(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(Malformed, match=reason):
        draft(encounter(**changes))


def test_encounter_in_progress_has_no_discharge() -> None:
    columns = draft(encounter(status="in-progress")).columns
    assert (columns["status"], columns["discharged_at"]) == ("in_progress", None)


def test_observation_quantity_is_number_and_unit() -> None:
    columns = draft(observation()).columns
    assert (columns["value_number"], columns["unit"], columns["value_text"]) == (Decimal("70.5"), "kg", "")
    assert columns["effective_at"] == datetime(2026, 3, 1, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"valueQuantity": {"value": 5, "comparator": "<", "unit": "mg"}}, "< 5 mg"),
        ({"valueCodeableConcept": {"text": "Never smoker"}}, "Never smoker"),
        ({"valueString": "clear"}, "clear"),
        ({"valueBoolean": False}, "No"),
        ({"valueInteger": 3}, "3"),
        ({"valueRange": {"low": {"value": 1}, "high": {"value": 2, "unit": "mg"}}}, "1 to 2 mg"),
        ({"valueRatio": {"numerator": {"value": 1}, "denominator": {"value": 8}}}, "1 : 8"),
        ({"dataAbsentReason": {"text": "Refused"}}, "Refused"),
    ],
)
def test_observation_value_in_other_shapes_is_words(value: dict[str, Any], expected: str) -> None:
    resource = observation(**value)
    if "valueQuantity" not in value:
        del resource["valueQuantity"]
    columns = draft(resource).columns
    assert (columns["value_number"], columns["value_text"]) == (None, expected)


def test_observation_components_become_parts() -> None:
    parts = [
        {"code": {"text": name}, "valueQuantity": {"value": value, "unit": "mmHg"}}
        for name, value in (("Systolic", 120.0), ("Diastolic", 80))
    ]
    found = draft(observation(component=parts, valueQuantity=None)).columns["parts"]
    assert [(part["display"], part["value"], part["unit"]) for part in found] == [
        ("Systolic", "120", "mmHg"),
        ("Diastolic", "80", "mmHg"),
    ]


def document(**changes: Any) -> dict[str, Any]:
    content = {"contentType": "text/plain", "data": base64.b64encode(b"Line one\r\nLine two").decode()}
    return {
        "resourceType": "DocumentReference", "id": "d1", "status": "current", "date": "2026-03-05T10:00:00Z",
        "type": {"coding": [{"system": "http://loinc.org", "code": "18842-5", "display": "Discharge summary"}]},
        "subject": {"reference": "Patient/p1"}, "content": [{"attachment": content}], **changes,
    }  # fmt: skip


def test_document_with_text_is_signed_when_current() -> None:
    found = draft(document())
    assert (found.text, found.columns["document_type"]) == ("Line one\nLine two", "discharge_summary")
    assert found.signed_at == datetime(2026, 3, 5, 10, tzinfo=UTC)


def test_document_that_is_preliminary_is_a_draft() -> None:
    found = draft(document(docStatus="preliminary"))
    assert (found.signed_at, found.columns["status"]) == (None, "draft")


@pytest.mark.parametrize(
    ("attachment", "reason"),
    [
        ({"url": "http://elsewhere/1"}, "links are not followed"),
        ({"contentType": "text/plain", "data": "***"}, "not base64"),
        ({"contentType": "application/pdf", "data": base64.b64encode(b"no").decode()}, "not a PDF"),
        ({"contentType": "video/mp4", "data": "AAAA"}, "cannot be shown"),
    ],
)
def test_document_whose_content_cannot_be_kept_is_malformed(attachment: dict[str, Any], reason: str) -> None:
    with pytest.raises(Malformed, match=reason):
        draft(document(content=[{"attachment": attachment}]))


def test_document_in_html_keeps_words_and_drops_scripts() -> None:
    markup = b"<html><script>alert(1)</script><p>First</p><p>Second &amp; last</p></html>"
    attachment = {"contentType": "text/html", "data": base64.b64encode(markup).decode()}
    assert draft(document(content=[{"attachment": attachment}])).text == "First\nSecond & last"


def test_report_with_results_only_is_nothing_to_keep() -> None:
    report = {"resourceType": "DiagnosticReport", "status": "final", "subject": {"reference": "Patient/p1"}}
    assert draft({**report, "code": {"text": "CBC"}, "result": [{"reference": "Observation/1"}]}) is None


@pytest.mark.parametrize("junk", [None, 5, "x", [], {"reference": {"a": 1}}, [[1]], True])
@pytest.mark.parametrize("name", ["subject", "code", "valueQuantity", "effectiveDateTime", "component", "category"])
def test_observation_with_junk_in_a_field_is_read_or_malformed(name: str, junk: Any) -> None:
    try:
        kind = draft(observation(**{name: junk})).kind
    except Malformed:
        kind = "refused"
    assert kind in {"Observation", "refused"}
