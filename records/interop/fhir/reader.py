"""Files of FHIR JSON as a stream of resources: bundles, single resources, NDJSON. Nothing here raises for bad content."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from records.interop.fhir.item import Item, item_of
from records.interop.fhir.older import DSTU2_TYPES, looks_like_dstu2
from records.interop.fhir.validation import DSTU2
from records.interop.fhir.values import Json, line, obj

MEGABYTE = 1024 * 1024
LONGEST_LINE = 100 * MEGABYTE
LARGEST_FILE = 512 * MEGABYTE
CHUNK_LINES = 2_000
CHUNK_BYTES = 16 * MEGABYTE
SUFFIXES = frozenset({".json", ".ndjson", ".jsonl"})
LINE_SUFFIXES = frozenset({".ndjson", ".jsonl"})
BUNDLE_TYPES = frozenset({"transaction", "batch", "collection", "searchset", "document"})
UNFOLLOWED = frozenset({"DELETE", "GET", "HEAD", "PATCH"})
_TYPE = re.compile(rb'"resourceType"\s*:\s*"([A-Za-z]{1,60})"')
_KIND = re.compile(r"[A-Z][A-Za-z]{1,60}\Z")
_NUL = re.compile(rb"(?<!\\)((?:\\\\)*)\\u0000")
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Fault:
    """Something that could not be read. count: how many resources it stands for."""

    where: str
    reason: str
    count: int = 1


@dataclass
class Batch:
    """Resources that are written together, and what could not be read among them."""

    items: list[Item]
    faults: list[Fault]
    cleaned: int = 0


def fhir_files(paths: list[Path]) -> list[Path]:
    """The files named, and those below the folders named that may hold FHIR JSON; in order, each once."""
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            for folder, _, names in sorted(os.walk(path)):
                found.update(dict.fromkeys(Path(folder, name) for name in sorted(names) if _may_hold(name)))
        else:
            found[path] = None
    return list(found)


def _may_hold(name: str) -> bool:
    return Path(name).suffix.lower() in SUFFIXES and not name.startswith(".")


def types_in(path: Path) -> frozenset[str]:
    """Which resource types a file speaks of, by a look at its bytes; nothing when it cannot be opened."""
    found: set[bytes] = set()
    try:
        with path.open("rb") as source:
            tail = b""
            while block := source.read(4 * MEGABYTE):
                found.update(_TYPE.findall(tail + block))
                tail = block[-100:]
    except OSError:
        return frozenset()
    return frozenset(name.decode("ascii") for name in found)


def batches(path: Path, only: frozenset[str] | None = None) -> Iterator[Batch]:
    """The file in batches: a bundle is one, NDJSON comes in batches of at most 2,000 lines or 16 MB.

    only: the places (`Item.where`) to read again; all others are passed over.
    """
    try:
        if path.suffix.lower() in LINE_SUFFIXES:
            yield from _line_batches(path, only)
        elif path.stat().st_size > LARGEST_FILE:
            reason = f"larger than {LARGEST_FILE // MEGABYTE} MB; split it, or export it as NDJSON"
            yield Batch([], [Fault(path.name, reason)])
        else:
            yield from _document_batches(path, only)
    except OSError as error:
        yield Batch([], [Fault(path.name, f"cannot be opened: {error.strerror}")])


def _document_batches(path: Path, only: frozenset[str] | None) -> Iterator[Batch]:
    raw = path.read_bytes().removeprefix(_BOM)
    batch = Batch([], [])
    try:
        value = _parsed(raw, batch)
    except orjson.JSONDecodeError as error:
        if error.msg.startswith("unexpected content after document") and _first_line_is_json(raw):
            yield from _line_batches(path, only)
        else:
            yield Batch([], [Fault(f"{path.name}:{error.lineno}", _json_words(error))])
        return
    _take(batch, value, path.name, only)
    yield batch


def _parsed(raw: bytes, batch: Batch) -> Any:
    """The JSON value, without NUL characters, which the database cannot hold; `batch.cleaned` counts them."""
    if b"\\u0000" in raw:
        raw, removed = _NUL.subn(rb"\1", raw)
        batch.cleaned += removed
    return orjson.loads(raw)


def _first_line_is_json(raw: bytes) -> bool:
    head = raw.lstrip().split(b"\n", 1)[0]
    try:
        return isinstance(orjson.loads(head), dict)
    except orjson.JSONDecodeError:
        return False


def _json_words(error: orjson.JSONDecodeError) -> str:
    return f"not JSON: {error.msg} (column {error.colno})"


def _line_batches(path: Path, only: frozenset[str] | None) -> Iterator[Batch]:
    wanted = None if only is None else {where.split(" ")[0] for where in only}
    batch, size, begun = Batch([], []), 0, 0
    with path.open("rb") as source:
        for number, raw in _lines(source):
            where = f"{path.name}:{number}"
            if wanted is not None and where not in wanted:
                continue
            _take_line(batch, raw, where, only)
            size, begun = size + len(raw or b""), begun + 1
            if begun >= CHUNK_LINES or size >= CHUNK_BYTES:
                yield batch
                batch, size, begun = Batch([], []), 0, 0
    if begun:
        yield batch


def _lines(source: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """Numbered lines without blank ones; None for a line that is too long, which is passed over without being held."""
    number = 0
    while raw := source.readline(LONGEST_LINE + 1):
        number += 1
        if len(raw) > LONGEST_LINE:
            while not raw.endswith(b"\n") and (raw := source.readline(MEGABYTE)):
                pass
            yield number, None
        elif raw := raw.removeprefix(_BOM).strip():
            yield number, raw


def _take_line(batch: Batch, raw: bytes | None, where: str, only: frozenset[str] | None) -> None:
    if raw is None:
        batch.faults.append(Fault(where, f"the line is longer than {LONGEST_LINE // MEGABYTE} MB"))
        return
    try:
        value = _parsed(raw, batch)
    except orjson.JSONDecodeError as error:
        batch.faults.append(Fault(where, _json_words(error)))
        return
    _take(batch, value, where, only)


def _take(batch: Batch, value: Any, where: str, only: frozenset[str] | None) -> None:
    """Put a resource, or the resources of a bundle or list, into the batch."""
    if isinstance(value, list):
        value = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": each} for each in value]}
    if not isinstance(value, dict):
        batch.faults.append(Fault(where, "not a FHIR resource: a JSON object is expected"))
    elif value.get("resourceType") == "Bundle":
        _take_bundle(batch, value, where, only)
    elif reason := _not_a_resource(value):
        batch.faults.append(Fault(where, reason))
    else:
        batch.items.append(item_of(where, value, ""))


def _take_bundle(batch: Batch, bundle: Json, where: str, only: frozenset[str] | None) -> None:
    entries = bundle.get("entry") or []
    reason = _bundle_fault(bundle, entries)
    if reason:
        batch.faults.append(Fault(where, reason, count=max(1, len(entries) if isinstance(entries, list) else 1)))
        return
    for number, entry in enumerate(entries):
        place = f"{where} entry[{number}]"
        if only is None or place in only:
            _take_entry(batch, entry, place)


def _bundle_fault(bundle: Json, entries: Any) -> str:
    if bundle.get("type") not in sorted(BUNDLE_TYPES):
        return f"Bundle.type: not one of {', '.join(sorted(BUNDLE_TYPES))}"
    if not isinstance(entries, list):
        return "Bundle.entry: not a list"
    return DSTU2 if _is_dstu2(entries) else ""


def _take_entry(batch: Batch, entry: Any, where: str) -> None:
    entry = obj(entry)
    resource = entry.get("resource")
    method = line(obj(entry.get("request")).get("method")).upper()
    if method in UNFOLLOWED:
        batch.faults.append(Fault(where, f"a request to {method} is not followed"))
    elif reason := _not_a_resource(resource):
        batch.faults.append(Fault(where, reason))
    else:
        batch.items.append(item_of(where, obj(resource), line(entry.get("fullUrl"))))


def _not_a_resource(value: Any) -> str:
    if not isinstance(value, dict):
        return "resource: missing"
    kind = value.get("resourceType")
    if not isinstance(kind, str) or not _KIND.match(kind):
        return "resourceType: missing"
    return "a bundle inside a bundle is not read" if kind == "Bundle" else ""


def _is_dstu2(entries: list[Any]) -> bool:
    """Two types in a shape only DSTU2 knows, or one type only DSTU2 has: a single broken resource proves nothing."""
    resources = [obj(obj(entry).get("resource")) for entry in entries]
    old = {str(resource.get("resourceType")) for resource in resources if looks_like_dstu2(resource)}
    return len(old) > 1 or bool(old & DSTU2_TYPES)
