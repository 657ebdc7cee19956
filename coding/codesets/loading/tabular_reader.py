"""The ICD-10-CM tabular list (titles, hierarchy, notes) from the `simple-icd-10-cm` package.

Importing that package costs seconds and some 190 MB, so it happens inside `read_tabular`, at load time only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from coding.codesets.enums import CodeKind, NoteKind
from coding.codesets.rules import undotted

_RANGE_AT_END = re.compile(r"\s*\([A-Z0-9]{3}(?:-[A-Z0-9]{3})?\)$")


@dataclass(frozen=True)
class Note:
    """One note at an entry: kind, 7th character ("" for other kinds), text."""

    kind: str
    mark: str
    text: str


@dataclass(frozen=True)
class Entry:
    """One line of the tabular list, undotted; `depth_kind` tells chapter and block from categories and codes."""

    code: str
    depth_kind: str
    title: str
    parent: str
    block: str
    chapter: str
    notes: list[Note] = field(default_factory=list)


def read_tabular() -> list[Entry]:
    """All entries in printed order: chapters, blocks, categories, subcategories, codes with 7th characters."""
    import simple_icd_10_cm as tabular

    return list(_chapters(tabular))


def tabular_file() -> str:
    """Name of the package whose file is read, for the source line of a release."""
    return "simple-icd-10-cm"


def _chapters(tabular: Any) -> Iterator[Entry]:
    roots = [code for code in tabular.get_all_codes() if tabular.is_chapter(code)]
    for chapter in roots:
        yield _entry(tabular, chapter, CodeKind.CHAPTER, parent="", block="", chapter=chapter)
        for block in tabular.get_children(chapter):
            yield from _block(tabular, block, chapter)


def _block(tabular: Any, block: str, chapter: str) -> Iterator[Entry]:
    name = block if "-" in block else f"{block}-{block}"
    yield _entry(tabular, block, CodeKind.BLOCK, parent=chapter, block=name, chapter=chapter, stored=name)
    for category in tabular.get_children(block, prioritize_blocks=True):
        yield from _subtree(tabular, category, parent=name, block=name, chapter=chapter)


def _subtree(tabular: Any, code: str, *, parent: str, block: str, chapter: str) -> Iterator[Entry]:
    yield _entry(tabular, code, CodeKind.HEADING, parent=parent, block=block, chapter=chapter)
    for child in tabular.get_children(code):
        yield from _subtree(tabular, child, parent=undotted(code), block=block, chapter=chapter)


def _entry(tabular: Any, code: str, kind: str, *, parent: str, block: str, chapter: str, stored: str = "") -> Entry:
    is_block = kind == CodeKind.BLOCK
    title = _RANGE_AT_END.sub("", tabular.get_description(code, prioritize_blocks=is_block))
    notes = list(_notes(tabular, code, is_block))
    return Entry(stored or undotted(code), kind, title.strip(), parent, block, chapter, notes)


def _notes(tabular: Any, code: str, is_block: bool) -> Iterator[Note]:
    def read(name: str) -> Any:
        return getattr(tabular, f"get_{name}")(code, prioritize_blocks=is_block)

    yield from _texts(NoteKind.NOTE, [read("notes")])
    yield from _texts(NoteKind.INCLUDES, read("includes"))
    yield from _texts(NoteKind.INCLUSION_TERM, read("inclusion_term"))
    yield from _texts(NoteKind.CODE_FIRST, [read("code_first")])
    yield from _texts(NoteKind.USE_ADDITIONAL, [read("use_additional_code")])
    yield from _texts(NoteKind.CODE_ALSO, [read("code_also")])
    yield from _texts(NoteKind.EXCLUDES1, read("excludes1"))
    yield from _texts(NoteKind.EXCLUDES2, read("excludes2"))
    yield from _texts(NoteKind.SEVENTH_CHARACTER_NOTE, [read("seven_chr_note")])
    for mark, text in read("seven_chr_def").items():
        yield from _texts(NoteKind.SEVENTH_CHARACTER, [text], mark)


def _texts(kind: str, texts: list[str], mark: str = "") -> Iterator[Note]:
    for text in texts:
        clean = text.replace("/\t", " or ").replace("\t", " ").lstrip(" ,").strip()
        if clean:
            yield Note(kind, mark, clean)
