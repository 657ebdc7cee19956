"""The data folder: private, locked, and honest about who runs there."""

from __future__ import annotations

import os
import stat
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from hims.platform.console import PlatformError
from hims.platform.folder import LOGS_KEPT, DataFolder, State
from hims.platform.processes import identity
from hims.platform.servers import scratch_folder


@pytest.fixture
def folder(scratch: Path) -> DataFolder:
    return scratch_folder(scratch / "data")


def test_prepare_makes_everything_private(folder: DataFolder) -> None:
    modes = {stat.S_IMODE(place.stat().st_mode) for place in (folder.path, folder.log, folder.run, folder.keys)}
    assert modes == {0o700}


def test_prepare_where_a_file_stands_says_what_to_do(scratch: Path) -> None:
    (scratch / "file").write_text("")
    with pytest.raises(PlatformError, match="use another"):
        DataFolder(scratch / "file" / "data").prepare()


def test_secret_is_made_once_and_private(folder: DataFolder) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: folder.secret("key"), range(8)))
    assert len(found) == 1
    assert len(found.pop()) >= 50
    assert stat.S_IMODE((folder.keys / "key").stat().st_mode) == 0o600
    assert [entry.name for entry in folder.keys.iterdir()] == ["key"]


def test_rotate_logs_keeps_a_few_and_skips_empty_ones(folder: DataFolder) -> None:
    for number in range(LOGS_KEPT + 3):
        (folder.log / "web.log").write_text(str(number))
        (folder.log / "empty.log").touch()
        folder.rotate_logs()
    newest_first = [(folder.log / f"web.log.{number}").read_text() for number in range(1, LOGS_KEPT + 1)]
    assert newest_first == ["7", "6", "5", "4", "3"]
    assert sorted(entry.name for entry in folder.log.glob("*.6")) == []
    assert not (folder.log / "empty.log.1").exists()


def test_lock_is_exclusive_until_closed(folder: DataFolder) -> None:
    held = folder.try_lock("x")
    assert held is not None
    assert folder.try_lock("x") is None
    held.close()
    again = folder.try_lock("x")
    assert again is not None
    again.close()


def test_shared_lock_admits_sharers_only(folder: DataFolder) -> None:
    with folder.lock("x", time.sleep, shared=True), folder.lock("x", time.sleep, shared=True):
        assert folder.try_lock("x") is None


def test_state_of_living_owner_is_live_and_private(folder: DataFolder) -> None:
    state = State(owner=identity(os.getpid()), url="http://127.0.0.1:1/", ready=True, children={"web": "1:2"})
    folder.write_state(state)
    assert folder.live_state() == state
    assert stat.S_IMODE((folder.run / "state.json").stat().st_mode) == 0o600


def test_state_of_dead_owner_is_not_live(folder: DataFolder) -> None:
    folder.write_state(State(owner=f"{os.getpid()}:1"))
    assert folder.read_state() is not None
    assert folder.live_state() is None


@pytest.mark.parametrize("text", ["", "{", '{"owner": "1:2", "unknown": 1}'])
def test_state_that_cannot_be_read_is_none(folder: DataFolder, text: str) -> None:
    (folder.run / "state.json").write_text(text)
    assert folder.live_state() is None


def test_trim_logs_empties_large_ones_for_their_writer_to_go_on(folder: DataFolder) -> None:
    with (folder.log / "web.log").open("a") as writer:
        writer.write("x" * 100)
        writer.flush()
        folder.trim_logs(largest=50)
        writer.write("next")
    assert (folder.log / "web.log").read_text() == "next"
    assert (folder.log / "web.log.1").read_text() == "x" * 100
    folder.trim_logs(largest=50)
    assert not (folder.log / "web.log.2").exists()
