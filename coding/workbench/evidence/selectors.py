"""Reads of evidence: its panel, the record a document belongs to, and what facilities ask for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import F, QuerySet
from django.db.models.functions import Substr

from audit import gate
from coding.codesets.enums import CodeSystem
from coding.codesets.selectors import titles_for
from coding.workbench.evidence.found import FoundAgain
from coding.workbench.evidence.models import Evidence, EvidencePolicy
from coding.workbench.evidence.rules import Key
from coding.workbench.evidence.state import RecordEvidence, record_evidence
from coding.workbench.models import CodedDiagnosis, CodedProcedure, CodingRecord
from coding.workbench.reading import stay_of
from hims.lib.access import Permission
from records.documents.models import Document, DocumentVersion
from records.sensitivity.withheld import hidden_spans

WORDS_SHOWN = 240
CHANGES_SHOWN = 20


@dataclass(frozen=True)
class EvidencePanel:
    """All evidence of a record. codes: on the record now, in order; words: the beginning of each piece that may be seen.

    found: of stale pieces whose words may be seen, where they stand in the newest version.
    """

    record: CodingRecord
    evidence: RecordEvidence
    codes: Sequence[Key] = ()
    titles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    words: Mapping[UUID, str] = field(default_factory=dict)
    found: Mapping[UUID, FoundAgain] = field(default_factory=dict)

    @property
    def patient_ids(self) -> list[UUID]:
        """For the trail."""
        return [self.record.patient_id]

    @property
    def facility_id(self) -> int:
        """For the trail."""
        return self.record.facility_id


@gate.query(Permission.CODING_VIEW, CodingRecord, event="evidence.viewed", detail=("encounter_id",))
def evidence_panel(records: QuerySet[CodingRecord], *, encounter_id: UUID) -> EvidencePanel:
    """The evidence of an encounter's coding. The number of queries does not depend on how much there is."""
    record = records.select_related("encounter", "patient", "hold", "abstract").get(encounter_id=encounter_id)
    evidence = record_evidence(record)
    diagnoses = list(CodedDiagnosis.objects.filter(record=record).order_by("pk").values_list("code", flat=True))
    procedures = list(CodedProcedure.objects.filter(record=record).order_by("sequence").values_list("code", flat=True))
    on = stay_of(record).coded_on
    cm, pcs = CodeSystem.ICD10CM, CodeSystem.ICD10PCS
    known = [*((cm.value, code) for code in diagnoses), *((pcs.value, code) for code in procedures)]
    seen = [pin.id for pin in evidence.pins if pin.place is not None]
    words = Evidence.objects.filter(pk__in=seen).annotate(
        words=Substr("version__text", F("begins") + 1, F("ends") - F("begins"))
    )
    return EvidencePanel(
        record, evidence, list(dict.fromkeys(known)),
        {cm.value: titles_for(cm, diagnoses, on=on), pcs.value: titles_for(pcs, procedures, on=on)},
        {pk: text[:WORDS_SHOWN] for pk, text in words.values_list("pk", "words")},
        _found([pin.id for pin in evidence.pins if pin.stale and pin.place is not None]),
    )  # fmt: skip


def _found(ids: Sequence[UUID]) -> dict[UUID, FoundAgain]:
    if not ids:
        return {}
    rows = list(Evidence.objects.filter(pk__in=ids).select_related("version").defer("version__search"))
    versions = DocumentVersion.objects.filter(document__in={row.document_id for row in rows}).defer("search")
    newest = {each.document_id: each for each in versions.order_by("document_id", "-number").distinct("document_id")}
    hidden = hidden_spans([*(row.version_id for row in rows), *(each.pk for each in newest.values())])
    return {
        row.pk: FoundAgain(
            row, newest[row.document_id], hidden_then=hidden.get(row.version_id, ()),
            hidden_now=hidden.get(newest[row.document_id].pk, ()),
        )
        for row in rows
    }  # fmt: skip


@gate.query(Permission.CODING_VIEW, Document, event="coding.opened", detail=("document_id",))
def document_of_coding(documents: QuerySet[Document], *, document_id: UUID) -> Document:
    """A document of an encounter that is coded, for an action. Raises NotVisible for every other."""
    found = documents.select_related("encounter").get(pk=document_id, encounter__isnull=False)
    gate.rows_of(CodingRecord).only("pk").get(encounter=found.encounter)
    return found


@dataclass(frozen=True)
class Policies:
    """The changes of every facility's policy that the person may see, newest first."""

    changes: Sequence[EvidencePolicy] = ()


@gate.query(Permission.CODING_POLICY, CodingRecord, event="evidence.policy_viewed")
def policies(records: QuerySet[CodingRecord], *, facility_ids: Sequence[int]) -> Policies:
    """What these facilities asked for, and who decided it. facility_ids: those at which the person decides."""
    rows = EvidencePolicy.objects.filter(facility__in=facility_ids).select_related("facility", "changed_by")
    return Policies(list(rows.order_by("-id")[: CHANGES_SHOWN * max(1, len(facility_ids))]))
