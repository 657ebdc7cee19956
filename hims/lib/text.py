"""Text as names and searches need it."""

from __future__ import annotations

import re
import unicodedata

_SPACES = re.compile(r"\s+")


def fold(text: str) -> str:
    """Lower case without accents, single blanks: the form in which names are sorted, compared and searched."""
    decomposed = unicodedata.normalize("NFKD", text)
    plain = "".join(ch for ch in decomposed if not unicodedata.combining(ch))
    return _SPACES.sub(" ", plain).strip().casefold()


def squeeze(text: str) -> str:
    """The text in NFC with control characters removed and blanks collapsed, as a form field should keep it."""
    clean = "".join(ch if ch.isprintable() else " " for ch in unicodedata.normalize("NFC", text))
    return _SPACES.sub(" ", clean).strip()
