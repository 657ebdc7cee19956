"""Keeping a state of a coding on demand, and judging where two states disagree."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone

from audit import gate
from audit.trail.enums import Category
from coding.workbench.changing import lock
from coding.workbench.enums import CodingStatus
from coding.workbench.grouping import NOT_GROUPED
from coding.workbench.history.enums import SnapshotKind, Verdict
from coding.workbench.history.models import CodingSnapshot, DrgMismatch
from coding.workbench.history.rules import Ask, judge_fault, snapshot_fault
from coding.workbench.history.taking import keep, standpoint_of, states_of
from coding.workbench.models import CodingRecord, Grouping
from coding.workbench.reading import coded_stay
from coding.workbench.summary import content_of
from hims.lib.access import Permission
from hims.lib.errors import DomainError
from hims.lib.text import squeeze
from hims.staff.models import User

LONGEST_NOTE, LONGEST_REASON = 200, 400


@gate.command(
    Permission.DRG_GROUP, subject="record", event="coding.snapshot_taken", category=Category.CREATE, detail=("kind",)
)
def take_snapshot(
    *, by: User, record: CodingRecord, version: int, kind: SnapshotKind, note: str = ""
) -> CodingSnapshot:
    """The coding as it stands, kept as baseline or as a working state; nothing of the coding itself changes.

    Raises StaleCoding, and DomainError when the coding is finalized or the baseline of this side is set already.
    """
    locked = lock(record, version, changes=False)
    grouping = Grouping.objects.filter(record=locked).first()
    drg = grouping.final_drg if grouping and grouping.final_drg not in NOT_GROUPED else ""
    standpoint, before = standpoint_of(by, locked.facility_id), states_of(locked)
    ask = Ask(kind, standpoint, drg, locked.status == CodingStatus.FINALIZED)
    if fault := snapshot_fault(ask, before):
        raise DomainError(fault)
    content = content_of(locked, coded_stay(locked), grouping)
    words = squeeze(note)[:LONGEST_NOTE]
    return keep(locked, kind=kind, standpoint=standpoint, by=by, content=content, before=before, note=words)


@gate.command(
    Permission.CODING_REVIEW, subject="record", event="coding.mismatch_judged", detail=("mismatch_id", "verdict")
)
def judge_mismatch(*, by: User, record: CodingRecord, mismatch_id: UUID, verdict: Verdict, reason: str) -> DrgMismatch:
    """Agreed: the later state is right; disagreed: it is not. Given once, with its reason.

    Raises DomainError when there is no such open mismatch, for someone who took part, and without a reason (field reason).
    """
    rows = DrgMismatch.objects.select_for_update(of=("self",)).select_related("earlier", "later")
    mismatch: DrgMismatch | None = rows.filter(
        pk=mismatch_id, encounter_id=record.encounter_id, verdict=Verdict.OPEN
    ).first()
    if mismatch is None:
        raise DomainError("There is nothing to judge here, or somebody has judged it already.")
    if verdict not in {Verdict.AGREED, Verdict.DISAGREED}:
        raise DomainError("Choose whether you agree.", field="verdict")
    words = squeeze(reason)[:LONGEST_REASON]
    parties = (mismatch.earlier.taken_by_id, mismatch.later.taken_by_id, record.coder_id)
    if fault := judge_fault(by.pk, parties, words):
        raise DomainError(fault, field="reason")
    mismatch.verdict, mismatch.reason, mismatch.judged_by, mismatch.judged_at = verdict, words, by, timezone.now()
    mismatch.save(update_fields=["verdict", "reason", "judged_by", "judged_at"])
    return mismatch
