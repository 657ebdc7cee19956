"""The small code sets, in our own words, from the tab-separated files in `coding/codesets/data`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from coding.codesets.enums import CodeKind, CodeSystem
from coding.codesets.loading.releases import derive_releases
from coding.codesets.loading.rows import CodeRow, Dataset, ExemptionRow
from coding.codesets.rules import Span, undotted
from hims.lib.errors import DomainError

DATA = Path(__file__).resolve().parent.parent / "data"
SMALL_SETS = (
    CodeSystem.DISCHARGE_DISPOSITION,
    CodeSystem.ADMISSION_TYPE,
    CodeSystem.POINT_OF_ORIGIN,
    CodeSystem.POA_INDICATOR,
    CodeSystem.REVENUE_CODE,
    CodeSystem.TYPE_OF_BILL,
    CodeSystem.PLACE_OF_SERVICE,
)
POA_EXEMPT_FILE = DATA / "poa_exempt_default.tsv"
OWN_WORDS = "HIMS, labels in our own words"


def data_file(system: CodeSystem) -> Path:
    """The file of a small set."""
    return DATA / f"{system.value}.tsv"


def read_table(path: Path) -> Iterator[dict[str, str]]:
    """Rows of a tab-separated file with a heading line; empty lines and lines that begin with `#` are comments.

    Raises DomainError naming file and line when a row does not have the columns of the heading.
    """
    columns: list[str] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = line.split("\t")
        if not columns:
            columns = cells
        elif len(cells) != len(columns):
            raise DomainError(f"{path.name}, line {number}: {len(cells)} columns, expected {len(columns)}.")
        else:
            yield dict(zip(columns, cells, strict=True))


def read_small_set(system: CodeSystem) -> Dataset:
    """One small set: columns code, label, valid_from, valid_to (empty while in force)."""
    codes = list(_code_rows(system))
    spans: dict[str, list[Span]] = {}
    for row in codes:
        spans.setdefault(row.code, []).append(Span(row.valid_from, row.valid_to))
    releases = derive_releases(
        spans, label=lambda start: f"{system.label}, from {start}", horizon=None, titled=spans.keys()
    )
    return Dataset(system.value, OWN_WORDS, releases, codes)


def read_exemptions() -> list[ExemptionRow]:
    """The default list of diagnoses exempt from POA reporting."""
    return [
        ExemptionRow(
            undotted(row["prefix"]),
            row["seventh_characters"],
            _day(row["valid_from"]),
            _last(row["valid_to"]),
            row["source"],
            official=False,
        )
        for row in read_table(POA_EXEMPT_FILE)
    ]


def read_labels(path: Path) -> dict[str, str]:
    """A two-column file as a mapping from code to label."""
    return {row["code"]: row["label"] for row in read_table(path)}


def _code_rows(system: CodeSystem) -> Iterator[CodeRow]:
    for position, row in enumerate(read_table(data_file(system))):
        label = row["label"]
        yield CodeRow(
            system.value,
            row["code"],
            CodeKind.CODE.value,
            label[:80],
            label,
            "",
            "",
            "",
            position,
            _day(row["valid_from"]),
            _last(row["valid_to"]),
        )


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _last(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
