"""Registration, search, files and stale pages of the records app."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from hims.lib.access import Role
from hims.staff.models import Facility, User
from records.documents.models import Document
from records.encounters.models import Encounter
from records.registry.models import Patient
from tests.clients import HTMX, signed_in
from tests.factories import records as make
from tests.records.documents.pdfs import pdf
from tests.records.doors import ADMISSION, AT, DOCUMENT, PERSON

pytestmark = pytest.mark.django_db


# --- Registration and search ---


def test_registration_at_a_facility_without_the_right_is_refused_beside_the_field(
    specialist: User, other_facility: Facility
) -> None:
    client = signed_in(specialist)
    client.post(reverse("records:patient_search"), {"text": "okafor"})
    answer = client.post(reverse("records:register"), {**PERSON, "facility": other_facility.pk})
    assert answer.status_code == 422
    assert Patient.objects.count() == 0


def test_admission_at_a_facility_without_the_right_is_refused_beside_the_field(
    ruth: Patient, specialist: User, other_facility: Facility
) -> None:
    url = reverse("records:admit", kwargs={"patient_id": ruth.pk})
    answer = signed_in(specialist).post(url, {**ADMISSION, "facility": other_facility.pk})
    assert answer.status_code == 422
    assert Encounter.objects.count() == 0


def test_registration_sent_twice_registers_once(specialist: User, facility: Facility) -> None:
    client = signed_in(specialist)
    client.post(reverse("records:patient_search"), {"text": "okafor"})
    answers = [client.post(reverse("records:register"), {**PERSON, "facility": facility.pk}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[1].headers["Location"] == reverse("records:patients")
    assert Patient.objects.count() == 1


def test_registration_by_a_scheduler_ends_on_a_page_they_may_see(
    person: Callable[..., User], facility: Facility
) -> None:
    client = signed_in(person("irene", Role.SCHEDULER, facility))
    client.post(reverse("records:patient_search"), {"text": "okafor"})
    form = {**PERSON, "facility": facility.pk, "address_line": "1 Shore Road", "city": "Lakeside", "state": "il"}
    answer = client.post(reverse("records:register"), form, follow=True)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "1 Shore Road, Lakeside, IL" in page
    assert "LGH-1000001" in page


@pytest.mark.parametrize("role", [Role.BILLER, Role.PRIVACY_OFFICER, Role.SCHEDULER])
def test_patient_page_of_people_without_chart_shows_no_clinical_data(
    role: Role, note: Document, person: Callable[..., User], facility: Facility
) -> None:
    page = signed_in(person("pat", role, facility)).get(note.patient.get_absolute_url()).content.decode()
    assert "Demographics" in page
    assert "Progress note" not in page
    assert "A500001" not in page


def test_administrator_sees_no_patient(note: Document, person: Callable[..., User], facility: Facility) -> None:
    client = signed_in(person("sam", Role.ADMINISTRATOR, facility))
    assert client.get(note.patient.get_absolute_url()).status_code == 403
    assert client.post(reverse("records:patient_search"), {"text": "okafor"}).status_code == 403


def test_search_without_javascript_is_a_whole_page_and_with_htmx_a_fragment(ruth: Patient, coder: User) -> None:
    client, url = signed_in(coder), reverse("records:patient_search")
    whole = client.post(url, {"text": "okafor"}).content.decode()
    fragment = client.post(url, {"text": "okafor"}, headers=HTMX).content.decode()
    assert whole.lstrip().startswith("<!doctype html>")
    assert 'value="okafor"' in whole
    assert "<html" not in fragment
    assert "Okafor, Ruth Ann" in whole
    assert "Okafor, Ruth Ann" in fragment


def test_chart_search_without_javascript_is_a_whole_page_and_with_htmx_a_fragment(note: Document, coder: User) -> None:
    client = signed_in(coder)
    url = reverse("records:chart_search", kwargs={"patient_id": note.patient_id})
    whole = client.post(url, {"text": "fibrillation"}).content.decode()
    fragment = client.post(url, {"text": "fibrillation"}, headers=HTMX).content.decode()
    assert whole.lstrip().startswith("<!doctype html>")
    assert "Encounters" in whole
    assert "<html" not in fragment
    for page in (whole, fragment):
        assert '<mark class="hit">fibrillation</mark>' in page


def test_hostile_text_of_a_document_is_escaped_in_the_snippet(stay: Encounter, coder: User) -> None:
    make.document(stay, "<img src=x onerror=alert(1)> fibrillation <b>bold</b>", title="<i>title</i>")
    url = reverse("records:chart_search", kwargs={"patient_id": stay.patient_id})
    page = signed_in(coder).post(url, {"text": "fibrillation"}).content.decode()
    assert "fibrillation</mark>" in page
    for raw in ("<img src=x", "<b>bold", "<i>title"):
        assert raw not in page


def test_search_of_a_former_name_and_an_account_number_finds_the_patient(stay: Encounter, coder: User) -> None:
    stay.patient.other_names.create(use="maiden", family_name="Lindqvist")
    stay.patient.identifiers.create(system="urn:x", value="ab12-cd34-ef56")
    client = signed_in(coder)
    for text in ("lindqvist", "lindkvist", "A500001", "a500001", "AB12-cd34-ef56", "Ok", "ruth o"):
        page = client.post(reverse("records:patient_search"), {"text": text}).content.decode()
        assert "Okafor, Ruth Ann" in page, text


# --- Cursors, versions, files, stale pages ---


@pytest.mark.parametrize("cursor", ["x", "\x00", "W10", "e30", "WzEsMl0", "a" * 5000, "%F0%9F%98%80"])
@pytest.mark.parametrize("name", ["encounters_after", "documents_after"])
def test_damaged_cursor_of_a_chart_is_a_409(name: str, cursor: str, ruth: Patient, coder: User) -> None:
    answer = signed_in(coder).get(ruth.get_absolute_url(), {name: cursor})
    assert answer.status_code == 409
    assert "damaged" in answer.content.decode()


@pytest.mark.parametrize("route", ["in_house", "unsigned"])
def test_list_pages_open_and_refuse_a_damaged_cursor(
    route: str, draft: Document, specialist: User, coder: User
) -> None:
    client = signed_in(specialist)
    url = reverse(f"records:{route}")
    assert "Okafor, Ruth Ann" in client.get(url).content.decode()
    assert client.get(url, {"after": "WzEsMl0"}).status_code == 409
    assert signed_in(coder).get(url).status_code == 403


@pytest.mark.parametrize(
    ("version", "status"),
    [("1", 200), ("", 200), ("x", 200), ("-1", 200), ("\u00b2", 200), ("0", 404), ("2", 404), ("999", 404),
     ("99999", 404), ("9" * 5000, 404)],
)  # fmt: skip
def test_version_of_a_document_that_is_not_there_is_a_404(
    version: str, status: int, note: Document, coder: User
) -> None:
    assert signed_in(coder).get(note.get_absolute_url(), {"version": version}).status_code == status


def upload(content: bytes) -> dict[str, Any]:
    file = SimpleUploadedFile("scan.pdf", content, "application/pdf")
    return {**{name: value for name, value in DOCUMENT.items() if name != "text"}, "pdf": file}


def test_pdf_filed_in_the_page_comes_back_byte_for_byte(stay: Encounter, specialist: User, coder: User) -> None:
    content = pdf("Heart failure.")
    url = reverse("records:file_document", kwargs={"encounter_id": stay.pk})
    assert signed_in(specialist).post(url, upload(content)).status_code == 302
    filed = Document.objects.get()
    answer = signed_in(coder).get(reverse("records:document_file", kwargs={"document_id": filed.pk}))
    assert answer.content == content
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Heart failure." in signed_in(coder).get(filed.get_absolute_url()).content.decode()


@pytest.mark.parametrize("content", [b"", b"no pdf", b"%PDF-1.4", b"%PDF-" + b"0" * (8 * 1024 * 1024)])
def test_file_that_cannot_be_kept_is_refused_beside_the_field(
    content: bytes, stay: Encounter, specialist: User
) -> None:
    url = reverse("records:file_document", kwargs={"encounter_id": stay.pk})
    answer = signed_in(specialist).post(url, upload(content))
    assert answer.status_code == 422
    assert 'id="id_pdf_error' in answer.content.decode() or "id_pdf" in answer.content.decode()
    assert Document.objects.count() == 0


def test_amendment_from_an_old_page_is_refused(note: Document, specialist: User) -> None:
    client = signed_in(specialist)
    url = reverse("records:amend", kwargs={"document_id": note.pk})
    assert 'name="based_on" value="1"' in client.get(url).content.decode()
    first = client.post(url, {"text": "First.", "reason": "why", "based_on": "1"})
    second = client.post(url, {"text": "Second.", "reason": "why", "based_on": "1"})
    assert (first.status_code, second.status_code) == (302, 422)
    assert "was signed after you opened" in second.content.decode()
    assert note.versions.count() == 2


def test_document_of_somebody_who_signs_in_offers_no_signature_to_others(
    draft: Document, specialist: User, coder: User
) -> None:
    url, page = reverse("records:sign", kwargs={"document_id": draft.pk}), draft.get_absolute_url()
    assert url in signed_in(specialist).get(page).content.decode()
    Document.objects.filter(pk=draft.pk).update(author=make.provider("Hartmann", user=coder))
    assert url not in signed_in(specialist).get(page).content.decode()
    answer = signed_in(specialist).post(url)
    assert (answer.status_code, "signs what" in answer.content.decode()) == (409, True)


def test_sign_sent_twice_signs_once(draft: Document, specialist: User) -> None:
    url = reverse("records:sign", kwargs={"document_id": draft.pk})
    assert [signed_in(specialist).post(url).status_code for _ in range(2)] == [302, 409]


def test_discharge_sent_again_from_a_stale_page_is_refused_and_corrected_only_knowingly(
    stay: Encounter, specialist: User
) -> None:
    url = reverse("records:discharge", kwargs={"encounter_id": stay.pk})
    client = signed_in(specialist)
    first, stale = ({"discharged_at": AT, "discharge_disposition": disposition} for disposition in ("01", "20"))
    assert [client.post(url, form).status_code for form in (first, stale)] == [302, 422]
    stay.refresh_from_db()
    assert stay.discharge_disposition == "01"
    known = {"discharged_at": AT, "discharge_disposition": "03", "correcting": "True"}
    assert client.post(url, known).status_code == 302
    stay.refresh_from_db()
    assert stay.discharge_disposition == "03"
    assert 'value="2026-03-10T10:00"' in signed_in(specialist).get(url).content.decode()


def test_discharge_in_the_gap_of_daylight_saving_moves_forward(specialist: User, facility: Facility) -> None:
    stay = make.encounter(
        facility, admitted_at=datetime(2026, 3, 7, 12, tzinfo=UTC), status="in_progress", discharged_at=None,
        discharge_disposition="",
    )  # fmt: skip
    url = reverse("records:discharge", kwargs={"encounter_id": stay.pk})
    form = {"discharged_at": "2026-03-08T02:30", "discharge_disposition": "01"}
    assert signed_in(specialist).post(url, form).status_code == 302
    stay.refresh_from_db()
    assert stay.discharged_at == datetime(2026, 3, 8, 8, 30, tzinfo=UTC)
    assert stay.discharged_on == date(2026, 3, 8)
