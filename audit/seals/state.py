"""How far sealing lags behind, and what is wrong with it: for the health page and for alarms."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection

from audit.seals.anchor import AnchorError
from audit.seals.installation import own_anchors

LARGEST_LAG_SECONDS = 60
LARGEST_SKEW_SECONDS = 5
VERIFIED = "trail.verified"
NEWEST = """SELECT s.no, s.at, CASE WHEN s.cluster = c.system_identifier THEN s.horizon::text ELSE '0' END,
        extract(epoch FROM clock_timestamp() - s.at)::float8, extract(epoch FROM clock_timestamp())::float8
    FROM pg_control_system() c LEFT JOIN (SELECT * FROM audit_seal ORDER BY no DESC LIMIT 1) s ON true"""
OLDEST = """SELECT extract(epoch FROM clock_timestamp() - e.at)::float8 FROM audit_event e
    WHERE e.xid >= %s::text::xid8 AND NOT EXISTS (SELECT FROM audit_seal_item i WHERE i.event_id = e.id) ORDER BY e.xid LIMIT 1"""
LAST_CHECK = "SELECT result FROM audit_event WHERE event = %s ORDER BY at DESC, id DESC LIMIT 1"


@dataclass
class SealState:
    """lag_seconds: age of the oldest event without a seal, 0 when none waits. last_no, last_at: the newest seal.

    problems: sentences for the operator; empty when all is well.
    """

    lag_seconds: float = 0
    last_no: int = 0
    last_at: datetime | None = None
    problems: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.problems


def seal_state() -> SealState:
    """The state at this moment; a few quick queries."""
    with connection.cursor() as cursor:
        cursor.execute(NEWEST)
        no, at, horizon, age, database_clock = cursor.fetchone()
        cursor.execute(OLDEST, [horizon or "0"])
        oldest = cursor.fetchone()
        cursor.execute(LAST_CHECK, [VERIFIED])
        checked = cursor.fetchone()
    state = SealState(max(0.0, oldest[0]) if oldest else 0.0, no or 0, at)
    if state.lag_seconds > LARGEST_LAG_SECONDS:
        state.problems.append(f"events have waited for their seal for {int(state.lag_seconds)} s")
    if checked is not None and checked[0] != "done":
        state.problems.append("the last verification of the trail found problems; run verify_audit")
    state.problems += _anchors(state.last_no, age or 0)
    state.problems += _clocks(database_clock)
    return state


def _anchors(last_no: int, age: float) -> list[str]:
    """Sentences on anchors that are unreadable, ahead of the database, or behind for longer than a minute."""
    said = []
    for anchor in own_anchors() if last_no else []:
        try:
            newest = anchor.last()
        except AnchorError as error:
            said.append(str(error))
            continue
        known = newest.no if newest else 0
        if known > last_no:
            said.append("an anchor knows seals that the database does not have")
        elif known < last_no and age > LARGEST_LAG_SECONDS:
            said.append("an anchor lacks the newest seals")
    return said


def _clocks(database_clock: float) -> list[str]:
    """The database's clock against this machine's; on one machine they are the same."""

    skew = abs(time.time() - database_clock)
    if skew <= LARGEST_SKEW_SECONDS:
        return []
    return [f"the clocks of the database and of this machine differ by {int(skew)} s"]
