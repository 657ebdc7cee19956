"""Socket folders are private, short, and refuse to be somebody else's."""

from __future__ import annotations

import stat
import tempfile
from pathlib import Path

import pytest

from hims.platform.console import PlatformError
from hims.platform.sockets import LONGEST, socket_folder


def test_short_plain_path_is_used_and_private(scratch: Path) -> None:
    wished = scratch / "run"
    assert socket_folder(wished) == wished
    assert stat.S_IMODE(wished.stat().st_mode) == 0o700


@pytest.mark.parametrize("name", ["x" * LONGEST, "with space", "with?question"])
def test_unfit_path_gives_the_same_private_temp_folder_each_time(
    scratch: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    folder = socket_folder(scratch / name)
    assert folder.parent == scratch
    assert folder == socket_folder(scratch / name)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_temp_folder_that_is_a_link_is_refused(scratch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    folder = socket_folder(scratch / "with space")
    folder.rmdir()
    folder.symlink_to("/tmp")
    with pytest.raises(PlatformError, match="made by somebody else"):
        socket_folder(scratch / "with space")
