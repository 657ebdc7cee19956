"""The roles and the walls between them, on a real server."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from hims.platform.console import PlatformError
from hims.platform.roles import EXTENSIONS, RoleUrls, connect, ensure_roles, require_walled
from hims.platform.urls import with_parts
from tests.environment import PASSWORD


@pytest.fixture
def urls(admin_dsn: str, dbname: str) -> RoleUrls:
    return ensure_roles(admin_dsn, dbname=dbname, password=PASSWORD)


@pytest.fixture
def charts(urls: RoleUrls) -> RoleUrls:
    """A table of the owner's with one row per facility, and a policy that shows the wanted facility only."""
    with connect(urls.owner) as owner:
        owner.execute("CREATE TABLE chart (id serial PRIMARY KEY, facility int)")
        owner.execute("INSERT INTO chart (facility) VALUES (1), (2)")
        owner.execute("ALTER TABLE chart ENABLE ROW LEVEL SECURITY")
        owner.execute("ALTER TABLE chart FORCE ROW LEVEL SECURITY")
        owner.execute(
            "CREATE POLICY scope ON chart USING (facility = nullif(current_setting('app.facs', true), '')::int)"
        )
    return urls


def test_ensure_roles_makes_app_role_without_power(admin_dsn: str, urls: RoleUrls) -> None:
    with connect(admin_dsn) as admin:
        rows = admin.execute(
            "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolcanlogin FROM pg_roles "
            "WHERE rolname LIKE 'hims_%' AND rolname <> 'hims_admin' ORDER BY rolname"
        ).fetchall()
    assert rows == [
        ("hims_app", False, False, False, False, True),
        ("hims_audit", False, False, False, False, True),
        ("hims_owner", False, True, False, False, True),
        ("hims_retention", False, False, False, False, True),
        ("hims_sealer", False, False, False, False, True),
    ]


def test_ensure_roles_twice_gives_the_same(admin_dsn: str, dbname: str, urls: RoleUrls) -> None:
    assert ensure_roles(admin_dsn, dbname=dbname, password=PASSWORD) == urls


def test_ensure_roles_at_the_same_time_all_succeed(admin_dsn: str, dbname: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        found = set(pool.map(lambda _: ensure_roles(admin_dsn, dbname=dbname, password=PASSWORD), range(4)))
    assert len(found) == 1


def test_database_has_extensions_and_belongs_to_owner(urls: RoleUrls) -> None:
    with connect(urls.owner) as owner:
        names = {row[0] for row in owner.execute("SELECT extname FROM pg_extension")}
        row = owner.execute(
            "SELECT pg_get_userbyid(datdba), (SELECT pg_get_userbyid(nspowner) FROM pg_namespace "
            "WHERE nspname = 'public') FROM pg_database WHERE datname = current_database()"
        ).fetchone()
    assert set(EXTENSIONS) <= names
    assert row == ("hims_owner", "hims_owner")


def test_app_reads_and_writes_owner_tables_by_default(charts: RoleUrls) -> None:
    with connect(charts.app) as app, app.transaction():
        app.execute("SELECT set_config('app.facs', '1', true)")
        app.execute("INSERT INTO chart (facility) VALUES (1)")
        rows = app.execute("SELECT facility FROM chart").fetchall()
    assert rows == [(1,), (1,)]


def test_app_without_context_sees_no_row(charts: RoleUrls) -> None:
    with connect(charts.app) as app:
        assert app.execute("SELECT * FROM chart").fetchall() == []


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE smuggled (n int)",
        "ALTER TABLE chart DISABLE ROW LEVEL SECURITY",
        "DROP POLICY scope ON chart",
        "SET ROLE hims_owner",
        "TRUNCATE chart",
        "CREATE SCHEMA smuggled",
        "ALTER ROLE hims_app BYPASSRLS",
    ],
)
def test_app_cannot_take_the_walls_down(charts: RoleUrls, statement: str) -> None:
    with connect(charts.app) as app, pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute(statement.encode())


def test_app_with_row_security_off_is_refused_rows(charts: RoleUrls) -> None:
    with connect(charts.app) as app:
        app.execute("SET row_security = off")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("SELECT * FROM chart")


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM chart",
        "INSERT INTO chart (facility) VALUES (1)",
        "CREATE TABLE smuggled (n int)",
        "CREATE TEMPORARY TABLE smuggled (n int)",
        "SET ROLE hims_app",
    ],
)
@pytest.mark.parametrize("role", ["audit", "sealer", "retention"])
def test_role_of_the_trail_can_do_nothing_by_itself(charts: RoleUrls, role: str, statement: str) -> None:
    with connect(getattr(charts, role)) as found, pytest.raises(psycopg.errors.InsufficientPrivilege):
        found.execute(statement.encode())


def test_owner_sees_every_row_for_backup(charts: RoleUrls) -> None:
    with connect(charts.owner) as owner:
        assert owner.execute("SELECT count(*) FROM chart").fetchone() == (2,)


def test_stranger_cannot_connect(admin_dsn: str, urls: RoleUrls, dbname: str) -> None:
    with connect(urls.owner) as owner:
        row = owner.execute("SELECT has_database_privilege('public', current_database(), 'CONNECT')").fetchone()
    assert row == (False,)


def test_require_walled_accepts_app_and_refuses_owner_and_superuser(admin_dsn: str, urls: RoleUrls) -> None:
    require_walled(urls.app)
    for dsn in (urls.owner, admin_dsn):
        with pytest.raises(PlatformError, match="bypasses row-level security"):
            require_walled(dsn)


def test_ensure_roles_by_a_powerless_role_is_refused(urls: RoleUrls) -> None:
    with pytest.raises(PlatformError, match="hims_app may not create roles"):
        ensure_roles(urls.app, dbname="other")


def test_connect_to_nowhere_names_the_place_and_hides_the_password(admin_dsn: str) -> None:
    with pytest.raises(PlatformError, match="role boss") as caught:
        connect(with_parts("postgresql://boss:canary@/x", host="/nonexistent"))
    assert "canary" not in str(caught.value)
