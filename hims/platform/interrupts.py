"""Ctrl-C and its kin: a flag set by the signal, noticed at the next pause and nowhere else."""

from __future__ import annotations

import signal
import time
from types import FrameType

ASKING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopAskedError(Exception):
    """Somebody asked this process to stop; carries the signal."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.number = number


class Interrupts:
    """Turns signals into a StopAskedError out of `pause` only, so that no child is lost half-started."""

    def __init__(self) -> None:
        self.asked: int | None = None

    def install(self) -> None:
        """Take the signals over; a hang-up that the caller ignores (nohup) stays ignored."""
        for number in ASKING:
            if number == signal.SIGHUP and signal.getsignal(number) == signal.SIG_IGN:
                continue
            signal.signal(number, self._remember)

    def _remember(self, number: int, frame: FrameType | None) -> None:
        self.asked = self.asked or number

    def pause(self, seconds: float) -> None:
        """Sleep in short naps; StopAskedError as soon as somebody asked."""
        deadline = time.monotonic() + seconds
        while True:
            if self.asked is not None:
                raise StopAskedError(self.asked)
            left = deadline - time.monotonic()
            if left <= 0:
                return
            time.sleep(min(left, 0.1))
