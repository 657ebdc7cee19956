"""A trail of its own for these tests: they tamper with it as a superuser, which no other test should see."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import migrations
from psycopg.conninfo import make_conninfo

from audit.seals.anchor import Anchor
from audit.seals.keys import SealKey
from audit.seals.sealer import Sealed, seal_trail
from audit.seals.verify import Report, verify_trail
from hims.platform.roles import drop_database, ensure_roles
from tests.environment import ADMIN_URL, DATABASE, PASSWORD

NAME, COPY = f"{DATABASE}_seals", f"{DATABASE}_sealed"
TABLES = ("audit_event", "audit_event_rest", "audit_seal", "audit_seal_item", "audit_archive")
FILL = """INSERT INTO audit_event (event_id, at, xid, canonical, leaf, request_id, actor_id, actor_name, actor_role, event,
        category, result, purpose, source, address, facility_ids, patient_ids, object_type, object_id, detail)
    SELECT gen_random_uuid(), clock_timestamp(), pg_current_xact_id(), '', '', gen_random_uuid(),
        CASE WHEN n % 7 > 0 THEN gen_random_uuid() END, 'Jörg Person ' || n, 'Coder', 'chart.viewed', 'read', 'done', 'coding',
        'web', CASE WHEN n % 5 > 0 THEN '10.0.0.1'::inet END, '{1,2}', ARRAY[gen_random_uuid()], 'patient', '',
        jsonb_build_object('text', 'naïve', 'place', n)
    FROM generate_series(1, %s::int) AS n"""


@dataclass
class Trail:
    """A trail, its key and its anchor."""

    folder: Path
    key: SealKey = field(default_factory=lambda: SealKey("11" * 32))

    @property
    def anchor(self) -> Anchor:
        return Anchor(self.folder / "anchor" / "heads.jsonl")

    def address(self, role: str = "") -> str:
        if not role:
            return make_conninfo(ADMIN_URL, dbname=NAME)
        return make_conninfo(ADMIN_URL, user=role, password=PASSWORD, dbname=NAME)

    def empty(self) -> None:
        """No events, no seals; numbers begin again at 1."""
        self.tamper("TRUNCATE audit_seal_item, audit_seal, audit_archive", "TRUNCATE audit_event RESTART IDENTITY")

    def write(self, count: int) -> None:
        """So many events, in one statement, as the writer's role."""
        with psycopg.connect(self.address("hims_audit"), autocommit=True) as connection:
            connection.execute(FILL.replace(" % ", " %% "), [count])

    def seal(self, most: int | None = None) -> Sealed:
        return seal_trail(self.address("hims_sealer"), key=self.key, anchors=[self.anchor], most=most)

    def seal_all(self) -> None:
        """Until nothing waits; another database of the server may hold the horizon back for a while."""
        for _ in range(6000):
            self.seal()
            if not self.ask("SELECT count(*) FROM audit_event e WHERE NOT EXISTS (SELECT FROM audit_seal_item i"
                            " WHERE i.event_id = e.id)")[0][0]:  # fmt: skip
                return
            self.ask("SELECT pg_sleep(0.1)")
        pytest.fail("another transaction of this server has been open for ten minutes")

    def verify(self, processes: int = 1) -> Report:
        return verify_trail(
            self.address("hims_sealer"), trusted=[self.key.public], anchors=[self.anchor], processes=processes
        )

    def found(self) -> set[tuple[str, int | None]]:
        """Kind and seal of each problem."""
        return {(problem.kind, problem.seal) for problem in self.verify().problems}

    def ask(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """The rows, as the superuser."""
        with psycopg.connect(self.address(), autocommit=True) as connection:
            return connection.execute(query, values or None).fetchall()

    def tamper(self, *statements: str) -> None:
        """As the superuser with every trigger asleep; they are woken again as they were."""
        with psycopg.connect(self.address(), autocommit=True) as connection, connection.transaction():
            names = [str(name) for (name,) in connection.execute(
                "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'audit_event'::regclass")]  # fmt: skip
            tables = [*TABLES, *(name for name in names if name not in TABLES)]
            connection.execute("SET LOCAL session_replication_role = replica")
            for word in ("DISABLE TRIGGER USER", "ENABLE ALWAYS TRIGGER USER"):
                for statement in statements if word.startswith("ENABLE") else ():
                    connection.execute(statement.encode())
                for table in tables:
                    connection.execute(_woken(connection, table, word).encode())


def _woken(connection: psycopg.Connection[Any], table: str, word: str) -> str:
    """ALTER TABLE has no ENABLE ALWAYS for all triggers of a user at once."""
    rows = connection.execute(
        "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal", [table]
    )
    verb = word.removesuffix(" USER")
    return "; ".join(f"ALTER TABLE {table} {verb} {name}" for (name,) in rows) or "SELECT 1"


def _migrate(owner: str) -> None:
    """The trail's own migrations, without the rest of the product."""
    with psycopg.connect(owner, autocommit=True) as connection:
        for module in ("0001_create_trail", "0003_add_seals"):
            for operation in importlib.import_module(f"audit.migrations.{module}").Migration.operations:
                if isinstance(operation, migrations.RunSQL):
                    connection.execute(str(operation.sql).encode())


@pytest.fixture(scope="session")
def trail_database() -> Iterator[None]:
    """Made once a process."""
    drop_database(ADMIN_URL, NAME)
    urls = ensure_roles(ADMIN_URL, dbname=NAME, password=PASSWORD)
    _migrate(urls.owner)
    yield
    drop_database(ADMIN_URL, NAME)


@pytest.fixture(scope="session")
def sealed_copy(trail_database: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Two batches of 1,000 events and one of 500, sealed, kept as a database to copy; the text of their anchor."""
    first = Trail(tmp_path_factory.mktemp("anchor"))
    first.empty()
    first.write(2500)
    first.seal_all()
    report = first.verify()
    assert (report.events, report.seals, [each.as_json() for each in report.problems]) == (2500, 3, [])
    _copy(NAME, COPY)
    yield first.anchor.path.read_text()
    drop_database(ADMIN_URL, COPY)


@pytest.fixture
def trail(trail_database: None, tmp_path: Path) -> Trail:
    """Empty, with a new anchor; numbers begin again at 1."""
    found = Trail(tmp_path)
    found.empty()
    return found


@pytest.fixture
def sealed(sealed_copy: str, tmp_path: Path) -> Trail:
    """The 2,500 sealed events; no problem in them."""
    _copy(COPY, NAME)
    found = Trail(tmp_path)
    found.anchor.append([])
    found.anchor.path.write_text(sealed_copy)
    return found


def _copy(source: str, target: str) -> None:
    drop_database(ADMIN_URL, target)
    with psycopg.connect(ADMIN_URL, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
            [source],
        )
        connection.execute(f"CREATE DATABASE {target} TEMPLATE {source} OWNER hims_owner".encode())
