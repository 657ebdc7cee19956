"""XML that we write: the only module that makes any. Nothing here reads XML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr  # writes only: no parser is involved

from hims.lib.text import squeeze


@dataclass(frozen=True)
class Element:
    """One element with its attributes and what it holds: elements, or text."""

    name: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    children: Sequence[Element] = ()
    text: str = ""

    def __str__(self) -> str:
        opened = self.name + "".join(f" {name}={quoteattr(squeeze(value))}" for name, value in self.attributes.items())
        inside = escape(squeeze(self.text)) + "".join(map(str, self.children))
        return f"<{opened}>{inside}</{self.name}>" if inside else f"<{opened}/>"


def document(root: Element) -> str:
    """The whole document with its declaration, on one line."""
    return f'<?xml version="1.0" encoding="UTF-8"?>{root}'
