"""A service that dies is started again, with patience, and not for ever."""

from __future__ import annotations

import pytest

from hims.platform.console import PlatformError
from hims.platform.watch import DEATHS, Watch, how_it_ended


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class Patient:
    """A service whose death and start the test decides."""

    name, title = "web", "The web server"
    pid = 1

    def __init__(self) -> None:
        self.code: int | None = None
        self.starts = 0
        self.refuses = False

    def start(self) -> None:
        if self.refuses:
            raise PlatformError("no disk")
        self.starts += 1
        self.code = None

    def stop(self) -> None:
        self.code = 0

    def forget(self) -> None:
        self.code = 0

    def exit_code(self) -> int | None:
        return self.code


class Ward:
    """One patient under watch."""

    def __init__(self) -> None:
        self.clock, self.patient = Clock(), Patient()
        self.said: list[str] = []
        self.changes = 0
        self.watch = Watch([self.patient], say=self.said.append, changed=self.count, pause=self.pause, clock=self.clock)

    def count(self) -> None:
        self.changes += 1

    def pause(self, seconds: float) -> None:
        self.clock.now += seconds

    def die(self, after: float = 0.0) -> None:
        self.clock.now += after
        self.patient.code = -9
        self.watch.look()
        self.clock.now += 6
        self.watch.look()


@pytest.fixture
def ward() -> Ward:
    return Ward()


def test_living_service_is_left_alone(ward: Ward) -> None:
    ward.watch.look()
    assert (ward.patient.starts, ward.said) == (0, [])


def test_dead_service_is_started_again_with_a_line(ward: Ward) -> None:
    ward.die()
    assert ward.patient.starts == 1
    assert ward.said == ["The web server died (SIGKILL); starting it again", "The web server runs again"]
    assert ward.changes == 1


def test_dead_service_waits_before_it_starts(ward: Ward) -> None:
    ward.patient.code = 3
    ward.watch.look()
    ward.watch.look()
    assert ward.patient.starts == 0
    ward.clock.now += 0.3
    ward.watch.look()
    assert ward.patient.starts == 1


def test_five_deaths_in_a_minute_end_everything(ward: Ward) -> None:
    for _ in range(DEATHS - 1):
        ward.die()
    with pytest.raises(PlatformError, match="The web server died 5 times within 60 s"):
        ward.die()


def test_rare_deaths_never_end_it(ward: Ward) -> None:
    for _ in range(3 * DEATHS):
        ward.die(after=20)
    assert ward.patient.starts == 3 * DEATHS


def test_service_that_refuses_to_start_counts_as_dying(ward: Ward) -> None:
    ward.patient.refuses = True
    ward.die()
    with pytest.raises(PlatformError, match="last: no disk"):
        ward.watch.run()


def test_how_it_ended_names_signal_or_code() -> None:
    assert [how_it_ended(code) for code in (-9, -64, 3)] == ["SIGKILL", "SIGRTMAX", "exit code 3"]
