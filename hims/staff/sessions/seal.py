"""What a page holds while its screen is locked is encrypted for this sign-in and opened again after unlocking.

The page makes a key of its own (ECDH, P-256) with the public key of the sign-in, encrypts with it and forgets it. The server can
make the same key, and does so only for a sign-in that is not locked.
"""

from __future__ import annotations

import base64
import binascii
import hashlib

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from hims.lib.crypto import blind_index
from hims.lib.errors import DomainError
from hims.staff.sessions.models import SignIn

PURPOSE = "screen lock"
CURVE = ec.SECP256R1()
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def public_key(sign_in: SignIn) -> str:
    """The sign-in's public key as an uncompressed point, base64."""
    point = _private_key(sign_in).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.b64encode(point).decode()


def opening_key(sign_in: SignIn, page_key: str) -> str:
    """The AES key that a page made, given the public point it kept (both base64). Raises DomainError for anything else."""
    try:
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, base64.b64decode(page_key, validate=True))
    except (binascii.Error, ValueError):
        raise DomainError("This is not a key of this page.", field="public") from None
    return base64.b64encode(hashlib.sha256(_private_key(sign_in).exchange(ec.ECDH(), theirs)).digest()).decode()


def _private_key(sign_in: SignIn) -> ec.EllipticCurvePrivateKey:
    digits = blind_index(f"{sign_in.pk} 1", PURPOSE) + blind_index(f"{sign_in.pk} 2", PURPOSE)
    number = int(digits, 16) % (ORDER - 1) + 1
    return ec.derive_private_key(number, CURVE)
