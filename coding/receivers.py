"""What coding does when the lower apps announce something: a queued job, and at sign-out the end of what the person holds."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.signals import user_logged_out

from coding.workbench.holds.keeping import let_all_go
from hims.jobs.queue import enqueue
from hims.lib.ids import uuid7
from hims.staff.models import User
from records.encounters.signals import encounters_changed, encounters_discharged


def connect() -> None:
    """Called once, when the app is ready."""
    encounters_discharged.connect(_open_work, dispatch_uid="coding.open_work")
    encounters_changed.connect(_open_work, dispatch_uid="coding.refresh_work")
    user_logged_out.connect(_let_go, dispatch_uid="coding.let_go")


def _let_go(user: User | None, **_: Any) -> None:
    if user is not None:
        let_all_go(user)


def _open_work(encounter_ids: list[UUID], actor_id: UUID, **_: Any) -> None:
    enqueue(
        "coding.open_work",
        key=f"coding.open_work:{uuid7()}",
        actor_id=actor_id,
        payload={"encounter_ids": [str(encounter_id) for encounter_id in encounter_ids]},
    )
