"""Every seal: its root over the leaves of its places, its head, its link to the one before, its signature; and the clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from audit.seals.findings import LISTED, Findings, Problem
from audit.seals.merkle import root_of
from audit.seals.seal import Seal
from audit.seals.store import COLUMNS, Connection, head_before, seal_from

LARGEST_STEP_SECONDS = 5
SEALS = """
SELECT {columns}, leaves, places, highest FROM
    (SELECT * FROM audit_seal WHERE no BETWEEN %(first)s AND %(last)s) s
    FULL JOIN (
        SELECT seal_no, string_agg(leaf, ''::bytea ORDER BY pos) AS leaves, count(*) AS places, max(pos) AS highest
        FROM audit_seal_item WHERE seal_no BETWEEN %(first)s AND %(last)s GROUP BY seal_no
    ) i ON i.seal_no = s.no
ORDER BY coalesce(s.no, i.seal_no)"""
ORPHANS = """SELECT i.seal_no, count(*), (array_agg(i.event_id ORDER BY i.pos))[1:%(listed)s] FROM audit_seal_item i
    WHERE i.seal_no BETWEEN %(first)s AND %(last)s AND NOT EXISTS (SELECT FROM audit_seal s WHERE s.no = i.seal_no)
    GROUP BY i.seal_no ORDER BY i.seal_no"""
CLOCK = """
SELECT seal_no, event_id FROM (
    SELECT seal_no, event_id, pos, at, lag(at) OVER (ORDER BY seal_no, pos) AS before
    FROM audit_seal_item WHERE seal_no BETWEEN %(first)s - 1 AND %(last)s
) i WHERE i.seal_no >= %(first)s AND (at < before - make_interval(secs => %(step)s)
    OR at > (SELECT s.at FROM audit_seal s WHERE s.no = i.seal_no) + make_interval(secs => %(step)s))
ORDER BY seal_no, pos"""
IDS = "SELECT event_id FROM audit_seal_item WHERE seal_no = %s ORDER BY pos LIMIT %s"


@dataclass
class Checked:
    """Seals seen, and what was found."""

    seals: int = 0
    problems: list[Problem] = field(default_factory=list)


def check_seals(connection: Connection, first: int, last: int, trusted: Sequence[bytes]) -> Checked:
    """Check the seals with numbers between the two, both included; numbers without a seal break the chain."""
    bounds: dict[str, Any] = {"first": first, "last": last, "step": LARGEST_STEP_SECONDS, "listed": LISTED}
    checked, found = Checked(), Findings()
    expected, head = first, head_before(connection, first)
    with connection.cursor(name="seals") as cursor:
        cursor.itersize = 200
        for row in cursor.execute(SEALS.format(columns=COLUMNS), bounds):
            if row[0] is None:
                continue
            seal = seal_from(row[:-3])
            _check_gap(found, expected, seal.no)
            if expected == seal.no and seal.prev != head:
                found.add("chain", seal.no)
            leaves, places, highest = row[-3:]
            _check_batch(found, seal, bytes(leaves or b""), places, highest)
            _check_signed(found, seal, trusted)
            expected, head = seal.no + 1, seal.head
            checked.seals += 1
    _check_gap(found, expected, last + 1)
    _name_events(connection, found)
    for seal_no, count, events in connection.execute(ORPHANS, bounds):
        found.add("chain", seal_no, events, "the seal of these events is gone", count)
    for seal_no, event in connection.execute(CLOCK, bounds):
        found.add("clock", seal_no, [event])
    checked.problems = found.problems()
    return checked


def _check_gap(found: Findings, expected: int, no: int) -> None:
    if no > expected:
        found.add("chain", expected, detail=f"seals {expected} to {no - 1} are gone", count=no - expected)


def _check_batch(found: Findings, seal: Seal, leaves: bytes, places: int | None, highest: int | None) -> None:
    parts = [leaves[at : at + 32] for at in range(0, len(leaves), 32)]
    fits = (places, len(leaves)) == (seal.n, 32 * seal.n) and highest == seal.n - 1
    if not fits or root_of(parts) != seal.root:
        found.add("root", seal.no)


def _check_signed(found: Findings, seal: Seal, trusted: Sequence[bytes]) -> None:
    if not seal.head_holds:
        found.add("chain", seal.no)
    if seal.key not in trusted or not seal.signature_holds:
        found.add("signature", seal.no)


def _name_events(connection: Connection, found: Findings) -> None:
    """A batch whose root is wrong is told with the ids that stand in it."""
    for problem in found.problems():
        if problem.kind == "root":
            problem.events = [int(event) for (event,) in connection.execute(IDS, [problem.seal, LISTED])]
