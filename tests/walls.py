"""Row-level security in tests.

Tests make and read rows directly, so each connection of a test stands before the wall as somebody who sees all. Wherever the
product itself is at the door (a request, a command, a job) that standing is taken away: what it shows, it must reach through
the gate.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.core import management
from django.db import connection
from django.db.backends.signals import connection_created
from django.test.client import Client

from hims.jobs import tasks

P = ParamSpec("P")
R = TypeVar("R")
NOBODY = ["", "", "", ""]
EVERYWHERE = ",".join(str(number) for number in range(1, 2500))
TESTER = ["00000000-0000-0000-0000-000000000000", EVERYWHERE, EVERYWHERE, ""]
SET = "SELECT {}".format(
    ", ".join(f"set_config('{name}', %s, false)" for name in ("app.uid", "app.facs", "app.trusted", "app.emergency"))
)
_inside = {"depth": 0}


def stand(values: list[str]) -> None:
    """For the rest of the connection, or until the transaction is rolled back."""
    with connection.cursor() as cursor:
        cursor.execute(SET, values)


@contextmanager
def at_the_door() -> Iterator[None]:
    """The product works here: nobody stands before the wall, until its gate says who."""
    _inside["depth"] += 1
    usable = connection.connection is not None and not connection.needs_rollback
    if _inside["depth"] == 1 and usable:
        stand(NOBODY)
    try:
        yield
    finally:
        _inside["depth"] -= 1
        if _inside["depth"] == 0 and connection.connection is not None and not connection.needs_rollback:
            stand(TESTER)


def doors(function: Callable[P, R]) -> Callable[P, R]:
    """The same function, called at the door."""

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        with at_the_door():
            return function(*args, **kwargs)

    return call


def _connected(sender: Any, connection: Any, **_: Any) -> None:
    """A new connection of the application role: of the tests, or of the product while it is at work."""
    if connection.alias == "default":
        with connection.cursor() as cursor:
            cursor.execute(SET, NOBODY if _inside["depth"] else TESTER)


def install() -> None:
    """Once, before the first test."""
    connection_created.connect(_connected, dispatch_uid="tests.walls", weak=False)
    Client.request = doors(Client.request)  # type: ignore[method-assign]
    management.call_command = doors(management.call_command)
    tasks.run_job.run = doors(tasks.run_job.run)  # type: ignore[method-assign]
