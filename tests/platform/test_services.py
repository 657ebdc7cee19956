"""Commands as services: one polite signal, then harder ones, and nothing left of their session."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from hims.platform.processes import group_alive, identity
from hims.platform.services import CommandService, app_services, bind_host
from hims.platform.settings import Wishes
from tests.platform.support import eventually

COUNTS = """
import signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: print("asked", flush=True))
print("up", flush=True)
time.sleep(1.2); time.sleep(600)
"""
LEAVES_A_CHILD = "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])"


def service(code: str, scratch: Path) -> CommandService:
    return CommandService("x", "X", [sys.executable, "-u", "-c", code], lambda: os.environ, scratch / "x.log")


def test_service_asked_before_stop_is_not_asked_twice(scratch: Path) -> None:
    made = service(COUNTS, scratch)
    made.stop_steps = ((made.stop_steps[0][0], 0.5),)
    made.start()
    eventually(lambda: "up" in made.log.read_text())
    made.ask_to_stop()
    time.sleep(0.2)
    made.stop()
    assert made.log.read_text().split() == ["up", "asked"]
    assert made.pid is None


def test_service_that_died_leaves_no_process_of_its_session(scratch: Path) -> None:
    made = service(LEAVES_A_CHILD, scratch)
    made.start()
    assert made.pid is not None
    known = identity(made.pid)
    eventually(lambda: made.exit_code() is not None)
    assert group_alive(known)
    made.forget()
    eventually(lambda: not group_alive(known))


def test_log_of_a_service_is_private(scratch: Path) -> None:
    made = service("", scratch)
    made.start()
    made.stop()
    assert made.log.stat().st_mode & 0o777 == 0o600


def test_app_services_are_worker_beat_web_on_the_wished_address(scratch: Path) -> None:
    wished = Wishes(scratch, port=8123, bind="::1")
    services = app_services(wished, scratch, scratch, dict)
    assert [made.name for made in services] == ["worker", "beat", "web"]
    web = services[-1]
    assert isinstance(web, CommandService)
    assert "[::1]:8123" in web.command
    assert bind_host("127.0.0.1") == "127.0.0.1"
    assert not any("%(q)s" in word or "%(r)s" in word for word in web.command)
