"""Written cases of the demo hospital: a folder of plain text read into a frozen `DemoCase`.

A case is one folder, `cases/inpatient/<nn>-<slug>/` or `cases/outpatient/<nn>-<slug>/`, holding `case.toml`
(patient, encounter, gold codes, clinical lists, charges) and one text file per document, `01-<type>.txt`.
A document starts with `key: value` lines, then a blank line, then its text. Times are relative to the
admission, so that a case keeps its meaning whatever day the hospital is built on. Every key that a file
may hold is a field of `hims.demo.case_model`.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import MISSING, fields, is_dataclass
from datetime import time
from decimal import Decimal
from pathlib import Path
from types import UnionType
from typing import Any, Final, get_args, get_origin, get_type_hints

from hims.demo.case_model import CaseDocument, CaseToml, DemoCase, Moment

CASES: Final = Path(__file__).parent / "cases"
DOCUMENT_TYPES: Final = frozenset(
    {
        "history_and_physical",
        "progress_note",
        "consultation",
        "operative_report",
        "procedure_note",
        "pathology_report",
        "radiology_report",
        "laboratory_report",
        "discharge_summary",
        "emergency_department_note",
        "nursing_note",
        "medication_record",
        "anesthesia_record",
        "labor_and_delivery_record",
        "newborn_record",
        "discharge_instructions",
        "scanned_document",
        "office_visit_note",
        "therapy_note",
        "order",
    }
)
STAFF_KEYS: Final = frozenset(
    {"hartmann", "okafor", "reyes", "lindqvist", "banerjee"} | {"novak", "osei", "feldman", "tanaka", "moreau"}
)
STATUSES: Final = frozenset({"draft", "signed"})
_AT: Final = re.compile(r"([+-]\d{1,3})d (\d{2}):(\d{2})")


class CaseError(ValueError):
    """A case folder that cannot be read; the text names the file and what is wrong with it."""


def load_cases(root: Path = CASES) -> tuple[DemoCase, ...]:
    """Every case below `root`, inpatient first, in the order of their folder names. Raises CaseError."""
    folders = (path.parent for path in sorted(root.glob("*/*/case.toml")))
    return tuple(load_case(folder) for folder in folders)


def load_case(folder: Path) -> DemoCase:
    """Read one case folder. Raises CaseError naming the file that is missing, malformed or incomplete."""
    where = folder.name
    toml = _toml(folder / "case.toml")
    if unknown := {"slug", "documents"} & toml.keys():
        raise CaseError(f"{where}/case.toml: {sorted(unknown)} come from the folder, not from the file")
    documents = tuple(read_document(path) for path in sorted(folder.glob("[0-9][0-9]-*.txt")))
    parts = _arguments(CaseToml, toml, f"{where}/case.toml")
    return DemoCase(**parts, slug=where, documents=documents)


def read_document(path: Path) -> CaseDocument:
    """Read one document file: header lines, a blank line, the text. Raises CaseError."""
    where = f"{path.parent.name}/{path.name}"
    head, gap, text = path.read_text(encoding="utf-8").partition("\n\n")
    if not gap or not text.strip():
        raise CaseError(f"{where}: a document is a header, a blank line and a text")
    header = dict(_header_lines(head, where))
    values = _arguments(CaseDocument, header | {"name": path.stem, "text": text.strip("\n") + "\n"}, where)
    _check_document(values, where)
    return CaseDocument(**values)


def parse_moment(text: str) -> Moment:
    """`+2d 09:15` as a Moment. Raises ValueError on any other shape."""
    match = _AT.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not a time like '+2d 09:15'")
    return Moment(int(match[1]), time(int(match[2]), int(match[3])))


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise CaseError(f"{path.parent.name}/{path.name}: {error}") from error


def _header_lines(head: str, where: str) -> Iterator[tuple[str, str]]:
    for line in head.splitlines():
        key, colon, value = line.partition(":")
        if not colon or not value.strip():
            raise CaseError(f"{where}: header line {line!r} is not 'key: value'")
        yield key.strip(), value.strip()


def _check_document(values: dict[str, Any], where: str) -> None:
    for key, allowed in (("type", DOCUMENT_TYPES), ("author", STAFF_KEYS), ("status", STATUSES)):
        if values[key] not in allowed:
            raise CaseError(f"{where}: {key} {values[key]!r} is not one of {', '.join(sorted(allowed))}")


def _arguments(cls: type, table: dict[str, Any], where: str) -> dict[str, Any]:
    """The keyword arguments of dataclass `cls` from a table: nothing unknown, nothing required missing."""
    hints, known = get_type_hints(cls), {f.name: f for f in fields(cls)}
    if unknown := table.keys() - known.keys():
        raise CaseError(f"{where}: unknown {', '.join(sorted(unknown))}")
    missing = [n for n, f in known.items() if n not in table and f.default is MISSING]
    if missing:
        raise CaseError(f"{where}: missing {', '.join(missing)}")
    return {name: _value(hints[name], value, f"{where}: {name}") for name, value in table.items()}


def _value(hint: Any, value: Any, where: str) -> Any:
    """A TOML value as the type of its field."""
    if isinstance(hint, UnionType):
        hint = get_args(hint)[0]
    if get_origin(hint) is tuple:
        if not isinstance(value, list):
            raise CaseError(f"{where}: a list is wanted")
        return tuple(_value(get_args(hint)[0], item, f"{where}[{n}]") for n, item in enumerate(value))
    return _scalar(hint, value, where)


def _scalar(hint: Any, value: Any, where: str) -> Any:
    try:
        if hint is Moment:
            return parse_moment(value)
        if hint is time:
            return time.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise CaseError(f"{where}: {error}") from error
    if hint is Decimal and isinstance(value, int | Decimal):
        return Decimal(value)
    if is_dataclass(hint) and isinstance(hint, type) and isinstance(value, dict):
        return hint(**_arguments(hint, value, where))
    if not isinstance(value, hint):
        raise CaseError(f"{where}: {value!r} is not {hint.__name__}")
    return value
