"""A change that a page sends again, because the answer to the first time was lost, is applied once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from coding.workbench.models import CodingRecord
from coding.workbench.sending.models import SentChange
from hims.lib.errors import DomainError
from hims.staff.models import User

KEPT_FOR = timedelta(days=1)
"""Longer than a page can be open: a sign-in ends after twelve hours."""
SAVED = "This was saved when it was sent before."
_named: ContextVar[UUID | None] = ContextVar("hims_sent_change", default=None)


class AppliedAlready(DomainError):
    """The change arrived before; nothing is left to do."""


@contextmanager
def sent_as(change: str) -> Iterator[None]:
    """The work inside belongs to a change of a page; "" for one without an id. Raises DomainError for what is no id."""
    try:
        named = UUID(change) if change else None
    except ValueError:
        raise DomainError("Load the page anew.", field="change") from None
    token = _named.set(named)
    try:
        yield
    finally:
        _named.reset(token)


def apply_once(record: CodingRecord, by: User) -> None:
    """Part of each change, under the lock of the record. Raises AppliedAlready when it was applied before."""
    change = _named.get()
    if change is None:
        return
    _, new = SentChange.objects.get_or_create(record=record, sent_by=by, change=change)
    if not new:
        raise AppliedAlready(SAVED)


def forget_old(record: CodingRecord) -> None:
    """What no page can send again."""
    SentChange.objects.filter(record=record, applied_at__lt=timezone.now() - KEPT_FOR).delete()
