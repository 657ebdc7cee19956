"""Long commands of an installation: their output in a log, a sign of life now and then. Standard library only."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

Say = Callable[[str], None]
STILL_SECONDS = 10.0


def run_quietly(command: list[str], log: Path, say: Say, environment: Mapping[str, str] | None = None) -> bool:
    """Run it, appending its output to the log; True when it succeeded, False also when there is no such program."""
    with log.open("ab") as output:
        try:
            child = subprocess.Popen(command, stdout=output, stderr=output, stdin=subprocess.DEVNULL, env=environment)
        except OSError as error:
            output.write(f"{command[0]}: {error.strerror}\n".encode())
            return False
        while True:
            try:
                return child.wait(STILL_SECONDS) == 0
            except subprocess.TimeoutExpired:
                say("... still installing")
            except BaseException:
                child.terminate()
                child.wait()
                raise


def last_words(log: Path) -> str:
    """The last line of the log that says something."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []
    return next((line.strip() for line in reversed(lines) if line.strip()), "no message")
