"""Database addresses keep their parts through a change."""

from __future__ import annotations

import pytest
from psycopg.conninfo import conninfo_to_dict

from hims.platform.urls import is_local, is_verified, with_parts


@pytest.mark.parametrize(
    "dsn",
    [
        "postgresql://boss:p%40ss@db.example:5433/old?sslmode=verify-full",
        "host=db.example port=5433 user=boss password=p@ss dbname=old sslmode=verify-full",
    ],
)
def test_with_parts_of_any_spelling_changes_only_what_is_named(dsn: str) -> None:
    changed = conninfo_to_dict(with_parts(dsn, user="hims_app", password="n/w?", dbname="hims"))
    assert changed == {
        "user": "hims_app",
        "password": "n/w?",
        "dbname": "hims",
        "host": "db.example",
        "port": "5433",
        "sslmode": "verify-full",
    }


def test_with_parts_on_a_socket_and_empty_password_has_no_password() -> None:
    url = with_parts("postgresql://boss@/postgres?host=/srv/run", user="hims_app", password="", dbname="hims")
    assert url == "postgresql://hims_app@/hims?host=/srv/run"


@pytest.mark.parametrize(
    ("dsn", "local"),
    [
        ("postgresql://u@/d?host=/srv/run", True),
        ("postgresql://u@localhost/d", True),
        ("postgresql://u@127.0.0.1/d", True),
        ("postgresql://u@db.example/d", False),
    ],
)
def test_is_local_is_true_for_sockets_and_loopback(dsn: str, local: bool) -> None:
    assert is_local(dsn) is local


def test_is_verified_only_with_verify_full() -> None:
    assert is_verified("postgresql://u@db.example/d?sslmode=verify-full")
    assert not is_verified("postgresql://u@db.example/d?sslmode=require")
