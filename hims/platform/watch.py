"""Keeps services alive: a child that dies is started again, a child that keeps dying ends the whole."""

from __future__ import annotations

import signal
import time
from collections import defaultdict
from collections.abc import Callable, Sequence

from hims.platform.console import PlatformError
from hims.platform.processes import Pause
from hims.platform.services import Service

DEATHS, WINDOW_SECONDS = 5, 60.0
FIRST_DELAY_SECONDS, LONGEST_DELAY_SECONDS = 0.2, 5.0
LOOK_SECONDS = 0.2


class Watch:
    """Looks after services, in the order they were started.

    changed: called after each restart (their pids are new).
    """

    def __init__(
        self,
        services: Sequence[Service],
        *,
        say: Callable[[str], None],
        changed: Callable[[], None],
        pause: Pause,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.services = services
        self._say, self._changed, self._pause, self._clock = say, changed, pause, clock
        self._deaths: dict[str, list[float]] = defaultdict(list)
        self._due: dict[str, float] = {}

    def run(self) -> None:
        """Until `pause` raises StopAskedError, or PlatformError once a service died 5 times in 60 s."""
        while True:
            self.look()
            self._pause(LOOK_SECONDS)

    def look(self) -> None:
        """One round over all services."""
        for service in self.services:
            if service.name in self._due:
                if self._clock() >= self._due[service.name]:
                    self._revive(service)
            elif (code := service.exit_code()) is not None:
                self._bury(service, how_it_ended(code))

    def _bury(self, service: Service, how: str) -> None:
        service.forget()
        now = self._clock()
        recent = [moment for moment in self._deaths[service.name] if now - moment < WINDOW_SECONDS]
        self._deaths[service.name] = recent = [*recent, now]
        if len(recent) >= DEATHS:
            raise PlatformError(
                f"{service.title} died {DEATHS} times within {WINDOW_SECONDS:.0f} s (last: {how}); everything is "
                f"stopped. Its log is {service.name}.log in the log folder."
            )
        delay = min(FIRST_DELAY_SECONDS * 4 ** (len(recent) - 1), LONGEST_DELAY_SECONDS)
        self._due[service.name] = now + delay
        self._say(f"{service.title} died ({how}); starting it again")

    def _revive(self, service: Service) -> None:
        del self._due[service.name]
        try:
            service.start()
        except PlatformError as error:
            self._bury(service, str(error))
            return
        self._changed()
        self._say(f"{service.title} runs again")


def how_it_ended(code: int) -> str:
    """An exit code in words: `exit code 3`, `SIGKILL`."""
    if code >= 0:
        return f"exit code {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"
