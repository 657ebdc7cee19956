"""The words of ./run and ./test."""

from __future__ import annotations

import pytest

from hims.platform.arguments import run_parser
from hims.platform.arguments import test_parser as parser_of_test


@pytest.mark.parametrize(
    ("words", "what", "data", "port"),
    [
        ([], "serve", None, None),
        (["--port", "8100", "--data", "d"], "serve", "d", 8100),
        (["--data", "d", "manage", "x"], "manage", "d", None),
        (["manage", "--data", "d", "x"], "manage", "d", None),
        (["bench", "drg_batch"], "bench", None, None),
    ],
)
def test_run_words_are_understood_before_and_after(
    words: list[str], what: str, data: str | None, port: int | None
) -> None:
    asked = run_parser().parse_args(words)
    assert (asked.what, asked.data, asked.port) == (what, data, port)


def test_manage_leaves_the_command_its_own_options() -> None:
    asked = run_parser().parse_args(["manage", "verify_audit", "--json", "--data", "theirs"])
    assert asked.words == ["verify_audit", "--json", "--data", "theirs"]
    assert asked.data is None


@pytest.mark.parametrize("words", [["--port", "x"], ["--port", "0"], ["nonsense"], ["bench"]])
def test_run_words_that_make_no_sense_end_with_2(words: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        run_parser().parse_args(words)
    assert caught.value.code == 2


def test_test_words_leave_the_rest_to_pytest() -> None:
    own, rest = parser_of_test().parse_known_args(["--fast", "tests/platform", "-k", "urls"])
    assert (own.fast, own.external, rest) == (True, False, ["tests/platform", "-k", "urls"])
