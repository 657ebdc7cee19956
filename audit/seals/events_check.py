"""Every event against its place in a seal.

The canonical bytes are made again here from the columns, not by the functions of the database, which its owner could have
replaced: a row in PostgreSQL's binary COPY format, with all columns as text, is the canonical form itself (each field with
its length in front, NULL as -1).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256

from psycopg import sql

from audit.seals.findings import Findings, Problem
from audit.seals.store import Connection

FIELDS = """e.id::text, e.event_id::text, (extract(epoch FROM e.at) * 1000000)::bigint::text, e.request_id::text,
    e.actor_id::text, e.actor_name, e.actor_role, e.event, e.category, e.result, e.purpose, e.source, host(e.address),
    e.facility_ids::text, e.patient_ids::text, e.object_type, e.object_id, e.detail::text"""
COUNT = 18
ROWS = """COPY (
    SELECT {fields}, e.canonical, e.leaf, i.leaf, i.seal_no, i.event_id, i.at = e.at, e.xid < {horizon}::text::xid8,
        e.at < {late}::timestamptz
    FROM (SELECT * FROM audit_event WHERE id BETWEEN {first} AND {last}) e
    FULL JOIN (SELECT * FROM audit_seal_item WHERE event_id BETWEEN {first} AND {last}) i ON i.event_id = e.id
    WHERE e.id IS NOT NULL OR date_trunc('month', i.at AT TIME ZONE 'UTC')::date <> ALL ({archived}::date[])
) TO STDOUT (FORMAT binary)"""
HEADER = b"PGCOPY\n\xff\r\n\x00"
TRAILER = b"\xff\xff"
TAIL = 36 + 36 + 12 + 12 + 5 + 5 + 5
"""Bytes behind the canonical form when every field of the tail is there."""
NULL = 0xFFFFFFFF


@dataclass(frozen=True)
class Standing:
    """What must be known to judge an event without a seal.

    horizon: below it every event is sealed; 0 when that cannot be said. late: events before it should be sealed by now.
    archived: first days of the months that were taken out and agree with their record.
    """

    horizon: int
    late: str
    archived: Sequence[date] = ()


@dataclass
class Swept:
    """Events seen, events that wait for their seal in time, and what was found."""

    events: int = 0
    waiting: int = 0
    problems: list[Problem] = field(default_factory=list)


def check_events(connection: Connection, first: int, last: int, standing: Standing) -> Swept:
    """Check the events whose ids lie between the two, both included, and the places of these ids."""
    query = sql.SQL(ROWS).format(
        fields=sql.SQL(FIELDS), horizon=sql.Literal(str(standing.horizon)), late=sql.Literal(standing.late),
        first=sql.Literal(first), last=sql.Literal(last), archived=sql.Literal(list(standing.archived)),
    )  # fmt: skip
    swept, found = Swept(), Findings()
    with connection.cursor() as cursor, cursor.copy(query) as copy:
        for row in copy:
            data = bytes(row)
            if _sound(data):
                swept.events += 1
            else:
                for each in _rows(data):
                    _judge(each, swept, found)
    swept.problems = found.problems()
    return swept


def _sound(row: bytes) -> bool:
    """Columns, stored bytes, stored leaf and sealed leaf agree, and the time too."""
    length = (len(row) - 6 - TAIL) // 2
    canonical = row[2 : 2 + length]
    leaf = sha256(b"\x00" + canonical).digest()
    end = 6 + 2 * length
    return (
        row[6 + length : end] == canonical
        and row[end + 4 : end + 36] == leaf
        and row[end + 40 : end + 72] == leaf
        and row[end + 100] == 1
        and len(row) == end + TAIL
    )


def _rows(data: bytes) -> Iterator[list[bytes | None]]:
    """The rows of a piece of the copy, with its head and tail left out."""
    at = 0
    if data.startswith(HEADER):
        at = len(HEADER) + 8
    while at < len(data) and data[at : at + 2] != TRAILER:
        count = int.from_bytes(data[at : at + 2], "big")
        at += 2
        row: list[bytes | None] = []
        for _ in range(count):
            size = int.from_bytes(data[at : at + 4], "big")
            at += 4
            row.append(None if size == NULL else data[at : at + size])
            at += 0 if size == NULL else size
        yield row


def _judge(row: list[bytes | None], swept: Swept, found: Findings) -> None:
    stored, leaf, sealed, seal_bytes, place, same_time, below, late = row[COUNT:]
    seal_no = int.from_bytes(seal_bytes, "big") if seal_bytes is not None else None
    if row[0] is None:
        found.add("missing", seal_no, [int.from_bytes(place or b"", "big")])
        return
    event = int(row[0])
    swept.events += 1
    canonical = b"".join(_field(value) for value in row[:COUNT])
    made = sha256(b"\x00" + canonical).digest()
    if made != (leaf if sealed is None else sealed):
        found.add("edited", seal_no, [event])
    elif stored != canonical or leaf != made:
        found.add("rewritten", seal_no, [event])
    if sealed is None:
        _judge_unsealed(event, below == b"\x01", late == b"\x01", swept, found)
    elif same_time != b"\x01":
        found.add("moved", seal_no, [event])


def _judge_unsealed(event: int, below: bool, late: bool, swept: Swept, found: Findings) -> None:
    if below:
        found.add("inserted", None, [event])
    elif late:
        found.add("unsealed", None, [event])
    else:
        swept.waiting += 1


def _field(value: bytes | None) -> bytes:
    return b"\xff\xff\xff\xff" if value is None else len(value).to_bytes(4, "big") + value
