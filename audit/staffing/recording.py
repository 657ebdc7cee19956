"""The trail of what people do with their own account, for which no permission is needed and no gate stands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction

from audit.authority import authority_of
from audit.context import current_origin
from audit.gate import KEPT
from audit.trail.enums import Category, Purpose, Result
from audit.trail.writer import Event, write
from hims.lib.errors import DomainError, TrailUnavailable
from hims.staff.models import User


@contextmanager
def own_act(by: User, event: str, **detail: Any) -> Iterator[None]:
    """All or nothing, with its attempt and its end in the trail, as the gate does it for commands."""
    _record(by, event, Result.ATTEMPTED, detail)
    try:
        with transaction.atomic():
            yield
    except TrailUnavailable:
        raise
    except DomainError as error:
        _record(by, event, Result.REFUSED, {**detail, "field": error.field})
        raise
    except BaseException as error:
        _record(by, event, Result.FAILED, {**detail, "error": type(error).__name__})
        raise
    try:
        _record(by, event, Result.DONE, detail)
    except TrailUnavailable as error:
        raise TrailUnavailable(KEPT) from error


def _record(by: User, event: str, result: Result, detail: dict[str, Any]) -> None:
    origin = current_origin()
    authority = authority_of(by)
    write(
        [
            Event(
                request_id=origin.request_id, actor_id=by.pk, actor_name=str(by), actor_role=", ".join(authority.roles),
                event=event, category=Category.ADMIN, result=result, source=origin.source,
                purpose=Purpose.ADMINISTRATION, address=origin.address, facility_ids=sorted(authority.everywhere),
                object_type="account", object_id=str(by.pk), detail=detail,
            )
        ]
    )  # fmt: skip
