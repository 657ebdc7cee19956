"""The data folder: what lies where, who holds which lock, and the notice of whoever runs the servers."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO

from hims.platform.console import PlatformError
from hims.platform.processes import Pause, is_alive

LOGS_KEPT = 5
LARGEST_LOG = 50 * 1024 * 1024


@dataclass(frozen=True)
class State:
    """The notice the owner of the servers leaves for everyone else.

    owner: identity of the process that runs them (supervisor or keeper). ready: the addresses may be used.
    children: name -> identity of its children; the next start ends what a killed owner left.
    """

    owner: str
    url: str = ""
    ready: bool = False
    environment: dict[str, str] = field(default_factory=dict)
    children: dict[str, str] = field(default_factory=dict)


class DataFolder:
    """One installation's data, for its owner's eyes only."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self.postgres = self.path / "postgres"
        self.valkey = self.path / "valkey"
        self.log = self.path / "log"
        self.run = self.path / "run"
        self.keys = self.path / "keys"

    def prepare(self) -> None:
        """Make the folders, mode 0700. PlatformError where this user may not."""
        try:
            for folder in (self.path, self.log, self.run, self.keys):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            (self.run / "here").touch()
        except OSError as error:
            raise PlatformError(
                f"the data folder {self.path} cannot be written ({error.strerror}); use another (--data)."
            ) from None

    def rotate_logs(self) -> None:
        """Each log of the last run becomes NAME.log.1, and so on up to 5."""
        for log in self.log.glob("*.log"):
            if log.stat().st_size > 0:
                _make_room(log)
                log.rename(f"{log}.1")

    def trim_logs(self, largest: int = LARGEST_LOG) -> None:
        """Move the content of logs that grew too large aside while they are written to.

        Their writers append, so that emptying the file in place is safe; a line written meanwhile may be lost.
        """
        for log in self.log.glob("*.log"):
            if log.stat().st_size > largest:
                _make_room(log)
                shutil.copy2(log, f"{log}.1")
                os.truncate(log, 0)

    def secret(self, name: str) -> str:
        """A random text made once and kept in a 0600 file; the link makes two starts at once agree on one."""
        place = self.keys / name
        if not place.exists():
            with tempfile.NamedTemporaryFile("w", dir=self.keys, prefix=f".{name}-") as draft:
                draft.write(secrets.token_urlsafe(48) + "\n")
                draft.flush()
                os.fsync(draft.fileno())
                with suppress(FileExistsError):
                    os.link(draft.name, place)
        return place.read_text(encoding="ascii").strip()

    def try_lock(self, name: str, *, shared: bool = False) -> IO[str] | None:
        """The lock, or None while somebody else has it. Closing the file lets go; so does dying."""
        file = (self.run / f"{name}.lock").open("a", encoding="ascii")
        try:
            fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return None
        return file

    @contextmanager
    def lock(self, name: str, pause: Pause, *, shared: bool = False) -> Iterator[None]:
        """Wait for the lock and hold it through the block."""
        while (file := self.try_lock(name, shared=shared)) is None:
            pause(0.05)
        with file:
            yield

    @property
    def _state(self) -> Path:
        return self.run / "state.json"

    def write_state(self, state: State) -> None:
        """Replace the notice in one step; it holds addresses with passwords, hence 0600."""
        draft = self.run / ".state.json"
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            json.dump(asdict(state), file)
        draft.rename(self._state)

    def read_state(self) -> State | None:
        """The notice, whoever wrote it; None when there is none or it is not readable."""
        try:
            return State(**json.loads(self._state.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def live_state(self) -> State | None:
        """The notice of an owner that still runs."""
        state = self.read_state()
        return state if state is not None and is_alive(state.owner) else None

    def clear_state(self) -> None:
        """Take the notice down."""
        self._state.unlink(missing_ok=True)


def _make_room(log: Path) -> None:
    """NAME.log.1 becomes .2 and so on; the oldest is overwritten."""
    for number in range(LOGS_KEPT - 1, 0, -1):
        older = Path(f"{log}.{number}")
        if older.exists():
            older.rename(f"{log}.{number + 1}")
