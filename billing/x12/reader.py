"""A tolerant X12 reader: bytes in, interchanges out, `X12Error` for what cannot be read.

Separators come from each ISA, so files with other separators, with or without newlines, and several
interchanges with different separators in one file are read. Wrong counts and control numbers do not stop
reading: they are listed in `Interchange.problems`. A missing envelope segment does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

ISA_ELEMENTS = 16
LONGEST_ISA = 200
_SEGMENT_NAME = re.compile(r"[A-Z][A-Z0-9]{1,2}")
_BLANK = " \t\r\n\x00\x1a"
_BLANKS = re.compile(r"[ \t\r\n\x00\x1a]*")


class X12Error(Exception):
    """The bytes are not readable X12. segment: its name, "" if unknown; position: 1 for the first segment."""

    def __init__(self, sentence: str, *, segment: str = "", position: int = 0) -> None:
        self.sentence, self.segment, self.position = sentence, segment, position
        super().__init__(f"{sentence} (segment {segment or '?'}, position {position})")


@dataclass(frozen=True, slots=True)
class RawSegment:
    """One segment as read. elements[0] is its name; position counts segments of the file from 1."""

    elements: tuple[str, ...]
    position: int
    component: str = ":"

    @property
    def name(self) -> str:
        """Segment identifier: ISA, NM1, CLM."""
        return self.elements[0]

    def get(self, index: int) -> str:
        """Element by its number in the guide (NM109 is 9); "" when it is not there."""
        return self.elements[index].strip() if index < len(self.elements) else ""

    def parts(self, index: int) -> list[str]:
        """The components of an element; [""] when it is not there."""
        return self.get(index).split(self.component)

    def part(self, index: int, sub: int) -> str:
        """One component, both numbers from 1; "" when it is not there."""
        parts = self.parts(index)
        return parts[sub - 1].strip() if sub <= len(parts) else ""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in the envelope that did not stop reading."""

    position: int
    segment: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Transaction:
    """ST to SE. kind: ST01; guide: ST03, or GS08 when ST03 is blank."""

    kind: str
    guide: str
    control_number: str
    body: tuple[RawSegment, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """GS to GE."""

    header: RawSegment
    transactions: tuple[Transaction, ...]


@dataclass(frozen=True, slots=True)
class Interchange:
    """ISA to IEA."""

    header: RawSegment
    groups: tuple[Group, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Separators:
    element: str
    component: str
    terminator: str


def read(data: bytes) -> list[Interchange]:
    """All interchanges of a file. Raises X12Error naming segment and position; no other exception."""
    stream = _Stream(list(segments(data)))
    found = []
    while not stream.done():
        found.append(_interchange(stream))
    return found


def transactions(data: bytes) -> list[Transaction]:
    """All transaction sets of a file in order. Raises X12Error."""
    return [each for part in read(data) for group in part.groups for each in group.transactions]


def segments(data: bytes) -> Iterator[RawSegment]:
    """The file cut into segments, envelopes included. Raises X12Error."""
    text = _decoded(data)
    at, position = _skip(text, 0), 1
    marks: _Separators | None = None
    if at == len(text):
        raise X12Error("The file is empty")
    while at < len(text):
        marks = marks or _separators(text[at : at + LONGEST_ISA], position)
        end = text.find(marks.terminator, at)
        end = len(text) if end < 0 else end
        found = _segment(text[at:end].strip(_BLANK), marks, position)
        at, position = _skip(text, end + 1), position + 1
        if found.name == "IEA":
            marks = None
        yield found


def _skip(text: str, at: int) -> int:
    """The next place that is not blank."""
    match = _BLANKS.match(text, at)
    return match.end() if match else at


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _separators(text: str, position: int) -> _Separators:
    """Separators from the ISA at the start of the text, whose columns may be off by a few."""
    if not text.startswith("ISA") or len(text) < 4:
        name = _SEGMENT_NAME.match(text)
        raise X12Error("An interchange starts with ISA", segment=name.group() if name else "", position=position)
    element = text[3]
    pieces = text.split(element, ISA_ELEMENTS)
    if len(pieces) <= ISA_ELEMENTS or len(pieces[ISA_ELEMENTS]) < 2:
        raise X12Error("The ISA segment is cut short", segment="ISA", position=position)
    last = pieces[ISA_ELEMENTS]
    component, terminator = last[0], last[1]
    if terminator == "\r" and last[2:3] == "\n":
        terminator = "\n"
    clear = len({element, component, terminator}) == 3 and not (element + component).isspace()
    if not clear or any(mark.isalnum() or mark == " " for mark in (element, component, terminator)):
        raise X12Error("The separators in the ISA segment cannot be told apart", segment="ISA", position=position)
    return _Separators(element, component, terminator)


def _segment(text: str, marks: _Separators, position: int) -> RawSegment:
    elements = tuple(text.split(marks.element))
    if not _SEGMENT_NAME.fullmatch(elements[0]):
        raise X12Error(f"“{elements[0][:20]}” is not a segment name", segment=elements[0][:3], position=position)
    return RawSegment(elements, position, marks.component)


class _Stream:
    """Segments with one look ahead."""

    def __init__(self, found: list[RawSegment]) -> None:
        self._found, self._next = found, 0

    def done(self) -> bool:
        return self._next >= len(self._found)

    def peek(self) -> str:
        return "" if self.done() else self._found[self._next].name

    def take(self, name: str) -> RawSegment:
        """The next segment, which has to be called `name`."""
        if self.done():
            raise X12Error(f"The file ends where {name} is expected", segment=name, position=self._next + 1)
        segment = self._found[self._next]
        if segment.name != name:
            sentence = f"{segment.name} stands where {name} is expected"
            raise X12Error(sentence, segment=segment.name, position=segment.position)
        self._next += 1
        return segment

    def until(self, name: str) -> tuple[RawSegment, ...]:
        """Segments up to, without, the next one called `name`; envelope segments between are an error."""
        start = self._next
        while not self.done() and self.peek() not in _ENVELOPE:
            self._next += 1
        if self.peek() != name:
            self.take(name)
        return tuple(self._found[start : self._next])


_ENVELOPE = frozenset({"ISA", "GS", "ST", "SE", "GE", "IEA"})


def _interchange(stream: _Stream) -> Interchange:
    header = stream.take("ISA")
    problems: list[Problem] = []
    groups = []
    while stream.peek() in {"GS", "TA1"}:
        if stream.peek() == "GS":
            groups.append(_group(stream, problems))
        else:
            stream.take("TA1")
    trailer = stream.take("IEA")
    _compare(problems, trailer, 1, len(groups), "functional groups")
    _match(problems, trailer, header.get(13))
    return Interchange(header, tuple(groups), tuple(problems))


def _group(stream: _Stream, problems: list[Problem]) -> Group:
    header = stream.take("GS")
    sets = []
    while stream.peek() == "ST":
        sets.append(_transaction(stream, header, problems))
    trailer = stream.take("GE")
    _compare(problems, trailer, 1, len(sets), "transaction sets")
    _match(problems, trailer, header.get(6))
    return Group(header, tuple(sets))


def _transaction(stream: _Stream, group: RawSegment, problems: list[Problem]) -> Transaction:
    header = stream.take("ST")
    body = stream.until("SE")
    trailer = stream.take("SE")
    _compare(problems, trailer, 1, len(body) + 2, "segments")
    _match(problems, trailer, header.get(2))
    return Transaction(header.get(1), header.get(3) or group.get(8), header.get(2), body)


def _compare(problems: list[Problem], trailer: RawSegment, index: int, counted: int, what: str) -> None:
    said = trailer.get(index)
    if not (said.isascii() and said.isdigit() and int(said[:18]) == counted):
        problems.append(
            Problem(trailer.position, trailer.name, f"says {said or 'nothing'}, there are {counted} {what}")
        )


def _match(problems: list[Problem], trailer: RawSegment, opened: str) -> None:
    closed = trailer.get(2)
    if closed != opened:
        problems.append(Problem(trailer.position, trailer.name, f"closes {closed or 'nothing'}, opened as {opened}"))
