"""The database's clock: grants begin and end by it, whatever the clocks of the web servers say."""

from __future__ import annotations

from datetime import datetime

from django.db import connection


def database_now() -> datetime:
    """The moment of this statement, as `in_force` will see it (aware)."""
    return _moment("SELECT statement_timestamp()")


def present() -> datetime:
    """The moment at which this transaction began: what begins then is in force at once, for the database's policies too."""
    return _moment("SELECT now()")


def _moment(question: str) -> datetime:
    with connection.cursor() as cursor:
        cursor.execute(question)
        moment: datetime = cursor.fetchone()[0]
    return moment
