"""XML that we read: the only module that parses any. Nothing here writes XML.

Built for large files of one known form: elements come one at a time, with their line, and anything that could make a
parser fetch, expand or hoard (DTD, entities, deep nesting, endless text) is refused with the line where it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.sax import SAXException, SAXParseException
from xml.sax.handler import ContentHandler

from defusedxml import DefusedXmlException
from defusedxml import sax as safe

from hims.lib.errors import DomainError

CHUNK = 64 * 1024
DEEPEST = 40
LONGEST_TEXT = 100_000
MOST_ELEMENTS = 5_000_000
Progress = Callable[[int, int], None]


@dataclass
class Node:
    """One element: name, attributes, the text before its first child, children, the text after it, and its line."""

    name: str
    attributes: dict[str, str]
    line: int
    text: str = ""
    tail: str = ""
    children: list[Node] = field(default_factory=list)

    def all(self, name: str) -> list[Node]:
        """The children of that name."""
        return [child for child in self.children if child.name == name]

    def first(self, name: str) -> Node | None:
        """The first child of that name."""
        return next((child for child in self.children if child.name == name), None)

    def words_of(self, name: str) -> str:
        """The own words of the first child of that name, "" without one."""
        child = self.first(name)
        return child.words if child else ""

    @property
    def words(self) -> str:
        """The element's own text, that between its children included, with single blanks."""
        return " ".join(" ".join([self.text, *(child.tail for child in self.children)]).split())


def records(content: bytes, *, root: str, names: Sequence[str], progress: Progress | None = None) -> Iterator[Node]:
    """The elements of these names, complete with what they hold, in the order of the file.

    root: the name the outermost element must have. progress: called with bytes read and bytes in all.
    Raises DomainError with the line: not well formed, cut off, another root, a DTD, too deep, too large.
    """
    if not content.strip():
        raise DomainError("Line 1: the file ends too early. It is empty: download it again.")
    handler = _Collector(root, frozenset(names))
    parser: Any = safe.make_parser()
    parser.forbid_dtd = True
    parser.setContentHandler(handler)
    handler.parser = parser
    try:
        for start in range(0, len(content), CHUNK):
            parser.feed(content[start : start + CHUNK])
            yield from handler.take()
            if progress:
                progress(min(start + CHUNK, len(content)), len(content))
        parser.close()
        yield from handler.take()
    except DefusedXmlException as error:
        raise DomainError(_hostile(handler.line)) from error
    except SAXParseException as error:
        raise DomainError(_malformed(error)) from error
    except (SAXException, LookupError, UnicodeError, ValueError) as error:
        raise DomainError(f"Line {handler.line}: this is not readable XML. Download the file again.") from error


def _hostile(line: int) -> str:
    return (
        f"Line {line}: the file declares a document type or entities. Official files have none, and they can be used to"
        " attack the reader: nothing was loaded. Download the file again from the publisher."
    )


def _malformed(error: SAXParseException) -> str:
    what = str(error.getMessage())
    line = error.getLineNumber()
    if "no element found" in what:
        return f"Line {line}: the file ends too early. It was cut off: download it again."
    return f"Line {line}: this is not well-formed XML ({what}). Download the file again from the publisher."


class _Collector(ContentHandler):
    """Builds the wanted elements, drops the rest, and stops at what no honest file holds."""

    def __init__(self, root: str, wanted: frozenset[str]) -> None:
        super().__init__()
        self._root, self._wanted = root, wanted
        self._open: list[Node] = []
        self._depth = self._count = 0
        self._length = 0
        self._ready: list[Node] = []
        self.parser: Any = None

    @property
    def line(self) -> int:
        """Where the parser stands now."""
        return int(self.parser.getLineNumber() or 1)

    def take(self) -> list[Node]:
        """What is complete, once."""
        ready, self._ready = self._ready, []
        return ready

    def startElement(self, name: str, attrs: Any) -> None:  # noqa: N802 - the name is SAX's
        self._depth += 1
        self._count += 1
        self._length = 0
        if self._depth == 1 and name != self._root:
            raise DomainError(
                f"Line {self.line}: the file begins with <{name[:60]}>, expected is <{self._root}>. It is of another kind: "
                "choose the kind that fits the file."
            )
        if self._depth > DEEPEST or self._count > MOST_ELEMENTS:
            raise DomainError(f"Line {self.line}: the file is nested too deeply, or too large, for an official one.")
        if self._open or name in self._wanted:
            node = Node(name, {key: str(attrs.getValue(key)) for key in attrs.getNames()}, self.line)
            if self._open:
                self._open[-1].children.append(node)
            self._open.append(node)

    def endElement(self, name: str) -> None:  # noqa: N802 - the name is SAX's
        self._depth -= 1
        self._length = 0
        if self._open:
            node = self._open.pop()
            if not self._open:
                self._ready.append(node)

    def characters(self, content: str) -> None:
        self._length += len(content)
        if self._length > LONGEST_TEXT:
            raise DomainError(f"Line {self.line}: a text is longer than {LONGEST_TEXT:,} characters.")
        if not self._open:
            return
        inside = self._open[-1]
        if inside.children:
            inside.children[-1].tail += content
        else:
            inside.text += content
