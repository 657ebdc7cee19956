from __future__ import annotations

from pathlib import Path

import pytest

from coding.workbench.abstracts.line import read_line
from coding.workbench.abstracts.source import source_lines, template
from hims.lib.errors import DomainError

ROOT = Path(__file__).resolve().parents[4]


def test_json_lines_are_read_one_by_one(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(
        b'\xef\xbb\xbf{"claim": {"age": 1}, "mrn": "M1", "expected": 2}\n\n{broken\n{"age": 3}\n[1]\n'
        + b"x" * 2_000_000
    )
    found = list(source_lines(path))
    assert [(line.number, line.record) for line in found if line.record] == [
        (1, {"mrn": "M1", "age": 1}),
        (4, {"age": 3}),
    ]
    assert [line.number for line in found if line.reason] == [3, 5, 6]


def test_template_is_the_file_of_the_documentation_and_reads_as_a_stay(tmp_path: Path) -> None:
    assert (ROOT / "docs/templates/abstracts.csv").read_bytes().decode().replace("\r\n", "\n") == template().replace(
        "\r\n", "\n"
    )
    path = tmp_path / "a.csv"
    path.write_text(template())
    (found,) = source_lines(path)
    assert found.record is not None
    stay = read_line(found.number, found.record, None)
    assert (stay.principal, stay.secondaries[0], stay.procedures[0][0]) == (("I5033", "Y"), ("N179", "N"), "5A1D70Z")


def test_csv_with_broken_rows_keeps_the_others(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"pdx,age\nI10:Y,5\nI10\n\n\xff,5\nE119,6\n")
    found = list(source_lines(path))
    assert [(line.number, line.reason) for line in found] == [
        (2, ""),
        (3, "1 cells, but 2 columns"),
        (5, "not UTF-8"),
        (6, ""),
    ]


def test_csv_with_an_endless_field_in_its_header_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"pdx,{'x' * 131_073}\nI10,2\n")
    with pytest.raises(DomainError, match="The first line, which must name the columns, is not CSV: field larger"):
        list(source_lines(path))


@pytest.mark.parametrize("header", ["", "age,sex", "pdx,colour", "pdx,pdx"])
def test_csv_with_another_header_is_refused(tmp_path: Path, header: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"{header}\n1,2\n")
    with pytest.raises(DomainError, match="must name the columns"):
        list(source_lines(path))
