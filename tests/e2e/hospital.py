"""A small running hospital for browser tests: its own database, web process and worker; everything in it is synthetic."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from tests.database import create_database
from tests.environment import ADMIN_URL, DATABASE, role_urls

CELERY = (sys.executable, "-m", "celery", "-A", "hims.celery")
ROOT = Path(__file__).resolve().parent.parent.parent
NAME = f"{DATABASE}_e2e"
PATIENTS, ENCOUNTERS = "25", "40"
JOBS_LEFT = "SELECT json_agg(row(name, state, attempts, error)) FROM jobs_job WHERE state <> 'done'"


def environment() -> dict[str, str]:
    """What the processes of the hospital see."""
    urls = {name: url for name, url in role_urls(NAME).items() if name != "HIMS_RETENTION_DATABASE_URL"}
    kept = {key: value for key, value in os.environ.items() if key != "HIMS_TESTING"}
    return {
        **kept, **urls, "HIMS_DEMO": "1", "HIMS_DATA_DIR": tempfile.mkdtemp(prefix="hims-e2e-"),
        "REDIS_URL": _own_queue(os.environ["REDIS_URL"]),
    }  # fmt: skip


def _own_queue(url: str) -> str:
    """Another database number of the same server, so that no other test's worker takes our jobs."""
    if "virtual_host=" in url:
        return url.split("virtual_host=")[0] + "virtual_host=11"
    return url.rsplit("/", 1)[0] + "/11"


@contextmanager
def running_hospital() -> Iterator[str]:
    """Its address, e.g. http://127.0.0.1:41234, from empty database to stop."""
    env = environment()
    create_database(NAME)
    for command in (
        ["load_default_codesets"],
        ["build_demo", "--patients", PATIENTS, "--encounters", ENCOUNTERS],
    ):
        subprocess.run(
            [sys.executable, "manage.py", *command], cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL
        )
    port = _free_port()
    with (Path(env["HIMS_DATA_DIR"]) / "e2e.log").open("wb") as log:
        processes = [
            subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log, start_new_session=True)
            for command in (
                [sys.executable, "-m", "gunicorn", "hims.wsgi", "--bind", f"127.0.0.1:{port}", "--threads", "4",
                 "--no-control-socket"],
                [*CELERY, "worker", "--pool", "solo", "--loglevel", "WARNING"],
                [*CELERY, "beat", "--schedule", str(Path(env["HIMS_DATA_DIR"]) / "beat"), "--loglevel", "WARNING"],
            )
        ]  # fmt: skip
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_for(f"{address}/accounts/login/")
            yield address
        finally:
            for process in processes:
                os.killpg(process.pid, signal.SIGTERM)
            for process in processes:
                process.wait(15)
            _drop_database()


def _drop_database() -> None:
    with psycopg.connect(ADMIN_URL, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(NAME)))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(url: str) -> None:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(url, timeout=5)
            return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(f"{url} does not answer")


def value(query: str, *arguments: object) -> str:
    """One value of the running hospital's database, as text; asked as the server's administrator."""
    with psycopg.connect(make_conninfo(ADMIN_URL, dbname=NAME)) as connection:
        row = connection.execute(query, arguments).fetchone()
    if row is None:
        raise LookupError(query)
    return str(row[0])


def value_in_time(query: str, *arguments: object, seconds: float = 60) -> str:
    """The value once background work has written it. Raises LookupError, naming the jobs that are left, after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return value(query, *arguments)
        except LookupError as missing:
            if time.monotonic() > deadline:
                raise LookupError(f"{missing}; jobs not done: {value(JOBS_LEFT)}") from missing
        time.sleep(0.5)


REFERENCES = """
SELECT conrelid::regclass::text, a.attname, b.attname
FROM pg_constraint
JOIN pg_attribute a ON a.attrelid = conrelid AND a.attnum = conkey[1]
JOIN pg_attribute b ON b.attrelid = confrelid AND b.attnum = confkey[1]
WHERE contype = 'f' AND confrelid = %s::regclass AND conrelid::regclass::text LIKE 'coding%%'
"""
KEPT = ("coding_codingrecord", "coding_codingsummary")


def uncoded_case(key: str) -> str:
    """The encounter of a demo case (the beginning of its key is enough) with nothing coded, whatever earlier tests have coded."""
    with psycopg.connect(make_conninfo(ADMIN_URL, dbname=NAME)) as connection:
        found = connection.execute(
            "SELECT id::text FROM records_encounter WHERE source_key LIKE %s ORDER BY id", [f"{key}%"]
        ).fetchone()
        if found is None:
            raise LookupError(key)
        connection.execute("SET LOCAL session_replication_role = replica")
        this = sql.SQL("id = {}").format(found[0])
        _clear(connection, "records_encounter", this)
        _clear(connection, "coding_codingrecord", sql.SQL("encounter_id = {}").format(found[0]))
        connection.execute(
            "UPDATE coding_codingrecord SET status = 'uncoded', version = 0, coder_id = NULL WHERE encounter_id = %s",
            [found[0]],
        )
    return str(found[0])


def _clear(connection: psycopg.Connection, table: str, rows: sql.Composable) -> None:
    """Everything of coding that refers to these rows, and what refers to that."""
    for child, column, target in connection.execute(REFERENCES, [table]).fetchall():
        if child in KEPT:
            continue
        theirs = sql.SQL("{} IN (SELECT {} FROM {} WHERE {})").format(
            sql.Identifier(column), sql.Identifier(target), sql.Identifier(table), rows
        )
        _clear(connection, child, theirs)
        connection.execute(sql.SQL("DELETE FROM {} WHERE {}").format(sql.Identifier(child), theirs))
