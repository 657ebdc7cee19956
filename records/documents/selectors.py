"""Reads of documents."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.search import SearchHeadline, SearchQuery, SearchRank
from django.db.models import F, OuterRef, QuerySet, Subquery

from audit import gate
from audit.trail.enums import Category
from hims.lib.access import Permission
from hims.lib.digests import require_intact
from hims.lib.paging import Page, keyset_page
from hims.lib.text import squeeze
from records.documents.enums import DocumentStatus
from records.documents.models import Document, DocumentVersion
from records.documents.opening import OpenDocument, opened, passages
from records.registry.models import Patient
from records.sensitivity.passages import without
from records.sensitivity.withheld import hidden_sections, hidden_spans, search_texts

HIT_START, HIT_END = "\x02", "\x03"
HITS_AT_MOST = 50
LONGEST_SEARCH = 100
SNIPPET: dict[str, Any] = {"max_fragments": 2, "max_words": 18, "min_words": 6}


@gate.query(Permission.CHART_VIEW, Document, event="document.viewed", detail=("document_id", "number"))
def open_document(documents: QuerySet[Document], *, document_id: UUID, number: int | None = None) -> OpenDocument:
    """The newest version of a document, or the asked one."""
    return opened(documents, document_id, number)


@gate.query(Permission.DOCUMENT_WRITE, Document, event="document.opened", detail=("document_id",))
def document_to_change(documents: QuerySet[Document], *, document_id: UUID) -> OpenDocument:
    """The newest version, for whoever may sign, amend or retract it."""
    return opened(documents, document_id, None)


@gate.query(
    Permission.CHART_VIEW,
    Document,
    event="document.downloaded",
    category=Category.EXPORT,
    detail=("document_id",),
)
def document_pdf(documents: QuerySet[Document], *, document_id: UUID) -> OpenDocument:
    """The newest version that came as a PDF, with its bytes. Raises NotVisible when there is none, or a passage of any version
    is withheld: the marked words may stand in the picture of an earlier one, which has no text to find them in. Raises
    DomainError when the bytes are not those that were filed."""
    document = documents.select_related("encounter").get(pk=document_id)
    version = (
        document.versions.filter(file__isnull=False)
        .select_related("file")
        .defer("search")
        .order_by("-number")[:1]
        .get()
    )
    hidden, sections = passages(document)
    if hidden:
        raise DocumentVersion.DoesNotExist
    require_intact(bytes(version.file.content), version.file.sha256)
    return OpenDocument(document, version, [version], has_file=True, sections=sections)


@gate.query(Permission.CHART_VIEW, Document, event="document.listed")
def documents_of_encounter(documents: QuerySet[Document], *, encounter_id: UUID) -> list[Document]:
    """All documents of an encounter in the order they were written."""
    return list(
        documents.filter(encounter_id=encounter_id).select_related("author", "facility").order_by("written_at", "id")
    )


class ChartHits(list[Document]):
    """What a search in one chart found. The search is about that patient also when it finds nothing."""

    def __init__(self, patient_id: UUID, hits: Iterable[Document] = ()) -> None:
        super().__init__(hits)
        self.patient_ids = [patient_id]


@gate.query(
    Permission.CHART_VIEW,
    Document,
    event="chart.searched",
    category=Category.SEARCH,
    detail=("text", "patient_id"),
)
def search_chart(
    documents: QuerySet[Document], *, patient_id: UUID, text: str, encounter_id: UUID | None = None
) -> ChartHits:
    """At most 50 documents of a patient whose newest version holds the words, best first; none for a blank text.

    encounter_id: only those of this encounter. Each has `snippet`, in which hits stand between HIT_START and HIT_END, and
    `newest_number`.
    """
    gate.rows_of(Patient).only("pk").get(pk=patient_id)
    words = squeeze(text[:LONGEST_SEARCH])
    if not words:
        return ChartHits(patient_id)
    ours = documents.filter(patient_id=patient_id).select_related("author", "facility")
    if encounter_id is not None:
        ours = ours.filter(encounter_id=encounter_id)
    marked = hidden_sections().filter(patient_id=patient_id)
    broken = set(marked.values_list("version__document_id", flat=True))
    found = _whole_hits(ours.exclude(pk__in=broken) if broken else ours, words)
    found += _broken_hits(ours.filter(pk__in=broken), words) if broken else []
    best = sorted(found, key=lambda hit: (-vars(hit)["rank"], -hit.written_at.timestamp(), hit.pk))
    return ChartHits(patient_id, best[:HITS_AT_MOST])


def _whole_hits(documents: QuerySet[Document], words: str) -> list[Document]:
    """Documents whose whole newest text the person may read, by their stored index."""
    wanted = SearchQuery(words, config="english", search_type="websearch")
    newest = DocumentVersion.objects.filter(document=OuterRef("pk")).order_by("-number")
    found = newest.filter(search=wanted)
    snippet = SearchHeadline("text", wanted, config="english", start_sel=HIT_START, stop_sel=HIT_END, **SNIPPET)
    rows = (
        documents.annotate(newest_number=Subquery(newest.values("number")[:1]))
        .annotate(
            hit_number=Subquery(found.values("number")[:1]),
            snippet=Subquery(found.annotate(snippet=snippet).values("snippet")[:1]),
            rank=Subquery(found.annotate(rank=SearchRank(F("search"), wanted)).values("rank")[:1]),
        )
        .filter(hit_number=F("newest_number"))
        .order_by("-rank", "-written_at", "id")
    )
    return list(rows[:HITS_AT_MOST])


def _broken_hits(documents: QuerySet[Document], words: str) -> list[Document]:
    """Documents with passages withheld from the person: only what is left of the newest text counts, and is quoted."""
    newest = (
        DocumentVersion.objects.filter(document__in=documents)
        .order_by("document_id", "-number")
        .distinct("document_id")
    )
    versions = {version.document_id: version for version in newest.defer("search")}
    hidden = hidden_spans(version.pk for version in versions.values())
    texts = {key: without(version.text, hidden.get(version.pk, ())) for key, version in versions.items()}
    options = f"StartSel={HIT_START}, StopSel={HIT_END}, " + ", ".join(
        f"{name.title().replace('_', '')}={value}" for name, value in SNIPPET.items()
    )
    hits = search_texts(texts, words, options)
    found = list(documents.filter(pk__in=hits))
    for document in found:
        rank, snippet = hits[document.pk]
        vars(document).update(rank=rank, snippet=snippet, newest_number=versions[document.pk].number)
    return found


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
