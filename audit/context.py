"""Where the present work comes from: door, request id, network address, purpose."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from audit.trail.enums import Purpose, Source


@dataclass(frozen=True)
class Origin:
    """One request, job or command."""

    source: Source
    request_id: UUID = field(default_factory=uuid4)
    address: str | None = None
    purpose: Purpose | None = None


_current: ContextVar[Origin | None] = ContextVar("hims_origin", default=None)


def current_origin() -> Origin:
    """The present origin; work outside any door is a command."""
    origin = _current.get()
    if origin is None:
        origin = Origin(Source.COMMAND)
        _current.set(origin)
    return origin


@contextmanager
def originating(origin: Origin) -> Iterator[Origin]:
    """Everything inside belongs to `origin`."""
    token = _current.set(origin)
    try:
        yield origin
    finally:
        _current.reset(token)


def of_a_job() -> AbstractContextManager[Origin]:
    """The origin of one background job."""
    return originating(Origin(Source.JOB))
