"""Documents: versions, signatures and the lock in the database."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from hims.lib.access import Permission
from hims.lib.errors import AccessDenied, DomainError
from hims.staff.models import Facility, User
from records.documents import actions
from records.documents.actions import amend_document, file_document, retract_document, sign_document
from records.documents.models import Document, DocumentFile, DocumentVersion
from records.encounters.actions import cancel
from records.encounters.models import Encounter, Provider
from tests.committed import at_once, committed, worker_at
from tests.environment import role_url
from tests.factories import records as make
from tests.records.conftest import NOTE
from tests.records.documents.pdfs import pdf
from tests.records.sensitivity.scenes import someone

__all__ = ["committed"]


def versions(document: Document) -> list[tuple[int, str, bool]]:
    rows = document.versions.order_by("number")
    return [(row.number, row.text, row.signed_at is not None) for row in rows]


@pytest.mark.django_db
def test_filed_text_is_kept_clean_with_its_hash(stay: Encounter, specialist: User) -> None:
    content = replace(NOTE, title=" H&P\x00 \u202e", text="one\r\ntwo\x00\x02\n  \u00e9 \U0001f600 \ud800")
    version = file_document(by=specialist, encounter=stay, content=content).versions.get()
    version.refresh_from_db()
    assert version.document.title == "H&P"
    assert version.text == "one\ntwo\n  \u00e9 \U0001f600 \ufffd"
    assert version.sha256 == hashlib.sha256(version.text.encode()).hexdigest()
    assert version.signed_at is None


@pytest.mark.django_db
def test_filed_pdf_gives_its_text_and_keeps_its_bytes(stay: Encounter, specialist: User) -> None:
    content = pdf("Heart failure.")
    filed = file_document(by=specialist, encounter=stay, content=replace(NOTE, text="", pdf=content))
    kept = DocumentFile.objects.get(version__document=filed)
    assert versions(filed) == [(1, "Heart failure.", False)]
    assert bytes(kept.content) == content
    assert kept.sha256 == hashlib.sha256(content).hexdigest()


@pytest.mark.django_db
def test_filed_scan_without_text_layer_is_kept(stay: Encounter, specialist: User) -> None:
    filed = file_document(by=specialist, encounter=stay, content=replace(NOTE, text="", pdf=pdf("")))
    assert versions(filed) == [(1, "", False)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"text": "", "pdf": b""}, "text"),
        ({"text": " \n"}, "text"),
        ({"text": "", "pdf": b"no pdf"}, "pdf"),
        ({"text": "x" * (actions.MAX_TEXT + 1)}, "text"),
        ({"title": "\x00\u202e"}, "title"),
        ({"title": "x" * 121}, "title"),
        ({"written_at": datetime(2999, 1, 1, tzinfo=UTC)}, "written_at"),
    ],
)
def test_filing_what_cannot_be_kept_is_refused_and_leaves_nothing(
    change: dict[str, Any], field: str, stay: Encounter, specialist: User
) -> None:
    with pytest.raises(DomainError) as refused:
        file_document(by=specialist, encounter=stay, content=replace(NOTE, **change))
    assert refused.value.field == field
    assert Document.objects.count() == 0


@pytest.mark.django_db
def test_filing_more_different_words_than_the_index_holds_is_refused(stay: Encounter, specialist: User) -> None:
    letters = [chr(0x436 + place) for place in range(20)]
    words = " ".join("".join(letters[number // 20**place % 20] for place in range(6)) for number in range(70_000))
    with pytest.raises(DomainError, match="different words"):
        file_document(by=specialist, encounter=stay, content=replace(NOTE, text=words))
    assert Document.objects.count() == 0


@pytest.mark.django_db
def test_filing_on_a_cancelled_encounter_is_refused(stay: Encounter, specialist: User) -> None:
    cancel(by=specialist, encounter=stay)
    with pytest.raises(DomainError, match="cancelled"):
        file_document(by=specialist, encounter=stay, content=NOTE)


@pytest.fixture
def hartmann(facility: Facility) -> User:
    """A clinician who signs in here."""
    user = someone(facility, Permission.CHART_VIEW, Permission.DOCUMENT_WRITE, Permission.FACILITY_CHARTS)
    make.provider("Hartmann", user=user)
    return user


@pytest.mark.django_db
def test_what_an_author_wrote_is_signed_and_amended_by_the_author_alone(
    stay: Encounter, specialist: User, hartmann: User
) -> None:
    theirs = replace(NOTE, author=hartmann.provider)
    with pytest.raises(DomainError) as refused:
        file_document(by=specialist, encounter=stay, content=theirs, sign=True)
    assert refused.value.field == "sign"
    filed = file_document(by=specialist, encounter=stay, content=theirs)
    with pytest.raises(DomainError, match="Hartmann, MD signs what"):
        sign_document(by=specialist, document=filed)
    assert versions(filed) == [(1, NOTE.text, False)]
    sign_document(by=hartmann, document=filed)
    with pytest.raises(DomainError, match="Hartmann, MD signs what"):
        amend_document(by=specialist, document=filed, text="Other words.", reason="typing error")
    amend_document(by=hartmann, document=filed, text="Other words.", reason="typing error")
    assert versions(filed) == [(1, NOTE.text, True), (2, "Other words.", True)]


@pytest.mark.django_db
def test_what_an_author_without_an_open_account_wrote_is_signed_by_whoever_files_it(
    stay: Encounter, specialist: User, hartmann: User
) -> None:
    outside = replace(NOTE, author=make.provider("Reyes"))
    assert file_document(by=specialist, encounter=stay, content=outside, sign=True).status == "signed"
    User.objects.filter(pk=hartmann.pk).update(is_active=False)
    left = replace(NOTE, author=Provider.objects.get(user=hartmann))
    assert file_document(by=specialist, encounter=stay, content=left, sign=True).status == "signed"


@pytest.mark.django_db
def test_signing_locks_under_the_name_of_the_signer_once(draft: Document, specialist: User) -> None:
    sign_document(by=specialist, document=draft)
    version = draft.versions.get()
    assert (draft.status, version.signed_by) == ("signed", "Rosa")
    with pytest.raises(DomainError, match="no unsigned version"):
        sign_document(by=specialist, document=draft)


@pytest.mark.django_db
def test_amending_adds_a_signed_version_and_keeps_the_first(note: Document, specialist: User) -> None:
    amend_document(by=specialist, document=note, text="No fibrillation.", reason="Wrong finding", based_on=1)
    note.refresh_from_db()
    assert note.status == "amended"
    assert versions(note) == [(1, NOTE.text, True), (2, "No fibrillation.", True)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "reason", "based_on", "field"),
    [
        ("", "why", 1, "text"),
        (NOTE.text, "why", 1, "text"),
        (NOTE.text + "\x00", "why", None, "text"),
        ("new", " \x00", 1, "reason"),
        ("new", "x" * 201, 1, "reason"),
        ("new", "why", 7, ""),
    ],
)
def test_amendment_that_says_nothing_new_or_stands_on_an_old_version_is_refused(
    text: str, reason: str, based_on: int | None, field: str, note: Document, specialist: User
) -> None:
    with pytest.raises(DomainError) as refused:
        amend_document(by=specialist, document=note, text=text, reason=reason, based_on=based_on)
    assert refused.value.field == field
    assert len(versions(note)) == 1


@pytest.mark.django_db
def test_draft_cannot_be_amended(draft: Document, specialist: User) -> None:
    with pytest.raises(DomainError, match="Sign the document"):
        amend_document(by=specialist, document=draft, text="new", reason="why")


@pytest.mark.django_db
def test_retracted_document_stays_readable_and_retracted(note: Document, specialist: User) -> None:
    stale = Document.objects.get(pk=note.pk)
    retract_document(by=specialist, document=note, reason="Wrong patient")
    assert versions(note) == [(1, NOTE.text, True), (2, "", True)]
    acts: list[Callable[[], object]] = [
        lambda: retract_document(by=specialist, document=stale, reason="again"),
        lambda: amend_document(by=specialist, document=stale, text="back", reason="why"),
        lambda: sign_document(by=specialist, document=stale),
    ]
    for act in acts:
        with pytest.raises(DomainError):
            act()
    note.refresh_from_db()
    assert note.status == "retracted"


@pytest.mark.django_db
def test_document_changed_without_the_right_is_refused(note: Document, draft: Document, coder: User) -> None:
    acts: list[Callable[[], object]] = [
        lambda: sign_document(by=coder, document=draft),
        lambda: amend_document(by=coder, document=note, text="new", reason="why"),
        lambda: retract_document(by=coder, document=note, reason="why"),
    ]
    for act in acts:
        with pytest.raises(AccessDenied):
            act()
    assert len(versions(note)) == len(versions(draft)) == 1


LOCKED = [
    "UPDATE records_documentversion SET text = 'changed'",
    "UPDATE records_documentversion SET signed_at = NULL",
    "UPDATE records_documentversion SET sha256 = ''",
    "DELETE FROM records_documentversion",
    "UPDATE records_documentfile SET content = ''",
    "DELETE FROM records_documentfile",
]


@pytest.mark.django_db
@pytest.mark.parametrize("statement", LOCKED)
def test_signed_version_and_its_file_are_locked_even_against_raw_sql(
    statement: str, stay: Encounter, specialist: User
) -> None:
    content = replace(NOTE, text="", pdf=pdf("Heart failure."))
    filed = file_document(by=specialist, encounter=stay, content=content, sign=True)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert versions(filed) == [(1, "Heart failure.", True)]


@pytest.mark.parametrize(
    "statement", ["TRUNCATE records_documentfile", "ALTER TABLE records_documentversion DISABLE TRIGGER ALL"]
)
def test_lock_cannot_be_taken_off_by_the_application(django_db_setup: None, statement: str) -> None:
    connected = psycopg.connect(role_url("hims_app"), autocommit=True)
    with connected as application, pytest.raises(psycopg.errors.InsufficientPrivilege):
        application.execute(statement)


def test_two_amendments_of_one_version_at_once_leave_one(committed: None) -> None:
    facility = make.facility()
    clerk = worker_at(facility)
    note = make.document(make.encounter(facility))
    found = at_once(
        *[
            lambda text=text: amend_document(
                by=User.objects.get(pk=clerk.pk), document=Document.objects.get(pk=note.pk), text=text, reason="why",
                based_on=1,
            )
            for text in ("first", "second")
        ]
    )  # fmt: skip
    assert sorted(type(result).__name__ for result in found) == ["Document", "DomainError"]
    assert DocumentVersion.objects.filter(document=note).count() == 2
