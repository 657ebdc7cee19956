"""Reads of holds."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.db.models.functions import Now

from audit import gate
from coding.workbench.models import CodingRecord
from hims.lib.access import Permission


@gate.query(Permission.CODING_VIEW, CodingRecord, event="coding.hold_viewed", detail=("encounter_id",))
def record_with_hold(records: QuerySet[CodingRecord], *, encounter_id: UUID) -> CodingRecord:
    """The record with its hold and the database's time as `now`, for the words on a page that waits."""
    return (
        records.select_related("facility", "hold__holder", "hold__lost_to")
        .annotate(now=Now())
        .get(encounter_id=encounter_id)
    )
