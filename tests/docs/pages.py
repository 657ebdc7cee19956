"""The documentation as text: its files, links, code spans and code blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_INDENTED = re.compile(r"^    .*$", re.MULTILINE)
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_SPAN = re.compile(r"`([^`\n]+)`")
_HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)


def pages() -> list[Path]:
    """README, change log and every page below docs."""
    return [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]


def name_of(path: Path) -> str:
    """The path as it is written in the project."""
    return path.relative_to(ROOT).as_posix()


def prose(path: Path) -> str:
    """The page without its code blocks."""
    return _INDENTED.sub("", _FENCE.sub("", path.read_text(encoding="utf-8")))


def links(path: Path) -> list[str]:
    """Targets of links and pictures that lead to a file of the project, or within the page."""
    found = _LINK.findall(prose(path))
    return [target for target in found if not re.match(r"[a-z]+:", target)]


def spans(path: Path) -> list[str]:
    """What stands between single backticks."""
    return _SPAN.findall(prose(path))


def code_blocks(path: Path, language: str) -> Iterator[str]:
    """The fenced blocks of a language."""
    for found, text in _FENCE.findall(path.read_text(encoding="utf-8")):
        if found == language:
            yield text


def anchors(path: Path) -> set[str]:
    """The anchors that a Markdown viewer makes of the headings."""
    return {_slug(heading) for heading in _HEADING.findall(_FENCE.sub("", path.read_text(encoding="utf-8")))}


def _slug(heading: str) -> str:
    plain = re.sub(r"[^\w\- ]", "", heading.strip().lower())
    return plain.replace(" ", "-")
