"""Reads of the coding workbench."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from audit import gate
from coding.codesets.enums import CodeSystem
from coding.codesets.memory import CodeBook, code_book
from coding.workbench.abstracting.reading import facts_of
from coding.workbench.coded import CodedStay
from coding.workbench.edits.engine import live_edits
from coding.workbench.edits.findings import Finding, Writing
from coding.workbench.edits.models import EditOverride
from coding.workbench.edits.reading import case_of, with_services
from coding.workbench.edits.settling import standing
from coding.workbench.enums import CodingStatus
from coding.workbench.evidence.state import RecordEvidence, record_evidence
from coding.workbench.grouping import why_not_grouped
from coding.workbench.house.reading import house_part
from coding.workbench.models import CodedDiagnosis, CodedProcedure, CodingRecord, CodingSummary, Grouping
from coding.workbench.reading import LinesRead, lines_of, procedure_lines, stay_of
from coding.workbench.reading_aids.state import Reading, reading_of
from coding.workbench.services.models import CodedService
from coding.workbench.services.reading import service_titles, services_of
from hims.lib.access import Permission
from hims.lib.paging import Page, keyset_page
from records.documents.models import Document, DocumentVersion
from records.encounters.models import EncounterProvider, Provider

OPEN = (CodingStatus.UNCODED, CodingStatus.IN_PROGRESS)
PAGE_SIZE = 50


@dataclass(frozen=True)
class Coding:
    """One encounter's coding with all that its page shows.

    ungrouped: why there is no DRG, "" when there is one or none is due. titles: by system, then code. summary: the newest one.
    clinicians: those of the encounter, the authors of its documents, and whoever is on a procedure.
    found: the live edits; overrides: those in force by edit key. services: rows of the service lines in order.
    reading: what the person has read of the documents, when that was asked for.
    """

    record: CodingRecord
    coded: CodedStay
    grouping: Grouping | None
    ungrouped: str
    titles: Mapping[str, Mapping[str, str]]
    documents: list[Document]
    procedure_providers: Mapping[int, Provider | None]
    clinicians: list[Provider]
    summary: CodingSummary | None
    found: list[Finding]
    overrides: Mapping[str, EditOverride]
    services: list[CodedService]
    service_titles: Mapping[str, str]
    evidence: RecordEvidence = field(default_factory=RecordEvidence)
    reading: Reading = field(default_factory=Reading)

    @cached_property
    def base(self) -> str:
        """Address of the workbench, which those of its lines begin with."""
        return self.record.get_absolute_url()

    @property
    def patient_ids(self) -> list[UUID]:
        """For the trail."""
        return [self.record.patient_id]

    @property
    def facility_id(self) -> int:
        """For the trail."""
        return self.record.facility_id

    @property
    def now(self) -> datetime:
        """The database's time of the reading, for the words about a hold."""
        moment: datetime = self.record.now  # type: ignore[attr-defined]
        return moment


@gate.query(
    Permission.CODING_VIEW,
    CodingRecord,
    event="coding.worklist_viewed",
    detail=("status", "encounter_class", "facility_id"),
)
def worklist(
    records: QuerySet[CodingRecord], *, status: str = "open", encounter_class: str = "", facility_id: int | None = None,
    after: str = "", size: int = PAGE_SIZE,
) -> Page[CodingRecord]:  # fmt: skip
    """Discharged encounters, oldest discharge first.

    status: "open" (not started or in progress), one CodingStatus, or "" for all. Five queries at most.
    """
    rows = records.filter(discharged_on__isnull=False)
    if status == "open":
        rows = rows.filter(status__in=OPEN)
    elif status:
        rows = rows.filter(status=status)
    if encounter_class:
        rows = rows.filter(encounter_class=encounter_class)
    if facility_id is not None:
        rows = rows.filter(facility_id=facility_id)
    rows = rows.select_related(
        "patient", "encounter", "facility", "coder", "grouping", "hold__holder"
    ).prefetch_related("patient__mrns")
    return keyset_page(rows, order=("discharged_on", "id"), after=after, size=size)


@gate.query(Permission.CODING_VIEW, CodingRecord, event="coding.opened")
def record_for(records: QuerySet[CodingRecord], *, encounter_id: UUID) -> CodingRecord:
    """The record alone, for an action."""
    return records.get(encounter_id=encounter_id)


