"""The one-shot of a production start."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from hims.platform.console import Console, PlatformError
from hims.platform.prepare import ADMIN, ensure_addressed, prepare
from hims.platform.roles import ADDRESSES, connect
from hims.platform.settings import KEYS, Wishes
from hims.platform.steps import decide_demo
from hims.platform.urls import with_parts
from hims.platform.valkey import EmbeddedValkey
from tests.environment import PASSWORD


@pytest.fixture
def environ(admin_dsn: str, dbname: str, scratch: Path) -> Iterator[dict[str, str]]:
    """A whole production environment, its admin address in a file."""
    valkey = EmbeddedValkey(scratch / "valkey", sockets=scratch / "run", log=scratch / "valkey.log")
    valkey.start()
    (scratch / "admin").write_text(admin_dsn + "\n")
    roles = {ADDRESSES[field]: f"hims_{field}" for field in ADDRESSES}
    urls = {name: with_parts(admin_dsn, user=role, password=PASSWORD, dbname=dbname) for name, role in roles.items()}
    yield {
        **urls,
        f"{ADMIN}_FILE": str(scratch / "admin"),
        "REDIS_URL": valkey.url(),
        **{name: f"{name}-" + "x" * 60 for name in KEYS},
        "HIMS_DATA_DIR": str(scratch / "data"),
    }
    valkey.stop()


def test_prepare_makes_a_walled_production_database_and_is_repeatable(environ: dict[str, str]) -> None:
    for _ in range(2):
        prepare(environ, Console(io.StringIO()), steps=[])
    with connect(environ["HIMS_APP_DATABASE_URL"]) as app:
        assert app.execute("SELECT current_user").fetchone() == ("hims_app",)
    assert decide_demo(environ["DATABASE_URL"], Wishes(Path("/x"))) is False


def test_prepare_names_everything_that_is_missing(environ: dict[str, str]) -> None:
    few = {name: value for name, value in environ.items() if name not in ("REDIS_URL", f"{ADMIN}_FILE")}
    with pytest.raises(PlatformError, match=f"not set: REDIS_URL, {ADMIN}"):
        prepare(few, Console(io.StringIO()), steps=[])


def test_addresses_must_name_our_roles_and_one_database(environ: dict[str, str], admin_dsn: str) -> None:
    wrong_role = {**environ, "HIMS_APP_DATABASE_URL": environ["DATABASE_URL"]}
    with pytest.raises(PlatformError, match="must name the role hims_app, not hims_owner"):
        ensure_addressed(admin_dsn, wrong_role)
    elsewhere = with_parts(environ["HIMS_AUDIT_DATABASE_URL"], dbname="other")
    with pytest.raises(PlatformError, match="the same database"):
        ensure_addressed(admin_dsn, {**environ, "HIMS_AUDIT_DATABASE_URL": elsewhere})
