"""Plain progress lines with the seconds since the start, for a person at a terminal and for the log."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TextIO


class PlatformError(Exception):
    """Something the person at the terminal can mend; the message is one sentence that says how."""


class Console:
    """Writes lines to one stream, and into a log file when it has one.

    stream: standard output for `./run`; standard error where standard output belongs to a command.
    """

    def __init__(self, stream: TextIO | None = None, log: Path | None = None) -> None:
        self.stream = stream or sys.stdout
        self.log = log
        self.began = time.monotonic()

    def say(self, text: str) -> None:
        """One line: elapsed seconds, then the text."""
        self.plain(f"[{time.monotonic() - self.began:6.1f} s] {text}")

    def plain(self, text: str) -> None:
        """One line as it is. A terminal that went away does not stop the servers."""
        try:
            print(text, file=self.stream, flush=True)
        except OSError:
            self.stream = sys.__stderr__ or self.stream
        if self.log is not None:
            with self.log.open("a", encoding="utf-8") as log:
                log.write(time.strftime("%Y-%m-%dT%H:%M:%S%z ") + text + "\n")


def complain(error: PlatformError) -> int:
    """Print the one line of a failure on standard error and give the exit code 1."""
    print(f"HIMS: {error}", file=sys.stderr, flush=True)
    return 1
