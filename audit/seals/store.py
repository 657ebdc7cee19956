"""Reading seals from the database; everything here takes a plain connection of a role that may read the trail."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

import psycopg

from audit.seals.merkle import GENESIS
from audit.seals.seal import Seal

Connection = psycopg.Connection[Any]
COLUMNS = "no, n, root, prev, head, horizon::text::bigint, cluster, at, key, signature"


def seal_from(row: Iterable[Any]) -> Seal:
    """A seal from the columns of COLUMNS."""
    values = dict(zip((field.name for field in fields(Seal)), row, strict=True))
    return Seal(**values)


def last_seal(connection: Connection) -> Seal | None:
    """The newest seal."""
    row = connection.execute(f"SELECT {COLUMNS} FROM audit_seal ORDER BY no DESC LIMIT 1").fetchone()  # noqa: S608
    return None if row is None else seal_from(row)


def seals_between(connection: Connection, first: int, last: int) -> list[Seal]:
    """Seals by number, both ends included."""
    rows = connection.execute(
        f"SELECT {COLUMNS} FROM audit_seal WHERE no BETWEEN %s AND %s ORDER BY no",  # noqa: S608
        [first, last],
    )
    return [seal_from(row) for row in rows]


def head_before(connection: Connection, no: int) -> bytes:
    """The head on which seal `no` hangs, as the database tells it."""
    if no == 1:
        return GENESIS
    row = connection.execute("SELECT head FROM audit_seal WHERE no = %s", [no - 1]).fetchone()
    return b"" if row is None else bytes(row[0])


def leaves_of(connection: Connection, no: int) -> list[tuple[int, bytes]]:
    """Event id and leaf of each place of a seal, in order."""
    rows = connection.execute("SELECT event_id, leaf FROM audit_seal_item WHERE seal_no = %s ORDER BY pos", [no])
    return [(int(event), bytes(leaf)) for event, leaf in rows]
