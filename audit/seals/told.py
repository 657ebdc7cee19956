"""What is done with the trail is itself told in the trail."""

from __future__ import annotations

from typing import Any

from audit.context import current_origin
from audit.seals.installation import own_anchors, own_trusted_keys, sealer_address
from audit.seals.state import VERIFIED
from audit.seals.verify import Report, verify_trail
from audit.trail.enums import Category, Purpose, Result
from audit.trail.writer import Event, write
from hims.staff.selectors import system_user


def tell(event: str, category: Category, result: Result = Result.DONE, /, **detail: Any) -> None:
    """Write one event of the system's. Raises TrailUnavailable."""
    origin, system = current_origin(), system_user()
    write(
        [
            Event(
                request_id=origin.request_id, actor_id=system.pk, actor_name=str(system), event=event, category=category,
                result=result, source=origin.source, purpose=Purpose.ADMINISTRATION, object_type="trail", detail=detail,
            )
        ]
    )  # fmt: skip


def verify_and_tell(processes: int = 1, newest: int | None = 3000) -> Report:
    """Verify the trail, or its newest seals only, and write the outcome into it."""
    report = verify_trail(
        sealer_address(), trusted=own_trusted_keys(), anchors=own_anchors(), processes=processes, newest=newest
    )
    tell_verified(report)
    return report


def tell_verified(report: Report) -> None:
    """The outcome of a verification. Raises TrailUnavailable."""
    result = Result.DONE if report.ok else Result.FAILED
    kinds = ", ".join(sorted({problem.kind for problem in report.problems}))
    tell(VERIFIED, Category.ADMIN, result, events=report.events, seals=report.seals, problems=kinds)
