"""A whole start over small stand-ins: refusals, restarts, stopping, and being killed."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from hims.platform.folder import DataFolder, State
from hims.platform.processes import start_time
from hims.platform.roles import connect
from tests.platform.support import Launched, free_port, launch

pytestmark = pytest.mark.slow

READY = "HIMS is ready"


class House:
    """Starts supervisors on one data folder."""

    def __init__(self, scratch: Path) -> None:
        self.scratch = scratch
        self.port = free_port()
        self.folder = DataFolder(scratch / "data")
        self.launched: list[Launched] = []

    def start(self, kind: str = "plain", port: int | None = None, **environment: str) -> Launched:
        words = ["-m", "tests.platform.stand_in", str(self.folder.path), str(port or self.port), kind]
        log = self.scratch / f"supervisor-{len(self.launched)}.log"
        self.launched.append(launch(words, log, **environment))
        return self.launched[-1]

    def ready(self) -> Launched:
        supervisor = self.start()
        supervisor.wait_for(READY)
        return supervisor

    @property
    def state(self) -> State:
        state = self.folder.live_state()
        assert state is not None
        return state

    @property
    def pids(self) -> list[int]:
        return [int(known.partition(":")[0]) for known in self.state.children.values()]

    def leftovers(self) -> list[str]:
        return [entry.name for entry in self.folder.run.iterdir() if entry.is_socket()]


@pytest.fixture
def house(scratch: Path) -> Iterator[House]:
    made = House(scratch)
    yield made
    for launched in made.launched:
        if launched.child.poll() is None:
            launched.child.terminate()
            launched.finish()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_supervisor_asked_to_stop_leaves_nothing_and_exits_0(house: House, number: signal.Signals) -> None:
    supervisor = house.ready()
    pids = house.pids
    assert len(pids) == 4
    supervisor.child.send_signal(number)
    assert supervisor.finish(10) == 0
    assert [start_time(pid) for pid in pids] == [None] * 4
    assert house.leftovers() == []
    assert house.folder.read_state() is None


def test_supervisor_on_folder_in_use_names_the_running_one(house: House) -> None:
    house.ready()
    second = house.start(port=free_port())
    assert second.finish() == 1
    assert f"already runs on {house.folder.path}: http://127.0.0.1:{house.port}/" in second.said
    assert second.said.count("\n") == 1


def test_supervisor_on_port_in_use_starts_nothing(house: House) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", house.port))
        taken.listen()
        supervisor = house.start()
        assert supervisor.finish() == 1
    assert f"port {house.port} is in use" in supervisor.said
    assert "./run --port" in supervisor.said
    assert supervisor.said.count("\n") == 1
    assert not house.folder.postgres.exists()


def test_supervisor_restarts_each_killed_child_and_keeps_rows(house: House) -> None:
    supervisor = house.ready()
    with connect(house.state.environment["DATABASE_URL"]) as owner:
        owner.execute("CREATE TABLE kept (n int)")
        owner.execute("INSERT INTO kept VALUES (1)")
    for title, place in (("PostgreSQL", 0), ("Valkey", 1), ("worker", 2), ("web", 3)):
        os.kill(house.pids[place], signal.SIGKILL)
        supervisor.wait_for(f"{title} died (SIGKILL)")
        supervisor.wait_for(f"{title} runs again")
    with connect(house.state.environment["HIMS_APP_DATABASE_URL"]) as app:
        assert app.execute("SELECT n FROM kept").fetchall() == [(1,)]
    assert len(house.pids) == 4


@pytest.mark.slow
def test_supervisor_with_child_that_keeps_dying_stops_everything(house: House) -> None:
    supervisor = house.start("crash")
    assert supervisor.finish(60) == 1
    assert "worker died 5 times within 60 s (last: exit code 7)" in supervisor.said
    assert house.leftovers() == []


def test_supervisor_killed_takes_its_children_along_and_next_start_works(house: House) -> None:
    supervisor = house.ready()
    pids = house.pids
    os.kill(supervisor.child.pid, signal.SIGKILL)
    supervisor.finish()
    again = house.ready()
    assert [start_time(pid) for pid in pids] == [None] * 4
    again.child.terminate()
    assert again.finish() == 0


def test_supervisor_asked_to_stop_while_starting_exits_in_order(house: House) -> None:
    supervisor = house.start()
    supervisor.wait_for("Starting HIMS")
    supervisor.child.terminate()
    assert supervisor.finish(20) == 0
    assert house.leftovers() == []


def test_supervisor_of_demo_refuses_the_network(house: House) -> None:
    supervisor = house.start(HIMS_BIND="0.0.0.0", HIMS_DEMO="1")
    assert supervisor.finish() == 1
    assert "lets anyone choose a person and sign in" in supervisor.said
    assert not house.folder.path.exists()


def test_secret_key_stays_the_same_over_starts(house: House) -> None:
    keys = []
    for _ in range(2):
        supervisor = house.ready()
        keys.append(house.state.environment["HIMS_SECRET_KEY"])
        supervisor.child.terminate()
        supervisor.finish()
    assert keys[0] == keys[1]
    assert len(keys[0]) >= 50
