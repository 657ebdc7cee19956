"""Work asked for in a transaction: it exists if and only if the transaction does, and it is done once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from celery import Celery
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from audit.context import current_origin
from audit.trail.enums import Source
from hims.jobs import queue, tasks
from hims.jobs.models import Heartbeat, Job, JobState
from hims.jobs.queue import enqueue, ring
from hims.jobs.tasks import LEASE, MAX_ATTEMPTS, RESTS, heartbeat, run_job, sweep
from hims.lib.errors import DomainError
from hims.lib.ids import uuid7
from tests.committed import at_once, committed

__all__ = ["committed"]
NAME = "test.work"


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Keys of the jobs whose work was done."""
    keys: list[str] = []

    def work(row: Job) -> Mapping[str, Any]:
        keys.append(row.key)
        return {"seen": len(keys)}

    monkeypatch.setitem(queue.REGISTRY, NAME, work)
    return keys


@pytest.fixture(autouse=True)
def rung(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Ids of the jobs for which the bell rang; no broker is asked."""
    ids: list[str] = []
    monkeypatch.setattr(run_job, "apply_async", lambda args, **_: ids.append(args[0]))
    monkeypatch.setitem(queue._quiet, "until", 0.0)
    return ids


def ask(key: str = "k1") -> Job:
    return enqueue(NAME, key=key, actor_id=uuid7(), payload={"ids": [1]})


def aged(job: Job, seconds: int = 60) -> None:
    Job.objects.filter(pk=job.pk).update(created_at=timezone.now() - timedelta(seconds=seconds))


def state_of(job: Job) -> tuple[str, int, str]:
    job.refresh_from_db()
    return job.state, job.attempts, job.error


@pytest.mark.django_db
def test_enqueue_in_a_transaction_rolled_back_leaves_nothing(
    rung: list[str], django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    def refused() -> None:
        with transaction.atomic():
            ask()
            raise DomainError("No.")

    with django_capture_on_commit_callbacks(execute=True), pytest.raises(DomainError):
        refused()
    assert Job.objects.count() == 0
    assert rung == []


@pytest.mark.django_db
def test_enqueue_rings_once_on_commit_and_not_before(
    rung: list[str], django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        job = ask()
        assert rung == []
    assert rung == [str(job.pk)]


@pytest.mark.django_db
def test_enqueue_with_the_same_key_gives_the_first_row_and_no_second_ring(
    rung: list[str], django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        assert ask() == ask()
    assert len(rung) == 1


@pytest.mark.django_db
def test_job_run_twice_is_done_once(done: list[str]) -> None:
    job = ask()
    run_job(str(job.pk))
    run_job(str(job.pk))
    assert done == ["k1"]
    assert state_of(job) == ("done", 1, "")
    assert job.result == {"seen": 1}
    assert job.done_at is not None


@pytest.mark.django_db
@pytest.mark.parametrize("error", [DomainError("Okafor, Ruth"), ValueError("Okafor, Ruth"), KeyError("Okafor")])
def test_job_that_fails_is_kept_without_the_text_of_the_error(
    error: Exception, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def work(_: Job) -> Mapping[str, Any]:
        Heartbeat.objects.create(name="half done", at=timezone.now())
        raise error

    monkeypatch.setitem(queue.REGISTRY, NAME, work)
    job = ask()
    run_job(str(job.pk))
    assert state_of(job) == ("pending", 1, type(error).__name__)
    assert Heartbeat.objects.count() == 0
    assert type(error).__name__ in caplog.text
    assert "test_queue.py" in caplog.text
    assert "Okafor" not in caplog.text


@pytest.mark.django_db
def test_job_that_keeps_failing_rests_longer_and_is_given_up_after_five_attempts() -> None:
    job = enqueue("test.nobody_does_this", key="k", actor_id=uuid7(), payload={})
    for attempt in range(1, MAX_ATTEMPTS + 1):
        run_job(str(job.pk))
        run_job(str(job.pk))  # it rests: a second ring does nothing
        expected = "dead" if attempt == MAX_ATTEMPTS else "pending"
        assert state_of(job) == (expected, attempt, "KeyError")
        if job.leased_until is not None:
            rest = job.leased_until - timezone.now()
            assert RESTS[attempt - 1] - timedelta(seconds=5) < rest <= RESTS[attempt - 1]
        Job.objects.update(leased_until=None)
    run_job(str(job.pk))
    assert state_of(job) == ("dead", MAX_ATTEMPTS, "KeyError")


@pytest.mark.django_db
def test_job_leased_by_another_worker_is_left_alone_until_the_lease_ends(done: list[str]) -> None:
    job = ask()
    Job.objects.update(leased_until=timezone.now() + LEASE, attempts=1)
    run_job(str(job.pk))
    assert done == []
    Job.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    run_job(str(job.pk))
    assert done == ["k1"]
    assert state_of(job) == ("done", 2, "")


@pytest.mark.django_db
def test_job_runs_under_an_origin_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    origins = []

    def work(_: Job) -> Mapping[str, Any]:
        origins.append(current_origin())
        return {}

    monkeypatch.setitem(queue.REGISTRY, NAME, work)
    for key in ("a", "b"):
        run_job(str(ask(key).pk))
    assert [origin.source for origin in origins] == [Source.JOB, Source.JOB]
    assert origins[0].request_id != origins[1].request_id


@pytest.mark.django_db
def test_sweep_rings_again_for_old_work_that_nobody_does(rung: list[str]) -> None:
    lost, fresh, busy, ended = (ask(key) for key in ("lost", "fresh", "busy", "ended"))
    for job in (lost, busy, ended):
        aged(job)
    Job.objects.filter(pk=busy.pk).update(leased_until=timezone.now() + LEASE)
    Job.objects.filter(pk=ended.pk).update(state=JobState.DONE)
    sweep()
    assert rung == [str(lost.pk)]
    assert state_of(fresh)[0] == "pending"


@pytest.mark.django_db
def test_sweep_gives_up_a_job_whose_worker_died_five_times(rung: list[str]) -> None:
    job = ask()
    aged(job)
    Job.objects.update(attempts=MAX_ATTEMPTS, leased_until=timezone.now() - timedelta(seconds=1))
    sweep()
    assert state_of(job) == ("dead", MAX_ATTEMPTS, "WorkerLost")
    assert rung == []


@pytest.mark.django_db
def test_sweep_stops_when_the_broker_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    for key in "abc":
        aged(ask(key))
    asked: list[Any] = []

    def away(job_id: Any) -> bool:
        asked.append(job_id)
        return False

    monkeypatch.setattr(tasks, "ring", away)
    sweep()
    assert len(asked) == 1


@pytest.mark.django_db
def test_heartbeat_is_one_row_that_moves() -> None:
    heartbeat()
    first = Heartbeat.objects.get().at
    heartbeat()
    assert Heartbeat.objects.get().at > first


@pytest.mark.parametrize("broker", ["redis://127.0.0.1:1/0", "redis+socket:///tmp/nobody-listens.sock?virtual_host=0"])
def test_ring_with_the_broker_away_is_no_error_and_soon_over(broker: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A real publish to where nobody listens, through an application of its own."""
    elsewhere = Celery("elsewhere", broker=broker, set_as_current=False)
    asked: list[Any] = []

    def publish(args: tuple[str], **options: Any) -> None:
        asked.append(args)
        elsewhere.send_task(run_job.name, args, **options)

    monkeypatch.setattr(run_job, "apply_async", publish)
    began = time.monotonic()
    assert [ring(uuid7()) for _ in range(50)] == [False] * 50
    assert time.monotonic() - began < 5
    assert len(asked) == 1


def test_bell_of_any_thread_belongs_to_the_configured_broker() -> None:
    """A web process answers in many threads; a Celery application is by default current in one only."""
    urls: list[str] = []
    thread = threading.Thread(target=lambda: urls.append(str(run_job.app.conf.broker_url)))
    thread.start()
    thread.join()
    assert urls == [settings.REDIS_URL]


def test_job_rung_twice_at_once_is_done_once(committed: None, done: list[str]) -> None:
    job = ask()
    at_once(*[lambda: run_job(str(job.pk))] * 3)
    assert done == ["k1"]
    assert state_of(job)[0] == "done"
