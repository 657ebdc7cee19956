"""Names of the background work on official files, and how it is asked for."""

from __future__ import annotations

from uuid import UUID

from coding.codesets.official.models import CodeSetLoad
from hims.jobs.queue import enqueue

CHECK, LOAD, ROLL_BACK, INDEX = "codeset.check", "codeset.load", "codeset.roll_back", "codeset.index"


def ask(name: str, load: CodeSetLoad, actor_id: UUID, *, again: str = "") -> None:
    """One piece of work on a load; inside the transaction that makes it necessary."""
    enqueue(name, key=f"{name}:{load.pk}:{again}".rstrip(":"), actor_id=actor_id, payload={"load_id": str(load.pk)})
