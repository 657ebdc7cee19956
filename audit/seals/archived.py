"""Months that were taken out of the trail: a signed record of each, which the places that stay in the seals must answer to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from audit.seals.findings import Findings, Problem
from audit.seals.keys import SealKey
from audit.seals.seal import ARCHIVE_MARK, micros, signature_holds
from audit.seals.store import Connection

COLUMNS = "month, events, digest, archived_at, key, signature"
LEAVES = """SELECT leaf FROM audit_seal_item
    WHERE at >= %(month)s::timestamp AT TIME ZONE 'UTC' AND at < (%(month)s::timestamp + interval '1 month') AT TIME ZONE 'UTC'
    ORDER BY seal_no, pos"""

ATTACHED = "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'audit_event'::regclass"


@dataclass(frozen=True)
class Archive:
    """One archived month. digest: SHA-256 over the leaves of its events in the order of sealing."""

    month: date
    events: int
    digest: bytes
    archived_at: datetime
    key: bytes
    signature: bytes = b""

    def signed_bytes(self) -> bytes:
        return (
            ARCHIVE_MARK + self.month.isoformat().encode() + self.events.to_bytes(8, "big") + self.digest
            + micros(self.archived_at).to_bytes(8, "big")
        )  # fmt: skip


def month_digest(connection: Connection, month: date) -> tuple[int, bytes]:
    """How many sealed events the month has, and the digest over their leaves."""
    digest, events = sha256(), 0
    with connection.cursor(name="leaves") as cursor:
        cursor.itersize = 20_000
        for (leaf,) in cursor.execute(LEAVES, {"month": month}):
            digest.update(leaf)
            events += 1
    return events, digest.digest()


def record_archive(connection: Connection, month: date, now: datetime, key: SealKey) -> Archive:
    """Sign and write the record of a month, unless there is one already that says the same."""
    events, digest = month_digest(connection, month)
    draft = Archive(month, events, digest, now, key.public)
    archive = Archive(**{**vars(draft), "signature": key.sign(draft.signed_bytes())})
    connection.execute(
        f"INSERT INTO audit_archive ({COLUMNS}) VALUES (%(month)s, %(events)s, %(digest)s, %(archived_at)s, %(key)s,"  # noqa: S608
        " %(signature)s) ON CONFLICT DO NOTHING",
        vars(archive),
    )
    return archive


def sound_archives(connection: Connection, trusted: Sequence[bytes]) -> tuple[list[date], list[Problem]]:
    """First days of the months that were taken out and whose record is signed and agrees with the seals; and the problems.

    Of a month that is archived but still in the trail every event must be there, hence it is not among them.
    """
    sound, found = [], Findings()
    attached = {str(name) for (name,) in connection.execute(ATTACHED)}
    rows = connection.execute(f"SELECT {COLUMNS} FROM audit_archive ORDER BY month").fetchall()  # noqa: S608
    for archive in (Archive(*row) for row in rows):
        if archive.key not in trusted or not signature_holds(archive.key, archive.signature, archive.signed_bytes()):
            found.add("archive", detail=f"the record of {archive.month:%Y-%m} was not signed with a trusted key")
        elif month_digest(connection, archive.month) != (archive.events, archive.digest):
            found.add(
                "archive", detail=f"the seals do not hold the events of {archive.month:%Y-%m} as they were archived"
            )
        elif f"audit_event_{archive.month:%Y_%m}" not in attached:
            sound.append(archive.month)
    return sound, found.problems()
