"""Reads of the workbench's own reader: a document with its marks, two versions compared, hits, and earlier stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from audit import gate
from coding.workbench.evidence.state import Pin, record_evidence
from coding.workbench.models import CodedDiagnosis, CodingRecord, CodingSummary
from coding.workbench.reading_aids.models import ReadMark
from coding.workbench.reading_aids.sentences import Repeated, repeated
from hims.lib.access import Permission
from hims.lib.text import squeeze
from records.documents.models import Document, DocumentVersion
from records.documents.opening import OpenDocument, opened
from records.documents.selectors import HIT_END, HIT_START, LONGEST_SEARCH
from records.encounters.enums import EncounterStatus
from records.encounters.models import Encounter
from records.sensitivity.passages import Span, without
from records.sensitivity.withheld import hidden_spans, search_texts

STAYS_AT_MOST = 20
HITS_OPTIONS = f"HighlightAll=true, StartSel={HIT_START}, StopSel={HIT_END}"


@dataclass(frozen=True)
class ReadDocument:
    """A document in the workbench. pins: its record's evidence in this version; unseen: how many of them stand where the person
    may not look; repeats: sentences of earlier documents, sources in the order of `earlier`; due: the reading is to be noted."""

    opened: OpenDocument
    record: CodingRecord
    pins: Sequence[Pin] = ()
    unseen: int = 0
    repeats: Sequence[Repeated] = ()
    earlier: Sequence[Document] = ()
    hits: Sequence[Span] = ()
    due: bool = False

    @property
    def patient_id(self) -> UUID:
        """For the trail."""
        return self.opened.patient_id

    @property
    def facility_id(self) -> int:
        """For the trail."""
        return self.opened.facility_id


@gate.query(Permission.CODING_VIEW, Document, event="document.viewed", detail=("document_id", "number"))
def read_document(
    documents: QuerySet[Document], *, document_id: UUID, reader_id: UUID, number: int | None = None, words: str = ""
) -> ReadDocument:
    """The newest version of a document of a coded encounter, or the asked one, with all that is marked in it.

    reader_id: of the person who asks; words: what was searched for. The number of queries does not depend on how many
    documents and marks there are.
    """
    document = opened(documents.filter(encounter__isnull=False), document_id, number)
    record = gate.rows_of(CodingRecord).select_related("hold").get(encounter=document.document.encounter)
    version = document.version
    pins = [pin for pin in record_evidence(record).pins if pin.version_id == version.pk]
    seen = [pin for pin in pins if pin.place is not None]
    earlier, texts = _earlier(document.document)
    hits = _hits(version.pk, version.text, words)
    return ReadDocument(
        document, record, seen, len(pins) - len(seen), repeated(version.text, texts), earlier, hits,
        due=not ReadMark.objects.filter(user=reader_id, version=version).exists(),
    )  # fmt: skip


def _earlier(document: Document) -> tuple[list[Document], list[str]]:
    """The documents of the encounter written before, the oldest first, and their newest texts as the person may read them."""
    before = Q(written_at__lt=document.written_at) | Q(written_at=document.written_at, pk__lt=document.pk)
    ours = gate.rows_of(Document).filter(before, encounter=document.encounter).select_related("facility")
    found = list(ours.order_by("written_at", "id"))
    newest = DocumentVersion.objects.filter(document__in=[each.pk for each in found])
    newest = newest.order_by("document_id", "-number").distinct("document_id")
    rows = {row: (pk, text) for row, pk, text in newest.values_list("document_id", "pk", "text")}
    hidden = hidden_spans(pk for pk, _ in rows.values()) if rows else {}
    empty: tuple[Any, str] = (None, "")
    texts = [rows.get(each.pk, empty) for each in found]
    return found, [without(text, hidden[pk]) if pk in hidden else text for pk, text in texts]


def _hits(version_id: UUID, text: str, words: str) -> list[Span]:
    """Where the words searched for stand in a text as it is shown, as the database's search sees them. One query when asked."""
    wanted = squeeze(words[:LONGEST_SEARCH])
    if not wanted or HIT_START in text or HIT_END in text:
        return []
    found = search_texts({version_id: text}, wanted, HITS_OPTIONS).get(version_id)
    spans: list[Span] = []
    place = 0
    before, *parts = found[1].split(HIT_START) if found else ("",)
    place += len(before)
    for part in parts:
        hit, _, after = part.partition(HIT_END)
        if text[place : place + len(hit)] != hit:
            break
        spans.append(Span(place, place + len(hit)))
        place += len(hit) + len(after)
    return spans


@dataclass(frozen=True)
class Compared:
    """Two versions of a document as the person may read them."""

    old: OpenDocument
    new: OpenDocument

    @property
    def patient_id(self) -> UUID:
        """For the trail."""
        return self.new.patient_id

    @property
    def facility_id(self) -> int:
        """For the trail."""
        return self.new.facility_id


@gate.query(Permission.CODING_VIEW, Document, event="document.compared", detail=("document_id", "old", "new"))
def compared(
    documents: QuerySet[Document], *, document_id: UUID, old: int | None = None, new: int | None = None
) -> Compared:
    """Two versions; without numbers the newest one and the one before it. Raises NotVisible for what does not exist."""
    rows = documents.filter(encounter__isnull=False)
    later = opened(rows, document_id, new)
    gate.rows_of(CodingRecord).only("pk").get(encounter=later.document.encounter)
    return Compared(opened(rows, document_id, old if old is not None else max(1, later.version.number - 1)), later)


@dataclass(frozen=True)
class EarlierStays:
    """The stays of a patient before this one, newest first, each with its newest summary; coded: diagnoses of this stay."""

    record: CodingRecord
    stays: Sequence[Encounter] = ()
    summaries: dict[UUID, CodingSummary] = field(default_factory=dict)
    coded: frozenset[str] = frozenset()
    supported: frozenset[str] = frozenset()

    @property
    def patient_ids(self) -> list[UUID]:
        """For the trail."""
        return [self.record.patient_id]

    @property
    def facility_id(self) -> int:
        """For the trail."""
        return self.record.facility_id


@gate.query(Permission.CODING_VIEW, CodingRecord, event="coding.earlier_stays_viewed", detail=("encounter_id",))
def earlier_stays(records: QuerySet[CodingRecord], *, encounter_id: UUID) -> EarlierStays:
    """At most twenty earlier stays in reach. supported: diagnoses of this stay with evidence in a newest text."""
    record = records.select_related("encounter").get(encounter_id=encounter_id)
    stay = record.encounter
    before = gate.rows_of(Encounter).filter(patient_id=record.patient_id, admitted_at__lt=stay.admitted_at)
    before = before.exclude(status__in=(EncounterStatus.CANCELLED, EncounterStatus.PLANNED)).exclude(pk=stay.pk)
    stays = list(before.select_related("facility").order_by("-admitted_at", "id")[:STAYS_AT_MOST])
    newest = gate.rows_of(CodingSummary).filter(encounter__in=[each.pk for each in stays])
    summaries = {row.encounter_id: row for row in newest.order_by("encounter_id", "-number").distinct("encounter_id")}
    coded = frozenset(CodedDiagnosis.objects.filter(record=record).values_list("code", flat=True))
    current = {code for _, code in record_evidence(record).current}
    return EarlierStays(record, stays, summaries, coded, coded & current)
