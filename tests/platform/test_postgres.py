"""The embedded PostgreSQL: what it survives, and whom it lets in."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import stat
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from hims.platform import postgres as postgres_module
from hims.platform.console import PlatformError
from hims.platform.postgres import MAJOR, EmbeddedPostgres
from hims.platform.privilege import NOBODY, Strategy
from hims.platform.processes import processes_in
from tests.platform.support import eventually, launch

pytestmark = pytest.mark.slow

Make = Callable[..., EmbeddedPostgres]
POSSIBLE = [Strategy.USERNS, Strategy.NOBODY] if os.geteuid() == 0 else [Strategy.PLAIN]


def ask(server: EmbeddedPostgres, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(server.dsn(), autocommit=True) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def test_start_on_empty_folder_gives_a_durable_private_server(make_postgres: Make) -> None:
    server = make_postgres()
    server.start()
    names = ("server_version_num", "fsync", "synchronous_commit", "listen_addresses", "data_checksums")
    values = [ask(server, f"SHOW {name}")[0][0] for name in names]
    assert str(values[0]).startswith(MAJOR)
    assert values[1:] == ["on", "on", "", "on"]
    assert stat.S_IMODE(server.sockets.stat().st_mode) == 0o700
    assert ask(server, "SELECT 'Z' < 'a'") == [(True,)]


def test_stop_leaves_no_socket_and_no_process(make_postgres: Make) -> None:
    server = make_postgres(durable=False)
    server.start()
    assert processes_in(server.place, "postgres")
    server.stop()
    assert processes_in(server.place, "postgres") == []
    assert list(server.sockets.glob(".s.*")) == []
    assert not (server.place / "postmaster.pid").exists()


def test_restart_after_kill_keeps_acknowledged_rows(make_postgres: Make) -> None:
    server = make_postgres()
    server.start()
    ask(server, "CREATE TABLE kept (n int)")
    for number in range(20):
        ask(server, f"INSERT INTO kept VALUES ({number})")
    assert server.pid is not None
    os.kill(server.pid, signal.SIGKILL)
    eventually(lambda: server.exit_code() == -signal.SIGKILL)
    server.forget()
    server.start()
    assert ask(server, "SELECT count(*), max(n) FROM kept") == [(20, 19)]


def test_start_with_recycled_pid_in_pid_file_succeeds(make_postgres: Make) -> None:
    server = make_postgres(durable=False)
    server.start()
    pid_file = server.place / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    server.stop()
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    server.start()
    assert ask(server, "SELECT 1") == [(1,)]


def test_start_after_interrupted_initdb_begins_anew(make_postgres: Make, scratch: Path) -> None:
    half = scratch / "postgres/data.making-x"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text(f"{MAJOR}\n")
    server = make_postgres(durable=False)
    server.start()
    assert ask(server, "SELECT 1") == [(1,)]
    assert not half.exists()


def test_second_start_on_same_folder_is_refused(make_postgres: Make) -> None:
    make_postgres(durable=False).start()
    with pytest.raises(PlatformError, match="another process already runs PostgreSQL"):
        make_postgres(durable=False).start()


def test_start_on_folder_of_another_version_is_refused(make_postgres: Make, scratch: Path) -> None:
    data = scratch / "postgres/data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("17\n")
    with pytest.raises(PlatformError, match="made by PostgreSQL 17, this is 18"):
        make_postgres().start()


def test_start_that_cannot_run_says_where_the_log_is(make_postgres: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    server = make_postgres(durable=False)
    server.settings["shared_buffers"] = "nonsense"
    with pytest.raises(PlatformError, match=r"did not start: .*shared_buffers.*postgres\.log"):
        server.start()
    server.settings["shared_buffers"] = "32MB"
    server.start()
    assert ask(server, "SHOW shared_buffers") == [("32MB",)]


def test_log_after_failing_statement_has_neither_statement_nor_detail(make_postgres: Make) -> None:
    server = make_postgres(durable=False)
    server.start()
    ask(server, "CREATE TABLE person (name text PRIMARY KEY)")
    ask(server, "INSERT INTO person VALUES ('Canary Example')")
    with pytest.raises(psycopg.errors.UniqueViolation):
        ask(server, "INSERT INTO person VALUES ('Canary Example')")
    said = server.log.read_text()
    assert "duplicate key value" in said
    assert "Canary" not in said


def test_installed_postgres_without_package_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(PlatformError, match=r"run \./run to install"):
        postgres_module.installed_postgres()


def test_server_dies_with_its_parent_and_next_start_recovers(make_postgres: Make, scratch: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from hims.platform.postgres import EmbeddedPostgres\n"
        "base = Path(sys.argv[1])\n"
        "server = EmbeddedPostgres(base/'postgres', sockets=base/'run', log=base/'postgres.log')\n"
        "server.start(); print('up', flush=True); time.sleep(600)"
    )
    parent = launch(["-c", code, str(scratch)], scratch / "parent.log")
    parent.wait_for("up")
    os.kill(parent.child.pid, signal.SIGKILL)
    parent.finish()
    server = make_postgres()
    server.start()
    assert ask(server, "SELECT 1") == [(1,)]


@pytest.mark.parametrize("strategy", POSSIBLE)
def test_start_with_each_strategy_of_this_user_leaves_data_private(make_postgres: Make, strategy: Strategy) -> None:
    server = make_postgres(durable=False, strategy=strategy)
    server.start()
    place = server.place
    assert ask(server, "SELECT 1") == [(1,)]
    assert stat.S_IMODE(place.stat().st_mode) == 0o700
    assert place.stat().st_uid == (NOBODY if strategy is Strategy.NOBODY else os.geteuid())
    server.stop()
    if place.parent != server.base:
        shutil.rmtree(place)
        shutil.rmtree(server.sockets)


def test_ordinary_user_start_works_plainly(scratch: Path) -> None:
    scratch.chmod(0o755)
    base = scratch / "theirs"
    base.mkdir()
    user = NOBODY if os.geteuid() == 0 else os.geteuid()
    os.chown(base, user, -1)
    pid = os.fork()
    if pid == 0:
        os._exit(_as_ordinary_user(base, user))
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    assert code == 0, (base / "error.txt").read_text()
    assert (base / "postgres/data/PG_VERSION").stat().st_uid == user


def _as_ordinary_user(base: Path, user: int) -> int:
    """In the forked child: drop root, then start, ask, stop."""
    try:
        if os.geteuid() == 0:
            os.setgroups([])
            os.setgid(user)
            os.setuid(user)
        log = base / "postgres.log"
        server = EmbeddedPostgres(base / "postgres", sockets=base / "run", log=log, durable=False)
        server.start()
        answer = ask(server, "SELECT 1")
        server.stop()
    except BaseException as error:
        (base / "error.txt").write_text(repr(error))
        return 1
    return 0 if server.strategy is Strategy.PLAIN and answer == [(1,)] else 1
