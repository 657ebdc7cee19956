"""Runs `manage.py` commands: the steps of a start, and the one a person asked for."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from hims.platform.console import Console, PlatformError
from hims.platform.embedded import last_line
from hims.platform.interrupts import Interrupts
from hims.platform.processes import Pause, spawn, stop_child
from hims.platform.settings import PROJECT
from hims.platform.steps import Step
from hims.platform.watch import how_it_ended

STILL_SECONDS = 15.0
POLITE_STOP = ((signal.SIGINT, 5.0), (signal.SIGTERM, 2.0))


def manage_command(words: Sequence[str], script: Path = PROJECT / "manage.py") -> list[str]:
    """The command line of a management command."""
    return [sys.executable, str(script), *words]


class StepRunner:
    """Runs a step to its end and tells every 15 s that it still works; PlatformError when it fails."""

    def __init__(self, environment: Mapping[str, str], log: Path, console: Console, pause: Pause) -> None:
        self.environment, self.log, self.console, self.pause = environment, log, console, pause

    def __call__(self, step: Step) -> None:
        """Run it."""
        began = time.monotonic()
        log = None if step.visible else self.log
        child = spawn(manage_command(step.command), env=self.environment, log=log, cwd=PROJECT)
        try:
            self._wait(child, step.title, began)
        finally:
            stop_child(child, POLITE_STOP)
        if child.returncode != 0:
            reason = "see above" if step.visible else last_line(self.log)
            raise PlatformError(
                f'the step "{step.title}" failed ({how_it_ended(child.returncode)}): {reason}. '
                "It is tried again at the next start."
            )
        self.console.say(f"{step.title}: done in {time.monotonic() - began:.1f} s")

    def _wait(self, child: subprocess.Popen[bytes], title: str, began: float) -> None:
        told = began
        while child.poll() is None:
            self.pause(0.1)
            if time.monotonic() - told > STILL_SECONDS:
                told = time.monotonic()
                self.console.say(f"{title}: {told - began:.0f} s so far")


def run_to_end(command: Sequence[str], environment: Mapping[str, str], interrupts: Interrupts) -> int:
    """A command with our own input and outputs, in the caller's folder; signals are passed on once.

    Returns its exit code; 128 + number when a signal ended it, as a shell would.
    """
    child = spawn(command, env=environment, session=False)
    passed = False
    while child.poll() is None:
        time.sleep(0.03)
        if interrupts.asked is not None and not passed:
            passed = True
            # The terminal already sent Ctrl-C to the whole group.
            if interrupts.asked != signal.SIGINT or not sys.stdin.isatty():
                child.send_signal(interrupts.asked)
    return child.returncode if child.returncode >= 0 else 128 - child.returncode
