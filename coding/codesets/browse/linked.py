"""Codes named inside a note, as links. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from coding.codesets.rules import undotted

_NAMED = re.compile(
    r"(?<![A-Za-z0-9.])(?<![Vv]itamin )"
    r"([A-TV-Z][0-9][0-9A-Z](?:\.[0-9A-Z]{1,4})?|U(?:07|09)(?:\.[0-9]{1,2})?)(?:\.?-)?(?![A-Za-z0-9])"
)


@dataclass(frozen=True)
class Piece:
    """A run of text; code: what it leads to, undotted, "" for plain text."""

    text: str
    code: str = ""


def pieces(text: str) -> list[Piece]:
    """The text with the codes in it set apart: `"heart failure (I50.-)"` leads to I50."""
    found: list[Piece] = []
    at = 0
    for match in _NAMED.finditer(text):
        if match.start() > at:
            found.append(Piece(text[at : match.start()]))
        found.append(Piece(match.group(0), undotted(match.group(1))))
        at = match.end()
    if at < len(text):
        found.append(Piece(text[at:]))
    return found


def named_codes(texts: Iterable[str]) -> set[str]:
    """Every code the texts name."""
    return {piece.code for text in texts for piece in pieces(text) if piece.code}
