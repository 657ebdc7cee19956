"""The key that signs the seals, and the public keys that are trusted."""

from __future__ import annotations

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

KEY_FILE, PUBLIC_FILE = "seal_key", "seal_public_keys"
HEX_OF_KEY = 64


class SealKeyError(ValueError):
    """The key cannot be read; the message says what it must look like."""


class SealKey:
    """An Ed25519 key, written as 64 hexadecimal characters."""

    def __init__(self, text: str) -> None:
        try:
            seed = bytes.fromhex(text.strip())
        except ValueError:
            seed = b""
        if len(seed) * 2 != HEX_OF_KEY:
            raise SealKeyError(f"the key of the seals must be {HEX_OF_KEY} hexadecimal characters.")
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = self._private.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """The signature, 64 bytes."""
        return self._private.sign(message)


def seal_key(folder: Path, given: str = "") -> SealKey:
    """The key of this installation: the one given by the settings, else that of the folder, made when there is none.

    Its public half is remembered among the trusted ones, so that seals made before a change of key still verify.
    """
    key = SealKey(given or _kept(folder))
    if key.public not in trusted_keys(folder):
        _append(folder / PUBLIC_FILE, key.public.hex())
    return key


def trusted_keys(folder: Path) -> list[bytes]:
    """The public keys of all keys this installation has signed with, oldest first."""
    try:
        words = (folder / PUBLIC_FILE).read_text(encoding="ascii").split()
        return [bytes.fromhex(word) for word in words]
    except FileNotFoundError:
        return []
    except ValueError:
        raise SealKeyError(f"{folder / PUBLIC_FILE} is not a list of public keys.") from None


def _kept(folder: Path) -> str:
    """The key file, mode 0600; the link makes two starts at once agree on one key."""
    place = folder / KEY_FILE
    if not place.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=folder, prefix=f".{KEY_FILE}-", encoding="ascii") as draft:
            draft.write(secrets.token_hex(HEX_OF_KEY // 2) + "\n")
            draft.flush()
            os.fsync(draft.fileno())
            with suppress(FileExistsError):
                os.link(draft.name, place)
    return place.read_text(encoding="ascii")


def _append(place: Path, line: str) -> None:
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with open(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "w", encoding="ascii") as file:
        file.write(line + "\n")
        file.flush()
        os.fsync(file.fileno())
