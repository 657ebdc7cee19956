"""Identifiers of rows: time-ordered UUIDs, so that indexes stay compact at millions of rows."""

from __future__ import annotations

from uuid import UUID

from uuid_utils.compat import uuid7 as _uuid7


def uuid7() -> UUID:
    """A new time-ordered UUID (RFC 9562, version 7)."""
    return _uuid7()
