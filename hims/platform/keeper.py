"""Runs the embedded servers for `./run manage` while no supervisor does, until the last command is done.

Commands hold the shared lock `users` while they need the servers. The keeper looks whether it can have that
lock alone: then nobody is left, and it stops the servers. A command that is killed lets go by dying.
"""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path

from hims.platform.console import Console, PlatformError
from hims.platform.folder import DataFolder, State
from hims.platform.interrupts import Interrupts, StopAskedError
from hims.platform.processes import identity
from hims.platform.servers import Servers
from hims.platform.settings import Wishes
from hims.platform.steps import decide_demo
from hims.platform.watch import how_it_ended

LOOK_SECONDS = 0.1
TAKEN = 3
"""Exit code: somebody else runs the servers already."""


def keep(wished: Wishes) -> int:
    """Start the servers, publish their addresses, stay until the last command has gone."""
    folder = DataFolder(wished.data)
    folder.prepare()
    interrupts = Interrupts()
    interrupts.install()
    with ExitStack() as held:
        lock = folder.try_lock("servers")
        if lock is None:
            return TAKEN
        held.enter_context(lock)
        console = Console(log=folder.log / "keeper.log")
        servers = Servers(folder, wished, console, interrupts.pause)
        try:
            servers.open()
            demo = decide_demo(servers.secrets["DATABASE_URL"], wished)
            folder.write_state(_state(servers, demo))
            _stay(folder, servers, interrupts, held)
        except StopAskedError:
            console.say("Asked to stop")
        finally:
            folder.clear_state()
            servers.close()
    return 0


def _state(servers: Servers, demo: bool) -> State:
    return State(
        owner=identity(os.getpid()),
        ready=True,
        environment={**servers.secrets, "HIMS_DEMO": "1" if demo else "0"},
        children={server.name: identity(server.pid) for server in servers.running if server.pid},
    )


def _stay(folder: DataFolder, servers: Servers, interrupts: Interrupts, held: ExitStack) -> None:
    while (alone := folder.try_lock("users")) is None:
        interrupts.pause(LOOK_SECONDS)
        for server in servers.running:
            if (code := server.exit_code()) is not None:
                raise PlatformError(f"{server.title} died ({how_it_ended(code)}).")
    held.enter_context(alone)


def keeper_words(data: Path) -> list[str]:
    """The arguments of `python -m hims.platform` that become this keeper."""
    return ["keep", "--data", str(data)]
