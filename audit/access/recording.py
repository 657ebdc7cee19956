"""One event of access control that no gated function writes: a search that met a hidden chart, a purpose that was stated."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from audit.authority import authority_of
from audit.context import current_origin
from audit.trail.enums import Category, Purpose, Result
from audit.trail.writer import Event, write
from hims.staff.models import User


def tell(
    by: User, event: str, *, category: Category, result: Result, purpose: Purpose, patient_ids: Sequence[UUID],
    facility_ids: Sequence[int] = (), detail: dict[str, Any] | None = None,
) -> None:  # fmt: skip
    """Write it now, on the trail's own connection. Raises TrailUnavailable."""
    origin = current_origin()
    write(
        [
            Event(
                request_id=origin.request_id, actor_id=by.pk, actor_name=str(by),
                actor_role=", ".join(authority_of(by).roles), event=event, category=category, result=result,
                source=origin.source, purpose=purpose, address=origin.address, patient_ids=patient_ids,
                facility_ids=facility_ids, detail=detail or {},
            )
        ]
    )  # fmt: skip
