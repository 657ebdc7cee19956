"""Inside gated reads: many codings as house rules see them, with a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from coding.workbench.abstracting.reading import facts_of
from coding.workbench.coded import CodedStay
from coding.workbench.house.reading import kinds_at, snapshot_of
from coding.workbench.house.rules import Snapshot
from coding.workbench.models import CodedDiagnosis, CodedProcedure, CodingRecord
from coding.workbench.reading import diagnosis_lines, procedure_lines, stay_of
from coding.workbench.services.models import CodedService
from coding.workbench.services.reading import service_lines


def snapshots(records: Sequence[CodingRecord], facility_id: int) -> list[Snapshot]:
    """The records in order, joined as RECENT and BESIDE have it. Five queries."""
    ids = [record.pk for record in records]
    diagnoses = _by_record(CodedDiagnosis.objects.filter(record_id__in=ids))
    procedures = _by_record(
        CodedProcedure.objects.filter(record_id__in=ids).select_related("provider").order_by("sequence")
    )
    services = _by_record(CodedService.objects.filter(record_id__in=ids).prefetch_related("pointers"))
    kinds = kinds_at(facility_id)
    found = []
    for record in records:
        steps = procedures[record.pk]
        coded = CodedStay(
            stay_of(record), diagnosis_lines(diagnoses[record.pk]), procedure_lines(steps),
            services=service_lines(services[record.pk]), abstract=facts_of(record),
        )  # fmt: skip
        surgeon = steps[0].provider if steps else None
        found.append(snapshot_of(record, coded, getattr(record, "grouping", None), surgeon, kinds))
    return found


def _by_record(rows: Any) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.record_id].append(row)
    return found
