"""Files of coded encounters: JSON lines and CSV, line by line. A line that cannot be read never stops the others."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from coding.grouper.record import claim_of
from coding.grouper.versions import VERSIONS
from hims.lib.csv_safe import csv_text
from hims.lib.errors import DomainError

MEGABYTE = 1024 * 1024
LONGEST_LINE = MEGABYTE
COLUMNS = (
    "account_number", "mrn", "family_name", "given_names", "birth_date", "sex", "age", "admitted_on", "discharged_on",
    "version", "discharge_status", "hospital_status", "admit_dx", "pdx", "sdx", "procedures",
)  # fmt: skip
EXAMPLE = (
    "E1000001", "", "", "", "", 1, 67, "2026-04-02", "2026-04-06", VERSIONS[-2].number, "01", "NOT_EXEMPT", "R0602",
    "I5033:Y", "N179:N E1122:Y Z7984", "5A1D70Z:2026-04-03",
)  # fmt: skip
BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class SourceLine:
    """A line of the file: its number from 1, and what it holds, or why it cannot be read."""

    number: int
    record: dict[str, Any] | None
    reason: str = ""


def source_lines(path: Path) -> Iterator[SourceLine]:
    """The lines of a .csv file below its header, or of JSON lines; blank ones are passed over."""
    return _csv_lines(path) if path.suffix.lower() == ".csv" else _json_lines(path)


def digest_of(path: Path) -> str:
    """SHA-256 of the file, in hex: lines without an account number are known by it and their number."""
    digest = hashlib.sha256()
    with path.open("rb") as source:
        while block := source.read(MEGABYTE):
            digest.update(block)
    return digest.hexdigest()


def template() -> str:
    """The header of a CSV file and one example."""
    return csv_text(COLUMNS, [EXAMPLE])


def _json_lines(path: Path) -> Iterator[SourceLine]:
    with path.open("rb") as source:
        number = 0
        while raw := source.readline(LONGEST_LINE + 1):
            number += 1
            if len(raw) > LONGEST_LINE:
                while not raw.endswith(b"\n") and (raw := source.readline(LONGEST_LINE)):
                    pass
                yield SourceLine(number, None, "the line is longer than 1 MB")
            elif raw := raw.removeprefix(BOM).strip():
                yield _json_line(number, raw)


def _json_line(number: int, raw: bytes) -> SourceLine:
    """The claim, with the fields that stand beside it in the same line."""
    try:
        value = orjson.loads(raw)
        claim = claim_of(value)
    except orjson.JSONDecodeError as error:
        return SourceLine(number, None, f"not JSON: {error.msg}")
    except DomainError as error:
        return SourceLine(number, None, error.message)
    beside = {name: value[name] for name in COLUMNS if name in value} if "claim" in value else {}
    return SourceLine(number, {**beside, **claim})


def _csv_lines(path: Path) -> Iterator[SourceLine]:
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as source:
        reader = csv.reader(source)
        names = _header(_first(reader))
        while True:
            number = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield SourceLine(number, None, f"not CSV: {error}")
                continue
            if any(cells):
                yield _csv_line(number, names, cells)


def _first(reader: Iterator[list[str]]) -> list[str]:
    try:
        return next(reader, [])
    except csv.Error as error:
        raise DomainError(f"The first line, which must name the columns, is not CSV: {error}.", field="file") from None


def _header(cells: list[str]) -> list[str]:
    names = [cell.strip().lower() for cell in cells]
    unknown = sorted(set(names) - set(COLUMNS))
    if unknown or "pdx" not in names or len(set(names)) < len(names):
        raise DomainError(
            f"The first line must name the columns, each once, among: {', '.join(COLUMNS)}."
            + (f" Not known: {', '.join(unknown)[:200]}." if unknown else ""),
            field="file",
        )
    return names


def _csv_line(number: int, names: list[str], cells: list[str]) -> SourceLine:
    if len(cells) != len(names):
        return SourceLine(number, None, f"{len(cells)} cells, but {len(names)} columns")
    if any("\udc80" <= ch <= "\udcff" for cell in cells for ch in cell):
        return SourceLine(number, None, "not UTF-8")
    record: dict[str, Any] = {name: cell.strip() for name, cell in zip(names, cells, strict=True) if cell.strip()}
    record["pdx"] = _diagnosis(record.get("pdx", ""))
    record["sdx"] = [_diagnosis(word) for word in _words(record.get("sdx", ""))]
    record["procedures"] = [_procedure(word) for word in _words(record.get("procedures", ""))]
    return SourceLine(number, record)


def _words(cell: str) -> list[str]:
    return cell.replace(";", " ").replace(",", " ").split()


def _diagnosis(word: str) -> dict[str, str]:
    """ "I10:Y" is a code with its POA indicator, "I10" one without."""
    code, _, poa = word.partition(":")
    return {"code": code, "poa": poa}


def _procedure(word: str) -> dict[str, str]:
    """ "0DTJ4ZZ:2026-04-03" is a code with its day."""
    code, _, performed_on = word.partition(":")
    return {"code": code, "performed_on": performed_on}
