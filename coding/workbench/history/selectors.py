"""Reads of the history of a coding, and the list of codings whose states disagree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from audit import gate
from coding.workbench.enums import CodingStatus
from coding.workbench.history.enums import Verdict
from coding.workbench.history.models import CodingSnapshot, DrgMismatch
from coding.workbench.models import CodingRecord, Grouping
from coding.workbench.reading import coded_stay
from coding.workbench.summary import content_of
from hims.lib.access import Permission
from hims.lib.paging import Page, keyset_page

NOW = 0
PAGE_SIZE = 50


@dataclass(frozen=True)
class History:
    """snapshots: oldest first, without content. contents: by number, NOW for the coding as it stands; only what is compared.

    before, after: the numbers compared, None when there is nothing to compare. open: the coding can still change.
    """

    record: CodingRecord
    snapshots: list[CodingSnapshot]
    contents: Mapping[int, Any]
    before: int | None
    after: int | None
    open: bool

    @property
    def patient_ids(self) -> list[UUID]:
        """For the trail."""
        return [self.record.patient_id]

    @property
    def facility_id(self) -> int:
        """For the trail."""
        return self.record.facility_id


@dataclass(frozen=True)
class Reconciliation:
    """The mismatches of one coding, oldest first, with the contents of their states by number."""

    record: CodingRecord
    mismatches: list[DrgMismatch]
    contents: Mapping[int, Any] = field(default_factory=dict)

    @property
    def patient_ids(self) -> list[UUID]:
        """For the trail."""
        return [self.record.patient_id]

    @property
    def facility_id(self) -> int:
        """For the trail."""
        return self.record.facility_id


@gate.query(Permission.CODING_VIEW, CodingRecord, event="coding.history_viewed", detail=("encounter_id",))
def history_for(
    records: QuerySet[CodingRecord], *, encounter_id: UUID, before: int | None = None, after: int | None = None
) -> History:
    """What is kept of one coding, and the two states to compare: those asked for, or the first and the newest.

    The number of queries does not depend on how much is kept or coded.
    """
    record = _record(records, encounter_id)
    kept = CodingSnapshot.objects.filter(encounter_id=encounter_id).select_related("taken_by")
    snapshots = list(kept.defer("content").order_by("number"))
    still = record.status != CodingStatus.FINALIZED
    numbers = [each.number for each in snapshots] + ([NOW] if still else [])
    pair = _pair(numbers, before, after)
    contents = dict(kept.filter(number__in=[each for each in pair if each]).values_list("number", "content"))
    if NOW in pair:
        contents[NOW] = content_of(record, coded_stay(record), Grouping.objects.filter(record=record).first())
    return History(record, snapshots, contents, *pair, still)


def _pair(numbers: list[int], before: int | None, after: int | None) -> tuple[int | None, int | None]:
    """Two different states that there are."""
    if len(numbers) < 2:
        return None, None
    first = before if before in numbers else numbers[0]
    others = [each for each in numbers if each != first]
    return first, after if after in others else others[-1]


def _record(records: QuerySet[CodingRecord], encounter_id: UUID) -> CodingRecord:
    return records.select_related("encounter__facility", "patient", "abstract").get(encounter_id=encounter_id)


@gate.query(Permission.DRG_GROUP, DrgMismatch, event="coding.reconciliation_listed", detail=("verdict", "facility_id"))
def mismatches(
    rows: QuerySet[DrgMismatch], *, verdict: str = Verdict.OPEN, facility_id: int | None = None, after: str = "",
    size: int = PAGE_SIZE,
) -> Page[DrgMismatch]:  # fmt: skip
    """Codings whose states end in different DRGs, oldest first. verdict: "" for all."""
    if verdict:
        rows = rows.filter(verdict=verdict)
    if facility_id is not None:
        rows = rows.filter(facility_id=facility_id)
    rows = rows.select_related(
        "patient", "encounter", "facility", "judged_by", "earlier__taken_by", "later__taken_by"
    ).defer("earlier__content", "later__content")
    return keyset_page(rows, order=("found_at", "id"), after=after, size=size)


@gate.query(Permission.DRG_GROUP, CodingRecord, event="coding.reconciliation_viewed", detail=("encounter_id",))
def reconciliation_for(records: QuerySet[CodingRecord], *, encounter_id: UUID) -> Reconciliation:
    """The mismatches of one coding with all that is needed to judge them."""
    record = _record(records, encounter_id)
    rows = DrgMismatch.objects.filter(encounter_id=encounter_id).select_related(
        "judged_by", "earlier__taken_by", "later__taken_by"
    )
    found = list(rows.order_by("found_at", "id"))
    contents = {each.number: each.content for row in found for each in (row.earlier, row.later)}
    return Reconciliation(record, found, contents)
