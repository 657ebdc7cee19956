"""The arithmetic of the seals: Merkle trees as in RFC 9162, and heads that hang on one another.

A leaf is SHA-256(0x00 || bytes), a node SHA-256(0x01 || left || right); the two prefixes keep a node from passing for a leaf.
A head is SHA-256(head before || number || count || root), numbers as 8 and 4 bytes, most significant first.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

LARGEST_BATCH = 1000
GENESIS = bytes(32)
"""The head before the first seal."""


def leaf_of(canonical: bytes) -> bytes:
    """The leaf over an event's canonical bytes."""
    return sha256(b"\x00" + canonical).digest()


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root over at least one leaf, in their order."""
    level = list(leaves)
    if not level:
        raise ValueError("a tree has at least one leaf")
    while len(level) > 1:
        paired = [sha256(b"\x01" + left + right).digest() for left, right in zip(level[::2], level[1::2], strict=False)]
        if len(level) % 2:
            paired.append(level[-1])
        level = paired
    return level[0]


def path_of(leaves: Sequence[bytes], pos: int) -> list[bytes]:
    """The neighbours on the way from the leaf at `pos` up to the root, lowest first."""
    if not 0 <= pos < len(leaves):
        raise ValueError("no leaf stands there")
    level, path = list(leaves), []
    while len(level) > 1:
        neighbour = pos ^ 1
        if neighbour < len(level):
            path.append(level[neighbour])
        level = [root_of(level[start : start + 2]) for start in range(0, len(level), 2)]
        pos //= 2
    return path


def root_from_path(leaf: bytes, pos: int, n: int, path: Sequence[bytes]) -> bytes:
    """The root that a leaf at `pos` of `n` and its neighbours lead to. ValueError when the path has another length."""
    if not 0 <= pos < n:
        raise ValueError("no leaf stands there")
    found, last, steps = leaf, n - 1, list(path)
    while last > 0:
        if pos % 2 or pos < last:
            if not steps:
                raise ValueError("the path is too short")
            neighbour = steps.pop(0)
            pair = neighbour + found if pos % 2 else found + neighbour
            found = sha256(b"\x01" + pair).digest()
        pos, last = pos // 2, last // 2
    if steps:
        raise ValueError("the path is too long")
    return found


def head_of(prev: bytes, no: int, n: int, root: bytes) -> bytes:
    """The head of seal `no` over `n` events; it binds every seal before it."""
    return sha256(prev + no.to_bytes(8, "big") + n.to_bytes(4, "big") + root).digest()
