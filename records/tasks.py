"""Loaded by the worker at its start, so that it knows the work of every noun of records."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from hims.jobs.queue import enqueue
from hims.staff.selectors import system_user
from records.documents import shelves
from records.relationships.jobs import KEEP_ALL, keep_all_grants_job, keep_grants_job, keep_provider_grants_job

__all__ = ["keep_all_grants", "keep_all_grants_job", "keep_grants_job", "keep_provider_grants_job", "shelves"]


@shared_task(name=KEEP_ALL)
def keep_all_grants() -> None:
    """Once a day, however often it rings: relationships without an end are renewed."""
    key = f"{KEEP_ALL}:{timezone.now().date().isoformat()}"
    enqueue(KEEP_ALL, key=key, actor_id=system_user().pk, payload={})
