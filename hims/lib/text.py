"""Text as names, searches and documents need it."""

from __future__ import annotations

import re
import unicodedata

_SPACES = re.compile(r"\s+")
_JOINERS = "\u200c\u200d"  # meant by the writer: Persian and Indic spelling, composed emoji
_PUNCTUATION = str.maketrans("\u2018\u2019\u02bc\u00b4`\u2010\u2011\u2012\u2013\u2014\u2212", "'''''------")
_KEPT_CONTROLS = "\n\t\f"


def fold(text: str) -> str:
    """Lower case without accents, invisible characters and typographic quotes, single blanks.

    The form in which names are sorted, compared and searched. Folding twice changes nothing.
    """
    return _SPACES.sub(" ", _plain(_plain(text).casefold())).strip()


def squeeze(text: str) -> str:
    """One line as a form field should keep it: NFC, blanks collapsed, controls, NUL and direction marks gone."""
    clean = "".join(_shown(char) for char in unicodedata.normalize("NFC", text))
    return _SPACES.sub(" ", clean).strip()


def clean_lines(text: str) -> str:
    """Many lines as a document keeps them: line ends as LF, no control characters but LF, tab and form feed.

    What cannot be written as UTF-8 becomes U+FFFD. Everything else stays as its author wrote it.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(char for char in lines if char in _KEPT_CONTROLS or unicodedata.category(char) != "Cc")
    return "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in kept)


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.translate(_PUNCTUATION))
    return "".join(_searched(char) for char in decomposed.translate(_PUNCTUATION))


def _searched(char: str) -> str:
    if unicodedata.combining(char) or unicodedata.category(char) == "Cf":
        return ""
    return " " if unicodedata.category(char) in ("Cc", "Cs") else char


def _shown(char: str) -> str:
    if char.isprintable() or char in _JOINERS:
        return char
    return "" if unicodedata.category(char) == "Cf" else " "
