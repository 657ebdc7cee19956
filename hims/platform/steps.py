"""The steps of a first start, each done once and remembered in the database it changed.

The memory is a table of the owner's (schema hims_platform), so that it goes with the data: a new database
starts from the beginning, and a first start that was interrupted goes on with the first unfinished step.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from hims.platform.console import PlatformError
from hims.platform.roles import Connection, connect
from hims.platform.settings import PROJECT, Wishes, demo_refusal

DEMO, PRODUCTION = "demo", "production"
_TABLE = """
CREATE SCHEMA IF NOT EXISTS hims_platform;
CREATE TABLE IF NOT EXISTS hims_platform.step (
    name text PRIMARY KEY, fingerprint text NOT NULL, finished_at timestamptz NOT NULL DEFAULT now()
);
"""


@dataclass(frozen=True)
class Step:
    """One management command.

    fingerprint: the step is done again when it differs from the one remembered ("" for: once only).
    visible: its output is shown, else it goes to a log file.
    """

    name: str
    title: str
    command: tuple[str, ...]
    fingerprint: str = ""
    demo_only: bool = False
    visible: bool = True


def default_steps(project: Path = PROJECT) -> list[Step]:
    """Migrations after each upgrade; code sets and the demo hospital once."""
    return [
        migration_step(project),
        Step("codesets", "Loading the public code sets", ("load_default_codesets",)),
        Step("demo", "Building the demo hospital", ("build_demo",), demo_only=True),
    ]


def migration_step(project: Path = PROJECT) -> Step:
    """`migrate` as the owner, when any migration file of ours or any pinned package changed."""
    command = ("migrate", "--database", "owner", "--no-input")
    title = "Bringing the database up to date"
    return Step("migrate", title, command, migrations_fingerprint(project), visible=False)


def migrations_fingerprint(project: Path) -> str:
    """SHA-256 over our migration files and the lock file (third-party migrations come with their versions)."""
    digest = sha256()
    files = [project / "requirements.lock", *sorted(project.glob("*/migrations/*.py"))]
    files += sorted(project.glob("hims/*/migrations/*.py"))
    for file in files:
        if file.exists():
            digest.update(str(file.relative_to(project)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def run_steps(
    owner_dsn: str,
    steps: Sequence[Step],
    *,
    demo: bool,
    run: Callable[[Step], None],
    say: Callable[[str], None],
) -> None:
    """Do the unfinished ones in order. `run` raises PlatformError when one fails; it is tried again next time."""
    for step in steps:
        if step.demo_only and not demo:
            continue
        with connect(owner_dsn) as connection:
            done = _fingerprint(connection, step.name)
        if done == step.fingerprint:
            continue
        say(f"{step.title} ...")
        if step.demo_only:
            remember(owner_dsn, "kind", DEMO)
        run(step)
        remember(owner_dsn, step.name, step.fingerprint)


def remember(owner_dsn: str, name: str, fingerprint: str) -> None:
    """The step is finished."""
    with connect(owner_dsn) as connection, connection.transaction():
        connection.execute(_TABLE)
        connection.execute(
            "INSERT INTO hims_platform.step (name, fingerprint) VALUES (%s, %s) "
            "ON CONFLICT (name) DO UPDATE SET fingerprint = excluded.fingerprint, finished_at = now()",
            [name, fingerprint],
        )


def decide_demo(owner_dsn: str, wished: Wishes) -> bool:
    """Is this the demo hospital? A database stays what it was first: real charts and the demo never mix.

    Raises PlatformError when the wish contradicts the database.
    """
    with connect(owner_dsn) as connection:
        kind = _fingerprint(connection, "kind") or _kind_of_unmarked(connection)
    if kind == DEMO:
        if wished.production:
            raise PlatformError("this database holds the demo hospital; choose another (--data).")
        if not wished.loopback:
            raise PlatformError(demo_refusal(wished.bind))
        return wished.demo is not False
    if kind == PRODUCTION and wished.demo:
        raise PlatformError("this database is not the demo hospital's; leave HIMS_DEMO unset.")
    if kind == PRODUCTION:
        return False
    return wished.demo is not False


def settle_kind(owner_dsn: str, demo: bool) -> None:
    """From the first time it serves, a database is the demo hospital's or it is not."""
    with connect(owner_dsn) as connection:
        settled = _fingerprint(connection, "kind") is not None
    if not settled:
        remember(owner_dsn, "kind", DEMO if demo else PRODUCTION)


def _kind_of_unmarked(connection: Connection) -> str | None:
    """A migrated database that this platform did not migrate belongs to somebody's installation."""
    row = connection.execute("SELECT to_regclass('public.django_migrations') IS NOT NULL").fetchone()
    migrated = bool(row and row[0])
    return PRODUCTION if migrated and _fingerprint(connection, "migrate") is None else None


def _fingerprint(connection: Connection, name: str) -> str | None:
    row = connection.execute("SELECT to_regclass('hims_platform.step') IS NOT NULL").fetchone()
    if not (row and row[0]):
        return None
    found = connection.execute("SELECT fingerprint FROM hims_platform.step WHERE name = %s", [name]).fetchone()
    return str(found[0]) if found else None
