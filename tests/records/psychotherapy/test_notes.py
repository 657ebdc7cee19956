"""Psychotherapy notes are their author's: not the manager's, not the administrator's, not the database owner's."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.db import ProgrammingError, connection, transaction
from django.urls import reverse

from audit.gate import rows_of
from audit.walls import standing_for
from hims.lib import crypto
from hims.lib.access import Permission, Role
from hims.lib.crypto import SealError, ring
from hims.lib.errors import AccessDenied, DomainError, NotVisible
from hims.staff.models import Facility, User
from hims.staff.selectors import system_user
from records.documents.selectors import search_chart
from records.psychotherapy.actions import write_note
from records.psychotherapy.models import PsychotherapyNote
from records.psychotherapy.sealing import text_of
from records.psychotherapy.selectors import own_note, own_notes
from records.registry.models import Patient
from tests.clients import signed_in
from tests.factories.records import patient
from tests.records.sensitivity.scenes import READER, glass_broken, someone
from tests.trail import events_of, told
from tests.walls import NOBODY, TESTER, stand

pytestmark = pytest.mark.django_db
CANARY = "zqxcanary about the mother"


@pytest.fixture
def ruth(facility: Facility) -> Patient:
    return patient(facility)


@pytest.fixture
def therapist(facility: Facility) -> User:
    return someone(facility, *READER, Permission.PSYCHOTHERAPY_WRITE)


@pytest.fixture
def colleague(facility: Facility) -> User:
    """The same rights, and every clearance."""
    return someone(
        facility,
        *(right for right in Permission),
        cleared=["part2", "hiv", "genetic", "reproductive", "behavioural", "minor"],
    )


@pytest.fixture
def note(therapist: User, ruth: Patient, facility: Facility) -> PsychotherapyNote:
    return write_note(by=therapist, patient=ruth, facility=facility, session_on=date(2026, 3, 9), text=CANARY)


def columns_as(user: User | None) -> list[Any]:
    """What the table shows to the person, asked in SQL as the application does."""
    with transaction.atomic():
        if user is None:
            stand(NOBODY)
        with connection.cursor() as cursor:
            if user is not None:
                with standing_for(user):
                    cursor.execute("SELECT id FROM records_psychotherapynote")
                    found = cursor.fetchall()
            else:
                cursor.execute("SELECT id FROM records_psychotherapynote")
                found = cursor.fetchall()
        stand(TESTER)
    return [row[0] for row in found]


def test_author_writes_lists_and_reads_the_note(therapist: User, ruth: Patient, note: PsychotherapyNote) -> None:
    assert own_note(by=therapist, note_id=note.pk).text == CANARY
    assert [row.pk for row in own_notes(by=therapist, patient_id=ruth.pk).notes.rows] == [note.pk]
    assert told(therapist)[-2:] == [("psychotherapy.read", "done"), ("psychotherapy.listed", "done")]
    assert CANARY not in json.dumps(events_of(therapist), default=str)


def test_colleague_with_every_right_finds_nothing(colleague: User, ruth: Patient, note: PsychotherapyNote) -> None:
    glass_broken(colleague, [ruth.pk])
    with pytest.raises(NotVisible):
        own_note(by=colleague, note_id=note.pk)
    assert own_notes(by=colleague, patient_id=ruth.pk).notes.rows == []
    for permission in Permission:
        assert not PsychotherapyNote.objects.all().visible_to(colleague, permission).exists()


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.PROVIDER, Role.SYSTEM)])
def test_no_other_role_opens_the_pages(person: Any, facility: Facility, ruth: Patient, role: Role) -> None:
    user = person("somebody", role, facility)
    for call in (
        lambda: own_notes(by=user, patient_id=ruth.pk),
        lambda: write_note(by=user, patient=ruth, facility=facility, session_on=date(2026, 3, 9), text="x"),
    ):
        with pytest.raises(AccessDenied):
            call()


def test_system_finds_nothing(note: PsychotherapyNote) -> None:
    assert not PsychotherapyNote.objects.all().visible_to(system_user(), Permission.PSYCHOTHERAPY_WRITE).exists()


def test_database_shows_rows_to_their_author_alone(therapist: User, colleague: User, note: PsychotherapyNote) -> None:
    assert columns_as(therapist) == [note.pk]
    assert columns_as(colleague) == []
    assert columns_as(system_user()) == []
    assert columns_as(None) == []


def test_nobody_writes_in_anothers_name(therapist: User, colleague: User, note: PsychotherapyNote) -> None:
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic(), standing_for(colleague):
        PsychotherapyNote.objects.create(
            patient_id=note.patient_id, facility_id=note.facility_id, author=therapist, session_on=note.session_on,
            sealed="x", sealed_for=note.patient_id,
        )  # fmt: skip
    with transaction.atomic(), standing_for(colleague):
        assert PsychotherapyNote.objects.filter(pk=note.pk).update(sealed="x") == 0
        assert PsychotherapyNote.objects.filter(pk=note.pk).delete()[0] == 0


@pytest.mark.django_db(transaction=False)
def test_owner_and_superuser_see_ciphertext_only(therapist: User, note: PsychotherapyNote) -> None:
    """The bytes of the whole row, as a dump holds them; read in the test's own transaction, as the table's text form."""
    with standing_for(therapist), connection.cursor() as cursor:
        cursor.execute("SELECT records_psychotherapynote::text FROM records_psychotherapynote")
        row = cursor.fetchone()[0]
    assert str(note.pk) in row
    for word in CANARY.split():
        assert word not in row
    assert CANARY.encode().hex() not in row


def test_note_opens_with_no_other_key(note: PsychotherapyNote) -> None:
    assert settings.NOTES_KEY != settings.FIELD_KEY
    assert text_of(note) == CANARY
    for other in (settings.FIELD_KEY, settings.SECRET_KEY):
        with pytest.raises(SealError):
            ring(other).open(note.sealed, "psychotherapy", place=note.place)
    with pytest.raises(SealError):
        crypto.open_sealed(note.sealed, "psychotherapy", place=note.place)


def test_note_moved_to_another_patient_or_row_does_not_open(note: PsychotherapyNote, facility: Facility) -> None:
    note.sealed_for = patient(facility).pk
    with pytest.raises(SealError):
        text_of(note)


def test_every_note_has_a_nonce_of_its_own(therapist: User, ruth: Patient, facility: Facility) -> None:
    sealed = {
        write_note(by=therapist, patient=ruth, facility=facility, session_on=date(2026, 3, 9), text=CANARY).sealed
        for _ in range(5)
    }
    assert len({text.rpartition(".")[2][:16] for text in sealed}) == 5


@pytest.mark.parametrize(
    ("values", "field"),
    [({"text": " \n"}, "text"), ({"text": "x" * 100_001}, "text"), ({"session_on": date(2999, 1, 1)}, "session_on")],
)
def test_note_that_cannot_be_is_refused(
    therapist: User, ruth: Patient, facility: Facility, values: dict[str, Any], field: str
) -> None:
    standard = {"facility": facility, "session_on": date(2026, 3, 9), "text": "Words."}
    with pytest.raises(DomainError) as caught:
        write_note(by=therapist, patient=ruth, **{**standard, **values})
    assert caught.value.field == field
    assert columns_as(therapist) == []


def test_note_at_a_facility_without_the_right_is_refused(
    therapist: User, ruth: Patient, other_facility: Facility
) -> None:
    with pytest.raises(AccessDenied):
        write_note(by=therapist, patient=ruth, facility=other_facility, session_on=date(2026, 3, 9), text="x")


# --- Pages ------------------------------------------------------------------------------------------------------------


def test_pages_of_the_author_and_of_nobody_else(
    therapist: User, colleague: User, ruth: Patient, note: PsychotherapyNote, coder: User
) -> None:
    page = reverse("psychotherapy:note", args=[note.pk])
    answer = signed_in(therapist).get(page)
    assert CANARY in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
    listing = signed_in(therapist).get(reverse("psychotherapy:notes", args=[ruth.pk])).content.decode()
    assert "03/09/2026" in listing
    assert CANARY not in listing
    assert signed_in(colleague).get(page).status_code == 404
    assert signed_in(coder).get(page).status_code == 403
    for user in (colleague, coder):
        assert CANARY not in signed_in(user).get(page).content.decode()


def test_note_is_written_on_its_page(therapist: User, ruth: Patient, facility: Facility) -> None:
    url = reverse("psychotherapy:new", args=[ruth.pk])
    client = signed_in(therapist)
    assert client.get(url).status_code == 200
    sent = {"facility": facility.pk, "session_on": "2026-03-09", "text": CANARY}
    assert client.post(url, {**sent, "text": ""}).status_code == 422
    assert client.post(url, {**sent, "session_on": "2999-01-01"}).status_code == 422
    answer = client.post(url, sent)
    assert answer.headers["Location"] == reverse("psychotherapy:notes", args=[ruth.pk])
    with standing_for(therapist):
        note = PsychotherapyNote.objects.get()
    assert own_note(by=User.objects.get(pk=therapist.pk), note_id=note.pk).text == CANARY


def test_note_is_in_no_search_chart_api_or_count(
    therapist: User, colleague: User, ruth: Patient, note: PsychotherapyNote
) -> None:
    for user in (therapist, colleague):
        assert search_chart(by=User.objects.get(pk=user.pk), patient_id=ruth.pk, text="zqxcanary") == []
        for url in (
            reverse("records:chart", args=[ruth.pk]), reverse("records_api:patient", args=[ruth.pk]), reverse("home"),
        ):  # fmt: skip
            body = signed_in(user).get(url).content.decode()
            assert "zqxcanary" not in body
            assert str(note.pk) not in body


def test_rows_of_gives_no_notes_under_any_other_permission(note: PsychotherapyNote, therapist: User) -> None:
    with pytest.raises(RuntimeError):
        rows_of(PsychotherapyNote)
    others = [permission for permission in Permission if permission is not Permission.PSYCHOTHERAPY_WRITE]
    assert not any(PsychotherapyNote.objects.all().visible_to(therapist, each).exists() for each in others)
