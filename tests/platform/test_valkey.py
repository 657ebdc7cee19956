"""The embedded Valkey keeps what it acknowledged."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from hims.platform.console import PlatformError
from hims.platform.valkey import EmbeddedValkey
from tests.platform.support import eventually


@pytest.fixture
def valkey(scratch: Path) -> Iterator[EmbeddedValkey]:
    server = EmbeddedValkey(scratch / "valkey", sockets=scratch / "run", log=scratch / "valkey.log", always=True)
    yield server
    server.stop()


def client(server: EmbeddedValkey) -> redis.Redis:
    return redis.Redis(unix_socket_path=str(server.socket), decode_responses=True)


def test_start_never_evicts_and_logs_writes(valkey: EmbeddedValkey) -> None:
    valkey.start()
    settings = client(valkey).config_get("*")
    found = {name: settings[name] for name in ("maxmemory-policy", "appendonly", "port", "appendfsync")}
    assert found == {"maxmemory-policy": "noeviction", "appendonly": "yes", "port": "0", "appendfsync": "always"}


def test_url_names_socket_and_database_for_celery(valkey: EmbeddedValkey) -> None:
    assert valkey.url(3) == f"redis+socket://{valkey.socket}?virtual_host=3"


def test_restart_after_kill_keeps_queue_despite_stale_socket(valkey: EmbeddedValkey) -> None:
    valkey.start()
    client(valkey).rpush("queue", *range(500))
    assert valkey.pid is not None
    os.kill(valkey.pid, signal.SIGKILL)
    eventually(lambda: valkey.exit_code() == -signal.SIGKILL)
    assert valkey.socket.exists()
    valkey.forget()
    valkey.start()
    assert client(valkey).llen("queue") == 500


def test_stop_removes_socket(valkey: EmbeddedValkey) -> None:
    valkey.start()
    valkey.stop()
    assert not valkey.socket.exists()


def test_second_start_on_same_folder_is_refused(valkey: EmbeddedValkey, scratch: Path) -> None:
    valkey.start()
    other = EmbeddedValkey(scratch / "valkey", sockets=scratch / "run2", log=scratch / "valkey.log")
    with pytest.raises(PlatformError, match="another process already runs Valkey"):
        other.start()
    assert client(valkey).ping()
