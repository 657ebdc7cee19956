"""Pages of the records app: content, and what the outsider gets."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from hims.jobs.models import Job
from hims.staff.models import Facility, User
from records.documents.actions import DocumentContent, file_document
from records.documents.models import Document
from records.encounters.models import Encounter
from records.registry.models import Patient
from tests.clients import signed_in
from tests.records.conftest import NOON

pytestmark = pytest.mark.django_db


def test_pages_without_sign_in_lead_to_the_sign_in_page(ruth: Patient) -> None:
    answer = Client().get(ruth.get_absolute_url())
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/accounts/login/")


def test_chart_shows_two_identifiers_and_the_encounter(note: Document, coder: User) -> None:
    answer = signed_in(coder).get(note.patient.get_absolute_url())
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "LGH-1000001" in page
    assert "03/09/1958" in page
    assert "Inpatient A500001" in page
    assert "Progress note" in page


@pytest.mark.parametrize("route", ["chart", "encounter", "document"])
def test_page_of_an_outsider_is_a_404_that_tells_nothing(
    route: str, note: Document, stay: Encounter, outsider: User
) -> None:
    ids = {
        "chart": {"patient_id": note.patient_id},
        "encounter": {"encounter_id": stay.pk},
        "document": {"document_id": note.pk},
    }
    answer = signed_in(outsider).get(reverse(f"records:{route}", kwargs=ids[route]))
    assert answer.status_code == 404
    for secret in ("Okafor", "LGH-1000001", "1958", "Progress note", "A500001"):
        assert secret not in answer.content.decode()


def test_search_page_finds_by_name_birth_date_and_number(ruth: Patient, coder: User) -> None:
    client = signed_in(coder)
    for text in ("okafor", "ruth okafr", "3/9/1958", "LGH-1000001", "okafor 1958-03-09"):
        answer = client.post(reverse("records:patient_search"), {"text": text})
        assert "Okafor, Ruth Ann" in answer.content.decode(), text


def test_registration_before_a_search_is_sent_to_the_search(specialist: User) -> None:
    answer = signed_in(specialist).get(reverse("records:register"))
    assert answer.headers["Location"] == reverse("records:patients")


def test_registration_of_the_same_person_is_refused_then_allowed_when_confirmed(
    ruth: Patient, specialist: User, facility: Facility
) -> None:
    client = signed_in(specialist)
    client.post(reverse("records:patient_search"), {"text": "okafor"})
    form = {
        "facility": facility.pk, "family_name": "Okafor", "given_names": "Ruth Ann", "birth_date": "1958-03-09",
        "sex": "F",
    }  # fmt: skip
    refused = client.post(reverse("records:register"), form)
    assert refused.status_code == 422
    assert "already registered" in refused.content.decode()
    allowed = client.post(reverse("records:register"), {**form, "another_person": "on"})
    assert allowed.status_code == 302
    assert Patient.objects.filter(family_name="Okafor").count() == 2


def test_chart_search_marks_the_hit(note: Document, coder: User) -> None:
    answer = signed_in(coder).post(
        reverse("records:chart_search", kwargs={"patient_id": note.patient_id}), {"text": "fibrillation"}
    )
    assert '<mark class="hit">fibrillation</mark>' in answer.content.decode()


def test_document_text_is_escaped(stay: Encounter, specialist: User, coder: User) -> None:
    content = DocumentContent(
        document_type="progress_note", title="<script>alert(1)</script>", written_at=NOON, text="<img src=x>"
    )
    filed = file_document(by=specialist, encounter=stay, content=content)
    page = signed_in(coder).get(filed.get_absolute_url()).content.decode()
    assert "<script>alert(1)" not in page
    assert "<img src=x>" not in page


def test_discharge_in_the_page_is_recorded_and_queues_the_coding_work(stay: Encounter, specialist: User) -> None:
    answer = signed_in(specialist).post(
        reverse("records:discharge", kwargs={"encounter_id": stay.pk}),
        {"discharged_at": "2026-03-12T10:00", "discharge_disposition": "01"},
    )
    assert answer.status_code == 302, answer.content.decode()
    stay.refresh_from_db()
    assert (stay.status, stay.discharged_on) == ("discharged", date(2026, 3, 12))
    queued = Job.objects.filter(payload={"encounter_ids": [str(stay.pk)]}).values_list("name", flat=True)
    assert {"coding.open_work", "billing.refresh_accounts"} <= set(queued)


def test_discharge_before_admission_is_refused_beside_the_field(stay: Encounter, specialist: User) -> None:
    answer = signed_in(specialist).post(
        reverse("records:discharge", kwargs={"encounter_id": stay.pk}),
        {"discharged_at": "2026-03-01T10:00", "discharge_disposition": "01"},
    )
    assert answer.status_code == 422
    assert "before the admission" in answer.content.decode()


@pytest.mark.parametrize("name", ["home", "records:patients", "codesets:search", "styleguide"])
def test_daily_page_opens_for_a_coder(name: str, coder: User, facility: Facility) -> None:
    assert signed_in(coder).get(reverse(name)).status_code == 200


def test_audit_page_shows_who_looked(note: Document, coder: User, privacy_officer: User) -> None:
    signed_in(coder).get(note.patient.get_absolute_url())
    page = signed_in(privacy_officer).get(reverse("audit:events"), {"patient": str(note.patient_id)}).content.decode()
    assert "Chart viewed" in page
    assert "Dana" in page
    assert "Okafor, Ruth Ann" in page


def test_audit_page_is_closed_to_a_coder(coder: User) -> None:
    assert signed_in(coder).get(reverse("audit:events")).status_code == 403


def test_audit_export_is_csv_without_names(note: Document, coder: User, privacy_officer: User) -> None:
    signed_in(coder).get(note.patient.get_absolute_url())
    answer = signed_in(privacy_officer).post(reverse("audit:export"), {"patient": str(note.patient_id)})
    text = answer.content.decode()
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert "chart.viewed" in text
    assert "Okafor" not in text
