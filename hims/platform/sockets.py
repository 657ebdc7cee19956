"""Where the servers' Unix sockets lie: a folder that only its owner can enter, with a path short enough."""

from __future__ import annotations

import os
import re
import socket
import tempfile
from hashlib import sha256
from pathlib import Path

from hims.platform.privilege import require_own

LONGEST = 80
"""Characters of the folder's path; a socket's whole path may have 107."""
PLAIN_PATH = re.compile(r"[A-Za-z0-9/._+-]+")
"""Paths that need no quoting in any of the URLs built from them."""


def socket_folder(preferred: Path, *, owner: int | None = None) -> Path:
    """`preferred` where sockets work, else a folder in the temp folder named after it; made when missing.

    owner: user id the folder is given to (default: this process's); such a folder is never the preferred one,
    since another user could not walk down to it.
    Raises PlatformError when the folder in the shared temp folder is not ours alone.
    """
    if owner is None and _suits(preferred):
        return preferred
    mine = os.geteuid() if owner is None else owner
    name = f"hims-{mine}-{sha256(str(preferred).encode()).hexdigest()[:12]}"
    folder = Path(tempfile.gettempdir()) / name
    try:
        folder.mkdir(mode=0o700)
        os.chown(folder, mine, -1)
    except FileExistsError:
        require_own(folder, mine)
    folder.chmod(0o700)
    return folder


def _suits(folder: Path) -> bool:
    if len(str(folder)) > LONGEST or not PLAIN_PATH.fullmatch(str(folder)):
        return False
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    require_own(folder, os.geteuid())
    folder.chmod(0o700)
    return _takes_sockets(folder / f".try-{os.getpid()}")


def _takes_sockets(place: Path) -> bool:
    """Network and shared-folder file systems often do not."""
    probe = socket.socket(socket.AF_UNIX)
    try:
        probe.bind(str(place))
    except OSError:
        return False
    finally:
        probe.close()
        place.unlink(missing_ok=True)
    return True
