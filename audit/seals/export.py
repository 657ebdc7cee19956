"""The trail, or a part of it by time, as files that somebody without HIMS can check (docs/trail.md).

Whole batches are written. Of an event outside the wanted time only the leaf is written: the roots can be made again, and what
the event says stays here.
"""

from __future__ import annotations

import json
import shutil
from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

from audit.seals.anchor import Anchor
from audit.seals.keys import SealKey
from audit.seals.seal import EXPORT_MARK, micros
from audit.seals.store import Connection, seals_between
from hims.lib.errors import DomainError

SEALS_AT_ONCE = 50
RANGE = """SELECT min(seal_no), max(seal_no) FROM audit_seal_item
    WHERE at >= coalesce(%(first)s::timestamptz, '-infinity') AND at < coalesce(%(last)s::timestamptz, 'infinity')"""
PLACES = """SELECT seal_no, pos, event_id, leaf, at >= coalesce(%(first)s::timestamptz, '-infinity')
        AND at < coalesce(%(last)s::timestamptz, 'infinity')
    FROM audit_seal_item WHERE seal_no BETWEEN %(low)s AND %(high)s ORDER BY seal_no, pos"""
EVENTS = "SELECT id, canonical FROM audit_event WHERE id BETWEEN %s AND %s"


@dataclass
class Exported:
    """What was written. hidden: places outside the wanted time. absent: events that are not in the trail any more."""

    first_seal: int = 0
    last_seal: int = 0
    events: int = 0
    hidden: int = 0
    absent: int = 0


def export_trail(
    connection: Connection,
    folder: Path,
    *,
    key: SealKey,
    trusted: Sequence[bytes],
    anchors: Sequence[Anchor],
    first: datetime | None = None,
    last: datetime | None = None,
) -> Exported:
    """Write the sealed events with first <= time < last, all or nothing. connection: in one repeatable-read transaction.

    Raises DomainError when the folder exists or cannot be written, or there is nothing sealed to write.
    """
    draft = folder.with_name(f".{folder.name}.part")
    if folder.exists() or not folder.absolute().parent.is_dir():
        raise DomainError(f"{folder} exists already, or the folder it should be in does not. Name a new folder.")
    bounds = {"first": first, "last": last}
    row: Any = connection.execute(RANGE, bounds).fetchone()
    if row[0] is None:
        raise DomainError("Nothing in that time is sealed yet.")
    try:
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        done = _write(connection, draft, Exported(row[0], row[1]), bounds, key)
        (draft / "keys.txt").write_text("".join(f"{known.hex()}\n" for known in trusted), encoding="ascii")
        _copy_anchor(anchors, draft / "anchor.jsonl")
        draft.rename(folder)
    except OSError as error:
        raise DomainError(f"{folder} cannot be written: {error.strerror}.") from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return done


def _write(connection: Connection, draft: Path, done: Exported, bounds: dict[str, Any], key: SealKey) -> Exported:
    digest = sha256()
    with (draft / "seals.jsonl").open("w") as seals, (draft / "events.jsonl").open("w") as events:
        for low in range(done.first_seal, done.last_seal + 1, SEALS_AT_ONCE):
            high = min(low + SEALS_AT_ONCE - 1, done.last_seal)
            for seal in seals_between(connection, low, high):
                seals.write(json.dumps(seal.as_json()) + "\n")
            for line in _lines(connection, low, high, bounds, done):
                digest.update(bytes.fromhex(line["leaf"]))
                events.write(json.dumps(line) + "\n")
    _write_manifest(connection, draft, done, bounds, key, digest.hexdigest())
    return done


def _lines(
    connection: Connection, low: int, high: int, bounds: dict[str, Any], done: Exported
) -> Iterator[dict[str, Any]]:
    """One line for each place, in order."""
    places = connection.execute(PLACES, {**bounds, "low": low, "high": high}).fetchall()
    ids = [event for _, _, event, _, wanted in places if wanted]
    found: dict[int, bytes] = {}
    if ids:
        found = dict(connection.execute(EVENTS, [min(ids), max(ids)]).fetchall())
    for seal_no, pos, event, leaf, wanted in places:
        line = {"seal": seal_no, "pos": pos, "leaf": bytes(leaf).hex()}
        if not wanted:
            done.hidden += 1
        elif event not in found:
            done.absent += 1
        else:
            done.events += 1
            line["canonical"] = b64encode(found[event]).decode()
        yield line


def _write_manifest(
    connection: Connection, draft: Path, done: Exported, bounds: dict[str, Any], key: SealKey, digest: str
) -> None:
    """What was exported, signed, so that lines cannot be taken out of the export unseen."""
    row: Any = connection.execute("SELECT clock_timestamp()").fetchone()
    words = {
        "format": 1, **vars(done), "leaves": digest, "made_at": micros(row[0]), "key": key.public.hex(),
        "from": micros(bounds["first"]) if bounds["first"] else None, "to": micros(bounds["last"]) if bounds["last"] else None,
    }  # fmt: skip
    signed = EXPORT_MARK + json.dumps(words, sort_keys=True, separators=(",", ":")).encode()
    with (draft / "manifest.json").open("w") as file:
        json.dump({**words, "signature": key.sign(signed).hex()}, file, indent=1)


def _copy_anchor(anchors: Sequence[Anchor], place: Path) -> None:
    for anchor in anchors[:1]:
        if anchor.path.exists():
            with place.open("w") as file:
                _copy(anchor, file)


def _copy(anchor: Anchor, file: IO[str]) -> None:
    for text in anchor.texts():
        file.write(text + "\n")
