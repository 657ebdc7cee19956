"""Processes that die with their parent, and telling one process from another with the same pid."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from hims.platform.processes import (
    group_alive,
    identity,
    is_alive,
    kill_group,
    processes_in,
    spawn,
    start_time,
    stop_child,
    wait_until,
)
from tests.platform.support import eventually, launch

SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]


def test_identity_of_own_process_is_alive() -> None:
    assert is_alive(identity(os.getpid()))


def test_identity_with_another_start_time_is_not_alive() -> None:
    assert not is_alive(f"{os.getpid()}:1")


def test_identity_of_finished_process_is_not_alive() -> None:
    child = spawn([sys.executable, "-c", ""], env=os.environ)
    known = identity(child.pid)
    child.wait()
    assert not is_alive(known)
    assert start_time(child.pid) is None


def test_stop_child_that_ignores_the_polite_signal_is_killed(scratch: Path) -> None:
    code = "import signal, time; signal.signal(15, signal.SIG_IGN); print('up', flush=True); time.sleep(600)"
    child = launch(["-c", code], scratch / "log")
    child.wait_for("up")
    stop_child(child.child, ((signal.SIGTERM, 0.3),))
    assert child.child.returncode == -signal.SIGKILL


def test_spawned_child_dies_when_its_parent_is_killed(scratch: Path) -> None:
    code = (
        "import os, sys, time; from hims.platform.processes import spawn\n"
        "child = spawn([sys.executable, '-c', 'import time; time.sleep(600)'], env=os.environ)\n"
        "print('child', child.pid, flush=True); time.sleep(600)"
    )
    parent = launch(["-c", code], scratch / "log")
    parent.wait_for("child")
    pid = int(parent.said.split()[1])
    assert start_time(pid) is not None
    os.kill(parent.child.pid, signal.SIGKILL)
    parent.finish()
    eventually(lambda: start_time(pid) is None)


def test_processes_in_finds_only_the_named_program(scratch: Path) -> None:
    child = spawn(SLEEP, env=os.environ, cwd=scratch)
    name = Path(f"/proc/{child.pid}/comm").read_text().strip()
    assert processes_in(scratch, name) == [child.pid]
    assert processes_in(scratch, "postgres") == []
    stop_child(child, ())


def test_wait_until_that_never_holds_is_false() -> None:
    assert wait_until(lambda: False, 0.05) is False
    assert wait_until(lambda: True, 0) is True


def test_group_whose_leader_died_is_alive_until_its_last_member(scratch: Path) -> None:
    code = (
        "import subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "print('member', child.pid, flush=True); sys.stdin.read(); child.wait()"
    )
    leader = launch(["-c", code], scratch / "log")
    leader.wait_for("member")
    known = identity(leader.child.pid)
    os.kill(leader.child.pid, signal.SIGKILL)
    leader.finish()
    assert not is_alive(known)
    assert group_alive(known)
    kill_group(leader.child.pid)
    eventually(lambda: not group_alive(known))
