"""Seals the trail: takes every event whose transaction is surely over, in batches, and chains one signed seal per batch.

Events are taken by transaction horizon: below `pg_snapshot_xmin` every transaction has ended, so that none can add an event
there later. Taking "ids above the last one" instead would pass over events that commit late.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

import psycopg

from audit.seals.anchor import Anchor, AnchorError, line_of, restored
from audit.seals.keys import SealKey
from audit.seals.merkle import GENESIS, LARGEST_BATCH, head_of, root_of
from audit.seals.seal import Seal
from audit.seals.store import Connection, last_seal, seals_between

LOCK = 0x48494D53_5345414C
COMMIT_EVERY = 20
ANCHORED_AT_ONCE = 1000
HORIZON = """SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint, system_identifier, clock_timestamp()
    FROM pg_control_system()"""
# The events of the present horizon. On the server that made the last seal, what lies below its horizon is sealed already and a
# row that turns up there now was smuggled in. On another server (after a restore) and before the first seal, numbers that no
# transaction of this server can have yet are taken too.
READY = """SELECT e.id, e.at, e.leaf FROM audit_event e
    WHERE {range} AND NOT EXISTS (SELECT FROM audit_seal_item i WHERE i.event_id = e.id) ORDER BY e.id"""
SAME_SERVER = "e.xid >= %(floor)s::text::xid8 AND e.xid < %(horizon)s::text::xid8"
UNSEALED = """SELECT count(*) FROM audit_event e
    WHERE e.at < %s AND NOT EXISTS (SELECT FROM audit_seal_item i WHERE i.event_id = e.id)"""
OTHER_SERVER = "(e.xid < %(horizon)s::text::xid8 OR e.xid >= pg_snapshot_xmax(pg_current_snapshot()))"
Row = tuple[int, datetime, bytes]


@dataclass(frozen=True)
class Sealed:
    """What one run did. busy: another sealer was at work, nothing was done. last: the newest seal there is."""

    seals: int = 0
    events: int = 0
    busy: bool = False
    last: Seal | None = None


def seal_trail(address: str, *, key: SealKey, anchors: Sequence[Anchor], most: int | None = None) -> Sealed:
    """Seal what is ready, at most `most` batches, and anchor every head.

    Raises AnchorError, before anything is sealed, when an anchor knows seals that the database does not have (a database set back
    to an older state, or a tail cut off), and when an anchor cannot be written; the next run then adds what is missing there.
    """
    with ExitStack() as held:
        reader = held.enter_context(psycopg.connect(address, autocommit=True))
        if not _alone(reader):
            return Sealed(busy=True)
        writer = held.enter_context(psycopg.connect(address))
        last = last_seal(reader)
        for anchor in anchors:
            catch_up(reader, anchor, last)
        return _Run(reader, writer, key, anchors, last).go(most)


def accept_restore(address: str, *, key: SealKey, anchors: Sequence[Anchor], reason: str) -> int:
    """Write into each anchor that ran ahead that a backup was restored; the number of anchors written to.

    Verification goes on telling that seals were lost there; sealing starts again behind the last seal of the backup.
    """
    written = 0
    with psycopg.connect(address, autocommit=True) as connection:
        last = last_seal(connection)
        row = connection.execute("SELECT clock_timestamp()").fetchone()
        now = row[0] if row else datetime.max
        for anchor in anchors:
            if _disagrees(connection, anchor, last):
                no, head = (last.no, last.head) if last else (0, GENESIS)
                anchor.append([restored(no, head, now, reason, key)])
                written += 1
    return written


def unsealed_before(connection: Connection, at: datetime | None) -> int:
    """How many events written before that moment have no seal."""
    row = connection.execute(UNSEALED, [at]).fetchone()
    return int(row[0]) if row else 0


def catch_up(connection: Connection, anchor: Anchor, last: Seal | None) -> None:
    """Bring an anchor up to the last seal of the database. Raises AnchorError when it knows more or other seals."""
    if _disagrees(connection, anchor, last):
        raise AnchorError(
            f"the anchor {anchor.path} knows seals that the database does not have: it was set back to an older state, or "
            "its newest seals were removed. If you restored a backup, run seal_audit --accept-restore 'why'."
        )
    newest = anchor.last()
    done = newest.no if newest else 0
    while last is not None and done < last.no:
        seals = seals_between(connection, done + 1, min(done + ANCHORED_AT_ONCE, last.no))
        anchor.append([line_of(seal) for seal in seals])
        done += ANCHORED_AT_ONCE


def _disagrees(connection: Connection, anchor: Anchor, last: Seal | None) -> bool:
    newest = anchor.last()
    if newest is None or newest.no == 0:
        return False
    if last is None or newest.no > last.no:
        return True
    (same,) = seals_between(connection, newest.no, newest.no) or (None,)
    return same is None or same.head != newest.head


def _alone(connection: Connection) -> bool:
    """Is this the only sealer? The lock goes with the connection."""
    row = connection.execute("SELECT pg_try_advisory_lock(%s)", [LOCK]).fetchone()
    return bool(row and row[0])


class _Run:
    """One run: one horizon, read on one connection and sealed on another."""

    def __init__(
        self, reader: Connection, writer: Connection, key: SealKey, anchors: Sequence[Anchor], last: Seal | None
    ) -> None:
        self.reader, self.writer, self.key, self.anchors, self.last = reader, writer, key, anchors, last
        row = reader.execute(HORIZON).fetchone()
        if row is None:
            raise psycopg.DataError("the server tells no horizon")
        self.horizon, self.cluster, self.now = int(row[0]), int(row[1]), row[2]
        self.known = (last.cluster, last.horizon) if last else (0, 0)

    def go(self, most: int | None) -> Sealed:
        seals = events = 0
        fresh: list[Seal] = []
        for rows, final in self._batches():
            if most is not None and seals >= most:
                break
            fresh.append(self._seal(rows, final))
            seals, events = seals + 1, events + len(rows)
            if len(fresh) >= COMMIT_EVERY:
                self._publish(fresh)
        self._publish(fresh)
        return Sealed(seals, events, last=self.last)

    def _batches(self) -> Iterator[tuple[list[Row], bool]]:
        """Batches in the order of the ids, each with the word whether it is the last of this horizon."""
        query = READY.format(range=SAME_SERVER if self.known[0] == self.cluster else OTHER_SERVER)
        values = {"floor": str(self.known[1]), "horizon": str(self.horizon)}
        with self.reader.transaction(), self.reader.cursor(name="ready") as cursor:
            cursor.itersize = 20_000
            found = iter(cursor.execute(query, values))
            batch = list(islice(found, LARGEST_BATCH))
            while batch:
                after = list(islice(found, LARGEST_BATCH))
                yield batch, not after
                batch = after

    def _seal(self, rows: list[Row], final: bool) -> Seal:
        """One more seal, not committed yet. Server and horizon move on with the last batch only: the others leave rows behind."""
        no, prev = (self.last.no + 1, self.last.head) if self.last else (1, GENESIS)
        root = root_of([leaf for _, _, leaf in rows])
        cluster, horizon = (self.cluster, self.horizon) if final else self.known
        head = head_of(prev, no, len(rows), root)
        draft = Seal(no, len(rows), root, prev, head, horizon, cluster, self.now, self.key.public)
        self.last = Seal(**{**vars(draft), "signature": self.key.sign(draft.signed_bytes())})
        self._insert(self.last, rows)
        return self.last

    def _insert(self, seal: Seal, rows: list[Row]) -> None:
        values = {**vars(seal), "horizon": str(seal.horizon)}
        with self.writer.cursor() as cursor:
            cursor.execute(
                "INSERT INTO audit_seal (no, n, root, prev, head, horizon, cluster, at, key, signature) VALUES (%(no)s, %(n)s,"
                " %(root)s, %(prev)s, %(head)s, %(horizon)s::text::xid8, %(cluster)s, %(at)s, %(key)s, %(signature)s)",
                values,
            )
            with cursor.copy("COPY audit_seal_item (event_id, seal_no, pos, at, leaf) FROM STDIN") as copy:
                for pos, (event, at, leaf) in enumerate(rows):
                    copy.write_row((event, seal.no, pos, at, leaf))

    def _publish(self, fresh: list[Seal]) -> None:
        """Commit, then anchor: a crash in between leaves heads that the next run anchors."""
        if not fresh:
            return
        self.writer.commit()
        for anchor in self.anchors:
            anchor.append([line_of(seal) for seal in fresh])
        fresh.clear()
