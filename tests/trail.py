"""Reading the trail in tests: events are committed on their own connection, so they outlive the test's transaction."""

from __future__ import annotations

import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.rows import dict_row

from hims.staff.models import User
from tests.environment import ADMIN_URL, DATABASE


def events_of(user: User) -> list[dict[str, object]]:
    """All events of one actor, oldest first."""
    with psycopg.connect(make_conninfo(ADMIN_URL, dbname=DATABASE), row_factory=dict_row) as connection:
        return connection.execute("SELECT * FROM audit_event WHERE actor_id = %s ORDER BY id", [user.pk]).fetchall()


def told(user: User) -> list[tuple[str, str]]:
    """The actor's events as (event, result)."""
    return [(str(event["event"]), str(event["result"])) for event in events_of(user)]
