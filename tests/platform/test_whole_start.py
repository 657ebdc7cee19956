"""HIMS itself under the supervisor: every child killed, then the supervisor, and nothing lost."""

from __future__ import annotations

import os
import signal
from functools import partial
from pathlib import Path

import pytest

from hims.platform.folder import DataFolder, State
from hims.platform.processes import group_alive
from hims.platform.roles import connect
from hims.platform.settings import Wishes
from hims.platform.supervisor import health_status
from tests.platform.stand_in import SIGN_IN
from tests.platform.support import Launched, eventually, free_port, launch

SERVICES = ("postgres", "valkey", "worker", "beat", "web")


class Hospital:
    """HIMS on a scratch folder, migrated but empty."""

    def __init__(self, scratch: Path) -> None:
        self.log = scratch / "supervisor.log"
        self.folder = DataFolder(scratch / "data")
        self.wished = Wishes(self.folder.path, port=free_port())

    def start(self) -> Launched:
        words = ["-m", "tests.platform.stand_in", str(self.folder.path), str(self.wished.port), "hims"]
        launched = launch(words, self.log)
        launched.wait_for("HIMS is ready", 180)
        return launched

    @property
    def state(self) -> State:
        state = self.folder.live_state()
        assert state is not None
        return state

    def healthy(self) -> bool:
        return health_status(self.wished, SIGN_IN) == 200

    def has_another(self, name: str, before: str) -> bool:
        return self.state.children[name] != before

    def kill(self, name: str) -> None:
        os.kill(int(self.state.children[name].partition(":")[0]), signal.SIGKILL)


@pytest.mark.slow
def test_hims_survives_the_death_of_each_child_and_of_the_supervisor(scratch: Path) -> None:
    hospital = Hospital(scratch)
    supervisor = hospital.start()
    with connect(hospital.state.environment["DATABASE_URL"]) as owner:
        owner.execute("CREATE TABLE kept (name text)")
    for name in SERVICES:
        with connect(hospital.state.environment["HIMS_APP_DATABASE_URL"]) as app:
            app.execute("INSERT INTO kept VALUES (%s)", [name])
        before = hospital.state.children[name]
        hospital.kill(name)
        eventually(partial(hospital.has_another, name, before))
        eventually(hospital.healthy)
    left = list(hospital.state.children.values())
    supervisor.child.kill()
    supervisor.finish()
    eventually(lambda: not any(map(group_alive, left)))
    supervisor = hospital.start()
    with connect(hospital.state.environment["HIMS_APP_DATABASE_URL"]) as app:
        assert app.execute("SELECT name FROM kept").fetchall() == [(name,) for name in SERVICES]
    supervisor.child.send_signal(signal.SIGINT)
    assert supervisor.finish(20) == 0
    assert [entry.name for entry in hospital.folder.run.iterdir() if entry.is_socket()] == []
