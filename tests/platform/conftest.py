"""Throw-away folders with short paths, and a server to try roles on."""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hims.platform.postgres import EmbeddedPostgres
from hims.platform.privilege import Strategy
from hims.platform.roles import drop_database
from tests.platform.support import processes_about


@pytest.fixture
def scratch() -> Iterator[Path]:
    """An empty folder with a short path; at the end no process may stand on it any more."""
    folder = Path(tempfile.mkdtemp(prefix="hims-t-"))
    yield folder
    left = processes_about(str(folder))
    shutil.rmtree(folder, ignore_errors=True)
    assert left == []


@pytest.fixture
def make_postgres(scratch: Path) -> Iterator[Callable[..., EmbeddedPostgres]]:
    """Servers on `scratch`, stopped at the end."""
    made: list[EmbeddedPostgres] = []

    def make(*, durable: bool = True, strategy: Strategy | None = None) -> EmbeddedPostgres:
        server = EmbeddedPostgres(
            scratch / "postgres",
            sockets=scratch / "run",
            log=scratch / "postgres.log",
            durable=durable,
            strategy=strategy,
        )
        made.append(server)
        return server

    yield make
    for server in made:
        server.stop()


@pytest.fixture(scope="session")
def admin_dsn() -> Iterator[str]:
    """A superuser on a throw-away server: that of HIMS_TEST_DATABASE_URL, or one of our own."""
    given = os.environ.get("HIMS_TEST_DATABASE_URL")
    if given:
        yield given
        return
    folder = Path(tempfile.mkdtemp(prefix="hims-t-"))
    server = EmbeddedPostgres(folder / "postgres", sockets=folder / "run", log=folder / "postgres.log", durable=False)
    server.start()
    yield server.dsn()
    server.stop()
    shutil.rmtree(folder)


@pytest.fixture
def dbname(admin_dsn: str) -> Iterator[str]:
    """The name of a database that is gone afterwards."""
    name = f"test_platform_{uuid.uuid4().hex[:10]}"
    yield name
    drop_database(admin_dsn, name)
