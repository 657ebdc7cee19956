"""A second opinion on a file from pyx12, whose maps were made by others; the only module that touches it.

What pyx12 4.0.0 checks: envelope counts and control numbers, HL numbering and parents, LX numbering, which
segments and loops may stand where and how often, which elements are required or not used, their length,
characters, dates and code lists, and the paired-element rules.

What it does not check, so `billing.x12.faults` has to: that charges add up, NPI and other check digits,
whether codes exist, diagnosis pointers to diagnoses that are not there, HL04 against the levels that follow,
and whatever a guide words as "required when", such as POA, DRG and admission date of an inpatient bill or the
attending provider.

Where it goes its own way:
- its list of states lacks PW (Palau), so a patient or payer there is objected to though the address is right;
- it checks LX numbering of an 837P only, because its 837I map goes by another name; here both are checked;
- it has no maps for 005010X223A3 and 005010X222A2; such a file gets one finding that says so;
- it stops silently at an empty segment and ignores what follows the last terminator; both are findings here.

The maps take a moment to load, once per process and guide; validation does not change them.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from pyx12.errors import EngineError
from pyx12.errors import X12Error as Pyx12Error
from pyx12.map_if import load_map_file, map_if, segment_if
from pyx12.map_index import map_index
from pyx12.map_walker import walk_tree
from pyx12.params import ParamsBase
from pyx12.segment import Segment
from pyx12.x12file import X12Reader

logging.getLogger("pyx12").setLevel(logging.CRITICAL + 1)  # its objections are findings here, not log lines

CONTROL_MAP = "x12.control.00501.xml"
_FAILURES = (Pyx12Error, EngineError, AssertionError, AttributeError, LookupError, TypeError, ValueError)


@dataclass(frozen=True, slots=True)
class Finding:
    """One objection. position: the segment's number in the file, the first is 1; element: "N403", or ""."""

    position: int
    segment: str
    element: str
    message: str


def validate(document: bytes) -> list[Finding]:
    """Every objection to the file; [] when it is valid. Raises nothing for any bytes."""
    try:
        text = document.decode("ascii")
    except UnicodeDecodeError as error:
        return [Finding(0, "", "", f"Byte {error.start + 1} is not ASCII")]
    return list(dict.fromkeys(_Examination(text).findings()))


class _Examination:
    """One file walked along the maps."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._walker = walk_tree()
        self._seen = 0
        self._version = ""

    def findings(self) -> Iterator[Finding]:
        try:
            source = X12Reader(io.StringIO(self._text))
            yield from self._walk(source)
            source.cleanup()
            yield from self._reader_findings(source, "")
            yield from self._leftover(source)
        except _FAILURES as error:
            yield Finding(self._seen, "", "", f"The file cannot be followed further: {error or type(error).__name__}")

    def _walk(self, source: X12Reader) -> Iterator[Finding]:
        node: segment_if | None = _node(_load(CONTROL_MAP), "/ISA_LOOP/ISA")
        for segment in source:
            self._seen += 1
            name = segment.get_seg_id() or ""
            found, walked = self._step(source, segment, node)
            yield from walked
            yield from self._reader_findings(source, name)
            if found is not None:
                node = found
                yield from self._element_findings(found, segment)

    def _step(
        self, source: X12Reader, segment: Segment, node: segment_if | None
    ) -> tuple[segment_if | None, list[Finding]]:
        """The map node of the segment, None where it has no place, and what the walk there had to say."""
        name = segment.get_seg_id() or ""
        if name == "ISA":
            self._version = segment.get_value("ISA12") or ""
            self._walker.forceWalkCounterToLoopStart("/ISA_LOOP", "/ISA_LOOP/ISA")
            return _node(_load(CONTROL_MAP), "/ISA_LOOP/ISA"), []
        if name == "GS":
            self._walker.forceWalkCounterToLoopStart("/ISA_LOOP/GS_LOOP", "/ISA_LOOP/GS_LOOP/GS")
            chosen = _map_for(self._version, segment.get_value("GS08") or "", segment.get_value("GS01") or "")
            source.check_837_lx = (chosen.id or "").startswith("837")
            return _node(chosen, "/ISA_LOOP/GS_LOOP/GS"), []
        place = (source.get_seg_count(), source.get_cur_line(), source.get_ls_id())
        found, _, _, errors = self._walker.walk_errors(node, segment, *place)
        return found, [Finding(self._seen, name, "", each.err_str) for each in errors]

    def _element_findings(self, node: segment_if, segment: Segment) -> list[Finding]:
        name = segment.get_seg_id() or ""
        _, errors = node.is_valid_errors(segment)
        return [Finding(self._seen, name, str(each.refdes or ""), str(each.err_str)) for each in errors]

    def _reader_findings(self, source: X12Reader, name: str) -> list[Finding]:
        return [Finding(self._seen, name, "", message) for _, _, message, _, _ in source.pop_errors()]

    def _leftover(self, source: X12Reader) -> Iterator[Finding]:
        rest = (source.raw.buffer + source.fd_in.read(100)).strip()
        if rest:
            yield Finding(self._seen, "", "", f"What follows is not read: {rest[:20]}")


@lru_cache(maxsize=1)
def _index() -> map_index:
    return map_index()


@lru_cache(maxsize=8)
def _load(file_name: str) -> map_if:
    return load_map_file(file_name, ParamsBase())


def _map_for(version: str, guide: str, function: str) -> map_if:
    file_name = _index().get_filename(version, guide, function)
    if file_name is None:
        raise EngineError(f"there is no map for {guide or 'a blank guide'} (GS01 {function}, ISA12 {version})")
    return _load(file_name)


def _node(root: map_if, path: str) -> segment_if:
    node = root.getnodebypath(path)
    if not isinstance(node, segment_if):
        raise EngineError(f"the map has no {path}")
    return node
