"""The whole trail against its seals, in parallel, on one snapshot of the database."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from multiprocessing import get_context
from typing import Any

import psycopg

from audit.seals.anchor import Anchor
from audit.seals.anchored import check_anchors
from audit.seals.archived import sound_archives
from audit.seals.events_check import Standing, Swept, check_events
from audit.seals.findings import Findings, Problem
from audit.seals.guards import check_guards
from audit.seals.seals_check import Checked, check_seals
from audit.seals.store import Connection, last_seal

LATE_SECONDS = 60
IDS_AT_ONCE, SEALS_AT_ONCE = 50_000, 100
BOUNDS = """SELECT least((SELECT min(id) FROM audit_event), (SELECT min(event_id) FROM audit_seal_item)),
    greatest((SELECT max(id) FROM audit_event), (SELECT max(event_id) FROM audit_seal_item)),
    greatest((SELECT max(no) FROM audit_seal), (SELECT max(seal_no) FROM audit_seal_item)),
    (SELECT system_identifier FROM pg_control_system()),
    (clock_timestamp() - make_interval(secs => %s))::text"""


@dataclass
class Report:
    """What was looked at and what was found. waiting: events whose seal is not due yet. restores: accepted backups."""

    events: int = 0
    seals: int = 0
    waiting: int = 0
    archived: int = 0
    restores: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.problems


@dataclass(frozen=True)
class Task:
    """Part of the work, for a process of its own: ids of events, or numbers of seals, both ends included."""

    address: str
    snapshot: str
    first: int
    last: int
    standing: Standing | None = None
    trusted: Sequence[bytes] = ()


def verify_trail(
    address: str,
    *,
    trusted: Sequence[bytes],
    anchors: Sequence[Anchor],
    processes: int | None = None,
    newest: int | None = None,
) -> Report:
    """Check everything. trusted: public keys whose seals are believed. processes: 1 works in this process.

    newest: only so many of the newest seals, with their events and those after them; anchors and protections always.
    """
    workers = processes or os.cpu_count() or 1
    with psycopg.connect(address) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        first, last, highest, cluster, late = _bounds(connection)
        lowest = max(1, highest - newest + 1) if newest else 1
        first = _first_event(connection, lowest, first)
        archives, problems = sound_archives(connection, trusted)
        standing = Standing(_horizon(connection, cluster), late, archives)
        report, found = Report(archived=len(archives)), Findings()
        found.extend(problems)
        found.extend(check_guards(connection))
        anchored, report.restores = check_anchors(connection, anchors, trusted)
        found.extend(anchored)
        snapshot = _snapshot(connection)
        tasks = [
            *(Task(address, snapshot, low, high, standing) for low, high in _ranges(first, last, IDS_AT_ONCE)),
            *(
                Task(address, snapshot, low, high, None, trusted)
                for low, high in _ranges(lowest, highest, SEALS_AT_ONCE)
            ),
        ]
        for done in _done(tasks, workers):
            _add(report, found, done)
    report.problems = found.problems()
    return report


def verify_seal(connection: Connection, no: int, *, trusted: Sequence[bytes]) -> list[Problem]:
    """One batch alone: its seal, its link to the one before, its events and those smuggled in between them."""
    found = Findings()
    with connection.transaction():
        found.extend(check_seals(connection, no, no, trusted).problems)
        archives, _ = sound_archives(connection, trusted)
        row = connection.execute("SELECT system_identifier FROM pg_control_system()").fetchone()
        standing = Standing(_horizon(connection, int(row[0]) if row else 0), "-infinity", archives)
        rows = connection.execute("SELECT event_id FROM audit_seal_item WHERE seal_no = %s ORDER BY event_id", [no])
        for first, last in _runs([int(event) for (event,) in rows]):
            found.extend(check_events(connection, first, last, standing).problems)
    return found.problems()


def _runs(ids: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Ranges that cover the ids, cut where two neighbours are far apart."""
    start = 0
    for place in range(1, len(ids) + 1):
        if place == len(ids) or ids[place] - ids[place - 1] > IDS_AT_ONCE:
            yield ids[start], ids[place - 1]
            start = place


def _bounds(connection: Connection) -> tuple[int, int, int, int, str]:
    row: Any = connection.execute(BOUNDS, [LATE_SECONDS]).fetchone()
    first, last, highest, cluster, late = row
    return first or 1, last or 0, highest or 0, cluster, late


def _first_event(connection: Connection, lowest: int, first: int) -> int:
    """The smallest event id in the seals from `lowest` on."""
    if lowest == 1:
        return first
    row = connection.execute("SELECT min(event_id) FROM audit_seal_item WHERE seal_no >= %s", [lowest]).fetchone()
    return int(row[0]) if row and row[0] is not None else first


def _horizon(connection: Connection, cluster: int) -> int:
    """The horizon of the newest seal, 0 when another server made it."""
    newest = last_seal(connection)
    return newest.horizon if newest is not None and newest.cluster == cluster else 0


def _snapshot(connection: Connection) -> str:
    row = connection.execute("SELECT pg_export_snapshot()").fetchone()
    return str(row[0]) if row else ""


def _ranges(first: int, last: int, size: int) -> Iterator[tuple[int, int]]:
    """At most some 200 ranges, however far apart the ends are."""
    step = max(size, (last - first) // 200 + 1)
    for low in range(first, last + 1, step):
        yield low, min(low + step - 1, last)


@contextmanager
def _pool(workers: int) -> Iterator[Executor]:
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield pool


def _done(tasks: Sequence[Task], workers: int) -> Iterator[Swept | Checked]:
    few = len(tasks) < 4 or workers == 1
    with nullcontext() if few else _pool(workers) as pool:
        yield from map(work, tasks) if pool is None else pool.map(work, tasks)


def work(task: Task) -> Swept | Checked:
    """Do one task on the common snapshot."""
    with psycopg.connect(task.address) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        connection.execute(psycopg.sql.SQL("SET TRANSACTION SNAPSHOT {}").format(psycopg.sql.Literal(task.snapshot)))
        if task.standing is not None:
            return check_events(connection, task.first, task.last, task.standing)
        return check_seals(connection, task.first, task.last, task.trusted)


def _add(report: Report, found: Findings, done: Swept | Checked) -> None:
    found.extend(done.problems)
    if isinstance(done, Swept):
        report.events += done.events
        report.waiting += done.waiting
    else:
        report.seals += done.seals
