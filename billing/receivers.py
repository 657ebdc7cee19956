"""What billing does when the lower apps announce something: a queued job, nothing else."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from coding.signals import coding_finalized, coding_reopened
from hims.jobs.queue import enqueue
from hims.lib.ids import uuid7
from records.encounters.signals import encounters_changed, encounters_discharged


def connect() -> None:
    """Called once, when the app is ready."""
    for signal in (encounters_discharged, encounters_changed):
        signal.connect(_encounters, dispatch_uid=f"billing.accounts.{id(signal)}")
    coding_finalized.connect(_coding, dispatch_uid="billing.coded")
    coding_reopened.connect(_coding, dispatch_uid="billing.reopened")


def _encounters(encounter_ids: list[UUID], actor_id: UUID, **_: Any) -> None:
    _queue([str(encounter_id) for encounter_id in encounter_ids], actor_id)


def _coding(encounter_id: UUID, actor_id: UUID, **_: Any) -> None:
    _queue([str(encounter_id)], actor_id)


def _queue(encounter_ids: list[str], actor_id: UUID) -> None:
    enqueue(
        "billing.refresh_accounts",
        key=f"billing.refresh_accounts:{uuid7()}",
        actor_id=actor_id,
        payload={"encounter_ids": encounter_ids},
    )
