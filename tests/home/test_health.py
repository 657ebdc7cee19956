"""The health page: 503 when a part is broken, and no more said than which."""

from __future__ import annotations

import shutil
import time
from collections import namedtuple
from datetime import timedelta
from typing import Any

import pytest
import redis
from django.contrib.sessions.backends.db import SessionStore
from django.db import InterfaceError, OperationalError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.seals.state import SealState
from coding.codesets.models import CodeSetRelease
from hims.home import health as parts
from hims.home.health import health
from hims.jobs.models import Heartbeat, Job
from hims.lib.ids import uuid7

pytestmark = pytest.mark.django_db
SECRET = "password=hunter2 host=10.1.2.3"


@pytest.fixture
def well(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything works: what is not there in tests is said to be."""
    for name in ("broker", "code_sets", "disk", "seal_lag"):
        monkeypatch.setitem(parts.CHECKS, name, lambda: (True, "ok"))
    Heartbeat.objects.create(name="worker", at=timezone.now())


def test_health_page_with_everything_well_is_200_without_sign_in(well: None) -> None:
    answer = Client().get(reverse("healthz"))
    assert answer.status_code == 200
    assert answer.json()["ok"] is True
    assert set(answer.json()) == {"ok", *parts.CHECKS}


BROKEN = [
    ("database", OperationalError(SECRET)),
    ("database", InterfaceError(SECRET)),
    ("broker", redis.ConnectionError(SECRET)),
    ("broker", ValueError(SECRET)),
    ("worker_and_beat", OperationalError(SECRET)),
    ("disk", OSError(SECRET)),
    ("code_sets", OperationalError(SECRET)),
    ("jobs", OperationalError(SECRET)),
    ("seal_lag", OperationalError(SECRET)),
]


@pytest.mark.parametrize(("part", "error"), BROKEN)
def test_health_page_with_one_part_broken_is_503_and_leaks_nothing(
    part: str, error: Exception, well: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> tuple[bool, str]:
        raise error

    monkeypatch.setitem(parts.CHECKS, part, broken)
    answer = Client().get(reverse("healthz"))
    assert answer.status_code == 503
    assert answer.json()["ok"] is False
    assert answer.json()[part] == type(error).__name__
    assert "hunter2" not in answer.content.decode()
    assert health().broken == [part]


def test_health_of_a_worker_by_its_heartbeat(well: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert health().ok
    Heartbeat.objects.update(at=timezone.now() - timedelta(minutes=5))
    assert health().broken == ["worker_and_beat"]
    assert str(health().parts["worker_and_beat"]).startswith("silent for 30")
    Heartbeat.objects.all().delete()
    monkeypatch.setattr(parts, "STARTED", time.monotonic())
    assert health().parts["worker_and_beat"] == "starting"
    monkeypatch.setattr(parts, "STARTED", parts.STARTED - 10_000)
    assert health().broken == ["worker_and_beat"]
    assert health().parts["worker_and_beat"] == "never seen"


def test_health_of_a_real_broker_that_is_away_is_told_soon(well: None, settings: Any) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    with pytest.raises(redis.ConnectionError):
        parts._broker()


def test_health_of_a_full_disk_is_broken(well: None, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(100, 99, 1024 * 1024))
    assert parts._disk() == (False, "1 MB free")


def test_health_without_code_sets_is_broken() -> None:
    CodeSetRelease.objects.all().delete()
    assert parts._code_sets() == (False, "none loaded")


def test_health_of_sealing_is_broken_once_it_should_have_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "seal_state", lambda: SealState(lag_seconds=90, problems=["events wait"]))
    monkeypatch.setattr(parts, "STARTED", time.monotonic())
    assert parts._seal_lag() == (True, "events wait")
    monkeypatch.setattr(parts, "STARTED", parts.STARTED - 10_000)
    assert parts._seal_lag() == (False, "events wait")
    monkeypatch.setattr(parts, "seal_state", lambda: SealState(lag_seconds=3.7))
    assert parts._seal_lag() == (True, "3 s")


def test_health_counts_jobs_that_wait_and_that_were_given_up(well: None) -> None:
    for number, state in enumerate(("pending", "pending", "dead", "done")):
        Job.objects.create(name="x", key=str(number), actor_id=uuid7(), state=state)
    assert health().parts["jobs"] == {"waiting": 2, "given_up": 1}
    assert health().ok


def test_health_page_of_a_monitor_asks_for_no_session(well: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A monitor sends no cookie: with the database away it still gets its answer."""

    def away(_: object) -> None:
        raise OperationalError(SECRET)

    monkeypatch.setattr(SessionStore, "load", away)
    assert Client().get(reverse("healthz")).status_code == 200
    assert Client().post(reverse("healthz")).status_code == 405
