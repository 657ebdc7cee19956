"""Tests with several connections: their rows are really committed, and removed afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connections

from hims.lib.access import Role
from hims.staff.models import Facility, Membership, User
from tests.database import remove_committed

TABLES = ("staff_facility", "records_patient", "records_encounter", "records_provider", "records_payer", "jobs_job",
          "jobs_heartbeat")  # fmt: skip


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Every statement commits. Use `worker_at` and the factories, not the fixtures that live in one transaction."""
    with django_db_blocker.unblock():
        try:
            yield
        finally:
            connections.close_all()
            remove_committed(TABLES)


def worker_at(facility: Facility, role: Role = Role.RECORDS_SPECIALIST) -> User:
    """A person with a role at the facility."""
    user = User.objects.create(username=f"{role.name.lower()}.{facility.code}".lower(), display_name=role.value)
    Membership.objects.create(user=user, facility=facility, role=Group.objects.get(name=role.value))
    return user


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Each call in a thread of its own, all starting together; results in order, an exception in place of its result."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        try:
            barrier.wait(timeout=10)
            return call()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))
