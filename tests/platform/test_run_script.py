"""The scripts ./run and ./test as a person starts them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from hims.platform.settings import PROJECT
from tests.platform.support import Launched, launch

OTHER_VERSION = """
import runpy, sys, shutil
sys.version_info = (3, 9, 2)
shutil.which = lambda name: None
sys.argv = [{script!r}]
runpy.run_path({script!r}, run_name="__main__")
"""


def script(name: str, scratch: Path, *words: str) -> Launched:
    return launch([str(PROJECT / name), *words], scratch / "log")


@pytest.mark.parametrize("name", ["run", "test"])
def test_help_needs_no_installation(scratch: Path, name: str) -> None:
    launched = launch([str(PROJECT / name), "--help"], scratch / "log", HIMS_VENV=str(scratch / "venv"))
    assert launched.finish() == 0
    assert f"usage: ./{name}" in launched.said
    assert not (scratch / "venv").exists()


@pytest.mark.parametrize("name", ["run", "test"])
def test_other_python_is_told_what_to_do(scratch: Path, name: str) -> None:
    launched = launch(["-c", OTHER_VERSION.format(script=str(PROJECT / name))], scratch / "log")
    assert launched.finish() == 1
    assert "HIMS needs Python 3.11; this is 3.9." in launched.said
    assert f"python3.11 {PROJECT / name}" in launched.said


def test_run_with_wrong_words_ends_with_2(scratch: Path) -> None:
    launched = script("run", scratch, "--port", "many")
    assert launched.finish() == 2
    assert "'many' is not a number from 1 to 65535" in launched.said


@pytest.mark.parametrize("name", ["run", "test", ".ci/run"])
def test_script_is_executable_and_names_its_interpreter(name: str) -> None:
    file = PROJECT / name
    assert file.stat().st_mode & 0o111 == 0o111
    assert file.read_text().startswith("#!/usr/bin/env ")
    assert sys.version_info[:2] == (3, 11)
