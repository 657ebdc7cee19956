"""`./run`: everything in order, kept alive, and stopped in reverse.

PostgreSQL -> roles -> Valkey -> unfinished steps -> worker, beat, web -> health check -> the address.
"""

from __future__ import annotations

import http.client
import os
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack

from hims.platform.commands import StepRunner
from hims.platform.console import Console, PlatformError
from hims.platform.embedded import last_line
from hims.platform.folder import DataFolder, State
from hims.platform.interrupts import Interrupts, StopAskedError
from hims.platform.processes import group_alive, identity, is_alive, kill_group, wait_until
from hims.platform.servers import Servers
from hims.platform.services import CommandService, Service, app_services
from hims.platform.settings import Wishes
from hims.platform.steps import Step, decide_demo, default_steps, run_steps, settle_kind
from hims.platform.watch import Watch

HEALTH_SECONDS = 120.0
TRIM_SECONDS = 60.0
ServiceList = Callable[[Wishes, DataFolder, Callable[[], Mapping[str, str]]], Sequence[Service]]


def hims_services(
    wished: Wishes, folder: DataFolder, environment: Callable[[], Mapping[str, str]]
) -> Sequence[Service]:
    """Worker, beat and web of HIMS."""
    return app_services(wished, folder.log, folder.run, environment)


