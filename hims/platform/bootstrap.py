"""From a bare Python to the project's own environment: a venv with exactly what requirements.lock names.

Standard library only: ./run and ./test import it before anything is installed. The venv is .venv in the
project, or HIMS_VENV. A stamp (SHA-256 of the lock file) says that it is complete; a marker left by an
interrupted install makes the next start build it anew.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import time
from hashlib import sha256
from pathlib import Path
from typing import NoReturn

from hims.platform import arguments, libraries
from hims.platform.installing import last_words, run_quietly

PROJECT = Path(__file__).resolve().parent.parent.parent
LOCK_FILE = PROJECT / "requirements.lock"
INSTALLER_LOCK = PROJECT / "hims/platform/installer.lock"
OWN_LOCK, STAMP, MARKER = ".hims.lock", ".stamp", ".installing"
BEGAN = time.monotonic()


class SetupError(Exception):
    """The start cannot go on; the message is one sentence that says what to do."""


def say(text: str) -> None:
    """A progress line on standard error, which no command's output shares."""
    print(f"[{time.monotonic() - BEGAN:6.1f} s] {text}", file=sys.stderr, flush=True)


def venv_folder() -> Path:
    """HIMS_VENV, or .venv in the project."""
    return Path(os.environ.get("HIMS_VENV") or PROJECT / ".venv").absolute()


def ensure_venv() -> Path:
    """The Python of a complete venv, installing what is missing; two starts at once install once.

    Raises SetupError when this user may not write there, or the installation fails.
    """
    venv = venv_folder()
    if _complete(venv):
        return venv / "bin/python"
    _require_writable(venv)
    with (venv / OWN_LOCK).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another start is installing; waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        if not _complete(venv):
            _install(venv)
    return venv / "bin/python"


def enter(script: str, words: list[str]) -> NoReturn:
    """What ./run and ./test do: read the words, install what is missing, become the platform.

    script: "run" or "test". Wrong words end with exit code 2 before anything is installed.
    """
    if script == "run":
        arguments.run_parser().parse_args(words)
        needs_browser, module = False, "hims.platform"
    else:
        asked, _ = arguments.test_parser().parse_known_args(words)
        needs_browser, module = not (asked.fast or asked.external), "hims.platform.testing"
    python = ensure_venv()
    libraries.ensure_pango(venv_folder(), say)
    if needs_browser:
        libraries.ensure_browser(venv_folder(), say)
    become(python, module, words)


def become(python: Path, module: str, words: list[str]) -> NoReturn:
    """Replace this process by `python -m module words`, in the caller's folder."""
    others = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join([str(PROJECT), others] if others else [str(PROJECT)])
    sys.stdout.flush()
    os.execv(str(python), [str(python), "-P", "-m", module, *words])


def wanted_stamp() -> str:
    """What the stamp of a complete venv says."""
    return sha256(LOCK_FILE.read_bytes()).hexdigest()


def _complete(venv: Path) -> bool:
    try:
        stamped = (venv / STAMP).read_text(encoding="ascii").strip() == wanted_stamp()
    except OSError:
        return False
    return stamped and not (venv / MARKER).exists() and os.access(venv / "bin/python", os.X_OK)


def _require_writable(venv: Path) -> None:
    try:
        venv.mkdir(parents=True, exist_ok=True)
        (venv / OWN_LOCK).open("a").close()
    except OSError as error:
        raise SetupError(
            f"{venv} is not complete and this user may not write to it ({error.strerror}). "
            "Let its owner run ./run once, or set HIMS_VENV to a folder of your own."
        ) from None


def _install(venv: Path) -> None:
    afresh = (venv / MARKER).exists() or not _usable(venv)
    if afresh:
        _require_ours(venv)
    (venv / MARKER).touch()
    (venv / STAMP).unlink(missing_ok=True)
    if afresh:
        _empty(venv)
    log = venv / "install.log"
    log.unlink(missing_ok=True)
    if not _usable(venv):
        say(f"Making the Python environment {venv}")
        _make(venv, log)
    say("Installing the packages of requirements.lock")
    _install_packages(venv, log)
    (venv / MARKER).unlink()
    (venv / STAMP).write_text(wanted_stamp() + "\n", encoding="ascii")
    say("Packages installed")


def _usable(venv: Path) -> bool:
    """Is there a Python of this version, whose base still exists?"""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        answer = subprocess.run([venv / "bin/python", "-c", code], capture_output=True, text=True, check=False)
    except OSError:
        return False
    return answer.stdout.strip() == version


def _require_ours(venv: Path) -> None:
    """Never empty a folder that is not an environment."""
    ours = (venv / "pyvenv.cfg").exists() or (venv / MARKER).exists()
    if not ours and any(entry.name != OWN_LOCK for entry in venv.iterdir()):
        raise SetupError(f"{venv} holds other files; set HIMS_VENV to an empty or new folder.")


def _empty(venv: Path) -> None:
    """Everything but the lock that this process holds and the marker that says why."""
    for entry in venv.iterdir():
        if entry.name in (OWN_LOCK, MARKER):
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def _make(venv: Path, log: Path) -> None:
    command = [sys.executable, "-m", "venv", str(venv)]
    if run_quietly(command, log, say):
        return
    if libraries.may_install():
        say("This Python cannot make environments; installing python3-venv")
        package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        if libraries.apt_install([package], log, say) and run_quietly(command, log, say):
            return
    raise SetupError(f"Python cannot make an environment; run: apt-get install python3-venv ({last_words(log)})")


def _install_packages(venv: Path, log: Path) -> None:
    """uv, ten times faster, and pip where uv cannot reach the index that pip is configured for."""
    python = str(venv / "bin/python")
    hashed = ["--require-hashes", "-r"]
    pip = [python, "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    if run_quietly([*pip, *hashed, str(INSTALLER_LOCK)], log, say):
        uv = [str(venv / "bin/uv"), "pip", "install", "--python", python, "--compile-bytecode"]
        if run_quietly([*uv, *hashed, str(LOCK_FILE)], log, say, _uv_environment(venv)):
            return
        say("uv could not install the packages; trying pip, which takes longer")
    if not run_quietly([*pip, *hashed, str(LOCK_FILE)], log, say):
        raise SetupError(f"the packages could not be installed: {last_words(log)} (all of it in {log})")


def _uv_environment(venv: Path) -> dict[str, str]:
    """A cache beside the venv where this user has no home folder to write to."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    place = next((part for part in (cache, *cache.parents) if part.exists()), cache)
    extra = {} if os.access(place, os.W_OK) else {"UV_CACHE_DIR": str(venv / "uv-cache")}
    return {"UV_NO_PROGRESS": "1", **os.environ, **extra}
