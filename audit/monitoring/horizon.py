"""Which events of the trail are new: by transactions that have ended, so that each event is taken once and none is skipped.

A row that was numbered early and committed late is not passed over, and a transaction that runs for long holds nobody up:
those still running are remembered, and taken when they have ended.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import connection

from audit.monitoring.models import Watermark
from audit.monitoring.seen import SeenEvent

NAME = "trail"
# The trail takes the database's clock to within five seconds.
CLOCK_TOLERANCE = timedelta(seconds=10)
BEFORE_ALL = datetime(2000, 1, 1, tzinfo=UTC)
SNAPSHOT = """
SELECT pg_snapshot_xmax(snapshot)::text::bigint,
    ARRAY(SELECT xid::text::bigint FROM pg_snapshot_xip(snapshot) AS xid), clock_timestamp()
FROM pg_current_snapshot() AS snapshot
"""
NEW = """
SELECT id, at, actor_id, actor_name, actor_role, event, category, result, source, facility_ids, patient_ids,
    coalesce(detail->>'text', ''), coalesce(detail->>'reason', ''), xid::text::bigint
FROM audit_event
WHERE at >= coalesce(%(since)s::timestamptz, '-infinity') AND xid < %(end)s::text::xid8
    AND (xid >= %(horizon)s::text::xid8 OR xid = ANY(%(pending)s::text[]::xid8[]))
    AND xid <> ALL(%(running)s::text[]::xid8[])
ORDER BY xid FETCH FIRST %(batch)s ROWS WITH TIES
"""


def watermark() -> Watermark | None:
    """The watermark under lock, or None while another process holds it."""
    Watermark.objects.get_or_create(name=NAME)
    return Watermark.objects.select_for_update(skip_locked=True).filter(name=NAME).first()


def new_events(mark: Watermark, batch: int) -> tuple[list[SeenEvent], bool]:
    """The next events, those of one transaction together; the watermark moves behind them. True when there are more."""
    with connection.cursor() as cursor:
        cursor.execute(SNAPSHOT)
        end, running, moment = cursor.fetchone()
        asked = {
            "since": min([mark.since, *mark.pending_since]) if mark.since else None,
            "end": str(end),
            "horizon": str(mark.horizon),
            "pending": [str(xid) for xid in mark.pending],
            "running": [str(xid) for xid in running],
            "batch": batch,
        }
        cursor.execute(NEW, asked)
        rows = cursor.fetchall()
    more = len(rows) >= batch
    _move(mark, rows[-1][-1] if more else None, end, running, moment - CLOCK_TOLERANCE)
    return [SeenEvent(*row[:-1]) for row in rows if row[2] is not None], more


def _move(mark: Watermark, last: int | None, end: int, running: list[int], since: datetime) -> None:
    """Behind the last transaction taken, or to the end when everything was. Without `since` so far, the trail is read whole."""
    horizon = end if last is None else max(mark.horizon, last + 1)
    known = dict(zip(mark.pending, mark.pending_since, strict=True))
    open_still = {xid: known.get(xid, mark.since or BEFORE_ALL) for xid in running if xid < horizon}
    if last is not None:
        open_still.update({xid: at for xid, at in known.items() if xid > last})
    mark.pending, mark.pending_since = list(open_still), list(open_still.values())
    mark.horizon = horizon
    if last is None:
        mark.since = since
