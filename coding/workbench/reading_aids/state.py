"""Inside gated selectors: which documents of a stay a person has read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from coding.workbench.reading_aids.models import ReadMark
from coding.workbench.reading_aids.visits import is_new, last_visit
from records.documents.models import DocumentVersion


@dataclass(frozen=True)
class Reading:
    """What a person has read of a stay's documents, by document. new: filed since the last visit, and not read."""

    read: frozenset[UUID] = frozenset()
    new: frozenset[UUID] = frozenset()
    newest: Mapping[UUID, int] = field(default_factory=dict)


def reading_of(document_ids: Iterable[UUID], reader_id: UUID, now: datetime) -> Reading:
    """A document is read when its newest version is. Two queries, however many documents there are."""
    ids = list(document_ids)
    versions = DocumentVersion.objects.filter(document__in=ids).order_by("document_id", "-number")
    columns = versions.distinct("document_id").values_list("document_id", "pk", "number", "created_at")
    marks = dict(ReadMark.objects.filter(user=reader_id, document__in=ids).values_list("version_id", "read_at"))
    last = last_visit(marks.values(), now)
    rows = list(columns)
    return Reading(
        frozenset(document for document, version, *_ in rows if version in marks),
        frozenset(
            document for document, version, _, filed_at in rows if is_new(filed_at, read=version in marks, last=last)
        ),
        {document: number for document, _, number, _ in rows},
    )  # fmt: skip
