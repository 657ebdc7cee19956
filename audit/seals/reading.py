"""One steady view of the trail for exports and proofs, after sealing what is ready."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from audit.seals.anchor import AnchorError
from audit.seals.installation import own_anchors, own_key, sealer_address
from audit.seals.sealer import seal_trail
from audit.seals.store import Connection
from hims.lib.errors import DomainError


@contextmanager
def sealed_trail() -> Iterator[Connection]:
    """The trail as the sealer reads it, in one repeatable-read transaction. Raises DomainError when it cannot be sealed."""
    address = sealer_address()
    try:
        seal_trail(address, key=own_key(), anchors=own_anchors())
    except AnchorError as error:
        raise DomainError(f"The trail cannot be sealed: {error}") from None
    with psycopg.connect(address) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield connection
