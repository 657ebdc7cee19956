"""Two coders at once, each on a connection of their own; what they commit is removed by the owner afterwards."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import connection, connections

from coding.workbench.actions.diagnoses import add_diagnosis
from coding.workbench.actions.finalizing import finalize
from coding.workbench.changing import StaleCoding
from coding.workbench.models import CodingRecord, CodingSummary
from hims.lib.access import Role
from hims.staff.models import User
from tests.environment import ADMIN_URL, DATABASE
from tests.factories.coding import admitted_for, coding_record, install_codes
from tests.factories.records import encounter, facility

TABLES = (
    "coding_codingsummary", "coding_codingrecord", "coding_codesetrelease", "coding_code", "records_patient", "jobs_job",
    "staff_membership", "staff_facility", "records_mrncounter",
)  # fmt: skip


@pytest.fixture
def committed(django_db_blocker: Any, django_db_setup: None) -> Iterator[tuple[User, CodingRecord]]:
    """A complete coding that other connections can see."""
    with django_db_blocker.unblock():
        yield _complete()
        connections.close_all()
        _clean()


def _complete() -> tuple[User, CodingRecord]:
    from django.contrib.auth.models import Group

    from hims.staff.models import Membership

    place = facility("RACE")
    coder = User.objects.create(username="race", display_name="Race")
    Membership.objects.create(user=coder, facility=place, role=Group.objects.get(name=Role.CODER.value))
    install_codes(["I130", "R0602"])
    record = coding_record(encounter(place))
    admitted_for(record)
    add_diagnosis(by=coder, record=record, version=0, code="I130", poa="Y")
    return coder, record


def _clean() -> None:
    with psycopg.connect(ADMIN_URL, dbname=DATABASE, autocommit=True) as admin:
        admin.execute(f"TRUNCATE {', '.join(TABLES)} CASCADE")
        admin.execute("DELETE FROM staff_user WHERE username = 'race'")


def test_two_finalizes_at_the_same_time_make_one_summary(committed: tuple[User, CodingRecord]) -> None:
    coder, record = committed
    start = threading.Barrier(2)
    outcomes: list[str] = []

    def attempt() -> None:
        mine = CodingRecord.objects.get(pk=record.pk)
        by = User.objects.get(pk=coder.pk)
        start.wait(10)
        try:
            finalize(by=by, record=mine, version=1)
            outcomes.append("done")
        except StaleCoding:
            outcomes.append("stale")
        finally:
            connection.close()

    threads = [threading.Thread(target=attempt) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes) == ["done", "stale"]
    assert CodingSummary.objects.filter(encounter_id=record.encounter_id).count() == 1
