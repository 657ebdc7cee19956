"""PostgreSQL and Valkey of one data folder, embedded or given by URL, and the environment for HIMS."""

from __future__ import annotations

import time
from pathlib import Path

from hims.platform.console import Console
from hims.platform.embedded import EmbeddedServer
from hims.platform.external import check_broker, external_roles
from hims.platform.folder import DataFolder
from hims.platform.postgres import EmbeddedPostgres
from hims.platform.processes import Pause
from hims.platform.roles import RoleUrls, ensure_roles
from hims.platform.settings import KEYS, PROJECT, Wishes, base_environment

DATABASE = "hims"


class Servers:
    """Opened by whoever holds the `servers` lock of the folder.

    durable: False for throw-away folders. max_connections: of the embedded PostgreSQL.
    """

    def __init__(
        self,
        folder: DataFolder,
        wished: Wishes,
        console: Console,
        pause: Pause = time.sleep,
        *,
        durable: bool = True,
        max_connections: int = 120,
    ) -> None:
        self.folder, self.wished, self.console, self.pause = folder, wished, console, pause
        self.running: list[EmbeddedServer] = []
        self.secrets: dict[str, str] = {}
        self._durable, self._max_connections = durable, max_connections

    def open(self) -> None:
        """PostgreSQL, then the roles, then Valkey; what was started is stopped again if a later one fails."""
        try:
            urls = self._open_postgres()
            self.secrets = {
                **urls.variables(),
                "REDIS_URL": self._open_broker(),
                **keys_of(self.folder, self.wished),
            }
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Stop what was started, last first."""
        while self.running:
            self.running.pop().stop()

    def environment(self, *, demo: bool) -> dict[str, str]:
        """What HIMS and its commands read (hims/settings.py)."""
        return app_environment(self.folder, self.wished, self.secrets, demo=demo)

    def _open_postgres(self) -> RoleUrls:
        if "DATABASE_URL" in self.wished.given:
            return external_roles(self.folder, self.wished.given, self.console.say)
        server = EmbeddedPostgres(
            self.folder.postgres,
            sockets=self.folder.run,
            log=self.folder.log / "postgres.log",
            max_connections=self._max_connections,
            durable=self._durable,
            pause=self.pause,
            say=self.console.say,
        )
        self._start(server)
        return ensure_roles(server.dsn(), dbname=DATABASE)

    def _open_broker(self) -> str:
        given = self.wished.given.get("REDIS_URL")
        if given:
            check_broker(given, self.console.say)
            return given
        from hims.platform.valkey import EmbeddedValkey

        server = EmbeddedValkey(
            self.folder.valkey,
            sockets=self.folder.run,
            log=self.folder.log / "valkey.log",
            pause=self.pause,
            say=self.console.say,
        )
        self._start(server)
        return server.url()

    def _start(self, server: EmbeddedServer) -> None:
        began = time.monotonic()
        server.start()
        self.running.append(server)
        self.console.say(f"{server.title} runs ({time.monotonic() - began:.1f} s)")


def keys_of(folder: DataFolder, wished: Wishes) -> dict[str, str]:
    """The keys as they were given, the others made once in the data folder."""
    return {name: wished.given.get(name) or folder.secret(file) for name, file in KEYS.items()}


def app_environment(folder: DataFolder, wished: Wishes, secrets: dict[str, str], *, demo: bool) -> dict[str, str]:
    """The children's environment: ours, the addresses, and the folders.

    OMP_THREAD_LIMIT: one thread per OCR process, which is faster than several fighting for two cores.
    """
    return {
        **base_environment(),
        **secrets,
        "HIMS_DATA_DIR": str(folder.path),
        "HIMS_LOG_DIR": str(folder.log),
        "HIMS_BIND": wished.bind,
        "HIMS_PORT": str(wished.port),
        "HIMS_DEMO": "1" if demo else "0",
        "OMP_THREAD_LIMIT": "1",
        "PYTHONPATH": str(PROJECT),
        "DJANGO_SETTINGS_MODULE": "hims.settings",
    }


def scratch_folder(path: Path) -> DataFolder:
    """A prepared data folder on a throw-away path."""
    folder = DataFolder(path)
    folder.prepare()
    return folder
