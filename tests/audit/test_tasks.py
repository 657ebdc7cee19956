"""The months of the trail."""

from __future__ import annotations

import psycopg
import pytest
from django.db import DataError, connection, transaction

from audit.tasks import add_months
from tests.environment import role_url

pytestmark = pytest.mark.django_db
PARTITIONS = "SELECT count(*) FROM pg_inherits WHERE inhparent = 'audit_event'::regclass"


def partitions() -> int:
    with connection.cursor() as cursor:
        cursor.execute(PARTITIONS)
        return int(cursor.fetchone()[0])


def test_add_months_run_again_adds_nothing() -> None:
    before = partitions()
    add_months()
    assert partitions() == before == 14


def test_application_may_add_a_month_but_not_touch_it() -> None:
    before = partitions()
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_event_add_month((now() + interval '14 months')::date)")
        assert partitions() == before + 1
        cursor.execute("SELECT to_char(now() + interval '14 months', 'YYYY_MM')")
        name = f"audit_event_{cursor.fetchone()[0]}"
        with pytest.raises(Exception, match="permission denied"), transaction.atomic():
            cursor.execute(f"SELECT * FROM {name}")


def test_month_far_ahead_is_refused() -> None:
    with connection.cursor() as cursor, pytest.raises(DataError), transaction.atomic():
        cursor.execute("SELECT audit_event_add_month('2199-01-01')")


def test_writer_role_may_not_add_months() -> None:
    with psycopg.connect(role_url("hims_audit")) as writer, pytest.raises(psycopg.errors.InsufficientPrivilege):
        writer.execute("SELECT audit_event_add_month(now()::date)")
