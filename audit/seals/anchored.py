"""The seals of the database against the anchors outside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from audit.seals.anchor import Anchor, AnchorError, Line, parsed
from audit.seals.findings import Findings, Problem
from audit.seals.store import Connection

SEALS = "SELECT no, head, at > clock_timestamp() - interval '60 seconds' FROM audit_seal ORDER BY no"


@dataclass
class Known:
    """What one anchor knows: the line of each seal in force, how often a restored backup was accepted, unreadable lines."""

    lines: list[Line] = field(default_factory=list)
    restores: int = 0
    faults: list[str] = field(default_factory=list)


def check_anchors(
    connection: Connection, anchors: Sequence[Anchor], trusted: Sequence[bytes]
) -> tuple[list[Problem], int]:
    """Problems, and how many restored backups the anchors tell of."""
    found, restores = Findings(), 0
    heads: dict[int, tuple[bytes, bool]] = {
        int(no): (bytes(head), bool(fresh)) for no, head, fresh in connection.execute(SEALS)
    }
    for anchor in anchors:
        try:
            known = known_to(anchor)
        except AnchorError as error:
            if heads or anchor.path.exists():
                found.add("anchor", detail=str(error))
            continue
        restores += known.restores
        for fault in known.faults:
            found.add("anchor", detail=f"{anchor.path}: {fault}")
        _compare(anchor, known, heads, trusted, found)
    return found.problems(), restores


def known_to(anchor: Anchor) -> Known:
    """Read an anchor. A line that a crash cut short is passed over when the whole line follows. Raises AnchorError."""
    known, torn = Known(), ""
    for number, text in enumerate(anchor.texts(), start=1):
        line = parsed(text)
        if line is None:
            if torn:
                known.faults.append(f"line {number - 1} is not readable")
            torn = text
            continue
        if torn and not text.startswith(torn):
            known.faults.append(f"line {number - 1} is not readable")
        torn = ""
        _take(known, line, number)
    return known


def _take(known: Known, line: Line, number: int) -> None:
    if line.reason:
        known.restores += 1
        del known.lines[line.no :]
    elif line.no == len(known.lines) + 1:
        known.lines.append(line)
    elif not (0 < line.no <= len(known.lines) and known.lines[line.no - 1] == line):
        known.faults.append(f"line {number} tells seal {line.no}, expected was seal {len(known.lines) + 1}")


def _compare(
    anchor: Anchor, known: Known, heads: dict[int, tuple[bytes, bool]], trusted: Sequence[bytes], found: Findings
) -> None:
    gone = [line for line in known.lines if line.no not in heads]
    if gone:
        first, last = gone[0].no, gone[-1].no
        found.add(
            "anchor", first, count=len(gone), detail=f"seals {first} to {last} are anchored but not in the database"
        )
    for line in known.lines:
        if line.no in heads and heads[line.no][0] != line.head:
            found.add("anchor", line.no, detail="the seal is not the one that was anchored")
    for line in gone[:1]:
        if not line.signed_by(trusted):
            found.add("anchor", line.no, detail="the anchor tells a seal that no trusted key has signed")
    late = [no for no, (_, fresh) in heads.items() if no > len(known.lines) and not fresh]
    if late:
        found.add("anchor", late[0], count=len(late), detail=f"seals {late[0]} to {late[-1]} are not in {anchor.path}")
