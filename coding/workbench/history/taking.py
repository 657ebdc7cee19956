"""Keeping a state of a coding: part of gated actions, inside their transaction and under the lock of the record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from audit.authority import authority_of
from coding.workbench.coded import CodedStay
from coding.workbench.grouping import NOT_GROUPED
from coding.workbench.history.enums import SnapshotKind, Standpoint
from coding.workbench.history.models import CodingSnapshot, DrgMismatch
from coding.workbench.history.rules import mismatches
from coding.workbench.models import CodingRecord, CodingSummary, Grouping
from coding.workbench.summary import content_of, fingerprint
from hims.lib.access import Permission
from hims.staff.models import User


def standpoint_of(by: User, facility_id: int) -> Standpoint:
    """Whose view a state is that this person keeps: who may code speaks for coding, who reviews for review, else CDI."""
    authority = authority_of(by)
    if by.is_system:
        return Standpoint.AUTOMATIC
    if facility_id in authority.at(Permission.CODING_EDIT):
        return Standpoint.CODING
    return Standpoint.REVIEW if facility_id in authority.at(Permission.CODING_REVIEW) else Standpoint.CDI


def states_of(record: CodingRecord) -> list[CodingSnapshot]:
    """What is kept of a coding, without its content, oldest first."""
    return list(CodingSnapshot.objects.filter(encounter_id=record.encounter_id).defer("content").order_by("number"))


def keep_state(
    locked: CodingRecord, by: User, kind: SnapshotKind, content: dict[str, Any], *, note: str,
    summary: CodingSummary | None = None,
) -> CodingSnapshot:  # fmt: skip
    """What a person keeps, from where the person stands."""
    standpoint = standpoint_of(by, locked.facility_id)
    return keep(locked, kind=kind, standpoint=standpoint, by=by, content=content, before=states_of(locked), note=note,
                summary=summary)  # fmt: skip


def keep(
    locked: CodingRecord, *, kind: SnapshotKind, standpoint: Standpoint, by: User | None, content: dict[str, Any],
    before: Sequence[CodingSnapshot], note: str = "", summary: CodingSummary | None = None,
) -> CodingSnapshot:  # fmt: skip
    """The next snapshot, and a mismatch for each earlier state it contradicts. before: `states_of` the record."""
    drg = content["drg"]
    snapshot = CodingSnapshot.objects.create(
        encounter_id=locked.encounter_id, patient_id=locked.patient_id, facility_id=locked.facility_id,
        number=max((each.number for each in before), default=0) + 1, kind=kind, standpoint=standpoint,
        record_version=locked.version, initial_drg=drg.get("initial_drg", ""), final_drg=drg.get("final_drg", ""),
        grouper_version=drg.get("grouper_version"), content=content, sha256=fingerprint(content), note=note,
        summary=summary, taken_by=by,
    )  # fmt: skip
    DrgMismatch.objects.bulk_create(
        [
            DrgMismatch(
                encounter_id=locked.encounter_id, patient_id=locked.patient_id, facility_id=locked.facility_id,
                kind=which, earlier=old, later=snapshot, earlier_drg=old.final_drg, later_drg=snapshot.final_drg,
            )
            for which, old in mismatches(snapshot, before)
        ]
    )  # fmt: skip
    return snapshot


def keep_first_grouped(locked: CodingRecord, coded: CodedStay, grouping: Grouping | None) -> None:
    """The automatic baseline: the first state of a discharged stay that has a DRG. One query when there is one already."""
    if grouping is None or grouping.final_drg in NOT_GROUPED:
        return
    if CodingSnapshot.objects.filter(encounter_id=locked.encounter_id).exists():
        return
    keep(
        locked, kind=SnapshotKind.BASELINE, standpoint=Standpoint.AUTOMATIC, by=None,
        content=content_of(locked, coded, grouping), before=(),
    )  # fmt: skip
