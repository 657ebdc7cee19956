"""Events as FHIR AuditEvent: schema-valid for every category and result, and after the patterns of BALP."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from itertools import product
from typing import Any
from uuid import UUID

import pytest
from fhir.resources.R4B.auditevent import AuditEvent as Schema
from fhir.resources.R4B.bundle import Bundle

from audit.exchange.codes import BALP, PATTERNS, PURPOSES
from audit.exchange.fhir import audit_events, bundle, ndjson
from audit.trail.enums import Category, Purpose, Result, Source
from audit.trail.models import AuditEvent

A, B = UUID(int=1), UUID(int=2)


def event(**values: Any) -> AuditEvent:
    standard = {
        "id": 7, "event_id": UUID(int=99), "at": datetime(2026, 3, 9, 18, 0, 1, 234567, tzinfo=UTC), "request_id": UUID(int=5),
        "actor_id": UUID(int=42), "actor_name": "Dana Whitfield", "actor_role": "Coder, Coding reviewer",
        "event": "chart.viewed", "category": "read", "result": "done", "purpose": "coding", "source": "web",
        "address": "10.0.0.7", "facility_ids": [1], "patient_ids": [A], "object_type": "patient", "object_id": str(A),
        "detail": {},
    }  # fmt: skip
    return AuditEvent(**{**standard, **values})


def one(**values: Any) -> dict[str, Any]:
    (found,) = audit_events(event(**values))
    return found


@pytest.mark.parametrize(("category", "result"), list(product(Category, Result)))
def test_every_category_and_result_is_schema_valid(category: Category, result: Result) -> None:
    for patients, source, purpose in product(([], [A]), Source, Purpose):
        found = one(category=category, result=result, patient_ids=patients, source=source, purpose=purpose,
                    detail={"text": "okafor", "count": 3, "none": None, "truth": True})  # fmt: skip
        assert Schema.model_validate(found).model_dump(mode="json")["id"] == found["id"]


@pytest.mark.parametrize(
    "values",
    [
        {"actor_id": None, "actor_name": "unknown name", "actor_role": ""}, {"actor_name": ""}, {"address": None},
        {"address": "2001:db8::1"}, {"object_type": "", "object_id": ""}, {"event": "emergency.opened", "category": "admin"},
        {"event": "emergency.ended", "category": "admin"}, {"detail": {"text": 'quote " and \\ and ü'}},
    ],
)  # fmt: skip
def test_events_with_gaps_are_schema_valid(values: dict[str, Any]) -> None:
    for category in [values["category"]] if "category" in values else Category:
        Schema.model_validate(one(**{**values, "category": category}))


@pytest.mark.parametrize(
    ("category", "action", "interaction", "pattern"),
    [
        ("read", "R", "read", "Read"), ("search", "E", "search", "Query"), ("create", "C", "create", "Create"),
        ("update", "U", "update", "Update"), ("delete", "D", "delete", "Delete"), ("print", "R", "read", "Read"),
        ("export", "R", "read", "Read"), ("import", "C", "create", "Create"),
    ],
)  # fmt: skip
def test_access_follows_its_pattern(category: str, action: str, interaction: str, pattern: str) -> None:
    with_patient, without = one(category=category), one(category=category, patient_ids=[])
    assert with_patient["meta"]["profile"] == [f"{BALP}Patient{pattern}"]
    assert without["meta"]["profile"] == [f"{BALP}{pattern}"]
    for found in (with_patient, without):
        assert found["type"]["code"] == "rest"
        assert found["subtype"][0] == {
            "system": "http://hl7.org/fhir/restful-interaction", "code": interaction, "display": interaction,
        }  # fmt: skip
        assert (found["action"], found["outcome"]) == (action, "0")
    assert [each["what"]["reference"] for each in with_patient["entity"] if each["type"]["code"] == "1"] == [
        f"Patient/{A}"
    ]
    assert [each for each in without["entity"] if each["type"]["code"] == "1"] == []


@pytest.mark.parametrize(
    ("category", "client", "server", "user"),
    [
        ("read", "110152", "110153", "IRCP"),
        ("search", "110153", "110152", "IRCP"),
        ("update", "110153", "110152", "AUT"),
    ],
)
def test_agents_are_client_user_and_server(category: str, client: str, server: str, user: str) -> None:
    found = one(category=category)["agent"]
    assert [agent["type"]["coding"][0]["code"] for agent in found] == [client, user, server]
    assert [agent["requestor"] for agent in found] == [False, True, False]
    assert found[0]["network"] == {"address": "10.0.0.7", "type": "2"}
    assert "network" in found[2]
    assert "network" not in found[1]
    assert found[1]["who"]["identifier"]["value"] == str(UUID(int=42))
    assert [role["text"] for role in found[1]["role"]] == ["Coder", "Coding reviewer"]


def test_search_holds_what_was_asked_encoded() -> None:
    found = one(category="search", event="patient.searched", detail={"text": "okafor"})
    (query,) = [each for each in found["entity"] if "query" in each]
    assert json.loads(base64.b64decode(query["query"])) == {"event": "patient.searched", "text": "okafor"}
    assert "what" not in query
    assert query["role"]["code"] == "24"


def test_search_that_showed_two_patients_is_one_event_each() -> None:
    found = list(audit_events(event(category="search", patient_ids=[A, B])))
    assert [each["id"] for each in found] == [f"{UUID(int=99)}-1", f"{UUID(int=99)}-2"]
    assert [[x["what"]["reference"] for x in each["entity"] if x["type"]["code"] == "1"] for each in found] == [
        [f"Patient/{A}"], [f"Patient/{B}"],
    ]  # fmt: skip
    for each in found:
        Schema.model_validate(each)


@pytest.mark.parametrize(("result", "outcome"), [("refused", "4"), ("failed", "8"), ("attempted", "0")])
def test_what_did_not_succeed_claims_no_pattern(result: str, outcome: str) -> None:
    found = one(result=result)
    assert "meta" not in found
    assert found["outcome"] == outcome


@pytest.mark.parametrize(
    ("name", "code"),
    [("staff.signed_in", "110122"), ("staff.signed_out", "110123"), ("staff.sign_in_failed", "110122")],
)
def test_sign_in_is_user_authentication(name: str, code: str) -> None:
    found = one(event=name, category="sign_in", patient_ids=[], object_id="", object_type="")
    assert (found["type"]["code"], found["type"]["system"]) == (
        "110114",
        "http://dicom.nema.org/resources/ontology/DCM",
    )
    assert [subtype["code"] for subtype in found["subtype"]] == [code]


@pytest.mark.parametrize(("name", "code"), [("emergency.opened", "110127"), ("emergency.ended", "110128")])
def test_breaking_the_glass_is_a_security_alert_for_emergency_treatment(name: str, code: str) -> None:
    found = one(event=name, category="admin", purpose="operations")
    assert (found["type"]["code"], found["subtype"][0]["code"]) == ("110113", code)
    assert found["purposeOfEvent"][0]["coding"][0]["code"] == "ETREAT"


def test_look_behind_broken_glass_carries_the_emergency() -> None:
    found = one(purpose="emergency")
    assert found["purposeOfEvent"][0]["coding"][0]["code"] == "ETREAT"
    assert "110127" in [subtype["code"] for subtype in found["subtype"]]
    assert found["meta"]["profile"] == [f"{BALP}PatientRead"]


def test_vocabulary_is_whole() -> None:
    assert {category.value for category in Category} == PATTERNS.keys()
    assert {purpose.value for purpose in Purpose} == PURPOSES.keys()


def test_recorded_is_utc_with_milliseconds() -> None:
    assert one()["recorded"] == "2026-03-09T18:00:01.234Z"


def test_bundle_and_lines_hold_the_same() -> None:
    some = [event(), event(category="search", patient_ids=[A, B])]
    found = bundle(some, {"self": "http://x/", "next": ""})
    Bundle.model_validate(found)
    assert [link["relation"] for link in found["link"]] == ["self"]
    assert [json.loads(each)["id"] for each in ndjson(some).splitlines()] == [
        each["resource"]["id"] for each in found["entry"]
    ]
    Bundle.model_validate(bundle([], {}))
