"""Reads of documents."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib.postgres.search import SearchHeadline, SearchQuery, SearchRank
from django.db.models import F, OuterRef, QuerySet, Subquery

from audit import gate
from audit.trail.enums import Category
from hims.lib.access import Permission
from records.documents.models import Document, DocumentVersion

HIT_START, HIT_END = "\x02", "\x03"
HITS_AT_MOST = 50


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


@gate.query(Permission.CHART_VIEW, Document, event="document.viewed", detail=("document_id", "number"))
def open_document(documents: QuerySet[Document], *, document_id: UUID, number: int | None = None) -> OpenDocument:
    """The newest version of a document, or the asked one."""
    document = (
        documents.select_related("patient", "author", "encounter", "facility")
        .prefetch_related("patient__mrns")
        .get(pk=document_id)
    )
    versions = list(document.versions.defer("text", "search").order_by("-number"))
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
    """At most 50 documents of a patient whose newest version holds the words, best first.

    Each has `snippet`, in which hits stand between HIT_START and HIT_END, and `version_number`.
    """
    wanted = SearchQuery(text, config="english", search_type="websearch")
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
