from __future__ import annotations

from pathlib import Path

import pytest

from records.interop.fhir import reader
from records.interop.fhir.reader import Batch, batches, fhir_files, types_in
from records.interop.fhir.validation import DSTU2
from tests.records.interop.resources import bundle, encounter, observation, patient, write


def read(path: Path) -> Batch:
    whole = Batch([], [])
    for batch in batches(path):
        whole.items += batch.items
        whole.faults += batch.faults
        whole.cleaned += batch.cleaned
    return whole


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", [bundle(patient(), observation())]),
        ("a.ndjson", [patient(), observation()]),
        ("a.json", [patient(), observation()]),
        ("a.json", [[patient(), observation()]]),
        ("a.ndjson", [bundle(patient()), observation()]),
        ("a.ndjson", [b"\xef\xbb\xbf" + b'{"resourceType": "Patient"}', b"", b'{"resourceType": "Observation"}']),
    ],
)
def test_file_of_any_shape_gives_its_resources(tmp_path: Path, name: str, content: list[object]) -> None:
    found = read(write(tmp_path, name, *content))
    assert [item.kind for item in found.items] == ["Patient", "Observation"]
    assert found.faults == []


@pytest.mark.parametrize(
    ("content", "where", "reason"),
    [
        (b'{"a":\n 1,\n]', "a.json:3", "not JSON"),
        (b"[" * 3000, "a.json:1", "depth limit"),
        (b"\xff\xfe", "a.json:1", "not JSON"),
        (b"", "a.json:1", "not JSON"),
        (b"5", "a.json", "a JSON object is expected"),
        (b'{"resourceType": 5}', "a.json", "resourceType: missing"),
        (b'{"resourceType": "Bundle", "type": "history", "entry": []}', "a.json", "Bundle.type"),
        (b'{"resourceType": "Bundle", "type": "collection", "entry": {"a": 1}}', "a.json", "not a list"),
        (b'{"resourceType": "Bundle", "type": "collection", "entry": [5]}', "a.json entry[0]", "resource: missing"),
    ],
)
def test_file_that_cannot_be_read_is_a_listed_fault(tmp_path: Path, content: bytes, where: str, reason: str) -> None:
    found = read(write(tmp_path, "a.json", content))
    assert [fault.where for fault in found.faults] == [where]
    assert reason in found.faults[0].reason


def test_line_that_cannot_be_read_leaves_the_others(tmp_path: Path) -> None:
    found = read(write(tmp_path, "a.ndjson", patient(), b"{broken", observation()))
    assert [item.where for item in found.items] == ["a.ndjson:1", "a.ndjson:3"]
    assert [fault.where for fault in found.faults] == ["a.ndjson:2"]


def test_line_too_long_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "LONGEST_LINE", 1000)
    found = read(write(tmp_path, "a.ndjson", b'"' + b"x" * 5000 + b'"', patient()))
    assert [fault.where for fault in found.faults] == ["a.ndjson:1"]
    assert [item.where for item in found.items] == ["a.ndjson:2"]


def test_nul_characters_are_taken_out_and_counted(tmp_path: Path) -> None:
    raw = b'{"resourceType": "Patient", "id": "a\\u0000b", "note": "\\\\u0000"}'
    found = read(write(tmp_path, "a.json", raw))
    assert found.cleaned == 1
    assert found.items[0].resource == {"resourceType": "Patient", "id": "ab", "note": "\\u0000"}


def test_bundle_in_dstu2_is_refused_as_a_whole(tmp_path: Path) -> None:
    old = bundle(patient(name=[{"family": ["Okafor"]}]), encounter(**{"class": "ambulatory"}), observation())
    found = read(write(tmp_path, "a.json", old))
    assert [(fault.reason, fault.count) for fault in found.faults] == [(DSTU2, 3)]
    assert found.items == []


def test_files_of_a_folder_are_found_in_order(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    names = ["b.json", "a.ndjson", "deep/c.JSON", "note.txt", ".hidden.json"]
    for name in names:
        write(tmp_path, name, patient())
    assert [path.relative_to(tmp_path).as_posix() for path in fhir_files([tmp_path])] == [
        "a.ndjson",
        "b.json",
        "deep/c.JSON",
    ]


def test_types_of_a_file_are_seen_without_parsing_it(tmp_path: Path) -> None:
    assert types_in(write(tmp_path, "a.ndjson", patient(), b"{broken", observation())) == {"Patient", "Observation"}
    assert types_in(tmp_path / "absent.json") == frozenset()
