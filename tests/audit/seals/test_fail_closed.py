"""When the trail cannot be written nothing is shown, and that is said within two seconds. Source: 170.315(d)(2)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from audit.trail import writer
from audit.trail.enums import Category, Result, Source
from audit.trail.writer import REST_SECONDS, WAIT_SECONDS, Event, write
from hims.lib.errors import TrailUnavailable
from hims.lib.ids import uuid7
from hims.staff.models import Facility, User
from tests.clients import signed_in
from tests.environment import ADMIN_URL, DATABASE
from tests.factories import records as make

pytestmark = pytest.mark.django_db
SLACK_SECONDS = 0.7
"""For a busy machine; the limit itself is WAIT_SECONDS."""


def an_event() -> Event:
    return Event(request_id=uuid7(), actor_id=uuid7(), actor_name="Test", event="test.happened", category=Category.READ,
                 result=Result.DONE, source=Source.COMMAND)  # fmt: skip


@contextmanager
def blocked() -> Iterator[None]:
    """Nobody can write the trail: its table is locked by somebody else."""
    with psycopg.connect(make_conninfo(ADMIN_URL, dbname=DATABASE)) as other:
        other.execute("LOCK TABLE audit_event IN EXCLUSIVE MODE")
        yield
        other.rollback()


def seconds_until_refused() -> float:
    began = time.monotonic()
    with pytest.raises(TrailUnavailable):
        write([an_event()])
    return time.monotonic() - began


@pytest.fixture(autouse=True)
def _rested() -> Iterator[None]:
    """What one test broke is over for the next."""
    yield
    writer.close_pools()


def test_chart_with_a_blocked_trail_is_refused_within_two_seconds_and_shows_nothing(
    coder: User, facility: Facility
) -> None:
    patient = make.patient(facility, family_name="Okafor")
    client = signed_in(coder)
    assert "Okafor" in client.get(patient.get_absolute_url()).content.decode()
    with blocked():
        began = time.monotonic()
        answer = client.get(patient.get_absolute_url())
        took = time.monotonic() - began
    assert answer.status_code == 503
    assert "Okafor" not in answer.content.decode()
    assert took < WAIT_SECONDS + SLACK_SECONDS


def test_many_writers_behind_few_connections_are_all_refused_in_time_and_the_pool_recovers() -> None:
    write([an_event()])
    with blocked(), ThreadPoolExecutor(8) as pool:
        took = list(pool.map(lambda _: seconds_until_refused(), range(8)))
    assert max(took) < WAIT_SECONDS + SLACK_SECONDS
    time.sleep(REST_SECONDS)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: write([an_event()]), range(40)))
    with writer._pool().connection() as connection:
        assert connection.execute("SHOW statement_timeout").fetchone() == ("2s",)


def test_server_that_cannot_be_reached_is_told_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    writer.close_pools()
    monkeypatch.setattr("audit.trail.writer.settings.AUDIT_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    assert seconds_until_refused() < WAIT_SECONDS + SLACK_SECONDS


def test_write_after_a_failure_is_refused_at_once_until_the_rest_is_over() -> None:
    write([an_event()])
    with blocked():
        seconds_until_refused()
        assert seconds_until_refused() < 0.1
    time.sleep(REST_SECONDS)
    write([an_event()])
