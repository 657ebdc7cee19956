"""Pages of labels, consents and marked passages; and the notice on copies that leave."""

from __future__ import annotations

import hashlib
import io

import pytest
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from audit.access.models import LabelConsent
from hims.lib.access import Permission
from hims.lib.ids import uuid7
from hims.staff.models import Facility, User
from records.documents.models import Document, DocumentFile
from records.encounters.models import Encounter
from records.sensitivity.models import DocumentSection
from records.sensitivity.passages import WITHHELD
from records.sensitivity.rules import NOTICE
from tests.clients import HTMX, signed_in
from tests.factories.records import document, encounter
from tests.records.documents.pdfs import pdf
from tests.records.sensitivity.conftest import TEXT
from tests.records.sensitivity.scenes import READER, someone
from tests.records.sensitivity.test_actions import PASSAGE

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate().isoformat()


def attached(note: Document, content: bytes) -> None:
    DocumentFile.objects.create(
        version=note.versions.get(),
        media_type="application/pdf",
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
    )


# --- Privacy tab ------------------------------------------------------------------------------------------------------


def test_consent_is_recorded_listed_and_taken_back(manager: User, stay: Encounter) -> None:
    client = signed_in(manager)
    page = reverse("sensitivity:privacy", args=[stay.patient_id])
    sent = {"label": "part2", "starts_on": TODAY, "note": "Scanned form of March"}
    assert client.post(reverse("sensitivity:consent", args=[stay.patient_id]), sent).status_code == 302
    shown = client.get(page).content.decode()
    assert "in force" in shown
    assert "Scanned form of March" in shown
    consent = LabelConsent.objects.get()
    client.post(reverse("sensitivity:revoke_consent", args=[stay.patient_id, consent.pk]))
    assert "taken back" in client.get(page).content.decode()


@pytest.mark.parametrize(
    "sent",
    [{}, {"label": "secret", "starts_on": TODAY}, {"label": "psychotherapy", "starts_on": TODAY},
     {"label": "hiv", "starts_on": "x"}, {"label": "hiv", "starts_on": TODAY, "ends_on": "2020-01-01"},
     {"label": "hiv", "starts_on": TODAY, "note": "x" * 400}],
)  # fmt: skip
def test_consent_that_cannot_be_is_refused_beside_its_field(
    manager: User, stay: Encounter, sent: dict[str, str]
) -> None:
    answer = signed_in(manager).post(reverse("sensitivity:consent", args=[stay.patient_id]), sent)
    assert answer.status_code == 422
    assert not LabelConsent.objects.exists()


def test_privacy_page_lists_labelled_items_in_reach_only(manager: User, stay: Encounter, facility: Facility) -> None:
    shown = document(stay, title="Shown note", labels=["part2"])
    document(stay, title="Hidden note", labels=["genetic"])
    page = signed_in(manager).get(reverse("sensitivity:privacy", args=[stay.patient_id])).content.decode()
    assert "Shown note" in page
    assert "Hidden note" not in page
    assert reverse("sensitivity:labels", args=["document", shown.pk]) in page


def test_privacy_pages_are_closed_to_others(
    uncleared: User, stay: Encounter, note: Document, other_facility: Facility
) -> None:
    elsewhere = someone(other_facility, *READER, Permission.RESTRICTION_MANAGE)
    pages = [
        reverse("sensitivity:privacy", args=[stay.patient_id]), reverse("sensitivity:labels", args=["encounter", stay.pk]),
        reverse("sensitivity:labels", args=["document", note.pk]),
    ]  # fmt: skip
    for page in pages:
        assert signed_in(uncleared).get(page).status_code == 403
        answer = signed_in(elsewhere).get(page)
        assert answer.status_code == 404
        assert stay.account_number not in answer.content.decode()


# --- Labels and passages ----------------------------------------------------------------------------------------------


def test_labels_are_set_on_the_page(manager: User, note: Document, stay: Encounter) -> None:
    client = signed_in(manager)
    for kind, item in (("document", note), ("encounter", stay)):
        url = reverse("sensitivity:labels", args=[kind, item.pk])
        assert client.get(url).status_code == 200
        assert client.post(url, {"labels": ["part2", "hiv"]}).headers["Location"] == url
        item.refresh_from_db()
        assert item.labels == ["hiv", "part2"]
        assert client.post(url, {"labels": ["secret"]}).status_code == 422


