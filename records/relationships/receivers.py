"""Relationships follow encounters, documents and the sign-ins of clinicians: a queued job, nothing else."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models.signals import post_save

from hims.jobs.queue import enqueue
from hims.lib.ids import uuid7
from hims.staff.selectors import system_user
from records.documents.models import Document
from records.encounters.models import Provider
from records.encounters.signals import encounters_changed, encounters_discharged
from records.relationships.jobs import KEEP, KEEP_PROVIDER, rebuild
from records.relationships.keeping import rebuilt_by


def connect() -> None:
    """Called once, when the app is ready."""
    encounters_discharged.connect(_keep, dispatch_uid="records.keep_grants")
    encounters_changed.connect(_keep, dispatch_uid="records.keep_changed_grants")
    post_save.connect(_document_kept, sender=Document, dispatch_uid="records.keep_author_grants")
    post_save.connect(_provider_kept, sender=Provider, dispatch_uid="records.keep_provider_grants")
    rebuilt_by("encounters and documents", rebuild)


def _keep(encounter_ids: list[UUID], actor_id: UUID, **_: Any) -> None:
    payload = {"encounter_ids": [str(encounter_id) for encounter_id in encounter_ids]}
    enqueue(KEEP, key=f"{KEEP}:{uuid7()}", actor_id=actor_id, payload=payload)


def _document_kept(instance: Document, raw: bool = False, **_: Any) -> None:
    """Filed, signed or retracted; only what somebody wrote who also signs in."""
    if raw or instance.author is None or instance.author.user_id is None:
        return
    about = ("encounter_ids", instance.encounter_id) if instance.encounter_id else ("document_ids", instance.pk)
    enqueue(KEEP, key=f"{KEEP}:{uuid7()}", actor_id=system_user().pk, payload={about[0]: [str(about[1])]})


def _provider_kept(instance: Provider, created: bool, raw: bool = False, **_: Any) -> None:
    """A clinician who is new and does not sign in has no grants to keep."""
    if raw or (created and instance.user_id is None):
        return
    payload = {"provider_id": str(instance.pk)}
    enqueue(KEEP_PROVIDER, key=f"{KEEP_PROVIDER}:{uuid7()}", actor_id=system_user().pk, payload=payload)
