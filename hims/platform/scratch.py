"""Servers, or a database, for one command only: benchmarks, and the commands that must not touch the site's own data."""

from __future__ import annotations

import secrets
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from hims.platform.commands import StepRunner, manage_command, run_to_end
from hims.platform.console import Console, PlatformError
from hims.platform.folder import DataFolder
from hims.platform.interrupts import Interrupts
from hims.platform.roles import ADDRESSES, ROLES, connect, drop_database, ensure_roles, may_create_roles
from hims.platform.servers import Servers, scratch_folder
from hims.platform.settings import Wishes
from hims.platform.steps import Step, migration_step
from hims.platform.urls import with_parts

ON_SCRATCH = frozenset({"access_matrix"})
"""Commands that fill a database of their own."""


def manage_on_scratch(wished: Wishes, words: Sequence[str], *, interrupts: Interrupts, script: Path) -> int:
    """The command's exit code. Its database is made on the server of DATABASE_URL when that is set, else with that server."""
    console = Console(sys.stderr)
    with _given(wished) as given, scratch_place("hims-scratch-") as place:
        on = replace(wished, data=place, given=given)
        return run_on_servers(
            on, manage_command(words, script), [migration_step()], console, interrupts, demo=False, durable=False
        )


@contextmanager
def scratch_place(prefix: str) -> Iterator[Path]:
    """A folder that is gone afterwards."""
    place = Path(tempfile.mkdtemp(prefix=prefix))
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def run_on_servers(
    wished: Wishes, command: Sequence[str], steps: Sequence[Step], console: Console, interrupts: Interrupts, *,
    demo: bool, durable: bool = True,
) -> int:  # fmt: skip
    """Start the servers, do the steps, run the command, stop everything."""
    data = scratch_folder(wished.data)
    servers = Servers(data, wished, console, interrupts.pause, max_connections=250, durable=durable)
    try:
        servers.open()
        environment = servers.environment(demo=demo)
        for step in steps:
            StepRunner(environment, data.log / "steps.log", console, interrupts.pause)(step)
        return run_to_end(command, environment, interrupts)
    finally:
        servers.close()


@contextmanager
def _given(wished: Wishes) -> Iterator[dict[str, str]]:
    """The addresses of a new database on the outside server, which is dropped afterwards; none without such a server."""
    owner = wished.given.get("DATABASE_URL")
    if owner is None:
        yield {}
        return
    with connect(owner) as connection:
        role = connection.info.user
        if not may_create_roles(connection):
            raise PlatformError(
                f"this command works on a database of its own, and the role {role} of DATABASE_URL may not make one. "
                "Run it without DATABASE_URL: it then starts servers of its own."
            )
    name = f"hims_scratch_{secrets.token_hex(4)}"
    try:
        made = ensure_roles(owner, dbname=name, passwords=_passwords(wished), owner=role)
        yield {**made.variables(), "DATABASE_URL": with_parts(owner, dbname=name)}
    finally:
        drop_database(owner, name)


def _passwords(wished: Wishes) -> dict[str, str]:
    """Those the site's roles have already: from their addresses, else from the site's data folder."""
    folder = DataFolder(wished.data)
    found = {}
    for field, role in ROLES.items():
        address = wished.given.get(ADDRESSES[field])
        known = conninfo_to_dict(address).get("password") if address else None
        found[role] = str(known or "") if address else folder.secret(f"{role}_password")
    return found
