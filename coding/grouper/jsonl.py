"""Files with one JSON claim a line, answered line by line."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from hims.lib.errors import DomainError

Answer = Callable[[Any], dict[str, Any]]
Faults = list[tuple[int, str]]
BOM = b"\xef\xbb\xbf"


def answer_lines(lines: Iterable[bytes], answer: Answer, faults: Faults) -> Iterator[bytes]:
    """One JSON line per line, ending in a newline.

    A line that cannot be answered becomes {"error": sentence, "line": number from 1} and joins `faults`.
    """
    for number, line in enumerate(lines, start=1):
        try:
            found = answer(orjson.loads(line.removeprefix(BOM)))
        except (DomainError, ValueError, RuntimeError) as error:
            reason = _reason(error)
            faults.append((number, reason))
            found = {"error": reason, "line": number}
        yield orjson.dumps(found, option=orjson.OPT_APPEND_NEWLINE)


def _reason(error: Exception) -> str:
    if isinstance(error, DomainError):
        return f"{error.field}: {error.message}" if error.field else error.message
    if isinstance(error, orjson.JSONDecodeError):
        return f"not JSON: {error.msg}"
    return str(error)


def checked_paths(source: str, target: str) -> tuple[Path, Path]:
    """Both paths. Raises DomainError when the source cannot be read or the target would not be a new file."""
    read, written = Path(source), Path(target)
    if not read.is_file():
        raise DomainError(f"There is no file {source}.", field="source")
    if not written.absolute().parent.is_dir():
        raise DomainError(f"There is no folder for {target}.", field="target")
    if written.is_dir() or (written.exists() and written.samefile(read)):
        raise DomainError(f"{target} cannot be written over.", field="target")
    return read, written


def line_count(path: Path) -> int:
    """How many lines a file has, an unfinished last one included."""
    with path.open("rb") as lines:
        return sum(1 for _ in lines)


@contextmanager
def replacing(target: Path) -> Iterator[BinaryIO]:
    """A file to write that takes the target's place when all went well, and disappears when not."""
    handle, name = tempfile.mkstemp(dir=target.absolute().parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as out:
            yield out
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
