"""./test: stages, marks, and servers found outside."""

from __future__ import annotations

import io
import sys

import pytest

from hims.platform import testing
from hims.platform.arguments import test_parser as parser_of_test
from hims.platform.console import Console, PlatformError
from hims.platform.interrupts import Interrupts
from hims.platform.testing import Stages
from tests.platform.support import clean_environment

NOWHERE = "postgresql://nobody@127.0.0.1:1/none"


@pytest.fixture
def stages() -> Stages:
    return Stages(Interrupts(), Console(io.StringIO()))


def said(stages: Stages) -> str:
    assert isinstance(stages.console.stream, io.StringIO)
    return stages.console.stream.getvalue()


def test_stages_all_run_and_failures_are_remembered(stages: Stages) -> None:
    for name, code in (("first", 1), ("second", 0)):
        command = [sys.executable, "-c", f"raise SystemExit({code})"]
        stages.run(name, command, clean_environment())
    assert stages.failed == ["first"]
    assert [line.split()[:2] for line in said(stages).splitlines()] == [["FAILED", "first"], ["ok", "second"]]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], ["-n", "2"]),
        (["--fast"], ["-n", "2", "-m", "not e2e and not slow and not web"]),
        (["tests/x.py", "-k", "y"], ["tests/x.py", "-k", "y"]),
        (["--fast", "tests/x.py"], ["-m", "not e2e and not slow and not web", "tests/x.py"]),
    ],
)
def test_pytest_words_follow_the_options(
    stages: Stages, monkeypatch: pytest.MonkeyPatch, words: list[str], expected: list[str]
) -> None:
    ran: list[list[str]] = []
    monkeypatch.setattr(stages, "run", lambda name, command, environment: ran.append(list(command)))
    monkeypatch.setattr(testing, "_embedded", lambda held, stages: {})
    own, rest = parser_of_test().parse_known_args(words)
    testing._pytest_stage(stages, own, rest)
    assert ran[0][1:] == ["-m", "pytest", *expected]


def test_external_without_any_server_is_left_out(stages: Stages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HIMS_TEST_DATABASE_URL", raising=False)
    monkeypatch.setattr(testing, "LOCAL_POSTGRES", NOWHERE)
    assert testing._external(stages) is None


def test_external_that_was_named_must_answer(stages: Stages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HIMS_TEST_DATABASE_URL", NOWHERE)
    with pytest.raises(PlatformError, match="gives no answer"):
        testing._external(stages)
