"""What coding does when the lower apps announce something: a queued job, nothing else."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from hims.jobs.queue import enqueue
from hims.lib.ids import uuid7
from records.encounters.signals import encounters_changed, encounters_discharged


def connect() -> None:
    """Called once, when the app is ready."""
    encounters_discharged.connect(_open_work, dispatch_uid="coding.open_work")
    encounters_changed.connect(_open_work, dispatch_uid="coding.refresh_work")


def _open_work(encounter_ids: list[UUID], actor_id: UUID, **_: Any) -> None:
    enqueue(
        "coding.open_work",
        key=f"coding.open_work:{uuid7()}",
        actor_id=actor_id,
        payload={"encounter_ids": [str(encounter_id) for encounter_id in encounter_ids]},
    )
