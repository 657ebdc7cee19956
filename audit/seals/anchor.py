"""The anchor: the heads of the seals in a file outside the database, only ever added to.

Whoever can rewrite the whole database, seals included, cannot make it agree with an anchor kept elsewhere: a tail that was cut
off and a database that was set back to an older state both miss heads that the anchor knows.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from audit.seals.keys import SealKey
from audit.seals.seal import Seal, micros, moment, signature_holds

RESTORE_MARK = b"HIMS restore 1\0"
LONGEST_LINE = 4096


class AnchorError(RuntimeError):
    """The anchor cannot be used or does not agree with the database; the message is a sentence for the operator."""


@dataclass(frozen=True)
class Line:
    """One line: the head of a seal, or (reason not empty) the statement that a backup was restored and ends at seal `no`."""

    no: int
    head: bytes
    at: int
    signature: bytes
    horizon: int = 0
    cluster: int = 0
    reason: str = ""

    def text(self) -> str:
        """As it stands in the file; the same line is always the same text."""
        words: dict[str, Any] = {"no": self.no, "head": self.head.hex(), "at": self.at}
        words |= {"restored": self.reason} if self.reason else {"horizon": self.horizon, "cluster": self.cluster}
        return json.dumps({**words, "signature": self.signature.hex()})

    def signed_by(self, keys: Sequence[bytes]) -> bool:
        """Was it signed with one of these keys?"""
        return any(signature_holds(key, self.signature, self._signed_bytes(key)) for key in keys)

    def _signed_bytes(self, key: bytes) -> bytes:
        if self.reason:
            return restore_bytes(self.no, self.head, self.at, self.reason)
        seal = Seal(self.no, 0, b"", b"", self.head, self.horizon, self.cluster, moment(self.at), key)
        return seal.signed_bytes()


def restore_bytes(no: int, head: bytes, at: int, reason: str) -> bytes:
    """What is signed when a restored backup is accepted."""
    return RESTORE_MARK + no.to_bytes(8, "big") + head + at.to_bytes(8, "big") + reason.encode()


def line_of(seal: Seal) -> Line:
    """The line that anchors a seal."""
    return Line(seal.no, seal.head, micros(seal.at), seal.signature, seal.horizon, seal.cluster)


def restored(no: int, head: bytes, at: datetime, reason: str, key: SealKey) -> Line:
    """The line that accepts a restored backup."""
    return Line(
        no, head, micros(at), key.sign(restore_bytes(no, head, micros(at), reason)), reason=reason or "restored"
    )


def parsed(text: str) -> Line | None:
    """The line, or None when the text is none."""
    try:
        words = json.loads(text)
        return Line(
            int(words["no"]), bytes.fromhex(words["head"]), int(words["at"]), bytes.fromhex(words["signature"]),
            int(words.get("horizon", 0)), int(words.get("cluster", 0)), str(words.get("restored", "")),
        )  # fmt: skip
    except (ValueError, KeyError, TypeError):
        return None


class Anchor:
    """One anchor file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def append(self, lines: Iterable[Line]) -> None:
        """Add lines and wait until they are on the disk. Raises AnchorError."""
        text = "".join(f"{line.text()}\n" for line in lines)
        try:
            new = not self.path.exists()
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
            try:
                _write(file, ("" if _ends_whole(file) else "\n") + text)
                os.fsync(file)
            finally:
                os.close(file)
            if new:
                _sync_folder(self.path.parent)
        except OSError as error:
            raise AnchorError(f"the anchor {self.path} cannot be written: {error.strerror}.") from None

    def last(self) -> Line | None:
        """The newest whole line; None for an empty or absent file. Raises AnchorError."""
        for text in reversed(self._tail()):
            line = parsed(text)
            if line is not None:
                return line
        if self.path.exists() and self.path.stat().st_size > LONGEST_LINE:
            raise AnchorError(f"the end of the anchor {self.path} is not readable.")
        return None

    def texts(self) -> Iterator[str]:
        """Each line as text. Raises AnchorError."""
        try:
            with self.path.open(encoding="utf-8", errors="replace") as file:
                yield from (line.rstrip("\n") for line in file)
        except OSError as error:
            raise AnchorError(f"the anchor {self.path} cannot be read: {error.strerror}.") from None

    def _tail(self) -> list[str]:
        try:
            with self.path.open("rb") as file:
                file.seek(max(0, self.path.stat().st_size - LONGEST_LINE))
                return file.read().decode("utf-8", "replace").splitlines()
        except FileNotFoundError:
            return []
        except OSError as error:
            raise AnchorError(f"the anchor {self.path} cannot be read: {error.strerror}.") from None


def _write(file: int, text: str) -> None:
    data = text.encode()
    while data:
        data = data[os.write(file, data) :]


def _ends_whole(file: int) -> bool:
    """Does the file end with a line end? After a crash in the middle of a line it does not."""
    size = os.fstat(file).st_size
    return size == 0 or os.pread(file, 1, size - 1) == b"\n"


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
