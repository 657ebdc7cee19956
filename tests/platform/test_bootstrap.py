"""Installing once, healing what was interrupted, and saying clearly what cannot be done."""

from __future__ import annotations

import fcntl
import os
import sys
import time
from pathlib import Path

import pytest

from hims.platform import bootstrap
from hims.platform.bootstrap import MARKER, OWN_LOCK, STAMP, SetupError, ensure_venv, wanted_stamp


@pytest.fixture
def venv(scratch: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HIMS_VENV", str(scratch / "venv"))
    return scratch / "venv"


@pytest.fixture
def installs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Instead of real packages: a `bin/python` that is this Python, and a note that it was made."""
    made: list[str] = []

    def make(venv: Path, log: Path) -> None:
        made.append("venv")
        (venv / "bin").mkdir()
        (venv / "pyvenv.cfg").touch()
        (venv / "bin/python").symlink_to(sys.executable)

    monkeypatch.setattr(bootstrap, "_make", make)
    monkeypatch.setattr(bootstrap, "_install_packages", lambda venv, log: made.append("packages"))
    return made


def test_first_start_installs_and_second_does_not(venv: Path, installs: list[str]) -> None:
    assert ensure_venv() == ensure_venv() == venv / "bin/python"
    assert installs == ["venv", "packages"]
    assert (venv / STAMP).read_text().strip() == wanted_stamp()


def test_changed_lock_file_installs_packages_into_the_same_venv(venv: Path, installs: list[str]) -> None:
    ensure_venv()
    (venv / STAMP).write_text("older\n")
    ensure_venv()
    assert installs == ["venv", "packages", "packages"]


def test_interrupted_install_is_made_anew(venv: Path, installs: list[str]) -> None:
    ensure_venv()
    (venv / MARKER).touch()
    (venv / "half-a-package").mkdir()
    ensure_venv()
    assert installs == ["venv", "packages"] * 2
    assert not (venv / "half-a-package").exists()
    assert not (venv / MARKER).exists()


def test_venv_whose_python_is_gone_is_made_anew(venv: Path, installs: list[str]) -> None:
    ensure_venv()
    (venv / "bin/python").unlink()
    (venv / "bin/python").symlink_to("/nonexistent/python")
    ensure_venv()
    assert installs == ["venv", "packages"] * 2


def test_failed_install_leaves_no_stamp(venv: Path, installs: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(venv: Path, log: Path) -> None:
        raise SetupError("no network")

    with monkeypatch.context() as patch:
        patch.setattr(bootstrap, "_install_packages", fail)
        with pytest.raises(SetupError, match="no network"):
            ensure_venv()
    assert not (venv / STAMP).exists()
    ensure_venv()
    assert installs == ["venv", "venv", "packages"]


def test_folder_with_other_files_is_never_emptied(venv: Path, installs: list[str]) -> None:
    venv.mkdir()
    (venv / "thesis.txt").write_text("mine")
    with pytest.raises(SetupError, match="holds other files"):
        ensure_venv()
    assert (venv / "thesis.txt").read_text() == "mine"
    assert installs == []


def test_place_that_cannot_be_written_names_the_way_out(scratch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (scratch / "file").write_text("")
    monkeypatch.setenv("HIMS_VENV", str(scratch / "file/venv"))
    with pytest.raises(SetupError, match="set HIMS_VENV to a folder of your own"):
        ensure_venv()


def test_two_starts_at_once_install_once(venv: Path, installs: list[str]) -> None:
    venv.mkdir()
    gate = os.pipe()
    pid = os.fork()
    if pid == 0:
        with (venv / OWN_LOCK).open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            os.write(gate[1], b"x")
            time.sleep(0.5)
            bootstrap._install(venv)
        os._exit(0)
    os.read(gate[0], 1)
    ensure_venv()
    os.waitpid(pid, 0)
    assert installs == []
    assert (venv / STAMP).exists()


def test_uv_without_a_home_gets_a_cache_in_the_venv(scratch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda place, mode: False)
    assert bootstrap._uv_environment(scratch)["UV_CACHE_DIR"] == str(scratch / "uv-cache")


def test_lock_of_the_installer_is_hashed_and_pinned() -> None:
    text = bootstrap.INSTALLER_LOCK.read_text()
    assert text.startswith("uv==0.13.9 \\\n")
    assert text.count("--hash=sha256:") >= 10
