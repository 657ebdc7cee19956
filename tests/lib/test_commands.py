"""The shape of management commands: exit codes and the last line."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.core.management.base import CommandError, CommandParser

from hims.lib.commands import HimsCommand, Outcome
from hims.lib.errors import DomainError


class Sample(HimsCommand):
    help = "A command of this test."
    example = "sample --how done"

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("--how", choices=["done", "refused", "rejects", "rule"], default="done")

    def work(self, **options: Any) -> Outcome:
        if options["how"] == "rule":
            raise DomainError("There is no such day.", field="on")
        if options["how"] == "rejects":
            for number in range(53):
                self.reject(f"file.txt:{number}", "no code")
        read = sum(1 for _ in self.progress(range(3), total=3, label="Reading"))
        return Outcome({"read": read}, refused=options["how"] == "refused")


def run(*words: str) -> tuple[int, str, str]:
    """As from a shell: exit code, standard output, standard error."""
    out, err = io.StringIO(), io.StringIO()
    command = Sample(stdout=out, stderr=err, no_color=True)
    try:
        command.run_from_argv(["manage.py", "sample", *words])
    except SystemExit as stop:
        return int(stop.code or 0), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def test_command_done_exits_0_with_json_as_last_line() -> None:
    code, out, _ = run("--json")
    last = json.loads(out.splitlines()[-1])
    assert code == 0
    assert last["read"] == 3
    assert last["seconds"] >= 0


def test_command_without_json_says_the_same_in_words() -> None:
    code, out, _ = run()
    assert code == 0
    assert out.startswith("read=3  seconds=")


@pytest.mark.parametrize("how", ["refused", "rejects"])
def test_command_partly_failed_exits_1_with_json_as_last_line(how: str) -> None:
    code, out, _ = run("--json", "--how", how)
    assert code == 1
    assert json.loads(out.splitlines()[-1])["read"] == 3


def test_command_with_rejects_lists_the_first_fifty() -> None:
    _, _, err = run("--how", "rejects")
    assert "rejected  file.txt:0: no code" in err
    assert "file.txt:49" in err
    assert "file.txt:50" not in err
    assert "... and 3 more" in err


def test_command_stopped_by_a_rule_exits_1_and_names_the_field() -> None:
    code, out, err = run("--json", "--how", "rule")
    assert code == 1
    assert json.loads(out.splitlines()[-1])["refused"] == "on: There is no such day."
    assert "on: There is no such day." in err


@pytest.mark.parametrize("words", [("--how", "magic"), ("--unknown",), ("stray",)])
def test_command_wrongly_used_exits_2(words: tuple[str, ...]) -> None:
    assert run(*words)[0] == 2


def test_command_help_shows_the_example(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--help")[0] == 0
    assert "./run manage sample --how done" in capsys.readouterr().out


def test_command_without_work_is_wrong_usage() -> None:
    with pytest.raises(CommandError) as refused:
        HimsCommand().work()
    assert refused.value.returncode == 2


def test_progress_in_a_log_is_a_line_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hims.lib.commands.MILESTONE_SECONDS", 0)
    _, _, err = run()
    assert "Reading 1 of 3" in err
