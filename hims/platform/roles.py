"""The database roles of HIMS and the walls between them.

hims_owner      owns the database and its schema: migrations, backup. Sees every row (BYPASSRLS) where possible.
hims_app        every request and task: NOSUPERUSER NOBYPASSRLS, may not create anything in schema public.
hims_audit      writes the trail, hims_sealer reads and seals it, hims_retention takes archived months out of it;
                what each may do there is granted by the trail's own migrations.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from hims.platform.console import PlatformError
from hims.platform.urls import with_parts

OWNER, APP, AUDIT, SEALER, RETENTION = "hims_owner", "hims_app", "hims_audit", "hims_sealer", "hims_retention"
EXTENSIONS = ("pg_trgm", "unaccent", "btree_gin", "btree_gist")
LOWEST_SERVER = 150000
"""security_invoker views came with PostgreSQL 15."""
LEAKPROOF = (
    "public.word_similarity_op(text, text)",
    "public.word_similarity_commutator_op(text, text)",
    "pg_catalog.textlike(text, text)",
    "pg_catalog.texticlike(text, text)",
    "pg_catalog.ts_match_vq(tsvector, tsquery)",
)
"""Comparisons that tell nothing of a row to anyone who may not see it: with this mark the database uses their indexes under
row-level security, where it would otherwise read the whole table first."""
ATTEMPTS = 20
COLLISIONS = (
    psycopg.errors.DuplicateObject,
    psycopg.errors.UniqueViolation,
    psycopg.errors.DuplicateDatabase,
)

Connection = psycopg.Connection[tuple[object, ...]]


@dataclass(frozen=True)
class RoleUrls:
    """One address per role; ADDRESSES names the variable of each."""

    owner: str
    app: str
    audit: str
    sealer: str
    retention: str

    def variables(self) -> dict[str, str]:
        """The addresses by the names of their environment variables."""
        return {variable: str(getattr(self, field)) for field, variable in ADDRESSES.items()}


ADDRESSES = {
    "owner": "DATABASE_URL",
    "app": "HIMS_APP_DATABASE_URL",
    "audit": "HIMS_AUDIT_DATABASE_URL",
    "sealer": "HIMS_SEALER_DATABASE_URL",
    "retention": "HIMS_RETENTION_DATABASE_URL",
}
ROLES = {"app": APP, "audit": AUDIT, "sealer": SEALER, "retention": RETENTION}
"""The role that each address but the owner's must name."""


def ensure_roles(
    admin_dsn: str,
    *,
    dbname: str,
    passwords: Mapping[str, str] | None = None,
    password: str | None = None,
    owner: str = OWNER,
) -> RoleUrls:
    """Create or mend the roles, the database and its walls; running it again changes nothing.

    admin_dsn: a role that may create roles and databases (a superuser, for the owner's BYPASSRLS); the
    database it names is only used to connect. dbname: the database of HIMS, created when missing.
    passwords: role name -> password; none for an embedded server, which trusts its socket.
    password: the same for each role that `passwords` does not name (tests).
    owner: role that owns the database, hims_owner unless an outside server has its own.
    Raises PlatformError when the server is too old or the role may not do this.
    """
    roles = (owner, *ROLES.values())
    words = {role: (passwords or {}).get(role) or password for role in roles}
    with connect(admin_dsn) as admin:
        require_version(admin)
        _require_power(admin)
        for role in roles:
            _insist(partial(_ensure_role, admin, role, words[role], may_see_all=role == owner))
        _insist(partial(_ensure_database, admin, dbname, owner))
    with connect(with_parts(admin_dsn, dbname=dbname)) as admin:
        _insist(partial(_ensure_walls, admin, dbname, owner))
    return RoleUrls(*(with_parts(admin_dsn, user=role, password=words[role] or "", dbname=dbname) for role in roles))


def drop_database(admin_dsn: str, dbname: str) -> None:
    """Remove a test database, its connections included."""
    with connect(admin_dsn) as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(dbname)))


def connect(dsn: str) -> Connection:
    """An autocommit connection; PlatformError names the server that gives no answer, never the password."""
    try:
        return psycopg.connect(dsn, autocommit=True, connect_timeout=10)
    except psycopg.OperationalError as error:
        parts = conninfo_to_dict(dsn)
        place = f"{parts.get('host', 'local socket')}, database {parts.get('dbname')}, role {parts.get('user')}"
        reason = str(error).strip().splitlines()[-1]
        raise PlatformError(f"PostgreSQL gives no answer ({place}): {reason}") from None


def require_version(connection: Connection) -> None:
    """PostgreSQL 15 or later."""
    if connection.info.server_version < LOWEST_SERVER:
        major = connection.info.server_version // 10000
        raise PlatformError(f"this is PostgreSQL {major}; HIMS needs {LOWEST_SERVER // 10000} or later.")


