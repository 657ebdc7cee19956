"""The key, the anchors and the addresses of this installation, from its settings."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from audit.seals.anchor import Anchor
from audit.seals.keys import SealKey, SealKeyError, seal_key, trusted_keys
from hims.lib.errors import DomainError


def sealer_address() -> str:
    """The database as the sealer's role sees it. Raises DomainError where this process has no such address."""
    return _address(settings.SEALER_DATABASE_URL, "HIMS_SEALER_DATABASE_URL")


def retention_address() -> str:
    """The database as the role sees it that may take archived months out."""
    return _address(settings.RETENTION_DATABASE_URL, "HIMS_RETENTION_DATABASE_URL")


def is_sealing() -> bool:
    """Has this process the address that sealing needs?"""
    return bool(settings.SEALER_DATABASE_URL)


def own_key() -> SealKey:
    """The key that signs; made when the installation has none. Raises DomainError."""
    try:
        return seal_key(_keys(), settings.SEAL_KEY)
    except (SealKeyError, OSError) as error:
        raise DomainError(f"The key of the seals cannot be used: {_reason(error)}") from None


def own_trusted_keys() -> list[bytes]:
    """The public keys of every key this installation has signed with."""
    try:
        return trusted_keys(_keys())
    except (SealKeyError, OSError) as error:
        raise DomainError(f"The public keys of the seals cannot be read: {_reason(error)}") from None


def own_anchors() -> list[Anchor]:
    """The anchor in the data folder, and the second one where it is set."""
    return [Anchor(path) for path in settings.SEAL_ANCHORS]


def _keys() -> Path:
    return Path(settings.DATA_DIR) / "keys"


def _reason(error: Exception) -> str:
    return f"{error.strerror} ({error.filename})." if isinstance(error, OSError) else str(error)


def _address(url: str, name: str) -> str:
    if not url:
        raise DomainError(f"{name} is not set for this process. See docs/operations.md.")
    return str(url)
