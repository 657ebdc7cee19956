"""Writes the trail: the only text that holds the insert-only connection.

The connection is this module's own, outside Django's transactions, so that a rollback cannot take an event back. When an
event cannot be written within two seconds, TrailUnavailable is raised and nothing is shown or done (fail closed).
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import psycopg
from django.conf import settings
from django.db import connections
from psycopg.conninfo import make_conninfo
from psycopg.types.json import Jsonb
from psycopg_pool import ConnectionPool, PoolTimeout

from audit.trail.enums import Category, Purpose, Result, Source
from hims.lib.errors import TrailUnavailable
from hims.lib.text import squeeze

WAIT_SECONDS = 2.0
UNHURRIED_SECONDS = 0.1
REST_SECONDS = 1.0
"""After a failure nobody waits again for so long: a page that writes several events is refused as soon as one that writes one."""
MAX_DETAIL = 500
LIMIT = "SELECT set_config('statement_timeout', %s, false)"
UNAVAILABLE = "The audit trail cannot be written at the moment, so nothing is shown or changed. Try again in a minute."
# The stamps are set by the database; the placeholders only satisfy NOT NULL before the trigger runs.
INSERT = """INSERT INTO audit_event (
        event_id, at, xid, canonical, leaf, request_id, actor_id, actor_name, actor_role, event, category, result,
        purpose, source, address, facility_ids, patient_ids, object_type, object_id, detail)
    VALUES (%s, clock_timestamp(), pg_current_xact_id(), '', '',
        %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s::integer[], %s::uuid[], %s, %s, %s)"""


@dataclass(frozen=True)
class Event:
    """One event to be written; see AuditEvent for the meaning of the fields. `detail` is a flat JSON object."""

    request_id: UUID
    actor_id: UUID | None
    actor_name: str
    event: str
    category: Category
    result: Result
    source: Source
    purpose: Purpose = Purpose.OPERATIONS
    actor_role: str = ""
    address: str | None = None
    facility_ids: Sequence[int] = ()
    patient_ids: Sequence[UUID] = ()
    object_type: str = ""
    object_id: str = ""
    detail: dict[str, Any] = field(default_factory=dict)
    event_id: UUID = field(default_factory=uuid4)

    def row(self) -> tuple[Any, ...]:
        return (
            self.event_id, self.request_id, self.actor_id, self.actor_name[:150], self.actor_role[:200], self.event,
            self.category, self.result, self.purpose, self.source, self.address, list(self.facility_ids),
            list(self.patient_ids), self.object_type, squeeze(self.object_id)[:64],
            Jsonb({name: _storable(value) for name, value in self.detail.items()}),
        )  # fmt: skip


def _storable(value: Any) -> Any:
    """Text without what the database refuses, shortened; an event is never lost because of what somebody typed."""
    return squeeze(value)[:MAX_DETAIL] if isinstance(value, str) else value


_pools: dict[tuple[int, str], ConnectionPool] = {}
_rests: dict[int, float] = {}


def _pool() -> ConnectionPool:
    """One small pool a process and database: a forked child never shares its parent's connections."""
    database = str(connections["default"].settings_dict["NAME"])
    key = (os.getpid(), database)
    if key not in _pools:
        limit = f"-c statement_timeout={_milliseconds(WAIT_SECONDS)} -c idle_in_transaction_session_timeout=10s"
        conninfo = make_conninfo(
            settings.AUDIT_DATABASE_URL, dbname=database, options=limit, connect_timeout=2,
            tcp_user_timeout=_milliseconds(WAIT_SECONDS),
        )  # fmt: skip
        _pools[key] = ConnectionPool(
            conninfo, min_size=1, max_size=4, timeout=WAIT_SECONDS, kwargs={"autocommit": True}, open=True,
            check=ConnectionPool.check_connection,
        )  # fmt: skip
    return _pools[key]


def write(events: Sequence[Event]) -> None:
    """Write events durably, in order; the wait for a connection and for the database is two seconds in all.

    Raises TrailUnavailable.
    """
    until = time.monotonic() + WAIT_SECONDS
    if time.monotonic() < _rests.get(os.getpid(), 0):
        raise TrailUnavailable(UNAVAILABLE)
    try:
        with _pool().connection(timeout=WAIT_SECONDS) as connection, _hurry(connection, until):
            if len(events) == 1:
                connection.execute(INSERT, events[0].row())
            else:
                with connection.transaction(), connection.cursor() as cursor:
                    cursor.executemany(INSERT, [event.row() for event in events])
    except (psycopg.Error, PoolTimeout) as error:
        _rests[os.getpid()] = time.monotonic() + REST_SECONDS
        raise TrailUnavailable(UNAVAILABLE) from error


@contextmanager
def _hurry(connection: psycopg.Connection[Any], until: float) -> Iterator[None]:
    """After a wait for the connection the database gets only the rest of the time."""
    left = until - time.monotonic()
    if left > WAIT_SECONDS - UNHURRIED_SECONDS:
        yield
        return
    connection.execute(LIMIT, [str(max(1, _milliseconds(left)))])
    try:
        yield
    finally:
        connection.execute(LIMIT, [str(_milliseconds(WAIT_SECONDS))])


def _milliseconds(seconds: float) -> int:
    return int(seconds * 1000)


def close_pools() -> None:
    """Close what this process opened (end of a command, or of a test run)."""
    _rests.pop(os.getpid(), None)
    for key in [key for key in _pools if key[0] == os.getpid()]:
        _pools.pop(key).close()
