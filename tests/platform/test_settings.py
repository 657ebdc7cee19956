"""What the environment asks for, and which wishes contradict each other."""

from __future__ import annotations

from pathlib import Path

import pytest

from hims.platform.console import PlatformError
from hims.platform.settings import PROJECT, Wishes, base_environment, wishes


def test_defaults_are_loopback_port_8000_and_var() -> None:
    found = wishes({})
    assert (found.url, found.data, found.demo) == ("http://127.0.0.1:8000/", PROJECT / "var", None)


def test_arguments_win_over_environment(scratch: Path) -> None:
    environ = {"HIMS_DATA_DIR": "/elsewhere", "HIMS_PORT": "9000"}
    found = wishes(environ, data=str(scratch), port=8100)
    assert (found.data, found.port) == (scratch, 8100)
    assert wishes(environ).port == 9000


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"HIMS_PORT": "ten"}, "HIMS_PORT is 'ten'"),
        ({"HIMS_PORT": "70000"}, "from 1 to 65535"),
        ({"HIMS_BIND": "everywhere"}, "write an IP address"),
        ({"HIMS_DEMO": "maybe"}, "write 1 or 0"),
        ({"HIMS_DEMO": "1", "HIMS_PRODUCTION": "1"}, "contradict"),
        ({"HIMS_DEMO": "1", "HIMS_BIND": "0.0.0.0"}, "not served on 0.0.0.0"),
        ({"HIMS_SECRET_KEY_FILE": "/nonexistent/key"}, "HIMS_SECRET_KEY_FILE cannot be read"),
    ],
)
def test_malformed_or_contradicting_wish_is_refused(environ: dict[str, str], words: str) -> None:
    with pytest.raises(PlatformError, match=words):
        wishes(environ)


@pytest.mark.parametrize("environ", [{"HIMS_PRODUCTION": "1"}, {"HIMS_BIND": "0.0.0.0"}, {"HIMS_DEMO": "0"}])
def test_demo_is_off_in_production_on_networks_and_when_asked(environ: dict[str, str]) -> None:
    assert wishes(environ).demo is False


@pytest.mark.parametrize(
    ("bind", "address"),
    [("0.0.0.0", "127.0.0.1"), ("::", "[::1]"), ("::1", "[::1]"), ("localhost", "localhost")],
)
def test_address_is_one_this_machine_can_open(bind: str, address: str) -> None:
    assert Wishes(Path("/x"), bind=bind).address == address


def test_secret_from_file_wins_over_variable(scratch: Path) -> None:
    (scratch / "url").write_text("redis://from-file/0\n")
    given = wishes({"REDIS_URL": "redis://from-variable/0", "REDIS_URL_FILE": str(scratch / "url")}).given
    assert given == {"REDIS_URL": "redis://from-file/0"}


def test_base_environment_has_no_secret_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL_FILE", "/x")
    monkeypatch.setenv("HIMS_ALLOWED_HOSTS", "himself")
    found = base_environment()
    assert "DATABASE_URL" not in found
    assert "DATABASE_URL_FILE" not in found
    assert found["HIMS_ALLOWED_HOSTS"] == "himself"
