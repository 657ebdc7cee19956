"""Creates and drops the database of a test process."""

from __future__ import annotations

import psycopg
from django.db import connections
from psycopg import sql

from audit.trail.writer import close_pools
from hims.platform.roles import ensure_roles
from tests.environment import ADMIN_URL, DATABASE, PASSWORD


def create_database() -> None:
    """A new, empty database owned by hims_owner, with the rights of the three roles."""
    drop_database()
    with psycopg.connect(ADMIN_URL, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
    ensure_roles(ADMIN_URL, dbname=DATABASE, password=PASSWORD)


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
