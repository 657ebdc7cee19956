"""What the embedded PostgreSQL and Valkey have in common: one server on one folder, lock to last signal."""

from __future__ import annotations

import fcntl
import signal
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO

from hims.platform.console import PlatformError
from hims.platform.installing import last_words
from hims.platform.processes import Pause, processes_in, send, stop_child, wait_until

LEAVE_SECONDS, OBEY_SECONDS = 8, 20


class EmbeddedServer(ABC):
    """A server that this process starts and that dies with it.

    base: its folder, locked while it runs. log: file it writes to.
    pause, say: how to wait and where to tell about long waits (a supervisor's pause notices Ctrl-C).
    """

    name: str
    title: str
    program: str
    """Name of the process, as the kernel shows it."""
    stop_steps: Sequence[tuple[signal.Signals, float]]
    ready_seconds = 300

    def __init__(self, base: Path, *, log: Path, pause: Pause, say: Callable[[str], None]) -> None:
        self.base = base.resolve()
        self.log = log
        self.child: subprocess.Popen[bytes] | None = None
        self._pause, self._say = pause, say
        self._lock: IO[str] | None = None

    def start(self) -> None:
        """Lock the folder, clear what a crash left there, start, and wait until the server answers.

        PlatformError when the folder is in use or the server does not come up; nothing stays behind then.
        """
        self._take_lock()
        try:
            self.prepare()
            self.child = self.launch()
            self._wait_ready()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop in good order and free the lock; harmless when it does not run."""
        if self.child is not None:
            stop_child(self.child, self.stop_steps)
            self.child = None
        if self._lock is not None:
            self.tidy()
        self._release_lock()

    def forget(self) -> None:
        """After the child died: reap it and free the lock, so that `start` may run again."""
        if self.child is not None:
            self.child.wait()
            self.child = None
        self._release_lock()

    @property
    def pid(self) -> int | None:
        """The server's pid while it is known."""
        return self.child.pid if self.child else None

    def exit_code(self) -> int | None:
        """None while it runs; the exit code (negative: signal) once it died."""
        return self.child.poll() if self.child else 0

    @property
    @abstractmethod
    def place(self) -> Path:
        """The folder the server stands in while it runs."""

    @abstractmethod
    def prepare(self) -> None:
        """Whatever must be done before the server can start."""

    @abstractmethod
    def launch(self) -> subprocess.Popen[bytes]:
        """Start the process."""

    @abstractmethod
    def answers(self) -> bool:
        """Does it take a connection?"""

    @abstractmethod
    def tidy(self) -> None:
        """Remove sockets that the server left."""

    def clear_stragglers(self) -> None:
        """Wait for, then end, a server of an earlier start that still stands here: we have its lock."""
        if not self._stragglers():
            return
        self._say(f"Waiting for an earlier {self.title} to leave {self.place}")
        if wait_until(lambda: not self._stragglers(), LEAVE_SECONDS, self._pause):
            return
        for pid in self._stragglers():
            send(pid, self.stop_steps[0][0])
        if not wait_until(lambda: not self._stragglers(), OBEY_SECONDS, self._pause):
            raise PlatformError(f"an earlier {self.title} still runs on {self.place}; stop it and start again.")

    def _stragglers(self) -> list[int]:
        return processes_in(self.place, self.program)

    def _take_lock(self) -> None:
        self.base.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = (self.base / "lock").open("w", encoding="ascii")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            raise PlatformError(f"another process already runs {self.title} on {self.base}.") from None
        self._lock = lock

    def _release_lock(self) -> None:
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _wait_ready(self) -> None:
        deadline = time.monotonic() + self.ready_seconds
        while not self.answers():
            if self.exit_code() is not None:
                raise PlatformError(f"{self.title} did not start: {last_line(self.log)}")
            if time.monotonic() > deadline:
                raise PlatformError(f"{self.title} gives no answer after {self.ready_seconds} s; see {self.log}.")
            self._pause(0.02)


def silence(text: str) -> None:
    """Says nothing: for servers that nobody watches."""


def last_line(log: Path) -> str:
    """The last line of a log that says something, with the log's place."""
    return f"{last_words(log)} (see {log})"
