"""Servers of one's own: what is checked before HIMS uses them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis

from hims.platform.console import PlatformError
from hims.platform.embedded import silence
from hims.platform.external import check_broker, external_roles
from hims.platform.folder import DataFolder
from hims.platform.postgres import EmbeddedPostgres
from hims.platform.roles import ADDRESSES, ROLES, connect, ensure_roles
from hims.platform.servers import scratch_folder
from hims.platform.urls import with_parts
from hims.platform.valkey import EmbeddedValkey
from tests.environment import PASSWORD


@pytest.fixture
def folder(scratch: Path) -> DataFolder:
    return scratch_folder(scratch / "data")


@pytest.fixture
def valkey(scratch: Path) -> Iterator[EmbeddedValkey]:
    server = EmbeddedValkey(scratch / "valkey", sockets=scratch / "run", log=scratch / "valkey.log")
    server.start()
    yield server
    server.stop()


def test_given_addresses_are_used_as_they_are(admin_dsn: str, dbname: str, folder: DataFolder) -> None:
    urls = ensure_roles(admin_dsn, dbname=dbname, password=PASSWORD)
    said: list[str] = []
    assert external_roles(folder, urls.variables(), said.append) == urls
    assert said == []


def test_only_some_of_the_addresses_is_refused(admin_dsn: str, folder: DataFolder) -> None:
    given = {"DATABASE_URL": admin_dsn, "HIMS_APP_DATABASE_URL": admin_dsn}
    with pytest.raises(
        PlatformError, match=r"HIMS_AUDIT_DATABASE_URL, HIMS_SEALER_DATABASE_URL, .* is not set; give all"
    ):
        external_roles(folder, given, silence)


def test_app_address_of_a_superuser_is_refused(admin_dsn: str, folder: DataFolder) -> None:
    with pytest.raises(PlatformError, match="bypasses row-level security"):
        external_roles(folder, dict.fromkeys(ADDRESSES.values(), admin_dsn), silence)


def test_owner_without_power_and_no_addresses_is_told_what_to_set(
    admin_dsn: str, dbname: str, folder: DataFolder
) -> None:
    urls = ensure_roles(admin_dsn, dbname=dbname, password=PASSWORD)
    with pytest.raises(PlatformError, match="create hims_app, hims_audit, hims_sealer, hims_retention and set"):
        external_roles(folder, {"DATABASE_URL": urls.owner}, silence)


def test_powerful_owner_makes_the_others_with_kept_passwords(
    make_postgres: Callable[..., EmbeddedPostgres], folder: DataFolder
) -> None:
    server = make_postgres(durable=False)
    server.start()
    given = {"DATABASE_URL": server.dsn()}
    first, second = external_roles(folder, given, silence), external_roles(folder, given, silence)
    assert first == second
    assert first.owner == given["DATABASE_URL"]
    for field, role in ROLES.items():
        kept, address = folder.keys / f"{role}_password", getattr(first, field)
        assert kept.read_text().strip() in address
        assert kept.stat().st_mode & 0o777 == 0o600
        with connect(address) as connection:
            assert connection.execute("SELECT current_user").fetchone() == (role,)


def test_unverified_network_connection_is_warned_of(folder: DataFolder) -> None:
    said: list[str] = []
    far = with_parts("postgresql://u@/d", host="192.0.2.1", connect_timeout="1")
    given = {**dict.fromkeys(ADDRESSES.values(), ""), "DATABASE_URL": far}
    with pytest.raises(PlatformError, match="gives no answer"):
        external_roles(folder, given, said.append)
    assert said == [
        "Warning: the connection to PostgreSQL on 192.0.2.1 is not verified; add sslmode=verify-full to DATABASE_URL."
    ]


def test_good_broker_passes_without_a_word(valkey: EmbeddedValkey) -> None:
    said: list[str] = []
    check_broker(valkey.url(), said.append)
    assert said == []


def test_broker_that_evicts_or_forgets_is_warned_of(valkey: EmbeddedValkey) -> None:
    client = redis.Redis(unix_socket_path=str(valkey.socket))
    client.config_set("maxmemory-policy", "allkeys-lru")
    client.config_set("appendonly", "no")
    said: list[str] = []
    check_broker(f"unix://{valkey.socket}", said.append)
    assert [line.split(":")[0] for line in said] == ["Warning", "Warning"]
    assert "maxmemory-policy allkeys-lru" in said[0]
    assert "appendonly no" in said[1]


@pytest.mark.parametrize(
    ("url", "words"), [("redis://127.0.0.1:1/0", "gives no answer"), ("nonsense", "cannot be read")]
)
def test_broker_that_cannot_be_used_is_refused(url: str, words: str) -> None:
    with pytest.raises(PlatformError, match=words):
        check_broker(url, silence)
