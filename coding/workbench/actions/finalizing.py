"""Finalizing a coding, and opening it again."""

from __future__ import annotations

from django.db.models import Max

from audit import gate
from audit.trail.enums import Category
from coding.codesets.memory import fresh_book
from coding.signals import coding_finalized, coding_reopened
from coding.workbench.changing import lock, regroup_record, show, touch
from coding.workbench.coded import CodedStay
from coding.workbench.edits.engine import live_edits
from coding.workbench.edits.models import EditOverride
from coding.workbench.edits.reading import whole_case
from coding.workbench.edits.settling import settle, standing
from coding.workbench.enums import CodingStatus
from coding.workbench.evidence.policy import evidence_checks
from coding.workbench.grouping import why_not_grouped
from coding.workbench.history.enums import SnapshotKind
from coding.workbench.history.taking import keep_state
from coding.workbench.holds.keeping import let_go
from coding.workbench.models import CodingRecord, CodingSummary, Grouping
from coding.workbench.notices import checklist
from coding.workbench.reading import coded_stay
from coding.workbench.summary import content_of, fingerprint
from hims.lib.access import Permission
from hims.lib.errors import DomainError
from hims.lib.text import squeeze
from hims.staff.models import User


@gate.command(Permission.CODING_FINALIZE, subject="record", event="coding.finalized", category=Category.CREATE)
def finalize(*, by: User, record: CodingRecord, version: int) -> CodingSummary:
    """The coding as it stands becomes the next immutable summary; billing hears of it in the same transaction.

    Raises StaleCoding, and DomainError with the open points of the checklist.
    """
    locked = lock(record, version)
    if locked.status == CodingStatus.FINALIZED:
        raise DomainError("This coding is finalized already.")
    regroup_record(locked)
    settle(locked)
    case, answered = whole_case(locked, book=fresh_book()), standing(locked.pk)
    coded = case.coded
    grouping = Grouping.objects.filter(record=locked).first()
    ungrouped = why_not_grouped(coded, grouping)
    checks = checklist(coded, ungrouped=ungrouped, found=live_edits(case), answered=answered.keys())
    checks += evidence_checks(locked, coded)
    open_points = [check for check in checks if not check.done]
    if open_points:
        raise DomainError(" ".join(f"{check.text}: {check.detail}" for check in open_points))
    summary = _summarize(by, locked, coded, grouping, list(answered.values()))
    locked.coder = by
    touch(locked, CodingStatus.FINALIZED)
    let_go(locked)
    keep_state(locked, by, SnapshotKind.FINAL, summary.content, note=summary.reason, summary=summary)
    show(record, locked)
    coding_finalized.send(sender=CodingSummary, encounter_id=locked.encounter_id, summary_id=summary.pk, actor_id=by.pk)
    return summary


@gate.command(Permission.CODING_EDIT, subject="record", event="coding.reopened")
def reopen(*, by: User, record: CodingRecord, version: int, reason: str) -> CodingRecord:
    """A finalized coding becomes work again; its summaries stay, the next one tells the reason.

    Raises StaleCoding, and DomainError (field reason) without a reason.
    """
    locked = lock(record, version)
    if locked.status != CodingStatus.FINALIZED:
        raise DomainError("This coding is not finalized.")
    words = squeeze(reason)[:200]
    if not words:
        raise DomainError("Say why the coding is opened again.", field="reason")
    grouping = Grouping.objects.filter(record=locked).first()
    content = content_of(locked, coded_stay(locked), grouping)
    keep_state(locked, by, SnapshotKind.WORKING, content, note=words)
    locked.reopened_for = words
    locked.save(update_fields=["reopened_for"])
    touch(locked, CodingStatus.IN_PROGRESS)
    show(record, locked)
    coding_reopened.send(sender=CodingRecord, encounter_id=locked.encounter_id, actor_id=by.pk)
    return record


def _summarize(
    by: User, locked: CodingRecord, coded: CodedStay, grouping: Grouping | None, overrides: list[EditOverride]
) -> CodingSummary:
    content = content_of(locked, coded, grouping, overrides)
    before = CodingSummary.objects.filter(encounter_id=locked.encounter_id).aggregate(newest=Max("number"))["newest"]
    return CodingSummary.objects.create(
        encounter_id=locked.encounter_id, patient_id=locked.patient_id, facility_id=locked.facility_id,
        number=(before or 0) + 1, final_drg=grouping.final_drg if grouping else "",
        grouper_version=grouping.grouper_version if grouping else None, content=content, sha256=fingerprint(content),
        reason=locked.reopened_for, finalized_by=by,
    )  # fmt: skip
