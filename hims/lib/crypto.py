"""Sealing of single values: AES-256-GCM, a key of its own for each purpose, and a blind index for finding equal ones.

A ring is a text of one or more random secrets parted by blanks or commas: the first seals, all open. A sealed value names its
key by an id made from the secret, so that keys change one after the other: put the new secret in front, run
`manage.py rotate_keys`, then take the old one away. The plain value, or the secret, stands in no message of this module.
Sources: NIST SP 800-38D (GCM, 96-bit random nonces); RFC 5869 (HKDF).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

SHORTEST_SECRET = 32
NONCE_BYTES = 12
MARK = "s1"
_SEALED = re.compile(r"s1\.[0-9a-f]{8}\.[A-Za-z0-9_-]+={0,2}\Z")
# What re-seals under the first key of its ring, by name: filled by the apps, run by `manage.py rotate_keys`.
ROTATIONS: dict[str, Callable[[], int]] = {}


class SealError(ValueError):
    """A value that was not sealed with a key of this ring, for this purpose, in this place; or an unfit ring."""


@dataclass(frozen=True)
class Ring:
    """The secrets of one ring, newest first."""

    secrets: tuple[str, ...]

    def __repr__(self) -> str:
        return f"Ring({len(self.secrets)} keys)"

    def seal(self, text: str, purpose: str, *, place: str = "") -> str:
        """The text as "s1.key.bytes". place: what it belongs to (a row's id); it opens nowhere else."""
        nonce = os.urandom(NONCE_BYTES)
        secret = self.secrets[0]
        closed = AESGCM(_derived(secret, purpose)).encrypt(nonce, text.encode(), _bound(purpose, place))
        return f"{MARK}.{key_id(secret)}.{base64.urlsafe_b64encode(nonce + closed).decode()}"

    def open(self, sealed: str, purpose: str, *, place: str = "") -> str:
        """The text again. Raises SealError when a bit, the key, the purpose or the place is another."""
        found = key_of(sealed)
        secret = next((each for each in self.secrets if key_id(each) == found), None)
        if secret is None:
            raise SealError("the key under which this was sealed is not in the ring")
        try:
            raw = base64.urlsafe_b64decode(sealed.rpartition(".")[2])
            plain = AESGCM(_derived(secret, purpose)).decrypt(
                raw[:NONCE_BYTES], raw[NONCE_BYTES:], _bound(purpose, place)
            )
        except (InvalidTag, binascii.Error, ValueError):
            raise SealError("the sealed value was altered, or belongs elsewhere") from None
        return plain.decode()

    def is_current(self, sealed: str) -> bool:
        """Sealed with the first key of the ring?"""
        return key_of(sealed) == key_id(self.secrets[0])

    def index(self, text: str, purpose: str) -> str:
        """HMAC-SHA256 in hex under the first key: equal for equal texts, and tells nothing else without the key."""
        return _index(self.secrets[0], text, purpose)

    def indexes(self, text: str, purpose: str) -> tuple[str, ...]:
        """Under every key of the ring, newest first: what to look for while a rotation is not finished."""
        return tuple(_index(secret, text, purpose) for secret in self.secrets)


@lru_cache(maxsize=16)
def ring(text: str) -> Ring:
    """The ring written in a setting. Raises SealError when it holds no secret, or one too short."""
    secrets = tuple(re.split(r"[\s,]+", text.strip())) if text.strip() else ()
    if not secrets or any(len(secret) < SHORTEST_SECRET for secret in secrets):
        raise SealError(f"a key must have at least {SHORTEST_SECRET} characters")
    return Ring(secrets)


def key_id(secret: str) -> str:
    """Eight hex digits that name a secret without telling it."""
    return hashlib.sha256(b"hims key id:" + secret.encode()).hexdigest()[:8]


def key_of(sealed: str) -> str:
    """The key id a sealed value names. Raises SealError for what is not sealed."""
    if not is_sealed(sealed):
        raise SealError("this is not a sealed value")
    return sealed.split(".")[1]


def is_sealed(text: str) -> bool:
    """Has the form of a sealed value."""
    return bool(_SEALED.match(text))


def field_ring() -> Ring:
    """The ring of single fields: HIMS_FIELD_KEY."""
    return ring(settings.FIELD_KEY)


def seal(text: str, purpose: str, *, place: str = "") -> str:
    """Sealed with the ring of single fields."""
    return field_ring().seal(text, purpose, place=place)


def open_sealed(sealed: str, purpose: str, *, place: str = "") -> str:
    """Opened with the ring of single fields. Raises SealError."""
    return field_ring().open(sealed, purpose, place=place)


def blind_index(text: str, purpose: str) -> str:
    """For equality: 64 hex digits under the first key of the ring of single fields."""
    return field_ring().index(text, purpose)


def blind_indexes(text: str, purpose: str) -> tuple[str, ...]:
    """The same under all keys of the ring, for looking things up."""
    return field_ring().indexes(text, purpose)


def rotates(name: str, rotate: Callable[[], int]) -> None:
    """Apps say at start how their sealed values get the newest key; `rotate` returns how many it sealed anew."""
    ROTATIONS[name] = rotate


def _index(secret: str, text: str, purpose: str) -> str:
    return hmac.new(_derived(secret, f"index:{purpose}"), text.encode(), hashlib.sha256).hexdigest()


@lru_cache(maxsize=64)
def _derived(secret: str, purpose: str) -> bytes:
    """A 256-bit key for one purpose: values of two purposes never share a key."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"hims:{purpose}".encode()).derive(secret.encode())


def _bound(purpose: str, place: str) -> bytes:
    """What is authenticated with the value; lengths first, so that no two pairs read alike."""
    return b"".join(len(part.encode()).to_bytes(4, "big") + part.encode() for part in (purpose, place))
