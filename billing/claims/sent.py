"""A claim's segments found again in the file it left in."""

from __future__ import annotations

from itertools import takewhile

from billing.x12.segments import ELEMENT

_LEVELS = ("HL", "SE", "GE", "IEA")


def segments_of(content: bytes, control_number: str) -> tuple[str, ...]:
    """Billing provider, subscriber, patient and the claim itself, one segment each; () when the claim is not there."""
    lines = content.decode("ascii").splitlines()
    wanted = ELEMENT.join(("CLM", control_number.upper(), ""))
    at = next((place for place, line in enumerate(lines) if line.startswith(wanted)), None)
    if at is None:
        return ()
    levels = [place for place in range(at) if lines[place].startswith("HL*")]
    loops: list[str] = []
    parent = ""
    for place in reversed(levels):
        elements = lines[place].rstrip("~").split(ELEMENT)
        if not loops or elements[1] == parent:
            head = takewhile(lambda line: not _ends(line), lines[place + 1 :])
            loops = [lines[place], *head, *loops]
            parent = elements[2]
    own = takewhile(lambda line: not _ends(line), lines[at + 1 :])
    return (*loops, lines[at], *own)


def _ends(line: str) -> bool:
    """A claim or another level begins."""
    return line.split(ELEMENT, 1)[0] in {"CLM", *_LEVELS}
