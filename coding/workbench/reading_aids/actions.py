"""Writes of reading: who has read what."""

from __future__ import annotations

from django.utils import timezone

from audit import gate
from coding.workbench.reading_aids.models import ReadMark
from hims.lib.access import Permission
from hims.lib.errors import DomainError
from hims.staff.models import User
from records.documents.models import Document


@gate.command(Permission.CODING_VIEW, subject="document", event="coding.document_read", detail=("number",))
def note_read(*, by: User, document: Document, number: int) -> ReadMark:
    """The person has this version before them; the last time counts. Raises DomainError for a version that does not exist."""
    version = document.versions.only("pk").filter(number=number).first()
    if version is None:
        raise DomainError("This document has no such version.", field="number")
    mark, _ = ReadMark.objects.update_or_create(
        user=by, version=version,
        defaults={"document": document, "patient_id": document.patient_id, "read_at": timezone.now()},
    )  # fmt: skip
    return mark
