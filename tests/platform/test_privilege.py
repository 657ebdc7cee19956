"""Which way PostgreSQL is started, and what is trusted in shared places."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hims.platform import privilege
from hims.platform.console import PlatformError
from hims.platform.privilege import Strategy, choose_strategy, open_to_nobody, require_own, shared_name


@pytest.mark.parametrize(
    ("uid", "namespaces", "expected"),
    [(1000, False, Strategy.PLAIN), (0, True, Strategy.USERNS), (0, False, Strategy.NOBODY)],
)
def test_strategy_by_user_and_namespaces(
    monkeypatch: pytest.MonkeyPatch, uid: int, namespaces: bool, expected: Strategy
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: uid)
    monkeypatch.setattr(privilege, "_namespaces_work", lambda: namespaces)
    assert choose_strategy() is expected


def test_folder_below_a_private_one_is_not_open_to_nobody(scratch: Path) -> None:
    inner = scratch / "inner"
    inner.mkdir()
    inner.chmod(0o755)
    assert not open_to_nobody(inner)
    scratch.chmod(0o755)
    assert open_to_nobody(inner)


def test_shared_name_differs_by_folder_and_stays_short() -> None:
    first, second = shared_name("data", Path("/srv/a")), shared_name("data", Path("/srv/b"))
    assert first != second
    assert len(str(first)) < 50


def test_require_own_accepts_a_private_folder_of_ours(scratch: Path) -> None:
    require_own(scratch, os.geteuid())
    assert scratch.is_dir()


def test_require_own_refuses_link_and_writable_folder(scratch: Path) -> None:
    link = scratch / "link"
    link.symlink_to(scratch)
    with pytest.raises(PlatformError, match="made by somebody else"):
        require_own(link, os.geteuid())
    scratch.chmod(0o777)
    with pytest.raises(PlatformError, match="mode 777"):
        require_own(scratch, os.geteuid())
    scratch.chmod(0o700)
    with pytest.raises(PlatformError, match="owner"):
        require_own(scratch, os.geteuid() + 1)
