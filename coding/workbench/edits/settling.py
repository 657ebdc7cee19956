"""Overrides beside the edits they answer: which stand, and which have lost their reason to."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone

from coding.workbench.coded import CodedStay
from coding.workbench.edits.engine import live_edits
from coding.workbench.edits.models import EditOverride
from coding.workbench.edits.reading import whole_case
from coding.workbench.models import CodingRecord

NO_LONGER = "no longer fires"
TAKEN_BACK = "taken back"


def standing(record_id: UUID) -> dict[str, EditOverride]:
    """The overrides in force by edit key. One query."""
    rows = EditOverride.objects.filter(record_id=record_id, withdrawn_at__isnull=True).select_related("given_by")
    return {row.edit: row for row in rows}


def settle(record: CodingRecord, coded: CodedStay | None = None) -> None:
    """Withdraw the overrides whose edit no longer fires. One query when there is none.

    coded: the codes as they stand, when they have been read.
    """
    answered = standing(record.pk)
    if not answered:
        return
    firing = {finding.key for finding in live_edits(whole_case(record, coded))}
    gone = [row.pk for key, row in answered.items() if key not in firing]
    if gone:
        rows = EditOverride.objects.filter(pk__in=gone)
        rows.update(withdrawn_at=timezone.now(), withdrawn_why=NO_LONGER)