class Supervisor:
    """One start on one data folder.

    steps, services: what to run, injectable for small stand-ins. health: path that answers 200.
    """

    def __init__(
        self,
        wished: Wishes,
        *,
        steps: Sequence[Step] | None = None,
        services: ServiceList = hims_services,
        health: str = "/healthz",
    ) -> None:
        self.wished = wished
        self.folder = DataFolder(wished.data)
        self.console = Console()
        self.interrupts = Interrupts()
        self.steps, self._list_services, self._health = steps, services, health
        self.servers = Servers(self.folder, wished, self.console, self.interrupts.pause)
        self.services: list[Service] = []
        self.demo = False
        self._trim_at = 0.0

    def serve(self) -> int:
        """Run until asked to stop. Exit code 0 after a stop in good order; PlatformError otherwise."""
        self.folder.prepare()
        self.interrupts.install()
        with ExitStack() as held:
            self._claim(held)
            try:
                self._start()
                self._watch()
            except StopAskedError:
                self.console.say("Stopping ...")
            finally:
                self._stop()
            self.console.say("Stopped.")
        return 0

    def _claim(self, held: ExitStack) -> None:
        """The folder and the port, before anything is started."""
        lock = self.folder.try_lock("supervisor")
        if lock is None:
            state = self.folder.live_state()
            raise PlatformError(
                f"already runs on {self.folder.path}{': ' + state.url if state and state.url else ''} "
                "(stop it with Ctrl-C where it runs, or choose another folder with --data)."
            )
        held.enter_context(lock)
        self._end_orphans()
        require_port(self.wished)
        while (servers := self.folder.try_lock("servers")) is None:
            self.console.say("Waiting for a running ./run manage command to end ...")
            wait_until(self._servers_free, 30, self.interrupts.pause)
        held.enter_context(servers)
        self.folder.rotate_logs()
        self.console.log = self.folder.log / "supervisor.log"
        self._tell_state(ready=False)

    def _servers_free(self) -> bool:
        lock = self.folder.try_lock("servers")
        if lock is not None:
            lock.close()
        return lock is not None

    def _end_orphans(self) -> None:
        """What a killed supervisor left ends by itself, or here (the servers look after their own: clear_stragglers)."""
        state = self.folder.read_state()
        if state is None or is_alive(state.owner):
            return
        left = [known for name, known in state.children.items() if name not in ("postgres", "valkey")]
        wait_until(lambda: not any(map(group_alive, left)), 5, self.interrupts.pause)
        for known in filter(group_alive, left):
            kill_group(int(known.partition(":")[0]))

    def _start(self) -> None:
        self.console.say(f"Starting HIMS on {self.folder.path}")
        self.servers.open()
        owner = self.servers.secrets["DATABASE_URL"]
        self.demo = decide_demo(owner, self.wished)
        self._tell_state(ready=False)
        runner = StepRunner(
            self.servers.environment(demo=self.demo),
            self.folder.log / "steps.log",
            self.console,
            self.interrupts.pause,
        )
        steps = default_steps() if self.steps is None else self.steps
        run_steps(owner, steps, demo=self.demo, run=runner, say=self.console.say)
        settle_kind(owner, self.demo)
        self._start_services()

    def _start_services(self) -> None:
        for service in self._list_services(self.wished, self.folder, self._environment):
            service.start()
            self.services.append(service)
        self._tell_state(ready=True)
        self._wait_healthy()
        self.console.say(f"HIMS is ready: {self.wished.url}")
        if self.demo:
            self.console.plain("    Sign in: choose a person on the sign-in page.")
        self.console.plain("    Ctrl-C stops everything.")

    def _environment(self) -> Mapping[str, str]:
        return self.servers.environment(demo=self.demo)

    def _wait_healthy(self) -> None:
        deadline = time.monotonic() + HEALTH_SECONDS
        while (status := health_status(self.wished, self._health)) != 200:
            for service in self.services:
                if service.exit_code() is not None:
                    log = self.folder.log / f"{service.name}.log"
                    raise PlatformError(f"{service.title} did not start: {last_line(log)}")
            if time.monotonic() > deadline:
                raise PlatformError(f"{self.wished.url} is not healthy ({status}); see {self.folder.log}.")
            self.interrupts.pause(0.2)

    def _watch(self) -> None:
        Watch(
            [*self.servers.running, *self.services],
            say=self.console.say,
            changed=lambda: self._tell_state(ready=True),
            pause=self._pause_between_looks,
        ).run()

    def _pause_between_looks(self, seconds: float) -> None:
        if time.monotonic() > self._trim_at:
            self._trim_at = time.monotonic() + TRIM_SECONDS
            self.folder.trim_logs()
        self.interrupts.pause(seconds)

    def _tell_state(self, *, ready: bool) -> None:
        everyone = [*self.servers.running, *self.services]
        state = State(
            owner=identity(os.getpid()),
            url=self.wished.url,
            ready=ready,
            environment={**self.servers.secrets, "HIMS_DEMO": "1" if self.demo else "0"},
            children={service.name: identity(service.pid) for service in everyone if service.pid},
        )
        self.folder.write_state(state)

    def _stop(self) -> None:
        """Web, beat and worker at the same time; then Valkey, then PostgreSQL."""
        for service in self.services:
            if isinstance(service, CommandService):
                service.ask_to_stop()
        while self.services:
            self.services.pop().stop()
        self.servers.close()
        self.folder.clear_state()


def require_port(wished: Wishes) -> None:
    """PlatformError with a free port to use when this one is taken."""
    if _is_free(wished.bind, wished.port):
        return
    free = next((port for port in range(wished.port + 1, 65536) if _is_free(wished.bind, port)), None)
    raise PlatformError(f"port {wished.port} is in use by another program; try ./run --port {free}.")


def _is_free(bind: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in bind else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((bind, port))
        except PermissionError:
            raise PlatformError(f"this user may not listen on port {port}; try ./run --port 8000.") from None
        except OSError:
            return False
    return True


def health_host(wished: Wishes) -> str:
    """The first host name that HIMS answers to; in production its address is not one of them."""
    names = [name.strip().lstrip(".") for name in os.environ.get("HIMS_ALLOWED_HOSTS", "").split(",")]
    return next((name for name in names if name and "*" not in name), f"{wished.address}:{wished.port}")


def health_status(wished: Wishes, path: str) -> int | str:
    """The status of the health page, or why there is none."""
    connection = http.client.HTTPConnection(wished.address.strip("[]"), wished.port, timeout=5)
    try:
        connection.request("GET", path, headers={"Host": health_host(wished)})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        return str(error) or type(error).__name__
    finally:
        connection.close()
