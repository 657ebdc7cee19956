"""Servers of one's own (DATABASE_URL, REDIS_URL): what must hold there, and what is worth a warning."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from urllib.parse import urlsplit

import redis
from psycopg.conninfo import conninfo_to_dict

from hims.platform.console import PlatformError
from hims.platform.folder import DataFolder
from hims.platform.roles import (
    ADDRESSES,
    ROLES,
    RoleUrls,
    connect,
    ensure_roles,
    may_create_roles,
    require_version,
    require_walled,
)
from hims.platform.urls import is_local, is_verified

Say = Callable[[str], None]


def external_roles(folder: DataFolder, given: Mapping[str, str], say: Say) -> RoleUrls:
    """The address of each role on an outside server, after checking it.

    given: DATABASE_URL, and perhaps the addresses of all other roles; without them the role of DATABASE_URL
    makes those roles, with passwords kept in the data folder.
    PlatformError when the server is too old, a role is missing, or the app role would bypass row security.
    """
    owner = given["DATABASE_URL"]
    names = [ADDRESSES[field] for field in ROLES]
    missing = [name for name in names if name not in given]
    if missing and len(missing) < len(names):
        raise PlatformError(f"{', '.join(missing)} is not set; give all of {', '.join(names)}, or none.")
    _warn_of_open_wire(owner, say)
    if missing:
        urls = _make_roles(folder, owner)
    else:
        urls = RoleUrls(owner, *(given[name] for name in names))
        with connect(owner) as connection:
            require_version(connection)
        for address in (urls.audit, urls.sealer, urls.retention):
            connect(address).close()
    require_walled(urls.app)
    return urls


def _make_roles(folder: DataFolder, owner: str) -> RoleUrls:
    with connect(owner) as connection:
        require_version(connection)
        if not may_create_roles(connection):
            raise PlatformError(
                f"the role {connection.info.user} of DATABASE_URL may not create roles; create "
                f"{', '.join(ROLES.values())} and set the address of each "
                "(docs/operations.md, External servers)."
            )
        role, dbname = connection.info.user, connection.info.dbname
    passwords = {name: folder.secret(f"{name}_password") for name in ROLES.values()}
    return replace(ensure_roles(owner, dbname=dbname, passwords=passwords, owner=role), owner=owner)


def _warn_of_open_wire(dsn: str, say: Say) -> None:
    if not is_local(dsn) and not is_verified(dsn):
        host = conninfo_to_dict(dsn).get("host")
        say(
            f"Warning: the connection to PostgreSQL on {host} is not verified; add sslmode=verify-full to DATABASE_URL."
        )


def check_broker(url: str, say: Say) -> None:
    """PlatformError when the broker gives no answer; a warning when it may evict or forget messages."""
    client = _client(url)
    try:
        client.ping()
        _warn_of_settings(client, say)
    except redis.RedisError as error:
        reason = str(error).splitlines()[0]
        raise PlatformError(f"the server of REDIS_URL gives no answer ({urlsplit(url).hostname}): {reason}") from None
    finally:
        client.close()


def _client(url: str) -> redis.Redis:
    try:
        if url.startswith("redis+socket://"):
            return redis.Redis(unix_socket_path=url.removeprefix("redis+socket://").split("?")[0], socket_timeout=5)
        return redis.Redis.from_url(url, socket_timeout=5, socket_connect_timeout=5)
    except ValueError as error:
        raise PlatformError(f"REDIS_URL cannot be read: {error}.") from None


def _warn_of_settings(client: redis.Redis, say: Say) -> None:
    wanted = {
        "maxmemory-policy": ("noeviction", "it may drop queued work when its memory is full"),
        "appendonly": ("yes", "queued work is lost when it crashes"),
    }
    for name, (value, danger) in wanted.items():
        found = _setting(client, name)
        if found is not None and found != value:
            say(f"Warning: the server of REDIS_URL has {name} {found}, not {value}: {danger}.")


def _setting(client: redis.Redis, name: str) -> str | None:
    """None where the server does not let clients ask."""
    try:
        answer = client.config_get(name)
    except redis.ResponseError:
        return None
    text = {_text(key): _text(value) for key, value in dict(answer).items()}
    return text.get(name)


def _text(value: object) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
