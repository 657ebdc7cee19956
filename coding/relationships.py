"""Coding as a relationship: whoever codes an encounter reaches its patient while the work lasts, and a week longer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Max, Q

from audit import gate
from audit.access.clock import database_now
from audit.access.models import AccessGrant, GrantSource
from audit.trail.enums import Category
from coding.signals import coding_finalized, coding_reopened
from coding.workbench.enums import CodingStatus
from coding.workbench.models import CodingRecord
from hims.jobs.models import Job
from hims.jobs.queue import enqueue, job
from hims.lib.access import Permission
from hims.lib.ids import uuid7
from hims.staff.models import User
from hims.staff.selectors import system_user
from records.relationships.jobs import chunks
from records.relationships.keeping import Kept, Tie, keep, objects, rebuilt_by
from records.relationships.rules import Span, open_end

AFTER = timedelta(days=7)
"""How long after the finalization the coder still reaches the patient: for questions and corrections."""
CODING = "coding"
KEEP = "coding.keep_grants"


def connect() -> None:
    """Called once, when the app is ready."""
    coding_finalized.connect(_keep, dispatch_uid="coding.keep_grants")
    coding_reopened.connect(_keep, dispatch_uid="coding.keep_reopened_grants")
    rebuilt_by("coding", rebuild)


def _keep(encounter_id: UUID, actor_id: UUID, **_: Any) -> None:
    enqueue(KEEP, key=f"{KEEP}:{uuid7()}", actor_id=actor_id, payload={"encounter_ids": [str(encounter_id)]})


@job(KEEP)
def keep_coding_grants_job(row: Job) -> dict[str, Any]:
    """payload: {"encounter_ids": [...]}."""
    encounter_ids = [UUID(each) for each in row.payload["encounter_ids"]]
    return keep_coding_grants(by=system_user(), encounter_ids=encounter_ids).counts()


@gate.command(Permission.CODING_EDIT, subject="facility", event="grants.kept", category=Category.ADMIN)
def keep_coding_grants(*, by: User, encounter_ids: Sequence[UUID], facility: None = None) -> Kept:
    """The grants of the coders of these encounters; safe to run again."""
    now = database_now()
    records = CodingRecord.objects.filter(encounter_id__in=encounter_ids, coder__isnull=False)
    finalized = records.annotate(finalized_at=Max("encounter__coding_summaries__finalized_at")).order_by()
    ties: dict[Tie, Span] = {}
    columns = finalized.values_list("encounter_id", "patient_id", "coder_id", "status", "created_at", "finalized_at")
    for encounter_id, patient_id, coder_id, status, created_at, finalized_at in columns:
        is_final = status == CodingStatus.FINALIZED and finalized_at is not None
        span = Span(created_at, finalized_at + AFTER if is_final else open_end(now))
        ties[Tie(coder_id, patient_id, GrantSource.WORK_ITEM, CODING, str(encounter_id))] = span
    kept = keep(ties, AccessGrant.objects.filter(objects(CODING, encounter_ids)), now)
    kept.facility_ids = sorted(set(records.order_by().values_list("facility_id", flat=True)))
    return kept


@gate.command(Permission.CODING_EDIT, subject="facility", event="grants.renewed", category=Category.ADMIN)
def coding_to_keep(*, by: User, facility: None = None) -> list[UUID]:
    """Ids of the encounters whose coder's grant may have to begin, move or end."""
    now = database_now()
    open_or_fresh = ~Q(status=CodingStatus.FINALIZED) | Q(encounter__coding_summaries__finalized_at__gt=now - AFTER)
    ids = CodingRecord.objects.filter(open_or_fresh, coder__isnull=False).values_list("encounter_id", flat=True)
    held = AccessGrant.objects.filter(object_type=CODING, during__endswith__gt=now, revoked_at__isnull=True)
    return sorted({*ids, *(UUID(each) for each in held.values_list("object_id", flat=True))}, key=str)


def rebuild(by: User) -> Kept:
    """All grants that follow from coding made right."""
    kept = Kept()
    for ids in chunks(coding_to_keep(by=by)):
        kept.add(keep_coding_grants(by=by, encounter_ids=ids))
    return kept
