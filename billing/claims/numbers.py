"""Control numbers that never repeat: taken from their row under its lock, in the present transaction."""

from __future__ import annotations

from django.db import connection

from billing.claims.rules import LARGEST_CONTROL

_TAKE = """
    INSERT INTO billing_controlnumber AS kept (name, last_value) VALUES (%(name)s, 1)
    ON CONFLICT (name) DO UPDATE
        SET last_value = CASE WHEN kept.last_value >= %(largest)s THEN 1 ELSE kept.last_value + 1 END
    RETURNING last_value
"""


def take_number(name: str) -> int:
    """The next number of a sequence, 1 to 999,999,999, then 1 again; a rollback gives it back.

    Two transactions never get the same one: the second waits for the first. The unique constraint on the files' interchange
    numbers refuses a number that is still in use after the sequence began again.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"name": name, "largest": LARGEST_CONTROL})
        row = cursor.fetchone()
    return int(row[0])
