"""Creates and drops the databases of a test run."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import psycopg
from django.db import connections
from psycopg import sql
from psycopg.conninfo import make_conninfo

from audit.trail.writer import close_pools
from hims.platform.roles import ensure_roles
from tests.environment import ADMIN_URL, DATABASE, PASSWORD, TEMPLATE, role_urls

ROOT = Path(__file__).resolve().parent.parent


def create_database(name: str = DATABASE) -> None:
    """A new database with the rights of the roles and the schema of today: a copy of one that is migrated once a test run."""
    with psycopg.connect(ADMIN_URL, autocommit=True) as connection:
        # Whoever comes first migrates; the others wait here.
        connection.execute("SELECT pg_advisory_lock(hashtext(%s))", [TEMPLATE])
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [TEMPLATE]).fetchone():
            _migrated_template(connection)
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        copy = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(TEMPLATE))
        connection.execute(copy)
    ensure_roles(ADMIN_URL, dbname=name, password=PASSWORD)


def _migrated_template(connection: psycopg.Connection) -> None:
    """Made under another name, so that one cut short is never taken for whole."""
    making = f"{TEMPLATE}_making"
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(making)))
    connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(making)))
    ensure_roles(ADMIN_URL, dbname=making, password=PASSWORD)
    migrate = [sys.executable, "manage.py", "migrate", "--database", "owner", "--verbosity", "0"]
    subprocess.run(migrate, cwd=ROOT, env={**os.environ, **role_urls(making)}, check=True)
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(making), sql.Identifier(TEMPLATE))
    connection.execute(rename)


def drop_templates() -> None:
    """At the end of a run, and at its beginning: the schema may have changed since one that was killed."""
    with psycopg.connect(ADMIN_URL, autocommit=True) as connection:
        for name in (TEMPLATE, f"{TEMPLATE}_making"):
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def drop_database() -> None:
    """Gone, with whoever is still connected."""
    close_pools()
    connections.close_all()
    with psycopg.connect(ADMIN_URL, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(DATABASE)))


def keep_first_facility_numbers() -> None:
    """The two houses of the personas have numbers of their own; numbers of others start behind them."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT setval(pg_get_serial_sequence('staff_facility', 'id'), 100)")


REFERENCES = """
SELECT format('DELETE FROM %s WHERE %I IS NOT NULL AND NOT EXISTS (SELECT 1 FROM staff_user WHERE id = %I)',
    conrelid::regclass, attname, attname)
FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
WHERE contype = 'f' AND confrelid = 'staff_user'::regclass
"""


def remove_committed(tables: Sequence[str]) -> None:
    """Rows that tests really committed: of these tables and what refers to them, and everybody with all that is theirs."""
    with psycopg.connect(make_conninfo(ADMIN_URL, dbname=DATABASE), autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        names = sql.SQL(", ").join(map(sql.Identifier, tables))
        connection.execute(sql.SQL("TRUNCATE {} CASCADE").format(names))
        connection.execute("DELETE FROM staff_user WHERE NOT is_system")
        for (statement,) in connection.execute(REFERENCES).fetchall():
            connection.execute(statement)
