"""The environment of a test process, set before Django reads its settings (pytest loads this first: -p tests.environment).

HIMS_TEST_DATABASE_URL: a role that may create databases and roles, on a throw-away server. HIMS_TEST_REDIS_URL: likewise.
"""

from __future__ import annotations

import os
import tempfile

from psycopg.conninfo import make_conninfo

ADMIN_URL = os.environ.get("HIMS_TEST_DATABASE_URL", "")
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
NAME = os.environ.get("HIMS_TEST_DB_NAME", "test_hims")
DATABASE = NAME + (f"_{WORKER}" if WORKER else "")
TEMPLATE = f"{NAME}_template"
PASSWORD = "synthetic-password-of-test-roles"


ROLES = {
    "DATABASE_URL": "hims_owner", "HIMS_APP_DATABASE_URL": "hims_app", "HIMS_AUDIT_DATABASE_URL": "hims_audit",
    "HIMS_SEALER_DATABASE_URL": "hims_sealer", "HIMS_RETENTION_DATABASE_URL": "hims_retention",
}  # fmt: skip


def role_urls(dbname: str) -> dict[str, str]:
    """The connection string of each role on a database, by the name of its variable."""
    return {
        variable: make_conninfo(ADMIN_URL, user=role, password=PASSWORD, dbname=dbname)
        for variable, role in ROLES.items()
    }


def role_url(role: str) -> str:
    """The connection string of one of the roles on the database of this process."""
    return make_conninfo(ADMIN_URL, user=role, password=PASSWORD, dbname=DATABASE)


if ADMIN_URL:
    os.environ.update(role_urls(DATABASE))
else:
    unreachable = "postgresql://nobody@127.0.0.1:1/none"
    for name in ("DATABASE_URL", "HIMS_APP_DATABASE_URL", "HIMS_AUDIT_DATABASE_URL"):
        os.environ[name] = unreachable
os.environ["REDIS_URL"] = os.environ.get("HIMS_TEST_REDIS_URL", "redis://127.0.0.1:6379/9")
os.environ["HIMS_SECRET_KEY"] = "synthetic-key-of-the-test-run-" + "x" * 40
os.environ["HIMS_FIELD_KEY"] = "synthetic-field-key-of-the-test-run-" + "f" * 20
os.environ["HIMS_NOTES_KEY"] = "synthetic-notes-key-of-the-test-run-" + "n" * 20
os.environ["HIMS_TESTING"] = "1"
os.environ["HIMS_DEMO"] = "1"
os.environ["HIMS_DATA_DIR"] = tempfile.mkdtemp(prefix="hims-test-")
os.environ["DJANGO_SETTINGS_MODULE"] = "hims.settings"
