"""Reads of documents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.postgres.search import SearchHeadline, SearchQuery, SearchRank
from django.db.models import F, OuterRef, QuerySet, Subquery

from audit import gate
from audit.trail.enums import Category
from hims.lib.access import Permission
from hims.lib.paging import Page, keyset_page
from hims.lib.text import squeeze
from records.documents.enums import DocumentStatus
from records.documents.models import Document, DocumentVersion
from records.registry.models import Patient
from records.registry.numbers import own_numbers

HIT_START, HIT_END = "\x02", "\x03"
HITS_AT_MOST = 50
LONGEST_SEARCH = 100


@dataclass(frozen=True)
class OpenDocument:
    """A document with one of its versions, and the numbers of all."""

    document: Document
    version: DocumentVersion
    versions: list[DocumentVersion]
    has_file: bool

    @property
    def patient_id(self) -> UUID:
        """For the trail."""
        return self.document.patient_id

    @property
    def numbers(self) -> list[int]:
        """Of all versions, newest first."""
        return [version.number for version in self.versions]

    @property
    def facility_id(self) -> int:
        """For the trail."""
        return self.document.facility_id


@gate.query(Permission.CHART_VIEW, Document, event="document.viewed", detail=("document_id", "number"))
def open_document(documents: QuerySet[Document], *, document_id: UUID, number: int | None = None) -> OpenDocument:
    """The newest version of a document, or the asked one."""
    return _opened(documents, document_id, number)


@gate.query(Permission.DOCUMENT_WRITE, Document, event="document.opened", detail=("document_id",))
def document_to_change(documents: QuerySet[Document], *, document_id: UUID) -> OpenDocument:
    """The newest version, for whoever may sign, amend or retract it."""
    return _opened(documents, document_id, None)


def _opened(documents: QuerySet[Document], document_id: UUID, number: int | None) -> OpenDocument:
    document = (
        documents.select_related("patient", "author", "encounter", "facility")
        .prefetch_related(own_numbers("patient__mrns"))
        .get(pk=document_id)
    )
    versions = list(document.versions.defer("text", "search").order_by("-number"))
    if not versions:
        raise DocumentVersion.DoesNotExist
    wanted = number if number is not None else versions[0].number
    version = document.versions.select_related("file").defer("search", "file__content").get(number=wanted)
    return OpenDocument(document, version, versions, has_file=hasattr(version, "file"))


@gate.query(
    Permission.CHART_VIEW,
    Document,
    event="document.downloaded",
    category=Category.EXPORT,
    detail=("document_id",),
)
def document_pdf(documents: QuerySet[Document], *, document_id: UUID) -> OpenDocument:
    """The newest version that came as a PDF, with its bytes. Raises NotVisible when there is none."""
    document = documents.get(pk=document_id)
    version = (
        document.versions.filter(file__isnull=False)
        .select_related("file")
        .defer("search")
        .order_by("-number")[:1]
        .get()
    )
    return OpenDocument(document, version, [version], has_file=True)


@gate.query(Permission.CHART_VIEW, Document, event="document.listed")
def documents_of_encounter(documents: QuerySet[Document], *, encounter_id: UUID) -> list[Document]:
    """All documents of an encounter in the order they were written."""
    return list(
        documents.filter(encounter_id=encounter_id).select_related("author", "facility").order_by("written_at", "id")
    )


@gate.query(
    Permission.CHART_VIEW,
    Document,
    event="chart.searched",
    category=Category.SEARCH,
    detail=("text", "patient_id"),
)
def search_chart(documents: QuerySet[Document], *, patient_id: UUID, text: str) -> list[Document]:
    """At most 50 documents of a patient whose newest version holds the words, best first; none for a blank text.

    Each has `snippet`, in which hits stand between HIT_START and HIT_END, and `newest_number`.
    """
    gate.rows_of(Patient).only("pk").get(pk=patient_id)
    words = squeeze(text[:LONGEST_SEARCH])
    if not words:
        return []
    wanted = SearchQuery(words, config="english", search_type="websearch")
    newest = DocumentVersion.objects.filter(document=OuterRef("pk")).order_by("-number")
    found = newest.filter(search=wanted)
    snippet = SearchHeadline(
        "text",
        wanted,
        config="english",
        start_sel=HIT_START,
        stop_sel=HIT_END,
        max_fragments=2,
        max_words=18,
        min_words=6,
    )
    rows = (
        documents.filter(patient_id=patient_id)
        .annotate(newest_number=Subquery(newest.values("number")[:1]))
        .annotate(
            hit_number=Subquery(found.values("number")[:1]),
            snippet=Subquery(found.annotate(snippet=snippet).values("snippet")[:1]),
            rank=Subquery(found.annotate(rank=SearchRank(F("search"), wanted)).values("rank")[:1]),
        )
        .filter(hit_number=F("newest_number"))
        .select_related("author", "facility")
        .order_by("-rank", "-written_at", "id")
    )
    return list(rows[:HITS_AT_MOST])


@gate.query(Permission.DOCUMENT_WRITE, Document, event="document.unsigned_listed")
def unsigned_page(documents: QuerySet[Document], *, after: str = "") -> Page[Document]:
    """One page of the drafts in reach, oldest first. Raises DomainError for `after`."""
    drafts = documents.filter(status=DocumentStatus.DRAFT).select_related("patient", "author", "facility")
    return keyset_page(drafts, order=("written_at", "id"), after=after)


@dataclass(frozen=True)
class Unsigned:
    """How many documents wait for a signature (counted up to a limit), and when the oldest of them was written."""

    count: int
    oldest_at: datetime | None


@gate.query(Permission.DOCUMENT_WRITE, Document, event="document.unsigned_counted")
def unsigned_documents(documents: QuerySet[Document], *, limit: int = 1000) -> Unsigned:
    """Drafts in reach; the count stops at `limit`, so that it costs the same in a large archive."""
    drafts = documents.filter(status=DocumentStatus.DRAFT)
    oldest = drafts.order_by("written_at").values_list("written_at", flat=True).first()
    return Unsigned(drafts.order_by()[:limit].count() if oldest else 0, oldest)
