"""The commands of the code sets."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.usefixtures("codes")


def answers(*arguments: str) -> list[list[dict[str, object]]]:
    out = io.StringIO()
    call_command("search_codes", *arguments, stdout=out, stderr=io.StringIO())
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_query_writes_one_list_of_code_title_score_via() -> None:
    (found,) = answers("dilated cardiomyopathy", "--on", "2026-09-30", "--limit", "1")
    assert found[0].keys() == {"code", "title", "score", "via"}
    assert found[0]["code"] == "I42.0"


def test_file_writes_one_line_for_each_query_and_a_summary_with_json(tmp_path: Path) -> None:
    path = tmp_path / "queries.jsonl"
    path.write_text('{"q": "hypertension"}\n\n"gallbladder"\n', encoding="utf-8")
    *lists, summary = answers("--file", str(path), "--on", "2026-10-01", "--json")
    assert [found[0]["code"] for found in lists] == ["I10", "0FT44ZZ"]
    assert isinstance(summary, dict)
    assert summary["queries"] == 2


def test_unreadable_line_is_refused_and_answers_stay_in_step(tmp_path: Path) -> None:
    path = tmp_path / "queries.jsonl"
    path.write_text('no json\n{"q": "hypertension"}\n{"text": 1}\n', encoding="utf-8")
    out, err = io.StringIO(), io.StringIO()
    with pytest.raises(SystemExit) as stopped:
        call_command("search_codes", "--file", str(path), "--on", "2026-10-01", stdout=out, stderr=err)
    assert stopped.value.code == 1
    lists = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [len(found) > 0 for found in lists] == [False, True, False]
    assert "queries.jsonl, line 1: not JSON" in err.getvalue()


@pytest.mark.parametrize("arguments", [(), ("query", "--file", "x.jsonl")])
def test_neither_or_both_of_query_and_file_is_wrong_usage(arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError) as refused:
        answers(*arguments)
    assert refused.value.returncode == 2


def test_missing_file_is_refused_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"none\.jsonl cannot be read") as refused:
        answers("--file", str(tmp_path / "none.jsonl"))
    assert refused.value.returncode == 1


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"\xff\xfe", "not UTF-8"),
        (b"[" * 100_000, "not JSON"),
        (b'{"q": 7}', 'no text under "q"'),
        (b"[]", 'no text under "q"'),
    ],
)
def test_hostile_line_is_refused_by_its_number_and_the_next_is_answered(
    tmp_path: Path, line: bytes, reason: str
) -> None:
    path = tmp_path / "queries.jsonl"
    path.write_bytes(b'"cardiomyopathy"\n' + line + b'\n{"q": "I42.0"}\n')
    out, err = io.StringIO(), io.StringIO()
    with pytest.raises(SystemExit) as stopped:
        call_command("search_codes", "--file", str(path), "--on", "2026-09-30", stdout=out, stderr=err)
    first, second, third = (json.loads(each) for each in out.getvalue().splitlines())
    assert (stopped.value.code, second) == (1, [])
    assert f"queries.jsonl, line 2: {reason}" in err.getvalue()
    assert first
    assert third[0]["code"] == "I42.0"


@pytest.mark.parametrize("limit", ["0", "-3", "101"])
def test_limit_out_of_bounds_is_wrong_usage_naming_it(limit: str) -> None:
    with pytest.raises(CommandError, match=f"--limit is {limit}, expected 1 to 100") as refused:
        answers("cardiomyopathy", f"--limit={limit}")
    assert refused.value.returncode == 2
