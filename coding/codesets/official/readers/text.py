"""Text files: decoded, cut into lines, or refused with the line where they stop being text. Pure."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence

from coding.codesets.official.parsed import Progress, refuse

LONGEST_LINE = 4_000
_STEP = 2_000
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f]")


def lines_of(content: bytes, progress: Progress | None = None) -> Iterator[tuple[int, str]]:
    """Number and text of each line, without its end. Empty lines come too.

    Raises DomainError: not UTF-8, binary, a line longer than LONGEST_LINE, an empty file.
    """
    lines = content.removeprefix(b"\xef\xbb\xbf").splitlines()
    if not lines:
        raise refuse(1, "the file is empty. Download it again.")
    for number, raw in enumerate(lines, 1):
        if progress and number % _STEP == 0:
            progress(number, len(lines))
        yield number, _text(raw, number)


def _text(raw: bytes, number: int) -> str:
    if len(raw) > LONGEST_LINE:
        raise refuse(
            number, f"the line is {len(raw):,} bytes long; official files stay below {LONGEST_LINE:,}. Is it text?"
        )
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise refuse(
            number,
            f"byte {error.start + 1} is not UTF-8. Save the file as UTF-8 text, or unpack the official archive again.",
        ) from None
    if found := _CONTROLS.search(text):
        raise refuse(
            number,
            f"character {found.start() + 1} is no text: the file is binary (a spreadsheet or archive?) or UTF-16. "
            "Export or unpack it to UTF-8 text first.",
        )
    return text


def cells_of(line: str, delimiter: str) -> list[str]:
    """The cells of one line, quotes taken off and blanks trimmed."""
    return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter), [])]


def delimiter_of(line: str) -> str:
    """Tab, comma, semicolon or bar: what a heading line is cut by."""
    return max("\t,;|", key=line.count)


def heading(name: str) -> str:
    """A column name as it is compared: letters and digits only, lower case."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def column(names: Sequence[str], *wanted: str) -> int | None:
    """Where one of the wanted names (already as `heading` gives them) stands."""
    return next((names.index(name) for name in wanted if name in names), None)
