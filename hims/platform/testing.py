"""`./test`: lint, types, layers, then pytest on servers of its own. See `./test --help`."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from hims.platform.arguments import PORTABLE, QUICK, test_parser
from hims.platform.commands import run_to_end
from hims.platform.console import Console, PlatformError, complain
from hims.platform.external import check_broker
from hims.platform.interrupts import Interrupts, StopAskedError
from hims.platform.postgres import EmbeddedPostgres
from hims.platform.roles import connect
from hims.platform.servers import scratch_folder
from hims.platform.services import program
from hims.platform.settings import PROJECT, base_environment
from hims.platform.valkey import EmbeddedValkey

LOCAL_POSTGRES, LOCAL_BROKER = "postgresql://postgres@127.0.0.1:5432/postgres", "redis://127.0.0.1:6379/9"
UNREACHABLE = "postgresql://nobody@127.0.0.1:1/none"
STATIC_ENVIRONMENT = {
    "DATABASE_URL": UNREACHABLE,
    "HIMS_APP_DATABASE_URL": UNREACHABLE,
    "HIMS_AUDIT_DATABASE_URL": UNREACHABLE,
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "HIMS_SECRET_KEY": "only-for-reading-the-settings-during-checks",
    "HIMS_FIELD_KEY": "only-for-reading-the-settings-during-checks-too",
    "HIMS_NOTES_KEY": "only-for-reading-the-settings-during-checks-also",
    "HIMS_TESTING": "1",
}
"""mypy's Django plugin reads the settings; it connects to nothing."""


@dataclass
class Stages:
    """Runs one stage after the other and remembers which failed."""

    interrupts: Interrupts
    console: Console = field(default_factory=Console)
    failed: list[str] = field(default_factory=list)

    def run(self, name: str, command: Sequence[str], environment: Mapping[str, str]) -> None:
        """One stage, its output shown, and a line with the outcome and its seconds."""
        began = time.monotonic()
        code = run_to_end(command, environment, self.interrupts)
        self.interrupts.pause(0)
        if code != 0:
            self.failed.append(name)
        self.console.plain(f"{'ok    ' if code == 0 else 'FAILED'}  {name:<24} {time.monotonic() - began:7.1f} s")


def main(words: Sequence[str]) -> int:
    """Exit code 0 when every stage passed."""
    own, rest = test_parser().parse_known_args(words)
    stages = Stages(Interrupts())
    stages.interrupts.install()
    os.chdir(PROJECT)
    try:
        if not rest and not own.external:
            _static_stages(stages)
        _pytest_stage(stages, own, rest)
    except PlatformError as error:
        return complain(error)
    except StopAskedError as asked:
        return 128 + int(asked.number)
    if stages.failed:
        stages.console.plain(f"FAILED: {', '.join(stages.failed)}")
    return 1 if stages.failed else 0


def _static_stages(stages: Stages) -> None:
    environment = {**base_environment(), **STATIC_ENVIRONMENT, "PYTHONPATH": str(PROJECT)}
    scripts = [name for name in ("run", "test") if (PROJECT / name).exists()]
    stages.run("ruff check", [program("ruff"), "check", "--quiet", ".", *scripts], environment)
    stages.run("ruff format", [program("ruff"), "format", "--check", "--quiet", ".", *scripts], environment)
    stages.run("mypy", [program("mypy"), "."], environment)
    stages.run("import layers", [program("lint-imports")], environment)


def _pytest_stage(stages: Stages, own: argparse.Namespace, rest: Sequence[str]) -> None:
    marks = ["-m", QUICK] if own.fast else ["-m", PORTABLE] if own.external else []
    processes = [] if rest else ["-n", "2"]
    with ExitStack() as held:
        servers = _external(stages) if own.external else _embedded(held, stages)
        if servers is None:
            stages.console.plain("No external servers here: the second pass over the tests is left out.")
            return
        environment = {**base_environment(), **servers, "PYTHONPATH": str(PROJECT)}
        name = "pytest, external servers" if own.external else "pytest"
        stages.run(name, [sys.executable, "-m", "pytest", *processes, *marks, *rest], environment)


def _embedded(held: ExitStack, stages: Stages) -> dict[str, str]:
    """Servers, and room for temporary files, in a throw-away folder.

    No fsync for PostgreSQL; every write synced for Valkey, whose crash tests count messages.
    """
    scratch = Path(tempfile.mkdtemp(prefix="hims-test-"))
    held.callback(shutil.rmtree, scratch, ignore_errors=True)
    scratch.chmod(0o711)
    (scratch / "tmp").mkdir(mode=0o711)
    folder = scratch_folder(scratch / "data")
    pause = stages.interrupts.pause
    postgres = EmbeddedPostgres(
        folder.postgres,
        sockets=folder.run,
        log=folder.log / "postgres.log",
        max_connections=250,
        durable=False,
        pause=pause,
    )
    valkey = EmbeddedValkey(folder.valkey, sockets=folder.run, log=folder.log / "valkey.log", always=True, pause=pause)
    for server in (postgres, valkey):
        server.start()
        held.callback(server.stop)
    return {
        "HIMS_TEST_DATABASE_URL": postgres.dsn(),
        "HIMS_TEST_REDIS_URL": valkey.url(9),
        "TMPDIR": str(scratch / "tmp"),
    }


def _external(stages: Stages) -> dict[str, str] | None:
    """Servers named by the environment must answer; local ones are used when they do."""
    named = ("HIMS_TEST_DATABASE_URL", "HIMS_TEST_REDIS_URL")
    found = {
        named[0]: _answering(named[0], LOCAL_POSTGRES, lambda url: connect(url).close()),
        named[1]: _answering(named[1], LOCAL_BROKER, lambda url: check_broker(url, stages.console.plain)),
    }
    return None if None in found.values() else {name: url for name, url in found.items() if url}


def _answering(name: str, local: str, check: Callable[[str], None]) -> str | None:
    url = os.environ.get(name, local)
    try:
        check(url)
    except (PlatformError, psycopg.Error):
        if name in os.environ:
            raise
        return None
    return url


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
