"""One seal: what it says, what is signed, and how it is written down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from audit.seals.merkle import head_of

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SEAL_MARK, ARCHIVE_MARK, EXPORT_MARK = b"HIMS seal 1\0", b"HIMS archive 1\0", b"HIMS export 1\0"
"""First bytes of what is signed, so that no signature can be used for another purpose."""


@dataclass(frozen=True)
class Seal:
    """A row of audit_seal.

    n: events in it. root, prev, head: see merkle. horizon: every event written by a transaction below it is in this seal or
    an earlier one. cluster: the database server whose transactions those are. at: the server's clock.
    key: the public key that `signature` answers to.
    """

    no: int
    n: int
    root: bytes
    prev: bytes
    head: bytes
    horizon: int
    cluster: int
    at: datetime
    key: bytes
    signature: bytes = b""

    def signed_bytes(self) -> bytes:
        """What the signature covers: the head, and with it all seals before, the clock and the horizon."""
        return (
            SEAL_MARK + self.head + micros(self.at).to_bytes(8, "big") + self.horizon.to_bytes(8, "big")
            + (self.cluster % 2**64).to_bytes(8, "big")
        )  # fmt: skip

    @property
    def head_holds(self) -> bool:
        """Is the head made of what the seal says?"""
        return self.head == head_of(self.prev, self.no, self.n, self.root)

    @property
    def signature_holds(self) -> bool:
        """Was it signed with the private half of `key`?"""
        return signature_holds(self.key, self.signature, self.signed_bytes())

    def as_json(self) -> dict[str, Any]:
        """As it stands in exports, proofs and anchors; bytes in hexadecimal, `at` in microseconds since 1970."""
        return {
            "no": self.no, "n": self.n, "root": self.root.hex(), "prev": self.prev.hex(), "head": self.head.hex(),
            "horizon": self.horizon, "cluster": self.cluster, "at": micros(self.at), "key": self.key.hex(),
            "signature": self.signature.hex(),
        }  # fmt: skip


def signature_holds(key: bytes, signature: bytes, message: bytes) -> bool:
    """Does an Ed25519 signature answer to this public key?"""
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def micros(at: datetime) -> int:
    """Microseconds since 1970."""
    return (at - EPOCH) // timedelta(microseconds=1)


def moment(at: int) -> datetime:
    """The time that many microseconds after 1970."""
    return EPOCH + timedelta(microseconds=at)
