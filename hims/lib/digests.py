"""Files against the digest that was taken when they were filed."""

from __future__ import annotations

import hashlib

from hims.lib.errors import DomainError

DAMAGED = "This file is not as it was filed: its SHA-256 differs. It is not given out; tell your administrator."


def require_intact(content: bytes, digest: str) -> bytes:
    """The bytes, when their SHA-256 is still `digest` (hex). Raises DomainError otherwise. Source: 45 CFR 164.312(c)(1)."""
    if hashlib.sha256(content).hexdigest() != digest:
        raise DomainError(DAMAGED)
    return content
