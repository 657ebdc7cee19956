"""Who may do what with trail, seals and archive. Source: 45 CFR 164.312(b); HL7 EHR-S FM TI.2.2.1."""

from __future__ import annotations

import psycopg
import pytest

from audit.seals.guards import check_guards
from tests.audit.seals.conftest import Trail
from tests.environment import role_url

TABLES = ("audit_event", "audit_seal", "audit_seal_item", "audit_archive")
ROLES = ("hims_app", "hims_audit", "hims_sealer", "hims_retention")
CHANGES = (
    "UPDATE {table} SET {column} = {column}", "DELETE FROM {table}", "TRUNCATE {table} CASCADE", "DROP TABLE {table}",
    "ALTER TABLE {table} DISABLE TRIGGER ALL",
)  # fmt: skip
COLUMN = {"audit_event": "leaf", "audit_seal": "root", "audit_seal_item": "leaf", "audit_archive": "digest"}
REFUSED = psycopg.errors.InsufficientPrivilege


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("role", ROLES)
def test_change_of_trail_or_seals_by_any_role_is_refused(trail: Trail, role: str, table: str, change: str) -> None:
    with psycopg.connect(trail.address(role), autocommit=True) as connection, pytest.raises(REFUSED):
        connection.execute(change.format(table=table, column=COLUMN[table]).encode())


@pytest.mark.parametrize("role", ["hims_owner", ""])
@pytest.mark.parametrize("change", CHANGES[:3])
@pytest.mark.parametrize("table", TABLES[:3])
def test_change_by_owner_or_superuser_is_refused_by_triggers_that_do_not_sleep(
    sealed: Trail, role: str, table: str, change: str
) -> None:
    """session_replication_role silences ordinary triggers; these are ENABLE ALWAYS."""
    with psycopg.connect(sealed.address(role), autocommit=True) as connection:
        if not role:
            connection.execute("SET session_replication_role = replica")
        with pytest.raises(REFUSED, match="append-only"):
            connection.execute(change.format(table=table, column=COLUMN[table]).encode())


@pytest.mark.parametrize(
    ("role", "statement"),
    [
        ("hims_sealer", "INSERT INTO audit_event (event) VALUES ('x')"),
        ("hims_sealer", "INSERT INTO audit_archive VALUES ('2019-01-01', 0, '', now(), '', '')"),
        ("hims_sealer", "SELECT audit_detach_month('2019-01-01', 6)"),
        ("hims_retention", "INSERT INTO audit_event (event) VALUES ('x')"),
        ("hims_retention", "INSERT INTO audit_seal (no) VALUES (99)"),
        ("hims_retention", "ALTER TABLE audit_event DETACH PARTITION audit_event_rest"),
        ("hims_app", "INSERT INTO audit_seal (no) VALUES (99)"),
        ("hims_app", "INSERT INTO audit_seal_item (event_id) VALUES (99)"),
        ("hims_app", "SELECT audit_detach_month('2019-01-01', 6)"),
        ("hims_audit", "SELECT * FROM audit_seal"),
        ("hims_audit", "SELECT audit_detach_month('2019-01-01', 6)"),
    ],
)
def test_work_of_another_role_is_refused(trail: Trail, role: str, statement: str) -> None:
    with psycopg.connect(trail.address(role), autocommit=True) as connection, pytest.raises(REFUSED):
        connection.execute(statement.encode())


@pytest.mark.django_db
def test_database_of_the_product_has_every_protection_that_verification_asks_for() -> None:
    """All migrations, not only the trail's own."""
    with psycopg.connect(role_url("hims_sealer")) as connection:
        assert check_guards(connection) == []


def test_month_that_is_added_later_is_as_protected_as_the_others(sealed: Trail) -> None:
    with psycopg.connect(sealed.address("hims_app"), autocommit=True) as connection:
        connection.execute("SELECT audit_event_add_month((now() + interval '20 months')::date)")
    assert sealed.verify().problems == []
