"""Lines for the person and for the log."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from hims.platform.console import Console, PlatformError, complain


def test_say_writes_seconds_to_stream_and_date_to_log(scratch: Path) -> None:
    stream = io.StringIO()
    Console(stream, log=scratch / "log").say("Started")
    assert stream.getvalue() == "[   0.0 s] Started\n"
    assert (scratch / "log").read_text().rstrip().endswith("[   0.0 s] Started")


def test_complain_is_one_line_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert complain(PlatformError("the port is taken.")) == 1
    assert capsys.readouterr() == ("", "HIMS: the port is taken.\n")
