"""Child processes that die with their parent, and the answer to "is this still the process I knew?"."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)

Pause = Callable[[float], None]
"""Waits some seconds; a supervisor's own version also notices that it was asked to stop."""


def spawn(
    command: Sequence[str],
    *,
    env: Mapping[str, str],
    log: Path | None = None,
    death_signal: signal.Signals = signal.SIGTERM,
    cwd: Path | None = None,
    session: bool = True,
    before: Callable[[], None] | None = None,
) -> subprocess.Popen[bytes]:
    """Start a process that gets `death_signal` when this process dies; call it from the main thread only.

    The kernel sends the signal when the spawning *thread* ends, hence the main thread.
    log: file that receives both outputs; without it they are inherited.
    before: runs in the child first (change of user, of namespace).
    session: give it a session of its own, so that Ctrl-C at the terminal reaches only the supervisor.
    """
    parent = os.getpid()

    def prepare() -> None:
        if before is not None:
            before()
        _libc.prctl(PR_SET_PDEATHSIG, int(death_signal))
        if os.getppid() != parent:
            os._exit(1)

    output = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600) if log else None
    try:
        return subprocess.Popen(
            list(command),
            env=dict(env),
            cwd=cwd,
            stdin=subprocess.DEVNULL if session else None,
            stdout=output,
            stderr=output,
            start_new_session=session,
            preexec_fn=prepare,
        )
    finally:
        if output is not None:
            os.close(output)


def start_time(pid: int) -> str | None:
    """The kernel's start time of a live process (field 22 of its stat); None when gone or a zombie."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in "ZX" else fields[19]


def identity(pid: int) -> str:
    """Pid and start time as one text: unlike a pid alone it is never given to another process."""
    return f"{pid}:{start_time(pid) or 'gone'}"


def is_alive(known: str) -> bool:
    """Does the process with this identity still run?"""
    pid, _, began = known.partition(":")
    return pid.isdigit() and start_time(int(pid)) == began


def group_alive(known: str) -> bool:
    """Does it, or anything of the process group it led, still run? Its number is not reused while a member lives."""
    pid = int(known.partition(":")[0])
    if is_alive(known) or start_time(pid) is not None:
        return is_alive(known)
    try:
        os.killpg(pid, 0)
    except OSError:
        return False
    return True


def processes_in(folder: Path, program: str) -> list[int]:
    """Live processes named `program` whose working folder is `folder`; both servers stand in their data."""
    wanted = (program, str(folder.resolve()))
    pids = (int(name) for name in os.listdir("/proc") if name.isdigit())
    return [pid for pid in pids if _name_and_folder(pid) == wanted and start_time(pid) is not None]


def _name_and_folder(pid: int) -> tuple[str, str]:
    try:
        return Path(f"/proc/{pid}/comm").read_text(encoding="utf-8").strip(), os.readlink(f"/proc/{pid}/cwd")
    except OSError:
        return "", ""


def send(pid: int, number: signal.Signals) -> None:
    """Signal one process; a process that is gone already is fine."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def kill_group(pid: int) -> None:
    """Kill what is left of a child's session (its workers), after the child itself has died."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def wait_until(done: Callable[[], bool], seconds: float, pause: Pause = time.sleep) -> bool:
    """Poll until `done` or the seconds are over; the last answer."""
    deadline = time.monotonic() + seconds
    while not done():
        if time.monotonic() > deadline:
            return False
        pause(0.03)
    return True


def stop_child(
    child: subprocess.Popen[bytes], steps: Sequence[tuple[signal.Signals, float]], *, asked: bool = False
) -> None:
    """Ask with each signal in turn, waiting its seconds; kill at the end. Returns once it is reaped.

    asked: the first signal was sent already; a second one means something else to some programs.
    """
    for number, seconds in steps:
        if child.poll() is not None:
            return
        if not asked:
            child.send_signal(number)
        asked = False
        try:
            child.wait(seconds)
        except subprocess.TimeoutExpired:
            continue
    if child.poll() is None:
        child.kill()
        child.wait()
