"""The writer: what people type is never a reason to lose an event, and a broken connection not for long."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from audit.trail import writer
from audit.trail.enums import Category, Result, Source
from audit.trail.writer import MAX_DETAIL, Event, write
from hims.lib.errors import TrailUnavailable
from hims.lib.ids import uuid7
from tests.environment import ADMIN_URL, DATABASE

pytestmark = pytest.mark.django_db


def an_event(**values: Any) -> Event:
    standard = {
        "request_id": uuid7(), "actor_id": uuid7(), "actor_name": "Test", "event": "test.happened",
        "category": Category.READ, "result": Result.DONE, "source": Source.COMMAND,
    }  # fmt: skip
    return Event(**{**standard, **values})


def written(event: Event) -> tuple[Any, ...] | None:
    with psycopg.connect(make_conninfo(ADMIN_URL, dbname=DATABASE)) as connection:
        return connection.execute(
            "SELECT detail, object_id, actor_name FROM audit_event WHERE event_id = %s", [event.event_id]
        ).fetchone()


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("okafor", "okafor"),
        ("a\x00b", "a b"),
        ("a\ud800b", "a b"),
        ("line\nline", "line line"),
        ("\U0001f600", "\U0001f600"),
        ("x" * 10_000, "x" * MAX_DETAIL),
    ],
)
def test_event_with_any_text_is_written_with_what_can_be_stored(text: str, kept: str) -> None:
    event = an_event(detail={"text": text, "count": 3, "none": None}, object_id=text)
    write([event])
    assert written(event) == ({"text": kept, "count": 3, "none": None}, kept[:64], "Test")


def test_events_written_together_stand_in_their_order() -> None:
    events = [an_event(detail={"place": place}) for place in range(3)]
    write(events)
    with psycopg.connect(make_conninfo(ADMIN_URL, dbname=DATABASE)) as connection:
        places = connection.execute(
            "SELECT detail->>'place' FROM audit_event WHERE event_id = ANY(%s) ORDER BY id",
            [[event.event_id for event in events]],
        ).fetchall()
    assert places == [("0",), ("1",), ("2",)]


def test_connection_that_the_server_ended_is_replaced_without_losing_an_event() -> None:
    write([an_event()])
    with psycopg.connect(make_conninfo(ADMIN_URL, dbname=DATABASE), autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE usename = 'hims_audit' AND datname = current_database()"
        )
    event = an_event()
    write([event])
    assert written(event) is not None


def test_event_that_cannot_be_written_says_so_without_detail(monkeypatch: pytest.MonkeyPatch) -> None:
    writer.close_pools()
    monkeypatch.setattr("audit.trail.writer.settings.AUDIT_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    monkeypatch.setattr("audit.trail.writer.WAIT_SECONDS", 0.2)
    with pytest.raises(TrailUnavailable) as refused:
        write([an_event()])
    assert "127.0.0.1" not in refused.value.message
    writer.close_pools()
