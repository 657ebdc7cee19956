"""Background work of relationships; each is safe to run twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from hims.jobs.models import Job
from hims.jobs.queue import job
from hims.staff.models import User
from hims.staff.selectors import system_user
from records.relationships.actions import (
    CHUNK,
    documents_to_keep,
    encounters_to_keep,
    keep_document_grants,
    keep_encounter_grants,
)
from records.relationships.keeping import Kept, rebuilds

KEEP = "records.keep_grants"
KEEP_PROVIDER = "records.keep_provider_grants"
KEEP_ALL = "records.keep_all_grants"


@job(KEEP)
def keep_grants_job(row: Job) -> Mapping[str, Any]:
    """payload: {"encounter_ids": [...], "document_ids": [...]}; either may be missing."""
    by, kept = system_user(), Kept()
    for ids in chunks([UUID(each) for each in row.payload.get("encounter_ids", [])]):
        kept.add(keep_encounter_grants(by=by, encounter_ids=ids))
    for ids in chunks([UUID(each) for each in row.payload.get("document_ids", [])]):
        kept.add(keep_document_grants(by=by, document_ids=ids))
    return kept.counts()


@job(KEEP_PROVIDER)
def keep_provider_grants_job(row: Job) -> Mapping[str, Any]:
    """payload: {"provider_id": ...}; the clinician got, changed or lost a sign-in."""
    by, kept = system_user(), Kept()
    for ids in chunks(encounters_to_keep(by=by, provider_id=UUID(row.payload["provider_id"]))):
        kept.add(keep_encounter_grants(by=by, encounter_ids=ids))
    return kept.counts()


@job(KEEP_ALL)
def keep_all_grants_job(row: Job) -> Mapping[str, Any]:
    """All sources of relationships; what has no end yet moves along with the days."""
    by, kept = system_user(), Kept()
    for rebuild in rebuilds().values():
        kept.add(rebuild(by))
    return kept.counts()


def rebuild(by: User) -> Kept:
    """All grants that follow from encounters and documents made right."""
    kept = Kept()
    for ids in chunks(encounters_to_keep(by=by)):
        kept.add(keep_encounter_grants(by=by, encounter_ids=ids))
    for ids in chunks(documents_to_keep(by=by)):
        kept.add(keep_document_grants(by=by, document_ids=ids))
    return kept


def chunks(ids: Sequence[UUID]) -> list[Sequence[UUID]]:
    """In parts that one transaction handles well."""
    return [ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK)]
