"""Writes of documents: file, sign, amend, retract."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.db import OperationalError, transaction
from django.utils import timezone

from audit import gate
from audit.trail.enums import Category
from hims.lib.access import Permission
from hims.lib.columns import require_fit
from hims.lib.errors import DomainError
from hims.lib.text import clean_lines, squeeze
from hims.staff.models import User
from records.documents.enums import DocumentStatus
from records.documents.models import Document, DocumentFile, DocumentVersion
from records.documents.pdf import text_of_pdf
from records.documents.rules import may_sign
from records.encounters.enums import EncounterStatus
from records.encounters.models import Encounter, Provider
from records.sensitivity.carry import carry_sections
from records.sensitivity.rules import ordered
from records.sensitivity.withheld import is_withheld_from

MAX_TEXT = 500_000
NOT_THE_AUTHOR = (
    "{author} signs what {author} wrote. Leave it unsigned; it waits on the list of documents without signature."
)
WITHHELD = "A passage of this document is withheld from you. Ask somebody who may read all of it to amend it."
TOO_LARGE_FOR_THE_INDEX = "54000"  # PostgreSQL: program_limit_exceeded


@dataclass(frozen=True)
class DocumentContent:
    """What a document says: text, and the PDF it came as (then the text is read from it when none is given)."""

    document_type: str
    title: str
    written_at: datetime
    text: str = ""
    pdf: bytes = b""
    author: Provider | None = None
    labels: tuple[str, ...] = ()


@gate.command(Permission.DOCUMENT_WRITE, subject="encounter", event="document.filed", category=Category.CREATE)
def file_document(*, by: User, encounter: Encounter, content: DocumentContent, sign: bool = False) -> Document:
    """A new document on an encounter, version 1. Raises DomainError naming the field; "sign" when another person is its author."""
    if sign:
        _require_author(by, content.author)
    text = content.text or (text_of_pdf(content.pdf) if content.pdf else "")
    if not text.strip() and not content.pdf:
        raise DomainError("Enter the text of the document or choose a PDF.", field="text")
    title = squeeze(content.title)
    if not title:
        raise DomainError("Enter a title.", field="title")
    if content.written_at > timezone.now():
        raise DomainError("The document was written in the future.", field="written_at")
    require_fit(Document, {"title": title})
    if Encounter.objects.select_for_update().only("status").get(pk=encounter.pk).status == EncounterStatus.CANCELLED:
        raise DomainError("This encounter was cancelled; nothing can be filed on it.")
    document = Document.objects.create(
        labels=ordered(content.labels), patient_id=encounter.patient_id, encounter=encounter, facility_id=encounter.facility_id,
        document_type=content.document_type, title=title, author=content.author,
        written_at=content.written_at, status=DocumentStatus.SIGNED if sign else DocumentStatus.DRAFT,
    )  # fmt: skip
    _add_version(document, text, number=1, signer=by if sign else None, pdf=content.pdf)
    return document


@gate.command(Permission.DOCUMENT_WRITE, subject="document", event="document.signed")
def sign_document(*, by: User, document: Document) -> Document:
    """The newest version is locked under the signer's name; the database refuses any change from then on.

    Raises DomainError when its author is another person who signs in here.
    """
    version = _newest(document)
    if version.signed_at is not None:
        raise DomainError("There is no unsigned version to sign.")
    _require_author(by, document.author)
    version.signed_at, version.signed_by = timezone.now(), str(by)
    version.save(update_fields=["signed_at", "signed_by"])
    document.status = DocumentStatus.SIGNED if version.number == 1 else DocumentStatus.AMENDED
    document.save(update_fields=["status"])
    return document


@gate.command(Permission.DOCUMENT_WRITE, subject="document", event="document.amended")
def amend_document(*, by: User, document: Document, text: str, reason: str, based_on: int | None = None) -> Document:
    """A signed document gets a further signed version; the earlier ones stay.

    reason: why, in the author's words. based_on: number of the version that the author had before them; when another one
    was signed since, the amendment is refused, as it would take back what that one says. Marked passages stay marked; where
    their words are gone, the whole document takes over their labels.
    """
    newest = _newest(document)
    if is_withheld_from(by, Permission.DOCUMENT_WRITE, newest.pk):
        raise DomainError(WITHHELD)
    if document.status == DocumentStatus.RETRACTED:
        raise DomainError("This document is retracted. File a new one.")
    if newest.signed_at is None:
        raise DomainError("Sign the document before you amend it.")
    _require_author(by, document.author)
    if based_on is not None and based_on != newest.number:
        raise DomainError(f"Version {newest.number} was signed after you opened this page. Open it and amend that one.")
    if not squeeze(reason):
        raise DomainError("Say why the document is amended.", field="reason")
    if not text.strip() or clean_lines(text) == newest.text:
        raise DomainError("Enter the amended text.", field="text")
    version = _add_version(document, text, number=newest.number + 1, signer=by, reason=squeeze(reason))
    document.labels = ordered([*document.labels, *carry_sections(newest, version)])
    document.status = DocumentStatus.AMENDED
    document.save(update_fields=["status", "labels"])
    return document


@gate.command(Permission.DOCUMENT_WRITE, subject="document", event="document.retracted")
def retract_document(*, by: User, document: Document, reason: str) -> Document:
    """The document no longer counts; it stays readable, with its reason, as a further version without text."""
    newest = _newest(document)
    if document.status == DocumentStatus.RETRACTED:
        raise DomainError("This document is already retracted.")
    if not squeeze(reason):
        raise DomainError("Say why the document is retracted.", field="reason")
    _add_version(document, "", number=newest.number + 1, signer=by, reason=squeeze(reason))
    document.status = DocumentStatus.RETRACTED
    document.save(update_fields=["status"])
    return document


def signs_here(by: User, author: Provider | None) -> bool:
    """May `by` sign what this author wrote?"""
    return may_sign(author=author.signs_as if author else None, signer=by.pk)


def _require_author(by: User, author: Provider | None) -> None:
    if not signs_here(by, author):
        raise DomainError(NOT_THE_AUTHOR.format(author=author), field="sign")


def _newest(document: Document) -> DocumentVersion:
    """Hold the document until the end, read its status again, and give its newest version."""
    document.refresh_from_db(fields=["status", "labels"], from_queryset=Document.objects.select_for_update())
    version: DocumentVersion | None = document.versions.order_by("-number").first()
    if version is None:
        raise DomainError("This document has no content yet.")
    return version


def _add_version(
    document: Document, text: str, *, number: int, signer: User | None, reason: str = "", pdf: bytes = b""
) -> DocumentVersion:
    clean = clean_lines(text)
    if len(clean) > MAX_TEXT:
        raise DomainError(f"The text is longer than {MAX_TEXT:,} characters.", field="text")
    require_fit(DocumentVersion, {"reason": reason})
    version = DocumentVersion(
        document=document, patient_id=document.patient_id, number=number, text=clean, reason=reason,
        sha256=hashlib.sha256(clean.encode()).hexdigest(),
        signed_at=timezone.now() if signer else None, signed_by=str(signer) if signer else "",
    )  # fmt: skip
    _save_indexed(version)
    if pdf:
        DocumentFile.objects.create(
            version=version, media_type="application/pdf", content=pdf, sha256=hashlib.sha256(pdf).hexdigest()
        )
    return version


def _save_indexed(version: DocumentVersion) -> None:
    """The database keeps an index of the words with each version, and that has a limit of its own."""
    try:
        with transaction.atomic():
            version.save(force_insert=True)
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") != TOO_LARGE_FOR_THE_INDEX:
            raise
        raise DomainError("The text holds too many different words. File it in parts.", field="text") from error
