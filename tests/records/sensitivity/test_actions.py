"""Labels, marked passages and consents: who sets them, and that they hold from the next look on."""

from __future__ import annotations

import hashlib
import time
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.access.models import LabelConsent
from hims.jobs.models import Job
from hims.lib.errors import AccessDenied, DomainError, NotVisible
from hims.lib.ids import uuid7
from hims.staff.models import Facility, User
from records.documents.actions import amend_document, retract_document
from records.documents.models import Document, DocumentFile
from records.documents.selectors import document_pdf, document_to_change, open_document, search_chart
from records.encounters.models import Encounter
from records.registry.models import Patient
from records.sensitivity.actions import (
    label_item,
    label_own_document,
    mark_own_passage,
    mark_passage,
    record_consent,
    revoke_consent,
    unmark_passage,
)
from records.sensitivity.models import DocumentSection
from records.sensitivity.passages import WITHHELD
from tests.factories.records import document, encounter
from tests.records.documents.pdfs import pdf
from tests.records.sensitivity.conftest import TEXT
from tests.records.sensitivity.scenes import glass_broken, version
from tests.trail import events_of, told

pytestmark = pytest.mark.django_db
PASSAGE = "Takes methadone 40 mg daily."


def again(user: User) -> User:
    """The person in a new request."""
    return User.objects.get(pk=user.pk)


def text_for(user: User, note: Document) -> str:
    found: str = open_document(by=again(user), document_id=note.pk).version.text
    return found


# --- Labels -----------------------------------------------------------------------------------------------------------


def test_label_hides_a_document_from_the_next_look_on(manager: User, uncleared: User, note: Document) -> None:
    assert text_for(uncleared, note) == TEXT
    label_item(by=manager, item=note, labels=["part2"])
    with pytest.raises(NotVisible):
        text_for(uncleared, note)
    assert text_for(manager, note) == TEXT
    label_item(by=manager, item=note, labels=[])
    assert text_for(uncleared, note) == TEXT


def test_label_that_somebody_put_on_meanwhile_is_not_taken_off(manager: User, note: Document) -> None:
    label_item(by=manager, item=note, labels=["hiv"], seen=[])
    with pytest.raises(DomainError, match="Somebody else has changed") as caught:
        label_item(by=again(manager), item=note, labels=["part2"], seen=[])
    note.refresh_from_db()
    assert (caught.value.field, note.labels) == ("labels", ["hiv"])
    assert label_item(by=again(manager), item=note, labels=["part2"], seen=["hiv"]).labels == ["part2"]


