"""The commands that group and edit files, and the files they write."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from coding.grouper.jsonl import replacing

CLAIM = {
    "version": 431, "discharge_date": 20260501, "age": 60, "sex": 1, "discharge_status": 1, "length_of_stay": 9,
    "pdx": {"code": "J189", "poa": "Y"}, "sdx": [{"code": "A419", "poa": "Y"}], "procedures": [],
}  # fmt: skip


def run(command: str, source: Path, target: Path) -> tuple[int, dict[str, Any], str]:
    """Exit code, the JSON of the last line, and what went to standard error."""
    out, err = io.StringIO(), io.StringIO()
    code = 0
    try:
        call_command(command, str(source), str(target), "--json", stdout=out, stderr=err)
    except SystemExit as ended:
        code = int(ended.code or 0)
    return code, json.loads(out.getvalue().splitlines()[-1]), err.getvalue()


def written(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_group_file_answers_every_line_in_order(tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text(f"{json.dumps({'claim': CLAIM})}\n{json.dumps({**CLAIM, 'version': None})}\n")
    code, counts, _ = run("group_file", source, target)
    expected = {
        "initial_drg": 193, "final_drg": 193, "initial_mdc": 4, "final_mdc": 4, "return_code": "OK", "version": 431,
        "corrections": [],
    }  # fmt: skip
    assert written(target) == [expected, expected]
    assert (code, counts["read"], counts["errors"], list(counts)) == (0, 2, 0, ["read", "errors", "seconds"])


def test_group_file_with_bad_lines_answers_the_others_and_lists_them(tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_bytes(b"{nonsense\n\n" + json.dumps(CLAIM).encode() + b"\n" + b'{"age": 3}\n\xff\xfe\n')
    code, counts, err = run("group_file", source, target)
    answers = written(target)
    assert [answer.get("line") for answer in answers] == [1, 2, None, 4, 5]
    assert answers[3] == {"error": "discharge_date: Give a version or a discharge date.", "line": 4}
    assert (code, counts["read"], counts["errors"]) == (1, 5, 4)
    assert "in.jsonl:4" in err


@pytest.mark.parametrize("command", ["group_file", "edit_file"])
def test_file_with_a_byte_order_mark_and_an_endless_value_is_answered(command: str, tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    endless = {**CLAIM, "pdx": {"code": "?" * 500}}
    source.write_text(f"{json.dumps(CLAIM)}\n{json.dumps(endless)}\n", encoding="utf-8-sig")
    code, counts, err = run(command, source, target)
    assert (code, counts["read"], counts["errors"]) == (1, 2, 1)
    assert f"pdx: '{'?' * 60}…' is not a code" in err


def test_group_file_of_an_empty_file_writes_an_empty_file(tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text("")
    code, counts, _ = run("group_file", source, target)
    assert (code, counts["read"], target.read_text()) == (0, 0, "")


@pytest.mark.parametrize(("source", "target"), [("none", "out"), ("in", "in"), ("in", "no/out"), ("in", ".")])
def test_group_file_with_a_wrong_path_writes_nothing(tmp_path: Path, source: str, target: str) -> None:
    (tmp_path / "in").write_text(json.dumps(CLAIM))
    with pytest.raises(CommandError) as refused:
        call_command("group_file", str(tmp_path / source), str(tmp_path / target), stderr=io.StringIO())
    assert (refused.value.returncode, [path.name for path in tmp_path.iterdir()]) == (1, ["in"])


def interrupted_writing(target: Path) -> None:
    """Writes half of a file and is stopped."""
    with replacing(target) as out:
        out.write(b"half")
        raise KeyboardInterrupt


def test_replacing_when_interrupted_leaves_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "out"
    target.write_text("old")
    with pytest.raises(KeyboardInterrupt):
        interrupted_writing(target)
    assert (target.read_text(), [path.name for path in tmp_path.iterdir()]) == ("old", ["out"])


def test_edit_file_answers_in_the_layout_of_the_claim(tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    claim = {**CLAIM, "sdx": [{"code": "J189"}], "procedures": [{"code": "5A1955Z"}], "length_of_stay": 2}
    source.write_text(json.dumps({"claim": {**claim, "admit_dx": "R079"}}) + "\n[]\n")
    code, counts, _ = run("edit_file", source, target)
    first, second = written(target)
    assert first == {
        "edit_type": "PREPAYMENT",
        "edits": {"DUPLICATE_OF_PDX": 1, "INCONSISTENT_WITH_LENGTH_OF_STAY": 1},
        "on_claim": [],
        "pdx": {"code": "J189", "edits": []},
        "admit_dx": {"code": "R079", "edits": []},
        "sdx": [{"code": "J189", "edits": ["DUPLICATE_OF_PDX"]}],
        "procedures": [{"code": "5A1955Z", "edits": ["INCONSISTENT_WITH_LENGTH_OF_STAY"]}],
    }
    assert second == {"error": "claim: A line must be one JSON object with the claim.", "line": 2}
    assert (code, list(counts)) == (1, ["read", "errors", "seconds"])
