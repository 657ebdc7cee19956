#!/usr/bin/env python3
"""Checks an export of the audit trail, or the proof of one event, without HIMS and without its database.

    python3 verify_trail.py export FOLDER --anchor heads.jsonl --key PUBLIC_KEY [--json]
    python3 verify_trail.py proof FILE    --anchor heads.jsonl --key PUBLIC_KEY [--json]

--anchor  a copy of the anchor that was kept apart from the hospital's servers; may be given several times. Only with it can be
          seen that the newest events were cut off or that everything was set back to an older state.
--key     a public key you trust: 64 hexadecimal characters, or a file with one on each line. Without it the key that came
          with the export is used; compare the fingerprint that is printed with the one the hospital published.
--later   an anchor may know seals made after a complete export; without this word that is a problem.

Exit code 0: everything holds; 1: problems, each on a line; 2: wrong usage or unreadable files. Needs Python 3.9; signatures are
checked with the package cryptography where it is installed, else by the slower code at the end of this file. The format is
described in docs/trail.md.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

GENESIS = bytes(32)
FIELDS = 18
ID, AT = 0, 2
LARGEST_STEP = 5_000_000
SHOWN = 200
SEAL_MARK, EXPORT_MARK, RESTORE_MARK = b"HIMS seal 1\0", b"HIMS export 1\0", b"HIMS restore 1\0"


Json = dict[str, Any]
Head = tuple[bytes, int, str, int, int]
Point = tuple[int, int, int, int]


class Unreadable(Exception):
    """A file is missing or not what it should be."""


class Problems:
    """What was found: kind, seal number or None, sentence."""

    def __init__(self) -> None:
        self.found: list[Json] = []

    def add(self, kind: str, seal: int | None, sentence: str) -> None:
        self.found.append({"kind": kind, "seal": seal, "detail": sentence})


Outcome = tuple[Json, Problems, list[str]]


# --- The arithmetic (RFC 9162) ----------------------------------------------------------------------------------------


def sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def root_of(leaves: Sequence[bytes]) -> bytes:
    level = list(leaves)
    while len(level) > 1:
        paired = [sha(b"\x01" + level[i] + level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level = paired + ([level[-1]] if len(level) % 2 else [])
    return level[0] if level else b""


def root_from_path(leaf: bytes, pos: int, n: int, path: Sequence[bytes]) -> bytes:
    last, steps = n - 1, list(path)
    while last > 0:
        if pos % 2 or pos < last:
            if not steps:
                return b""
            neighbour = steps.pop(0)
            leaf = sha(b"\x01" + (neighbour + leaf if pos % 2 else leaf + neighbour))
        pos, last = pos // 2, last // 2
    return b"" if steps else leaf


def head_of(seal: Json) -> bytes:
    numbers = seal["no"].to_bytes(8, "big") + seal["n"].to_bytes(4, "big")
    return sha(bytes.fromhex(seal["prev"]) + numbers + bytes.fromhex(seal["root"]))


def seal_bytes(head: bytes, at: int, horizon: int, cluster: int) -> bytes:
    return SEAL_MARK + head + at.to_bytes(8, "big") + horizon.to_bytes(8, "big") + (cluster % 2**64).to_bytes(8, "big")


def fields_of(canonical: bytes) -> list[bytes | None] | None:
    """The fields of an event, None for NULL; None altogether when the bytes are not 18 whole fields."""
    found: list[bytes | None] = []
    at = 0
    while at < len(canonical):
        size = int.from_bytes(canonical[at : at + 4], "big")
        at += 4
        if size == 0xFFFFFFFF:
            found.append(None)
            continue
        if at + size > len(canonical):
            return None
        found.append(canonical[at : at + size])
        at += size
    return found if len(found) == FIELDS and at == len(canonical) else None


# --- Seals and anchors ------------------------------------------------------------------------------------------------


def check_seal(seal: Json, keys: set[str], problems: Problems) -> None:
    if bytes.fromhex(seal["head"]) != head_of(seal):
        problems.add("chain", seal["no"], "the head is not made of what the seal says")
    message = seal_bytes(bytes.fromhex(seal["head"]), seal["at"], seal["horizon"], seal["cluster"])
    if seal["key"] not in keys or not signed(seal["key"], seal["signature"], message):
        problems.add("signature", seal["no"], "the seal was not signed with a trusted key")


def read_anchor(path: str, problems: Problems) -> dict[int, Head]:
    """The heads in force, by number; lines that a crash cut short are passed over when the whole line follows."""
    heads: dict[int, Head] = {}
    torn = ""
    for number, text in enumerate(Path(path).read_text(encoding="utf-8", errors="replace").splitlines(), 1):
        try:
            line = json.loads(text)
            no, head = int(line["no"]), bytes.fromhex(line["head"])
            signature, at = line["signature"], int(line["at"])
        except (ValueError, KeyError, TypeError):
            if torn:
                problems.add("anchor", None, f"{path}: line {number - 1} is not readable")
            torn = text
            continue
        if torn and not text.startswith(torn):
            problems.add("anchor", None, f"{path}: line {number - 1} is not readable")
        torn = ""
        if "restored" in line:
            heads = {known: each for known, each in heads.items() if known <= no}
            continue
        if no != len(heads) + 1 and (no not in heads or heads[no][0] != head):
            problems.add("anchor", no, f"{path}: line {number} does not follow the one before")
        heads[no] = (head, at, signature, line.get("horizon", 0), line.get("cluster", 0))
    return heads


def check_anchor(
    path: str, seals: list[Json], whole: bool, later: bool, keys: set[str], problems: Problems, notes: list[str]
) -> None:
    """The seals of the export against one anchor. whole: the export goes on to the newest seal."""
    heads = read_anchor(path, problems)
    if not heads:
        problems.add("anchor", None, f"{path} holds no heads")
        return
    by_number = {seal["no"]: seal for seal in seals}
    for no, seal in by_number.items():
        if no in heads and heads[no][0] != bytes.fromhex(seal["head"]):
            problems.add("anchor", no, "the seal is not the one that was anchored")
    last = max(by_number)
    beyond = [no for no in heads if no > last]
    if beyond and whole and not later:
        sentence = (
            f"the anchor knows seals {min(beyond)} to {max(beyond)}, which are not here: cut off, or an older state"
        )
        problems.add("anchor", min(beyond), sentence)
        no = min(beyond)
        head, at, signature, horizon, cluster = heads[no]
        if not any(signed(key, signature, seal_bytes(head, at, horizon, cluster)) for key in keys):
            problems.add("anchor", no, "the anchor tells a seal that no trusted key has signed")
    missing = [no for no in by_number if no not in heads]
    if missing:
        notes.append(f"seals {min(missing)} to {max(missing)} are newer than {path}")


# --- An export --------------------------------------------------------------------------------------------------------


def check_export(place: str, anchors: list[str], given: list[str], later: bool) -> Outcome:
    folder, problems = Path(place), Problems()
    notes: list[str] = []
    manifest, seals = load(folder / "manifest.json"), list(lines(folder / "seals.jsonl"))
    keys = trusted(given, folder / "keys.txt", notes)
    check_manifest(manifest, seals, keys, problems)
    prev, number = None, manifest["first_seal"]
    for seal in seals:
        if seal["no"] != number:
            problems.add("chain", number, f"seal {number} is missing or out of order")
        if prev is not None and bytes.fromhex(seal["prev"]) != prev:
            problems.add("chain", seal["no"], "the seal does not hang on the one before")
        if seal["no"] == 1 and bytes.fromhex(seal["prev"]) != GENESIS:
            problems.add("chain", 1, "the first seal hangs on something")
        check_seal(seal, keys, problems)
        prev, number = bytes.fromhex(seal["head"]), seal["no"] + 1
    events = check_events(folder / "events.jsonl", seals, manifest, problems)
    for anchor in anchors:
        check_anchor(anchor, seals, manifest["to"] is None, later, keys, problems, notes)
    if not anchors:
        notes.append("no anchor was given: events cut off at the end cannot be seen")
    return {"events": events, "seals": len(seals)}, problems, notes


def check_manifest(manifest: Json, seals: list[Json], keys: set[str], problems: Problems) -> None:
    words = {name: value for name, value in manifest.items() if name != "signature"}
    message = EXPORT_MARK + json.dumps(words, sort_keys=True, separators=(",", ":")).encode()
    if manifest["key"] not in keys or not signed(manifest["key"], manifest["signature"], message):
        problems.add("signature", None, "the list of contents was not signed with a trusted key")
    if not seals or (seals[0]["no"], seals[-1]["no"]) != (manifest["first_seal"], manifest["last_seal"]):
        problems.add("chain", None, "the seals are not those of the list of contents")
    if not seals:
        raise Unreadable("there are no seals in this export")


def check_events(path: Path, seals: list[Json], manifest: Json, problems: Problems) -> int:
    """Every line in its place; the number of events that can be read."""
    reader, digest = Reader(lines(path)), hashlib.sha256()
    events, seen = 0, set[int]()
    clock: int | None = None
    for seal in seals:
        leaves: list[bytes] = []
        for line in reader.of(seal["no"], problems):
            leaf = bytes.fromhex(line["leaf"])
            digest.update(leaf)
            if line["pos"] != len(leaves):
                problems.add("root", seal["no"], f"place {len(leaves)} is missing or out of order")
            leaves.append(leaf)
            if "canonical" not in line:
                clock = None
                continue
            events += 1
            clock = check_event(line, leaf, seal, clock, seen, problems)
        if len(leaves) != seal["n"] or root_of(leaves) != bytes.fromhex(seal["root"]):
            problems.add("root", seal["no"], "the leaves of the batch do not give its root")
    reader.rest(problems)
    if (events, digest.hexdigest()) != (manifest["events"], manifest["leaves"]):
        problems.add(
            "manifest", None, f"{events} events are here, {manifest['events']} were exported, or in another order"
        )
    return events


def check_event(
    line: Json, leaf: bytes, seal: Json, clock: int | None, seen: set[int], problems: Problems
) -> int | None:
    """One event against its leaf; its time, for the next one."""
    canonical = base64.b64decode(line["canonical"])
    fields = fields_of(canonical)
    number, micros = (fields[ID], fields[AT]) if fields else (None, None)
    if number is None or micros is None or not (number.isdigit() and micros.lstrip(b"-").isdigit()):
        problems.add("edited", seal["no"], f"place {line['pos']}: these are not the bytes of an event")
        return clock
    event, at = int(number), int(micros)
    if sha(b"\x00" + canonical) != leaf:
        problems.add("edited", seal["no"], f"event {event} at place {line['pos']} is not what was sealed")
    if event in seen:
        problems.add("inserted", seal["no"], f"event {event} is there twice")
    seen.add(event)
    if (clock is not None and at < clock - LARGEST_STEP) or at > seal["at"] + LARGEST_STEP:
        problems.add("clock", seal["no"], f"the clock of event {event} runs backwards, or lies after its seal")
    return at


class Reader:
    """The lines of the events, handed out by seal."""

    def __init__(self, source: Iterable[Json]) -> None:
        self.source = iter(source)
        self.held: Json | None = None

    def of(self, number: int, problems: Problems) -> Iterator[Json]:
        while True:
            line = self.held or next(self.source, None)
            self.held = None
            if line is None:
                return
            if line["seal"] > number:
                self.held = line
                return
            if line["seal"] < number:
                problems.add("inserted", line["seal"], "an event stands outside the order of the seals")
                continue
            yield line

    def rest(self, problems: Problems) -> None:
        for line in [self.held, *self.source]:
            if line is not None:
                problems.add("inserted", line["seal"], "an event belongs to no seal of this export")


# --- The proof of one event -------------------------------------------------------------------------------------------


def check_proof(place: str, anchors: list[str], given: list[str]) -> Outcome:
    proof, problems = load(Path(place)), Problems()
    notes: list[str] = []
    seal, canonical = proof["seal"], base64.b64decode(proof["canonical"])
    keys = trusted(given, None, notes) or {seal["key"]}
    if not given:
        notes.append(f"the key came with the proof; its fingerprint is {fingerprint(seal['key'])}")
    fields = fields_of(canonical)
    if fields is None:
        problems.add("edited", seal["no"], "these are not the bytes of an event")
    path_up = [bytes.fromhex(step) for step in proof["path"]]
    if not 0 <= proof["pos"] < seal["n"] or root_from_path(
        sha(b"\x00" + canonical), proof["pos"], seal["n"], path_up
    ) != bytes.fromhex(seal["root"]):
        problems.add("root", seal["no"], "the event does not lead to the root of the seal")
    check_seal(seal, keys, problems)
    for anchor in anchors:
        heads = read_anchor(anchor, problems)
        if seal["no"] not in heads:
            problems.add("anchor", seal["no"], f"{anchor} does not know this seal")
        elif heads[seal["no"]][0] != bytes.fromhex(seal["head"]):
            problems.add("anchor", seal["no"], "the seal is not the one that was anchored")
    if not anchors:
        notes.append("no anchor was given: the proof rests on the key alone")
    number = fields[ID] if fields else None
    event = int(number) if number is not None and number.isdigit() else None
    return {"event": event, "seal": seal["no"], "pos": proof["pos"]}, problems, notes


# --- Files and keys ---------------------------------------------------------------------------------------------------


def load(path: Path) -> Json:
    found = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(found, dict):
        raise Unreadable(f"{path} is not what it should be")
    return found


def lines(path: Path) -> Iterator[Json]:
    with open(path, encoding="utf-8") as file:
        for text in file:
            yield json.loads(text)


def trusted(given: list[str], place: Path | None, notes: list[str]) -> set[str]:
    """The keys named on the command line, else those that came along, as hexadecimal text."""
    found: set[str] = set()
    for word in given:
        text = Path(word).read_text(encoding="ascii") if Path(word).is_file() else word
        found |= {key.lower() for key in text.split()}
    if not found and place is not None:
        found = set(Path(place).read_text(encoding="ascii").split())
        notes.append(f"the keys came with the export; their fingerprints: {', '.join(map(fingerprint, sorted(found)))}")
    if any(len(bytes.fromhex(key)) != 32 for key in found):
        raise Unreadable("a public key must have 64 hexadecimal characters")
    return found


def fingerprint(key: str) -> str:
    return hashlib.sha256(bytes.fromhex(key)).hexdigest()[:16]


def signed(key: str, signature: str, message: bytes) -> bool:
    try:
        return verify_ed25519(bytes.fromhex(key), bytes.fromhex(signature), message)
    except ValueError:
        return False


# --- Ed25519 (RFC 8032): the package where there is one, else by hand -------------------------------------------------

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError:
    Ed25519PublicKey = None  # type: ignore[assignment,misc]

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def verify_ed25519(key: bytes, signature: bytes, message: bytes) -> bool:
    if Ed25519PublicKey is not None:
        try:
            Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
        except InvalidSignature:
            return False
        return True
    return verify_by_hand(key, signature, message)


def verify_by_hand(key: bytes, signature: bytes, message: bytes) -> bool:
    if len(key) != 32 or len(signature) != 64:
        return False
    point, commitment, scalar = decompress(key), decompress(signature[:32]), int.from_bytes(signature[32:], "little")
    if point is None or commitment is None or scalar >= ORDER:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % ORDER
    return same(multiply(scalar, BASE), add(commitment, multiply(challenge, point)))


def add(one: Point, other: Point) -> Point:
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c, d = 2 * one[3] * other[3] * D % P, 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def multiply(number: int, point: Point) -> Point:
    found = (0, 1, 1, 0)
    while number:
        if number & 1:
            found = add(found, point)
        point, number = add(point, point), number >> 1
    return found


def same(one: Point, other: Point) -> bool:
    return (one[0] * other[2] - other[0] * one[2]) % P == 0 and (one[1] * other[2] - other[1] * one[2]) % P == 0


def decompress(data: bytes) -> Point | None:
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return (x, y, 1, x * y % P)


BASE = decompress((4 * pow(5, P - 2, P) % P).to_bytes(32, "little")) or (0, 1, 1, 0)


# --- The command ------------------------------------------------------------------------------------------------------


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    kinds = parser.add_subparsers(dest="kind", required=True)
    for kind, what in (
        ("export", "a folder written by export_trail or archive_month"),
        ("proof", "written by prove_event"),
    ):
        sub = kinds.add_parser(kind)
        sub.add_argument("place", help=what)
        sub.add_argument("--anchor", action="append", default=[])
        sub.add_argument("--key", action="append", default=[])
        sub.add_argument("--later", action="store_true")
        sub.add_argument("--json", action="store_true")
    asked = parser.parse_args(words)
    try:
        if asked.kind == "export":
            counts, problems, notes = check_export(asked.place, asked.anchor, asked.key, asked.later)
        else:
            counts, problems, notes = check_proof(asked.place, asked.anchor, asked.key)
    except (OSError, ValueError, KeyError, TypeError, IndexError, OverflowError, Unreadable) as error:
        print(f"This cannot be read: {error or type(error).__name__}", file=sys.stderr)
        return 2
    return tell(counts, problems.found, notes, asked.json)


def tell(counts: Json, found: list[Json], notes: list[str], as_json: bool) -> int:
    if as_json:
        print(json.dumps({"ok": not found, **counts, "problems": found, "notes": notes}))
        return 1 if found else 0
    for problem in found[:SHOWN]:
        where = "" if problem["seal"] is None else f"seal {problem['seal']}: "
        print(f"PROBLEM  {problem['kind']:<10} {where}{problem['detail']}")
    if len(found) > SHOWN:
        print(f"... and {len(found) - SHOWN} more")
    for note in notes:
        print(f"note     {note}")
    said = "  ".join(f"{name} {value}" for name, value in counts.items())
    print(f"{'PROBLEMS FOUND' if found else 'Everything holds.'}  {said}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