def test_label_without_clearance_for_it_stays_when_it_comes_between_look_and_act(
    manager: User, note: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    def overtaken(labels: Any) -> list[str]:
        Document.objects.filter(pk=note.pk).update(labels=["genetic"])
        return list(labels)

    monkeypatch.setattr("records.sensitivity.actions._checked", overtaken)
    with pytest.raises(NotVisible), transaction.atomic():
        label_item(by=manager, item=note, labels=[])


def test_labelling_is_in_the_trail_without_the_kind(manager: User, note: Document) -> None:
    label_item(by=manager, item=note, labels=["part2"])
    events = [event for event in events_of(manager) if event["event"] == "label.changed"]
    assert [(event["result"], event["object_id"]) for event in events] == [
        ("attempted", str(note.pk)), ("done", str(note.pk)),
    ]  # fmt: skip
    assert "part2" not in str([event["detail"] for event in events])


def test_author_labels_the_own_document_and_no_other(author: User, note: Document, stay: Encounter) -> None:
    assert label_own_document(by=author, document=note, labels=["hiv"]).labels == ["hiv"]
    with pytest.raises(AccessDenied):
        label_own_document(by=author, document=document(stay), labels=["hiv"])


@pytest.mark.parametrize("labels", [["psychotherapy"], ["secret"], ["part2", "psychotherapy"]])
def test_what_is_no_label_of_the_chart_is_refused(manager: User, note: Document, labels: list[str]) -> None:
    with pytest.raises(DomainError) as caught:
        label_item(by=manager, item=note, labels=labels)
    assert caught.value.field == "labels"
    note.refresh_from_db()
    assert note.labels == []


def test_unknown_label_cannot_be_stored(note: Document) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Document.objects.filter(pk=note.pk).update(labels=["secret"])


def test_labelling_without_the_right_or_out_of_reach_is_refused(
    uncleared: User, manager: User, note: Document, other_facility: Facility
) -> None:
    with pytest.raises(AccessDenied):
        label_item(by=uncleared, item=note, labels=["hiv"])
    with pytest.raises(NotVisible):
        label_item(by=manager, item=document(encounter(other_facility)), labels=["hiv"])


def test_label_of_an_encounter_tells_coding_and_billing(manager: User, stay: Encounter) -> None:
    label_item(by=manager, item=stay, labels=["part2"])
    assert set(Job.objects.values_list("name", flat=True)) >= {"billing.refresh_accounts", "coding.open_work"}
    jobs = Job.objects.count()
    label_item(by=manager, item=stay, labels=["part2"])
    assert Job.objects.count() == jobs  # nothing changed


# --- Passages ---------------------------------------------------------------------------------------------------------


def test_passage_is_withheld_in_reader_search_and_snippet(
    manager: User, uncleared: User, note: Document, stay: Encounter
) -> None:
    mark_passage(by=manager, document=note, words=PASSAGE, labels=["part2"])
    opened = open_document(by=again(uncleared), document_id=note.pk)
    assert opened.version.text == TEXT.replace(PASSAGE, WITHHELD)
    assert (opened.withheld, opened.version.sha256, opened.sections) == (True, "", [])
    find = {"patient_id": stay.patient_id}
    assert search_chart(by=again(uncleared), text="methadone 40 mg", **find) == []
    assert [hit.pk for hit in search_chart(by=again(manager), text="methadone 40 mg", **find)] == [note.pk]
    hits = search_chart(by=again(uncleared), text="blood pressure", **find)
    assert [hit.pk for hit in hits] == [note.pk]
    assert "daily" not in vars(hits[0])["snippet"]
    assert "\x02Blood\x03" in vars(hits[0])["snippet"]


def test_passage_is_shown_to_cleared_by_consent_and_in_emergency(
    manager: User, uncleared: User, note: Document, facility: Facility
) -> None:
    mark_passage(by=manager, document=note, words=PASSAGE, labels=["part2"])
    assert text_for(manager, note) == TEXT
    patient = Patient.objects.get(pk=note.patient_id)
    consent = record_consent(by=manager, patient=patient, label="part2", starts_on=timezone.localdate() - timedelta(2))
    assert text_for(uncleared, note) == TEXT
    revoke_consent(by=manager, patient=patient, consent_id=consent.pk)
    assert WITHHELD in text_for(uncleared, note)
    glass_broken(uncleared, [note.patient_id])
    assert text_for(uncleared, note) == TEXT


def test_every_place_and_every_version_is_marked(manager: User, uncleared: User, note: Document) -> None:
    version(note, f"{PASSAGE} Amended. {PASSAGE}", number=2)
    mark_passage(by=manager, document=note, words="Takes  methadone\n40 mg daily.", labels=["part2"])
    assert DocumentSection.objects.count() == 3
    assert text_for(uncleared, note) == f"{WITHHELD} Amended. {WITHHELD}"
    older = open_document(by=again(uncleared), document_id=note.pk, number=1)
    assert PASSAGE not in older.version.text


def test_signed_version_stays_as_it_was_signed(manager: User, note: Document) -> None:
    before = note.versions.values("text", "sha256", "signed_at").get()
    mark_passage(by=manager, document=note, words=PASSAGE, labels=["part2"])
    assert note.versions.values("text", "sha256", "signed_at").get() == before


@pytest.mark.parametrize(
    ("words", "labels", "field"),
    [
        ("not in it", ["part2"], "words"),
        (PASSAGE, [], "labels"),
        (PASSAGE, ["psychotherapy"], "labels"),
        ("", ["hiv"], "words"),
    ],
)
def test_mark_that_means_nothing_is_refused(
    manager: User, note: Document, words: str, labels: list[str], field: str
) -> None:
    with pytest.raises(DomainError) as caught:
        mark_passage(by=manager, document=note, words=words, labels=labels)
    assert caught.value.field == field
    assert not DocumentSection.objects.exists()


def test_second_mark_on_the_same_words_adds_its_label(manager: User, note: Document) -> None:
    mark_passage(by=manager, document=note, words=PASSAGE, labels=["part2"])
    mark_passage(by=manager, document=note, words=PASSAGE, labels=["hiv"])
    assert DocumentSection.objects.get().labels == ["hiv", "part2"]


def test_withheld_passage_cannot_be_guessed_by_marking_words(manager: User, author: User, note: Document) -> None:
    mark_passage(by=manager, document=note, words=PASSAGE, labels=["reproductive", "part2"])
    with pytest.raises(DomainError, match="withheld from you"):
        mark_own_passage(by=author, document=note, words="methadone 40 mg", labels=["hiv"])


def test_mark_is_taken_off_everywhere(manager: User, uncleared: User, note: Document) -> None:
    version(note, f"Amended. {PASSAGE}", number=2)
    mark_passage(by=manager, document=note, words=PASSAGE, labels=["part2"])
    section = DocumentSection.objects.first()
    assert section is not None
    unmark_passage(by=manager, document=note, section_id=section.pk)
    assert not DocumentSection.objects.exists()
    assert PASSAGE in text_for(uncleared, note)


def test_mark_out_of_reach_cannot_be_taken_off(manager: User, note: Document) -> None:
    mark_passage(by=manager, document=note, words=PASSAGE, labels=["genetic"])
    section = DocumentSection.objects.get()
    for section_id in (section.pk, uuid7()):
        with pytest.raises(NotVisible):
            unmark_passage(by=manager, document=note, section_id=section_id)
    assert DocumentSection.objects.exists()


def test_amendment_keeps_the_marks_on_their_words(manager: User, author: User, uncleared: User, note: Document) -> None:
    mark_passage(by=manager, document=note, words=PASSAGE, labels=["part2"])
    amend_document(by=author, document=note, text=f"Corrected. {PASSAGE}", reason="typing error")
    assert text_for(uncleared, note) == f"Corrected. {WITHHELD}"


def test_amendment_that_rewrites_marked_words_hides_the_whole_document(
    manager: User, author: User, uncleared: User, note: Document
) -> None:
    mark_passage(by=manager, document=note, words=PASSAGE, labels=["part2"])
    amended = amend_document(by=author, document=note, text="On opioid treatment.", reason="wording")
    assert amended.labels == ["part2"]
    with pytest.raises(NotVisible):
        text_for(uncleared, note)


def test_who_cannot_read_a_passage_cannot_amend_the_document(manager: User, author: User, note: Document) -> None:
    mark_passage(by=manager, document=note, words=PASSAGE, labels=["reproductive"])
    assert document_to_change(by=author, document_id=note.pk).withheld
    with pytest.raises(DomainError, match="withheld from you"):
        amend_document(by=author, document=note, text="Other.", reason="why")


def test_retraction_leaves_the_marks_of_older_versions(manager: User, uncleared: User, note: Document) -> None:
    mark_passage(by=manager, document=note, words=PASSAGE, labels=["part2"])
    assert retract_document(by=manager, document=note, reason="wrong patient").labels == []
    assert WITHHELD in open_document(by=again(uncleared), document_id=note.pk, number=1).version.text


def test_file_with_a_withheld_passage_is_not_given_out(manager: User, uncleared: User, note: Document) -> None:
    DocumentFile.objects.create(
        version=note.versions.get(),
        media_type="application/pdf",
        content=pdf(TEXT),
        sha256=hashlib.sha256(pdf(TEXT)).hexdigest(),
    )
    assert document_pdf(by=again(uncleared), document_id=note.pk).has_file
    mark_passage(by=manager, document=note, words=PASSAGE, labels=["part2"])
    with pytest.raises(NotVisible):
        document_pdf(by=again(uncleared), document_id=note.pk)
    assert document_pdf(by=again(manager), document_id=note.pk).notice


def test_scan_is_not_given_out_when_its_words_are_withheld_in_a_later_version(
    manager: User, uncleared: User, stay: Encounter
) -> None:
    """A scan has no text to mark; typed in later, its passage is as readable in the picture as in the words."""
    scan, picture = document(stay, ""), pdf(TEXT)
    DocumentFile.objects.create(
        version=scan.versions.get(),
        media_type="application/pdf",
        content=picture,
        sha256=hashlib.sha256(picture).hexdigest(),
    )
    amend_document(by=manager, document=scan, text=TEXT, reason="typed from the scan")
    assert document_pdf(by=again(uncleared), document_id=scan.pk).has_file
    mark_passage(by=manager, document=scan, words=PASSAGE, labels=["part2"])
    with pytest.raises(NotVisible):
        document_pdf(by=again(uncleared), document_id=scan.pk)
    assert not open_document(by=again(uncleared), document_id=scan.pk, number=1).has_file
    assert document_pdf(by=again(manager), document_id=scan.pk).notice
    assert open_document(by=again(manager), document_id=scan.pk, number=1).has_file


# --- Consents ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def patient(note: Document) -> Patient:
    Document.objects.filter(pk=note.pk).update(labels=["part2"])
    return Patient.objects.get(pk=note.patient_id)


def test_consent_opens_and_its_end_closes_at_once(
    manager: User, uncleared: User, note: Document, patient: Patient
) -> None:
    with pytest.raises(NotVisible):
        text_for(uncleared, note)
    consent = record_consent(by=manager, patient=patient, label="part2", starts_on=timezone.localdate() - timedelta(1))
    reading = again(uncleared)  # a person in the middle of a request, whose rights were read already
    assert open_document(by=reading, document_id=note.pk).version.text == TEXT
    began = time.monotonic()
    revoke_consent(by=manager, patient=patient, consent_id=consent.pk)
    with pytest.raises(NotVisible):
        open_document(by=reading, document_id=note.pk)
    assert time.monotonic() - began < 5
    with pytest.raises(DomainError, match="already"):
        revoke_consent(by=manager, patient=patient, consent_id=consent.pk)


def test_consent_holds_from_its_first_to_the_end_of_its_last_day(
    manager: User, patient: Patient, facility: Facility
) -> None:
    Facility.objects.filter(pk=facility.pk).update(time_zone="America/Chicago")
    consent = record_consent(
        by=manager, patient=patient, label="part2", starts_on=date(2026, 7, 1), ends_on=date(2026, 7, 4)
    )
    consent.refresh_from_db()
    assert consent.during.lower == datetime(2026, 7, 1, 5, tzinfo=UTC)
    assert consent.during.upper == datetime(2026, 7, 5, 5, tzinfo=UTC)


def test_consent_of_tomorrow_or_yesterday_opens_nothing(
    manager: User, uncleared: User, note: Document, patient: Patient
) -> None:
    today = timezone.localdate()
    record_consent(by=manager, patient=patient, label="part2", starts_on=today + timedelta(2))
    record_consent(
        by=manager, patient=patient, label="part2", starts_on=today - timedelta(9), ends_on=today - timedelta(2)
    )
    record_consent(by=manager, patient=patient, label="hiv", starts_on=today - timedelta(9))
    with pytest.raises(NotVisible):
        text_for(uncleared, note)


def test_consent_of_one_patient_opens_nobody_else(
    manager: User, uncleared: User, note: Document, patient: Patient, facility: Facility
) -> None:
    stranger = encounter(facility).patient
    record_consent(by=manager, patient=stranger, label="part2", starts_on=timezone.localdate() - timedelta(1))
    with pytest.raises(NotVisible):
        text_for(uncleared, note)


@pytest.mark.parametrize(
    ("label", "ends_on", "field"), [("psychotherapy", None, "label"), ("part2", date(2020, 1, 1), "ends_on")]
)
def test_consent_that_cannot_be_is_refused(
    manager: User, patient: Patient, label: str, ends_on: date | None, field: str
) -> None:
    with pytest.raises(DomainError) as caught:
        record_consent(by=manager, patient=patient, label=label, starts_on=date(2026, 1, 1), ends_on=ends_on)
    assert caught.value.field == field
    assert not LabelConsent.objects.exists()


def test_consents_are_for_those_who_manage_restrictions(uncleared: User, patient: Patient) -> None:
    with pytest.raises(AccessDenied):
        record_consent(by=uncleared, patient=patient, label="part2", starts_on=date(2026, 1, 1))
    with pytest.raises(AccessDenied):
        revoke_consent(by=uncleared, patient=patient, consent_id=uuid7())
    assert told(uncleared)[-1] == ("consent.revoked", "refused")


def test_consent_of_another_patient_is_not_taken_back(manager: User, patient: Patient, facility: Facility) -> None:
    consent = record_consent(by=manager, patient=patient, label="part2", starts_on=date(2026, 1, 1))
    stranger = encounter(facility).patient
    for patient_id, consent_id in ((stranger, consent.pk), (patient, UUID(int=0))):
        with pytest.raises(NotVisible):
            revoke_consent(by=manager, patient=patient_id, consent_id=consent_id)
    consent.refresh_from_db()
    assert consent.revoked_at is None


def test_time_of_a_consent_is_the_databases(manager: User, uncleared: User, note: Document, patient: Patient) -> None:
    """A clock of the application that is wrong opens nothing."""
    record_consent(by=manager, patient=patient, label="part2", starts_on=timezone.localdate() + timedelta(30))
    with time_machine.travel(timezone.now() + timedelta(40), tick=True), pytest.raises(NotVisible):
        open_document(by=again(uncleared), document_id=note.pk)
