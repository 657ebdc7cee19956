"""The trail cannot be changed: not by the application, not by the writer's own role. Source: 45 CFR 164.312(b), (c)(1)."""

from __future__ import annotations

import hashlib

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from audit.trail.enums import Category, Result, Source
from audit.trail.writer import Event, write
from hims.lib.ids import uuid7
from tests.environment import ADMIN_URL, DATABASE, role_url

pytestmark = pytest.mark.django_db

FORBIDDEN = (
    "UPDATE audit_event SET actor_name = 'nobody'",
    "DELETE FROM audit_event",
    "TRUNCATE audit_event",
    "DROP TABLE audit_event",
    "ALTER TABLE audit_event DISABLE TRIGGER ALL",
    "SET session_replication_role = replica",
    "ALTER TABLE audit_event DETACH PARTITION audit_event_rest",
    "DELETE FROM audit_event_rest",
    "CREATE OR REPLACE FUNCTION audit_event_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN OLD; END $$",
    "DROP TRIGGER audit_event_no_change ON audit_event",
    "MERGE INTO audit_event e USING (SELECT 1) s ON true WHEN MATCHED THEN DELETE",
    "INSERT INTO audit_event_rest (event) VALUES ('x')",
    "ALTER TABLE audit_event ADD CONSTRAINT gone FOREIGN KEY (actor_id) REFERENCES staff_user (id) ON DELETE CASCADE",
)


def an_event() -> Event:
    return Event(
        request_id=uuid7(), actor_id=uuid7(), actor_name="Test", event="test.happened", category=Category.READ,
        result=Result.DONE, source=Source.COMMAND,
    )  # fmt: skip


@pytest.mark.parametrize("role", ["hims_app", "hims_audit"])
@pytest.mark.parametrize("statement", FORBIDDEN)
def test_trail_changed_by_application_or_writer_is_refused(role: str, statement: str) -> None:
    write([an_event()])
    with (
        psycopg.connect(role_url(role), autocommit=True) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(statement)


@pytest.mark.parametrize("statement", FORBIDDEN[:3])
def test_trail_changed_by_its_owner_is_refused_by_trigger(statement: str) -> None:
    write([an_event()])
    connected = psycopg.connect(role_url("hims_owner"), autocommit=True)
    with connected as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement)


def test_partition_truncated_by_its_owner_is_refused_by_trigger() -> None:
    write([an_event()])
    with psycopg.connect(role_url("hims_owner"), autocommit=True) as connection:
        partitions = connection.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'audit_event'::regclass"
        ).fetchall()
        assert len(partitions) > 12
        for (partition,) in partitions:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(f"TRUNCATE {partition}")


def test_writer_role_cannot_read_the_trail() -> None:
    connected = psycopg.connect(role_url("hims_audit"), autocommit=True)
    with connected as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("SELECT * FROM audit_event")


def test_application_cannot_write_the_trail() -> None:
    connected = psycopg.connect(role_url("hims_app"), autocommit=True)
    with connected as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("INSERT INTO audit_event (event) VALUES ('x')")


def test_written_event_has_its_leaf_over_the_stored_bytes() -> None:
    event = an_event()
    write([event])
    with psycopg.connect(make_conninfo(ADMIN_URL, dbname=DATABASE)) as connection:
        row = connection.execute(
            "SELECT canonical, leaf FROM audit_event WHERE event_id = %s", [event.event_id]
        ).fetchone()
    assert row is not None
    assert hashlib.sha256(b"\x00" + row[0]).digest() == row[1]


def test_event_backdated_by_the_writer_role_is_refused() -> None:
    connected = psycopg.connect(role_url("hims_audit"), autocommit=True)
    with connected as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(
            "INSERT INTO audit_event (event_id, at, xid, canonical, leaf, request_id, actor_name, actor_role, event,"
            " category, result, purpose, source, facility_ids, patient_ids, object_type, object_id, detail) VALUES"
            " (gen_random_uuid(), now() - interval '1 day', pg_current_xact_id(), '', '', gen_random_uuid(), 'x', '',"
            " 'x', 'read', 'done', '', 'web', '{}', '{}', '', '', '{}')"
        )
