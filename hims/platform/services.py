"""What the supervisor keeps alive: servers and commands behind one small interface."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from hims.platform.processes import kill_group, spawn, stop_child
from hims.platform.settings import PROJECT, Wishes


class Service(Protocol):
    """Something with a life: EmbeddedServer and CommandService."""

    name: str
    title: str

    def start(self) -> None:
        """Start it; returns when it may be used by the next one."""

    def stop(self) -> None:
        """Stop it in good order."""

    def forget(self) -> None:
        """After it died: clear what is left, so that it may start again."""

    @property
    def pid(self) -> int | None:
        """Its process, while it has one."""

    def exit_code(self) -> int | None:
        """None while it runs."""


@dataclass
class CommandService:
    """A long-running command of ours in a session of its own.

    environment: read at each start. stop_steps: signals in turn, each with its seconds.
    When the supervisor is killed it is killed too: a polite worker would wait for a broker that is gone, while the
    processes of its pool, and gunicorn's, leave by themselves once their parent has died.
    """

    name: str
    title: str
    command: Sequence[str]
    environment: Callable[[], Mapping[str, str]]
    log: Path
    stop_steps: Sequence[tuple[signal.Signals, float]] = ((signal.SIGTERM, 4.0), (signal.SIGQUIT, 1.5))
    child: subprocess.Popen[bytes] | None = None
    asked: bool = False

    def start(self) -> None:
        """Start the process; whether it serves is for the health check to say."""
        self.asked = False
        self.child = spawn(
            self.command,
            env=self.environment(),
            log=self.log,
            cwd=PROJECT,
            death_signal=signal.SIGKILL,
        )

    def ask_to_stop(self) -> None:
        """The first signal only, so that several can stop at the same time."""
        if self.child is not None and self.child.poll() is None:
            self.child.send_signal(self.stop_steps[0][0])
            self.asked = True

    def stop(self) -> None:
        """Stop it, and whatever its session still holds."""
        if self.child is not None:
            stop_child(self.child, self.stop_steps, asked=self.asked)
            self.forget()

    def forget(self) -> None:
        """Reap it and kill the workers it left."""
        if self.child is not None:
            self.child.wait()
            kill_group(self.child.pid)
            self.child = None

    @property
    def pid(self) -> int | None:
        """Its pid, which is also its session's."""
        return self.child.pid if self.child else None

    def exit_code(self) -> int | None:
        """None while it runs; the exit code (negative: signal) once it died."""
        return self.child.poll() if self.child else 0


def program(name: str) -> str:
    """A command installed beside this Python."""
    return str(Path(sys.executable).parent / name)


def app_services(wished: Wishes, log: Path, run: Path, environment: Callable[[], Mapping[str, str]]) -> list[Service]:
    """Worker, beat and web, in the order they start."""

    def command(name: str, title: str, *words: str) -> CommandService:
        return CommandService(name, title, [program(words[0]), *words[1:]], environment, log / f"{name}.log")

    celery = ("celery", "-A", "hims.celery")
    beat_file = str(run / "celerybeat-schedule")
    return [
        command(
            "worker", "The worker", *celery, "worker", "-c", str(worker_processes()), "--loglevel", "INFO",
            "--without-gossip", "--without-mingle", "-n", "hims@%h",
        ),
        command("beat", "The clock of periodic work (beat)", *celery, "beat", "-s", beat_file, "--pidfile="),
        command("web", "The web server", *web_command(f"{bind_host(wished.bind)}:{wished.port}")),
    ]  # fmt: skip


def worker_processes() -> int:
    """HIMS_WORKERS, 2 unless set."""
    return int(os.environ.get("HIMS_WORKERS", "2"))


def bind_host(bind: str) -> str:
    """An IPv6 address in brackets."""
    return f"[{bind}]" if ":" in bind else bind


def web_command(bind: str) -> list[str]:
    """gunicorn with threads; its access log has the path without the query, which may hold a name searched for."""
    return [
        "gunicorn", "hims.wsgi", "--bind", bind, "--workers", "2", "--threads", "4", "--worker-class", "gthread",
        "--timeout", "120", "--graceful-timeout", "3", "--no-control-socket", "--access-logfile", "-",
        "--access-logformat", '%(t)s %(m)s %(U)s %(s)s %(b)s bytes %(M)s ms',
    ]  # fmt: skip
