"""`./run manage CMD`: a management command with the servers it needs, and not a moment longer."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from hims.platform.commands import StepRunner, manage_command, run_to_end
from hims.platform.console import Console, PlatformError
from hims.platform.embedded import last_line
from hims.platform.folder import DataFolder, State
from hims.platform.interrupts import Interrupts
from hims.platform.keeper import TAKEN, keeper_words
from hims.platform.postgres import installed_postgres
from hims.platform.processes import identity, is_alive, wait_until
from hims.platform.scratch import ON_SCRATCH, manage_on_scratch
from hims.platform.servers import app_environment, keys_of
from hims.platform.settings import PROJECT, Wishes
from hims.platform.steps import Step, migration_step, run_steps

UNMIGRATED = {"migrate", "makemigrations", "showmigrations", "sqlmigrate", "check", "dbshell"}
"""Commands that must see the database as it is."""
SCRIPT = PROJECT / "manage.py"
LEAVE_SECONDS = 40.0
UNREACHABLE = "postgresql://hims@/hims?host=/nonexistent"


class Manage:
    """One command on one data folder. The platform speaks on standard error: the output is the command's.

    script, steps: manage.py and the migration, injectable for small stand-ins.
    """

    def __init__(
        self, wished: Wishes, words: Sequence[str], *, script: Path = SCRIPT, steps: Sequence[Step] | None = None
    ) -> None:
        self.wished, self.words, self.script, self.steps = wished, list(words), script, steps
        self.folder = DataFolder(wished.data)
        self.console = Console(sys.stderr)
        self.interrupts = Interrupts()
        self.keeper: subprocess.Popen[bytes] | None = None

    def run(self) -> int:
        """The command's exit code."""
        self.folder.prepare()
        if not self.words or self.words[0] == "help" or {"--help", "-h", "--version"} & set(self.words):
            return self._explain()
        self.interrupts.install()
        if self.words[0] in ON_SCRATCH:
            return manage_on_scratch(self.wished, self.words, interrupts=self.interrupts, script=self.script)
        try:
            with self.folder.lock("users", self.interrupts.pause, shared=True):
                state = self._servers()
                environment = app_environment(self.folder, self.wished, state.environment, demo=False)
                environment.update(state.environment)
                self._offer_tools(environment)
                self._migrate(environment)
                return run_to_end(manage_command(self.words, self.script), environment, self.interrupts)
        finally:
            self._see_out()

    def _explain(self) -> int:
        """Help needs no servers."""
        secrets = dict.fromkeys(("DATABASE_URL", "HIMS_APP_DATABASE_URL", "HIMS_AUDIT_DATABASE_URL"), UNREACHABLE)
        secrets |= {"REDIS_URL": "redis://127.0.0.1:1/0", **keys_of(self.folder, self.wished)}
        environment = app_environment(self.folder, self.wished, secrets, demo=False)
        return run_to_end(manage_command(self.words or ["help"], self.script), environment, self.interrupts)

    def _servers(self) -> State:
        """The notice of whoever runs the servers; a keeper of our own when nobody does."""
        told = False
        while True:
            state = self.folder.live_state()
            if state is not None and state.ready:
                return state
            if state is not None and not told:
                told = True
                self.console.say("Waiting for HIMS to finish starting ...")
            if state is None:
                self._need_keeper()
            self.interrupts.pause(0.05)

    def _need_keeper(self) -> None:
        if self.keeper is None:
            self.console.say("Starting the servers for this command")
            self.keeper = self._start_keeper()
        elif (code := self.keeper.poll()) is not None:
            if code != TAKEN:
                raise PlatformError(f"the servers did not start: {last_line(self.folder.log / 'keeper-start.log')}")
            self.keeper = None

    def _start_keeper(self) -> subprocess.Popen[bytes]:
        """Not bound to our life: another command may need the servers longer than we do."""
        command = [sys.executable, "-P", "-m", "hims.platform", *keeper_words(self.folder.path)]
        with (self.folder.log / "keeper-start.log").open("wb") as log:
            return subprocess.Popen(
                command,
                env={**os.environ, "PYTHONPATH": str(PROJECT)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _offer_tools(self, environment: dict[str, str]) -> None:
        """psql, pg_dump and pg_restore of the embedded server's version, for dbshell and backup."""
        if "DATABASE_URL" not in self.wished.given:
            tools = str(installed_postgres() / "bin")
            environment["PATH"] = os.pathsep.join([tools, environment.get("PATH", "")])

    def _migrate(self, environment: Mapping[str, str]) -> None:
        if self.words[0] in UNMIGRATED:
            return
        steps = [migration_step()] if self.steps is None else self.steps
        with self.folder.lock("migrate", self.interrupts.pause):
            run = StepRunner(environment, self.folder.log / "steps.log", self.console, self.interrupts.pause)
            run_steps(environment["DATABASE_URL"], steps, demo=False, run=run, say=self.console.say)

    def _see_out(self) -> None:
        """Wait for the keeper to stop the servers, unless another command still uses them."""
        known = identity(self.keeper.pid) if self.keeper is not None and self.keeper.poll() is None else None
        state = self.folder.live_state()
        if known is None and state is not None and not state.url:
            known = state.owner
        if known is not None:
            wait_until(lambda: self._has_left(known), LEAVE_SECONDS, time.sleep)

    def _has_left(self, known: str) -> bool:
        """Gone, or needed by others: they share the lock, while a leaving keeper has it alone."""
        if self.keeper is not None:
            self.keeper.poll()
        if not is_alive(known):
            return True
        if (alone := self.folder.try_lock("users")) is not None:
            alone.close()
            return False
        if (shared := self.folder.try_lock("users", shared=True)) is not None:
            shared.close()
            return True
        return False
