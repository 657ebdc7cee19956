"""The hospital of the proof, seeded once a module and removed afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import connections
from psycopg.conninfo import make_conninfo

from audit.trail.writer import close_pools
from hims.proof.people import PEOPLE
from hims.proof.seeding import seed
from hims.proof.world import World
from tests.environment import ADMIN_URL, DATABASE

EMPTIED = "staff_facility, records_patient, records_provider, records_payer, coding_code, coding_codesetrelease, coding_codeseverity, jobs_job"


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Committed rows, for walks that open and roll back transactions of their own."""
    with django_db_blocker.unblock():
        try:
            yield seed(PEOPLE)
        finally:
            connections.close_all()
            close_pools()
            _clear()


def _clear() -> None:
    with psycopg.connect(make_conninfo(ADMIN_URL, dbname=DATABASE), autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(f"TRUNCATE {EMPTIED} CASCADE")
        connection.execute("DELETE FROM staff_user WHERE NOT is_system")
        connection.execute("DELETE FROM auth_group WHERE name LIKE 'Proof%' OR name LIKE 'Coder cleared%'")
