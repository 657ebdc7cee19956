"""Watching in tests: the trail keeps what other tests did, so each test begins behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import connection, connections
from django.utils import timezone
from psycopg.conninfo import make_conninfo

from audit.monitoring.horizon import CLOCK_TOLERANCE, NAME
from audit.monitoring.models import AccessExplanation, PrivacyAlert, RuleSetting, WatchedDay, Watermark
from audit.monitoring.seen import SeenEvent
from audit.monitoring.watching import Watched, digest, watch
from audit.walls import standing_for
from hims.lib.access import Role
from hims.staff.models import Facility, User
from hims.staff.selectors import system_user
from records.registry.models import Patient
from tests.committed import committed, worker_at
from tests.environment import ADMIN_URL, DATABASE
from tests.factories import records as make

__all__ = ["committed"]
TABLES = (
    "audit_accessexplanation, audit_watchedday, audit_privacyalert, audit_rulesetting, audit_watermark, audit_accessgrant,"
    " audit_employeechart, audit_emergencyaccess"
)

LATER = timedelta(minutes=16)
_numbers = count(1)
Watching = Callable[..., Watched]


@pytest.fixture
def hospital(committed: None) -> Iterator[Facility]:
    """Every statement commits, since only what is committed is watched; nothing of what happened before is new."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
        end = cursor.fetchone()[0]
    behind = {"horizon": end, "since": timezone.now() - CLOCK_TOLERANCE, "pending": [], "pending_since": []}
    Watermark.objects.update_or_create(name=NAME, defaults=behind)
    AccessExplanation.objects.update(settled=True)
    WatchedDay.objects.update(settled=True)
    RuleSetting.objects.create(rule="after_hours", active=False, changed_by=system_user())  # tests run at any hour
    yield make.facility()
    connections.close_all()
    with psycopg.connect(make_conninfo(ADMIN_URL, dbname=DATABASE), autocommit=True) as admin:
        admin.execute("SET lock_timeout = '20s'")
        admin.execute("SET session_replication_role = replica")
        admin.execute(f"TRUNCATE {TABLES}")


@pytest.fixture
def stranger(hospital: Facility) -> Patient:
    """A patient who has not been here for long."""
    long_ago = timezone.now() - timedelta(days=400)
    with standing_for(system_user()):
        made = make.patient(hospital)
        make.encounter(hospital, made, admitted_at=long_ago, discharged_at=long_ago + timedelta(days=3))
        return made


@pytest.fixture
def reader(hospital: Facility) -> User:
    """A coder of the hospital."""
    return worker_at(hospital, Role.CODER)


@pytest.fixture
def watched(hospital: Facility) -> Watching:
    """Watch what happened in this test, as if it had come to rest."""

    def run(**options: Any) -> Watched:
        return watch(now=timezone.now() + LATER, **options)

    return run


def alerts_about(person: User) -> list[tuple[str, UUID | None]]:
    """(rule, patient) of the person's alerts, gravest first."""
    rows = PrivacyAlert.objects.filter(actor_id=person.pk).order_by("-score", "rule")
    return list(rows.values_list("rule", "patient_id"))


def event(by: User, at: datetime, facility: Facility, *patients: UUID, **values: Any) -> SeenEvent:
    """A chart opened, told without the trail."""
    standard = {"event": "chart.viewed", "category": "read", "result": "done", "source": "web"}
    return SeenEvent(
        id=next(_numbers), at=at, actor_id=by.pk, actor_name=str(by), actor_role="Coder", facility_ids=[facility.pk],
        patient_ids=list(patients), **{**standard, **values},
    )  # fmt: skip


def told(*events: SeenEvent, rest: timedelta = LATER) -> Watched:
    """Digest events that the trail does not hold; rest: how long after the last one."""
    with standing_for(system_user()):
        return digest(list(events), now=max(each.at for each in events) + rest)
