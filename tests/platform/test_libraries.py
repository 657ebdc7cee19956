"""System libraries: present ones cost nothing, missing ones are installed or named."""

from __future__ import annotations

from pathlib import Path

import pytest

from hims.platform import libraries


@pytest.fixture
def apt(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """As root on Debian; apt-get fails and is only noted."""
    asked: list[list[str]] = []

    def refuse(packages: list[str], log: Path, say: object) -> bool:
        asked.append(packages)
        return False

    monkeypatch.setattr(libraries, "apt_install", refuse)
    monkeypatch.setattr(libraries, "may_install", lambda: True)
    return asked


def test_present_library_asks_for_nothing(scratch: Path, apt: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libraries, "PANGO", ("libc.so.6",))
    said: list[str] = []
    assert libraries.ensure_pango(scratch, said.append)
    assert (apt, said) == ([], [])


def test_missing_library_is_tried_once_a_day_and_named_each_time(
    scratch: Path, apt: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(libraries, "PANGO", ("libnone.so.0",))
    said: list[str] = []
    assert not libraries.ensure_pango(scratch, said.append)
    assert not libraries.ensure_pango(scratch, said.append)
    assert apt == [libraries.PANGO_PACKAGES]
    assert [line.split(";")[0] for line in said[1:]] == ["Missing for PDF output"] * 2
    assert "apt-get install -y libpango-1.0-0" in said[-1]


def test_missing_browser_for_ordinary_user_prints_the_line(
    scratch: Path, apt: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(libraries, "may_install", lambda: False)
    monkeypatch.setattr(libraries, "BROWSERS", ("no-such-browser",))
    said: list[str] = []
    assert not libraries.ensure_browser(scratch, said.append)
    assert apt == []
    assert said[0].endswith("apt-get update && apt-get install -y chromium")