@gate.query(Permission.CODING_VIEW, CodingRecord, event="coding.viewed", detail=("encounter_id",))
def coding_for(
    records: QuerySet[CodingRecord], *, encounter_id: UUID, with_documents: bool = True, reader_id: UUID | None = None,
    lines: LinesRead | None = None,
) -> Coding:  # fmt: skip
    """One encounter's coding. The number of queries does not depend on how much is coded or filed.

    with_documents: False leaves `documents` empty, for answers to a change, which do not list them again.
    reader_id: of the person who asks, for a page that shows what they have read. lines: what the change before has read; it counts
    only for the version of the record that stands.
    """
    joined = records.select_related(
        "encounter__facility", "facility", "patient", "coder", "grouping", "abstract", "hold__holder", "hold__lost_to"
    ).annotate(now=Now())
    record = (joined.prefetch_related("patient__mrns") if with_documents else joined).get(encounter_id=encounter_id)
    book = code_book()
    coded, procedures, services = _coded(record, book, lines)
    grouping: Grouping | None = getattr(record, "grouping", None)
    documents = gate.rows_of(Document).filter(encounter_id=encounter_id)
    named = _named(record, documents)
    listed = _listed(documents, named) if with_documents else []
    case = case_of(coded, book, () if coded.stay.inpatient else _writings(encounter_id))
    case = replace(case, **house_part(record, coded))
    return Coding(
        record=record, coded=coded, grouping=grouping, ungrouped=why_not_grouped(coded, grouping), titles=_titles(coded, book),
        documents=listed, procedure_providers={row.pk: row.provider for row in procedures},
        clinicians=_clinicians(named, procedures), summary=_newest_summary(encounter_id),
        found=live_edits(case), overrides=standing(record.pk), services=services,
        service_titles=service_titles(row.code for row in services) if services else {},
        evidence=record_evidence(record),
        reading=reading_of([each.pk for each in listed], reader_id, timezone.now()) if reader_id else Reading(),
    )  # fmt: skip


@gate.query(Permission.DRG_GROUP, CodingRecord, event="coding.grouping_listed", detail=("since",))
def records_to_group(records: QuerySet[CodingRecord], *, since: date | None = None) -> list[UUID]:
    """Ids of coded inpatient records, in a fixed order; since: first day of discharge that counts."""
    coded = Exists(CodedDiagnosis.objects.filter(record=OuterRef("pk")))
    rows = records.filter(Q(encounter_class="inpatient") & coded)
    if since is not None:
        rows = rows.filter(discharged_on__gte=since)
    return list(rows.order_by("id").values_list("pk", flat=True))


def _writings(encounter_id: UUID) -> tuple[Writing, ...]:
    """The newest text of each document of the encounter. One query."""
    versions = gate.rows_of(DocumentVersion).filter(document__encounter_id=encounter_id).select_related("document")
    newest = versions.order_by("document_id", "-number").distinct("document_id")
    return tuple(Writing(row.document.title, row.text) for row in newest.defer("search"))


def _coded(
    record: CodingRecord, book: CodeBook, known: LinesRead | None
) -> tuple[CodedStay, list[CodedProcedure], list[CodedService]]:
    lines = known if known is not None and known.stand(record) else lines_of(record)
    stay, rows = stay_of(record), lines.procedures
    services = [] if stay.inpatient else services_of(record.pk)
    coded = CodedStay(stay, lines.diagnoses, procedure_lines(rows), abstract=facts_of(record))
    return with_services(coded, services, book), rows, services


def _newest_summary(encounter_id: UUID) -> CodingSummary | None:
    """Without its content, which pages do not print."""
    rows = CodingSummary.objects.filter(encounter_id=encounter_id).select_related("finalized_by")
    return rows.defer("content").first()


def _named(record: CodingRecord, documents: QuerySet[Document]) -> list[Provider]:
    """Those who took part in the encounter, and the authors of its documents. One query."""
    part = EncounterProvider.objects.filter(encounter=record.encounter_id).values("provider_id")
    wrote = documents.filter(author__isnull=False).order_by().values("author_id")
    return list(Provider.objects.filter(pk__in=part.union(wrote)))


def _listed(documents: QuerySet[Document], authors: Iterable[Provider]) -> list[Document]:
    """In reading order. A long chart has few authors and one house: each is made once, not once a document."""
    known = {author.pk: author for author in authors}
    listed = list(documents.prefetch_related("facility").order_by("written_at", "id"))
    for document in listed:
        document.author = known.get(document.author_id) if document.author_id else None
    return listed


def _titles(coded: CodedStay, book: CodeBook) -> dict[str, dict[str, str]]:
    on, cm, pcs = coded.stay.coded_on, CodeSystem.ICD10CM, CodeSystem.ICD10PCS
    return {
        cm.value: book.titles(cm, [line.code for line in coded.diagnoses], on),
        pcs.value: book.titles(pcs, [line.code for line in coded.procedures], on),
    }


def _clinicians(named: Iterable[Provider], procedures: Iterable[CodedProcedure]) -> list[Provider]:
    once = {provider.pk: provider for provider in [*named, *(row.provider for row in procedures if row.provider)]}
    return sorted(once.values(), key=lambda provider: (provider.family_name, provider.given_names))
