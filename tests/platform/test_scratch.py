"""A database of its own for commands that must not touch the site's."""

from __future__ import annotations

from pathlib import Path

import pytest

from hims.platform.console import PlatformError
from hims.platform.folder import DataFolder
from hims.platform.roles import ADDRESSES, connect, ensure_roles
from hims.platform.scratch import ON_SCRATCH, _given, _passwords
from hims.platform.settings import Wishes
from tests.environment import PASSWORD
from tests.platform.support import launch

REFUSED = """
import sys
from pathlib import Path
from hims.platform.manage import Manage
from hims.platform.settings import Wishes
sys.exit(Manage(Wishes(Path(sys.argv[1]), given={"DATABASE_URL": sys.argv[2]}), ["access_matrix"]).run())
"""


def databases(admin_dsn: str) -> set[str]:
    with connect(admin_dsn) as admin:
        return {
            str(name) for (name,) in admin.execute("SELECT datname FROM pg_database WHERE datname LIKE 'hims_scratch%'")
        }


def test_without_an_outside_server_nothing_is_given(scratch: Path) -> None:
    with _given(Wishes(scratch)) as given:
        assert given == {}


def test_on_an_outside_server_a_database_is_made_and_dropped(admin_dsn: str, dbname: str, scratch: Path) -> None:
    site = ensure_roles(admin_dsn, dbname=dbname, password=PASSWORD)
    before = databases(admin_dsn)
    with _given(Wishes(scratch, given={**site.variables(), "DATABASE_URL": admin_dsn})) as given:
        assert set(given) == set(ADDRESSES.values())
        made = databases(admin_dsn) - before
        assert len(made) == 1
        for address in given.values():
            with connect(address) as connection:
                assert connection.info.dbname in made
        connect(site.app).close()  # the site's own passwords still hold
    assert databases(admin_dsn) == before


def test_database_is_dropped_when_the_command_fails(admin_dsn: str, dbname: str, scratch: Path) -> None:
    site = ensure_roles(admin_dsn, dbname=dbname, password=PASSWORD)
    before = databases(admin_dsn)
    with pytest.raises(RuntimeError), _given(Wishes(scratch, given={**site.variables(), "DATABASE_URL": admin_dsn})):
        raise RuntimeError
    assert databases(admin_dsn) == before


def test_role_that_may_not_make_a_database_is_told_so(admin_dsn: str, dbname: str, scratch: Path) -> None:
    site = ensure_roles(admin_dsn, dbname=dbname, password=PASSWORD)
    with (
        pytest.raises(PlatformError, match="hims_owner of DATABASE_URL may not make one"),
        _given(Wishes(scratch, given={"DATABASE_URL": site.owner})),
    ):
        pytest.fail("nothing may begin")


def test_command_of_the_list_goes_this_way_and_leaves_the_data_folder_alone(
    admin_dsn: str, dbname: str, scratch: Path
) -> None:
    assert "access_matrix" in ON_SCRATCH
    site = ensure_roles(admin_dsn, dbname=dbname, password=PASSWORD)
    run = launch(["-c", REFUSED, str(scratch / "data"), site.owner], scratch / "log")
    assert run.finish() != 0
    assert "may not make one" in run.said
    assert not (scratch / "data" / "postgres").exists()


def test_passwords_of_the_site_are_kept(scratch: Path) -> None:
    folder = DataFolder(scratch / "data")
    folder.prepare()
    kept = folder.secret("hims_app_password")
    words = _passwords(Wishes(folder.path, given={"HIMS_AUDIT_DATABASE_URL": "postgresql://hims_audit:told@/x"}))
    assert (words["hims_app"], words["hims_audit"]) == (kept, "told")