def test_who_labels_something_out_of_the_own_sight_is_told_and_led_to_the_chart(manager: User, note: Document) -> None:
    url = reverse("sensitivity:labels", args=["document", note.pk])
    answer = signed_in(manager).post(url, {"labels": ["genetic"]}, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("records:chart", args=[note.patient_id])
    assert "out of your own sight" in answer.content.decode()


@pytest.mark.parametrize("kind", ["document", "encounter", "problem", "nonsense"])
def test_labels_of_what_is_not_there_are_a_404(manager: User, kind: str) -> None:
    assert signed_in(manager).get(reverse("sensitivity:labels", args=[kind, uuid7()])).status_code == 404


def test_author_finds_the_way_from_the_document_to_its_labels(author: User, uncleared: User, note: Document) -> None:
    link = reverse("sensitivity:labels", args=["document", note.pk])
    page = reverse("records:document", args=[note.pk])
    assert link in signed_in(author).get(page).content.decode()
    assert link not in signed_in(uncleared).get(page).content.decode()
    assert signed_in(author).post(link, {"labels": ["hiv"]}).status_code == 302
    note.refresh_from_db()
    assert note.labels == ["hiv"]


def test_author_does_not_label_what_another_wrote(author: User, stay: Encounter) -> None:
    other = document(stay)
    assert (
        signed_in(author)
        .post(reverse("sensitivity:labels", args=["document", other.pk]), {"labels": ["hiv"]})
        .status_code
        == 404
    )
    assert signed_in(author).get(reverse("sensitivity:labels", args=["encounter", stay.pk])).status_code == 403


def test_passage_is_marked_and_taken_off_on_the_page(manager: User, uncleared: User, note: Document) -> None:
    client = signed_in(manager)
    mark = reverse("sensitivity:mark_passage", args=[note.pk])
    assert client.post(mark, {"words": "not there", "labels": ["part2"]}).status_code == 422
    assert client.post(mark, {"words": PASSAGE, "labels": ["part2"]}).status_code == 302
    reader = signed_in(uncleared)
    for body in (
        reader.get(reverse("records:document", args=[note.pk])).content.decode(),
        reader.get(reverse("records:document", args=[note.pk]), headers=HTMX).content.decode(),
        str(reader.get(reverse("records_api:document", args=[note.pk])).json()["text"]),
    ):
        assert WITHHELD in body
        assert "methadone 40" not in body
    answer = reader.get(reverse("records_api:document", args=[note.pk])).json()
    assert (answer["withheld"], answer["sha256"]) == (True, "")
    assert reader.get(reverse("records:amend", args=[note.pk])).status_code == 403
    section = DocumentSection.objects.get()
    client.post(reverse("sensitivity:unmark_passage", args=[note.pk, section.pk]))
    assert "methadone 40" in reader.get(reverse("records:document", args=[note.pk])).content.decode()


def test_amending_with_a_withheld_passage_is_refused_with_a_sentence(
    manager: User, author: User, note: Document
) -> None:
    DocumentSection.objects.create(
        version=note.versions.get(), patient_id=note.patient_id, begins=16, ends=44, labels=["reproductive"]
    )
    answer = signed_in(author).get(reverse("records:amend", args=[note.pk]))
    assert answer.status_code == 409
    assert "withheld from you" in answer.content.decode()
    assert (
        reverse("records:amend", args=[note.pk])
        not in signed_in(author).get(reverse("records:document", args=[note.pk])).content.decode()
    )


def test_document_is_labelled_when_it_is_filed(author: User, facility: Facility) -> None:
    stay = encounter(facility, status="in_progress", discharged_at=None)
    sent = {
        "document_type": "progress_note", "title": "Note", "written_at": "2026-03-10T10:00", "text": TEXT,
        "labels": ["hiv"],
    }  # fmt: skip
    signed_in(author).post(reverse("records:file_document", args=[stay.pk]), sent)
    assert Document.objects.get(encounter=stay).labels == ["hiv"]


# --- The notice -------------------------------------------------------------------------------------------------------


def part2_documents(facility: Facility) -> list[Document]:
    """Part 2 material in each of its forms: the document, its encounter, a passage."""
    on_encounter = document(encounter(facility, labels=["part2"]), TEXT)
    own = document(encounter(facility), TEXT, labels=["part2"])
    passage = document(encounter(facility), TEXT)
    DocumentSection.objects.create(
        version=passage.versions.get(), patient_id=passage.patient_id, begins=16, ends=44, labels=["part2"]
    )
    return [on_encounter, own, passage]


def test_every_copy_of_part2_material_carries_the_notice(manager: User, facility: Facility) -> None:
    client = signed_in(manager)
    for note in part2_documents(facility):
        attached(note, pdf("first page", "second page"))
        file = PdfReader(io.BytesIO(client.get(reverse("records:document_file", args=[note.pk])).content))
        words = " ".join(file.pages[0].extract_text().split())
        assert NOTICE in words
        assert [page.extract_text().strip() for page in list(file.pages)[1:]] == ["first page", "second page"]
        assert client.get(reverse("records_api:document", args=[note.pk])).json()["notice"] == NOTICE
        assert "42 CFR part 2 prohibits" in client.get(reverse("records:document", args=[note.pk])).content.decode()


def test_other_documents_leave_as_they_came(manager: User, facility: Facility) -> None:
    note = document(encounter(facility), TEXT, labels=["hiv"])
    content = pdf("only page")
    attached(note, content)
    assert signed_in(manager).get(reverse("records:document_file", args=[note.pk])).content == content
    assert signed_in(manager).get(reverse("records_api:document", args=[note.pk])).json()["notice"] == ""


def test_damaged_file_that_cannot_take_the_notice_does_not_leave(manager: User, facility: Facility) -> None:
    note = document(encounter(facility), TEXT, labels=["part2"])
    attached(note, b"%PDF-1.4 damaged")
    answer = signed_in(manager).get(reverse("records:document_file", args=[note.pk]))
    assert answer.status_code == 409
    assert b"damaged" not in answer.content.replace(b"This file is damaged", b"")
