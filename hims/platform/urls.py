"""Database addresses: change a part, whatever spelling libpq accepts, and give a URL back."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from psycopg.conninfo import conninfo_to_dict

LOOPBACK = {"localhost", "127.0.0.1", "::1", ""}
IN_PATH = ("user", "password", "dbname")


def with_parts(dsn: str, **changes: str) -> str:
    """The same address with other parts, as a postgresql:// URL; an empty text removes a part.

    dsn: URL or key=value text. Every host part stands in the query, which sockets and IPv6 need anyway.
    """
    parts = {name: str(value) for name, value in conninfo_to_dict(dsn).items() if value is not None}
    parts.update(changes)
    kept = {name: value for name, value in parts.items() if value}
    user = quote(kept.get("user", ""), safe="")
    secret = f":{quote(kept['password'], safe='')}" if "password" in kept else ""
    query = urlencode({name: value for name, value in kept.items() if name not in IN_PATH}, safe="/", quote_via=quote)
    return f"postgresql://{user}{secret}@/{quote(kept.get('dbname', ''), safe='')}" + (f"?{query}" if query else "")


def is_local(dsn: str) -> bool:
    """A socket, or this machine's loopback: nothing travels over a network."""
    host = str(conninfo_to_dict(dsn).get("host") or "")
    return host.startswith(("/", "@")) or host in LOOPBACK


def is_verified(dsn: str) -> bool:
    """Does the client check the server's certificate and name?"""
    return conninfo_to_dict(dsn).get("sslmode") == "verify-full"