def require_walled(app_dsn: str) -> None:
    """Refuse an app role that row-level security would not hold (superuser or BYPASSRLS)."""
    with connect(app_dsn) as app:
        require_version(app)
        row = app.execute(
            "SELECT rolname, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
    if row is None or row[1]:
        raise PlatformError(
            f"the role {row[0] if row else '?'} of HIMS_APP_DATABASE_URL is a superuser or bypasses row-level "
            "security; name a role with NOSUPERUSER NOBYPASSRLS."
        )


def may_create_roles(connection: Connection) -> bool:
    """Can this role create the others?"""
    row = connection.execute(
        "SELECT rolsuper OR (rolcreaterole AND rolcreatedb) FROM pg_roles WHERE rolname = current_user"
    ).fetchone()
    return bool(row and row[0])


def _require_power(admin: Connection) -> None:
    if not may_create_roles(admin):
        raise PlatformError(
            f"the role {admin.info.user} may not create roles and databases; name one that may, or create the "
            "roles yourself and set the address of each "
            "(docs/operations.md, External servers)."
        )


def _insist(work: Callable[[], None]) -> None:
    """Roles are shared by the whole server: of two starts that collide in the catalogue, one tries again."""
    for attempt in range(ATTEMPTS):
        try:
            work()
            return
        except COLLISIONS:
            continue
        except psycopg.errors.ObjectInUse:
            time.sleep(0.1 * (attempt + 1))
        except psycopg.errors.InternalError_ as error:
            if "concurrently" not in str(error):
                raise
            time.sleep(0.02 * (attempt + 1))
    work()


def _ensure_role(admin: Connection, role: str, password: str | None, *, may_see_all: bool) -> None:
    name = sql.Identifier(role)
    row = admin.execute(
        "SELECT rolsuper, rolbypassrls, rolcanlogin FROM pg_roles WHERE rolname = %s", [role]
    ).fetchone()
    if row is None:
        admin.execute(sql.SQL("CREATE ROLE {} LOGIN NOCREATEDB NOCREATEROLE").format(name))
        row = (False, False, True)
    mine = role == admin.info.user
    bypass = may_see_all and _is_superuser(admin)
    if not mine and (row[0] or not row[2] or bool(row[1]) != bypass) and _is_superuser(admin):
        rls = sql.SQL("BYPASSRLS" if bypass else "NOBYPASSRLS")
        admin.execute(sql.SQL("ALTER ROLE {} LOGIN NOSUPERUSER {}").format(name, rls))
    if password and not mine:
        admin.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(name, sql.Literal(password)))


def _is_superuser(admin: Connection) -> bool:
    row = admin.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
    return bool(row and row[0])


def _ensure_database(admin: Connection, dbname: str, owner: str) -> None:
    row = admin.execute("SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = %s", [dbname]).fetchone()
    names = {"db": sql.Identifier(dbname), "owner": sql.Identifier(owner)}
    _join_role(admin, owner)
    if row is None:
        admin.execute(sql.SQL("CREATE DATABASE {db} OWNER {owner} TEMPLATE template0 ENCODING 'UTF8'").format(**names))
    elif row[0] != owner:
        admin.execute(sql.SQL("ALTER DATABASE {db} OWNER TO {owner}").format(**names))


def _join_role(admin: Connection, owner: str) -> None:
    """Only a member may give things to a role; a superuser is one, since 16 a CREATEROLE role is not."""
    row = admin.execute("SELECT pg_has_role(current_user, %s, 'MEMBER')", [owner]).fetchone()
    if not (row and row[0]):
        admin.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(owner)))


def _ensure_walls(admin: Connection, dbname: str, owner: str) -> None:
    """Extensions, ownership, and who may do what with present and future tables."""
    for extension in EXTENSIONS:
        admin.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {} SCHEMA public").format(sql.Identifier(extension)))
    if _is_superuser(admin):
        for function in LEAKPROOF:
            admin.execute(sql.SQL("ALTER FUNCTION {} LEAKPROOF").format(sql.SQL(function)))
    names = {
        "db": sql.Identifier(dbname),
        "owner": sql.Identifier(owner),
        "app": sql.Identifier(APP),
        "trail": sql.SQL(", ").join(map(sql.Identifier, (AUDIT, SEALER, RETENTION))),
    }
    with admin.transaction():
        for statement in WALLS:
            admin.execute(sql.SQL(statement).format(**names))


WALLS = (
    "REVOKE ALL ON DATABASE {db} FROM PUBLIC",
    "GRANT CONNECT, TEMPORARY ON DATABASE {db} TO {owner}, {app}",
    "GRANT CONNECT ON DATABASE {db} TO {trail}",
    "ALTER SCHEMA public OWNER TO {owner}",
    "REVOKE ALL ON SCHEMA public FROM PUBLIC",
    "GRANT USAGE, CREATE ON SCHEMA public TO {owner}",
    "GRANT USAGE ON SCHEMA public TO {app}, {trail}",
    "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}",
    "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT USAGE, SELECT ON SEQUENCES TO {app}",
)
