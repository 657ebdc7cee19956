"""Records for programs: the same rights as the pages, JSON errors, a schema that holds."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hims.lib.access import Role
from hims.lib.ids import uuid7
from hims.staff.models import Facility, User
from records.documents.models import Document
from records.encounters.models import Encounter
from records.registry.models import Patient, Payer
from tests.clients import signed_in
from tests.factories import records as make
from tests.trail import told

pytestmark = pytest.mark.django_db
SECRETS = ("Okafor", "LGH-1000001", "1958", "Progress note", "A500001", "fibrillation")
ABOUT = {"patient": "patient_id", "encounter": "encounter_id", "document": "document_id"}


@pytest.fixture
def ids(note: Document, stay: Encounter) -> dict[str, Any]:
    return {"patient_id": stay.patient_id, "encounter_id": stay.pk, "document_id": note.pk}


def url_of(name: str, ids: dict[str, Any]) -> str:
    return reverse(f"records_api:{name}", kwargs={ABOUT[name]: ids[ABOUT[name]]})


def search(client: Client, body: Any, **options: Any) -> Any:
    text = body if isinstance(body, str) else json.dumps(body)
    return client.post(reverse("records_api:patient_search"), text, content_type="application/json", **options)


def test_patient_has_numbers_address_and_coverage(ids: dict[str, Any], ruth: Patient, coder: User) -> None:
    ruth.addresses.create(line="1 Shore Road", city="Lakeside", state="IL", postal_code="60099")
    ruth.phones.create(use="mobile", value="5550100")
    payer = Payer.objects.create(code="P1", name="Prairie Health", electronic_id="P")
    ruth.coverages.create(payer=payer, member_id="M1")
    found = signed_in(coder).get(url_of("patient", ids)).json()
    assert found["id"] == str(ruth.pk)
    assert (found["family_name"], found["birth_date"], found["sex"]) == ("Okafor", "1958-03-09", "F")
    assert found["medical_record_numbers"] == [{"value": "LGH-1000001", "facility": "LGH"}]
    assert found["addresses"][0]["city"] == "Lakeside"
    assert found["phones"] == [{"use": "mobile", "value": "5550100"}]
    assert found["coverages"] == [
        {"rank": 1, "payer": "Prairie Health", "member_id": "*****", "group_number": "", "relationship": "18"}
    ]


def test_encounter_has_people_and_places(ids: dict[str, Any], stay: Encounter, coder: User) -> None:
    stay.providers.create(provider=make.provider("Reyes", npi="1234567893"), role="attending")
    found = signed_in(coder).get(url_of("encounter", ids)).json()
    assert (found["account_number"], found["facility"], found["status"]) == ("A500001", "LGH", "in_progress")
    assert found["clinicians"] == [{"role": "attending", "name": "Mateo Reyes, MD", "npi": "1234567893"}]
    assert found["places"][0]["unit"] == "4 West"
    assert found["discharged_at"] is None


def test_document_has_the_text_of_the_newest_or_the_asked_version(
    ids: dict[str, Any], note: Document, coder: User
) -> None:
    note.versions.create(number=2, text="Sinus rhythm.", sha256="x" * 64, patient_id=note.patient_id)
    client, url = signed_in(coder), url_of("document", ids)
    newest = client.get(url).json()
    first = client.get(url, {"version": 1}).json()
    assert (newest["version"], newest["versions"], newest["text"]) == (2, [2, 1], "Sinus rhythm.")
    assert (first["version"], first["signed_by"]) == (1, "Rosa")
    assert first["text"].endswith("fibrillation noted.")


@pytest.mark.parametrize(
    ("version", "status"), [("3", 404), ("0", 400), ("-1", 400), ("x", 400), ("99999", 400), ("9" * 5000, 400)]
)
def test_document_version_that_is_not_there_or_no_number(
    version: str, status: int, ids: dict[str, Any], coder: User
) -> None:
    assert signed_in(coder).get(url_of("document", ids), {"version": version}).status_code == status


@pytest.mark.parametrize("name", ABOUT)
def test_record_out_of_reach_is_a_404_like_one_that_does_not_exist(
    name: str, ids: dict[str, Any], outsider: User
) -> None:
    client = signed_in(outsider)
    hidden = client.get(url_of(name, ids))
    missing = client.get(url_of(name, {ABOUT[name]: uuid7()}))
    assert (hidden.status_code, missing.status_code) == (404, 404)
    assert hidden.json() == missing.json()
    assert told(outsider)[-1][1] == "refused"


@pytest.mark.parametrize(
    ("role", "statuses"),
    [
        (Role.RECORDS_SPECIALIST, (200, 200, 200, 200)),
        (Role.CODER, (200, 200, 200, 200)),
        (Role.PROVIDER, (200, 200, 200, 200)),
        (Role.BILLER, (200, 403, 403, 200)),
        (Role.SCHEDULER, (200, 403, 403, 200)),
        (Role.PRIVACY_OFFICER, (200, 403, 403, 200)),
        (Role.ADMINISTRATOR, (403, 403, 403, 403)),
    ],
)
def test_record_by_role(
    role: Role, statuses: tuple[int, ...], ids: dict[str, Any], person: Callable[..., User], facility: Facility
) -> None:
    anyone = person("anyone", role, facility)
    make.grant(anyone, ids["patient_id"])
    client = signed_in(anyone)
    answers = [client.get(url_of(name, ids)) for name in ABOUT] + [search(client, {"text": "okafor"})]
    assert tuple(answer.status_code for answer in answers) == statuses
    for answer in answers:
        if answer.status_code == 403:
            assert [secret for secret in SECRETS if secret in answer.content.decode()] == []


def test_record_without_sign_in_is_refused_without_a_redirect(ids: dict[str, Any]) -> None:
    for name in ABOUT:
        answer = Client().get(url_of(name, ids))
        assert answer.status_code == 403
        assert answer.headers["Content-Type"] == "application/json"
    assert search(Client(), {"text": "okafor"}).status_code == 403


def test_search_without_csrf_token_is_refused(ruth: Patient, coder: User) -> None:
    assert search(signed_in(coder, enforce_csrf_checks=True), {"text": "okafor"}).status_code == 403


def test_search_finds_as_the_page_does(ruth: Patient, coder: User, outsider: User) -> None:
    found = search(signed_in(coder), {"text": "okafr 3/9/1958"}).json()
    assert [(patient["id"], patient["given_names"]) for patient in found] == [(str(ruth.pk), "Ruth Ann")]
    assert search(signed_in(outsider), {"text": "okafor"}).json() == []


BODIES = [
    "", "{", "[]", "null", "5", '"text"', "{}", '{"text": null}', '{"text": ""}', '{"text": []}', '{"text": {}}',
    '{"text": "\\u0000"}', '{"text": "\\ud800"}', json.dumps({"text": "x" * 101}), "\ufeff{}", "NaN",
    "[" * 5000,
]  # fmt: skip


@pytest.mark.parametrize("body", BODIES)
def test_search_with_a_malformed_body_is_a_400(body: str, coder: User) -> None:
    assert search(signed_in(coder), body).status_code == 400


@pytest.mark.parametrize("text", ["%", "\u202e", "'; --", "\U0001f600", "a\u0301", "0000-00-00"])
def test_search_for_nonsense_is_answered(text: str, coder: User) -> None:
    assert search(signed_in(coder), {"text": text}).status_code == 200


def test_other_methods_and_formats_are_refused(ids: dict[str, Any], coder: User) -> None:
    client = signed_in(coder)
    for name in ABOUT:
        assert client.delete(url_of(name, ids)).status_code == 405
        assert client.post(url_of(name, ids), "{}", content_type="application/json").status_code == 405
    assert client.get(reverse("records_api:patient_search")).status_code == 405
    assert client.post(reverse("records_api:patient_search"), {"text": "okafor"}).status_code == 415


def test_answer_stays_out_of_every_cache_and_is_told_as_api(ids: dict[str, Any], coder: User) -> None:
    assert signed_in(coder).get(url_of("patient", ids)).headers["Cache-Control"] == "no-store"
    assert told(coder)[-1] == ("patient.viewed", "done")


def test_search_takes_the_same_queries_for_one_and_three_patients(coder: User, facility: Facility) -> None:
    client, counts = signed_in(coder), []
    for number in (1, 2, 3):
        make.patient(facility, family_name="Okafor", given_names=f"Ruth {number}")
        search(client, {"text": "okafor"})
        with CaptureQueriesContext(connection) as found:
            assert len(search(client, {"text": "okafor"}).json()) == number
        counts.append(len(found))
    assert len(set(counts)) == 1


def test_schema_is_valid_and_made_without_warnings(tmp_path: Path) -> None:
    file = tmp_path / "schema.json"
    call_command("spectacular", "--validate", "--fail-on-warn", "--format", "openapi-json", "--file", str(file))
    paths = set(json.loads(file.read_text())["paths"])
    for path in ("patients/{patient_id}/", "patients/search", "encounters/{encounter_id}/", "documents/{document_id}/"):
        assert f"/api/v1/{path}" in paths
    assert "/api/v1/audit/events" in paths


def test_schema_is_for_people_who_signed_in(coder: User) -> None:
    assert Client().get(reverse("api_schema")).status_code == 403
    assert signed_in(coder).get(reverse("api_schema")).status_code == 200
