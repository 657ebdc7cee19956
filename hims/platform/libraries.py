"""What pip cannot bring: pango for PDF output, Chromium for the browser tests. Standard library only."""

from __future__ import annotations

import ctypes
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from hims.platform.installing import Say, run_quietly

PANGO = ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0")
PANGO_PACKAGES = ["libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0", "fonts-dejavu-core"]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
TRY_AGAIN_SECONDS = 24 * 60 * 60


def ensure_pango(venv: Path, say: Say) -> bool:
    """Can PDF files be made? As root pango is installed; else the line to do so is shown.

    venv: where the log and the note of a failed try go. say: where to tell.
    """
    return _has_pango() or _obtain("PDF output", PANGO_PACKAGES, _has_pango, venv, say)


def ensure_browser(venv: Path, say: Say) -> bool:
    """Is there a Chromium for the browser tests?"""
    return _has_browser() or _obtain("the browser tests", ["chromium"], _has_browser, venv, say)


def apt_install(packages: list[str], log: Path, say: Say) -> bool:
    """As root: refresh the package lists, then install."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages]
    update = run_quietly(["apt-get", "update", "-q"], log, say, environment)
    return update and run_quietly(install, log, say, environment)


def may_install() -> bool:
    """Root on a Debian-like system."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def _has_pango() -> bool:
    return all(map(_loads, PANGO))


def _has_browser() -> bool:
    return any(map(shutil.which, BROWSERS))


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _obtain(purpose: str, packages: list[str], works: Callable[[], bool], venv: Path, say: Say) -> bool:
    failed = venv / f".apt-failed-{packages[0]}"
    if may_install() and not _recent(failed):
        say(f"Installing system packages for {purpose}: {' '.join(packages)}")
        if apt_install(packages, venv / "apt.log", say) and works():
            failed.unlink(missing_ok=True)
            return True
        failed.touch()
    say(f"Missing for {purpose}; run as root: apt-get update && apt-get install -y {' '.join(packages)}")
    return False


def _recent(marker: Path) -> bool:
    """One failed try a day: without a network every start would wait for it."""
    return marker.exists() and time.time() - marker.stat().st_mtime < TRY_AGAIN_SECONDS
