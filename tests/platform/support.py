"""Processes and throw-away folders for the tests of the platform."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from hims.platform.processes import spawn
from hims.platform.settings import PROJECT, base_environment


def clean_environment(**more: str) -> dict[str, str]:
    """Ours without anything that steers HIMS, so that a start behaves as on a new machine."""
    kept = {name: value for name, value in base_environment().items() if not name.startswith("HIMS_")}
    return {**kept, "PYTHONPATH": str(PROJECT), **more}


@dataclass
class Launched:
    """A process and what it said."""

    child: subprocess.Popen[bytes]
    log: Path

    @property
    def said(self) -> str:
        """Both outputs so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def finish(self, seconds: float = 60) -> int:
        """Its exit code."""
        return self.child.wait(seconds)

    def wait_for(self, words: str, seconds: float = 60) -> None:
        """Until it has said that; an assertion error with everything it said otherwise."""
        eventually(lambda: words in self.said or self.child.poll() is not None, seconds)
        assert words in self.said, self.said


def launch(words: Sequence[str], log: Path, **more: str) -> Launched:
    """Start a Python with these arguments."""
    log.unlink(missing_ok=True)
    return Launched(spawn([sys.executable, *words], env=clean_environment(**more), log=log, cwd=PROJECT), log)


def eventually(done: Callable[[], bool], seconds: float = 30) -> None:
    """Poll until it holds; AssertionError when it does not in time."""
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def processes_about(text: str) -> list[str]:
    """Command lines of live processes that mention the text, ours excluded."""
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            line = Path(f"/proc/{name}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if text in line and int(name) != os.getpid():
            found.append(line)
    return found
