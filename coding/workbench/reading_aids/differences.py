"""What two versions of a text say differently, word by word. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
# A changed block with more words than this on one side is shown as replaced whole: comparing costs their product.
WORDS_COMPARED = 2_000
SAME, ADDED, REMOVED = "same", "added", "removed"


class Part(NamedTuple):
    """A run of text: kind is same, added or removed."""

    kind: str
    text: str


def differences(old: str, new: str) -> list[Part]:
    """The way from the old text to the new one: same and removed parts make up the old one, same and added the new one."""
    parts: list[Part] = []
    for part in _by_line(old.splitlines(keepends=True), new.splitlines(keepends=True)):
        if parts and parts[-1].kind == part.kind:
            parts[-1] = Part(part.kind, parts[-1].text + part.text)
        elif part.text:
            parts.append(part)
    return parts


def _by_line(old: Sequence[str], new: Sequence[str]) -> Iterator[Part]:
    for what, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        before, after = "".join(old[a:b]), "".join(new[c:d])
        if what == "replace":
            yield from _by_word(before, after)
        elif what == "equal":
            yield Part(SAME, before)
        else:
            yield Part(REMOVED, before)
            yield Part(ADDED, after)


def _by_word(before: str, after: str) -> Iterator[Part]:
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if max(len(old), len(new)) > WORDS_COMPARED:
        yield Part(REMOVED, before)
        yield Part(ADDED, after)
        return
    for what, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            yield Part(SAME, "".join(old[a:b]))
        else:
            yield Part(REMOVED, "".join(old[a:b]))
            yield Part(ADDED, "".join(new[c:d]))
