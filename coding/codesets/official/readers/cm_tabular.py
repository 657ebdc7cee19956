"""The tabular list of ICD-10-CM: hierarchy, titles, notes, 7th characters. Pure.

Form of the file: chapter (name, desc) > section (id, desc) > diag (name, desc) with diag inside; notes stand in includes,
inclusionTerm, codeFirst, useAdditionalCode, codeAlso, excludes1, excludes2, notes, sevenChrNote (each with `note`) and
sevenChrDef (extension char). The list does not print codes with a 7th character: which of them can be reported is told
by the order file alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from coding.codesets.enums import CodeKind, NoteKind
from coding.codesets.official.parsed import CodeEntry, NoteEntry, Parsed, Progress, fit, refuse
from coding.codesets.official.readers.cm_index import year_of
from coding.codesets.rules import CM_LENGTH, is_cm_shaped, undotted, with_seventh_character
from hims.lib.xml_reader import Node, records

ROOT = "ICD10CM.tabular"
_RANGE_AT_END = re.compile(r"\s*\([A-Z0-9]{3}(?:-[A-Z0-9]{3})?\)$")
_SECTION = re.compile(r"[A-Z][0-9A-Z]{2}(?:-[A-Z][0-9A-Z]{2})?\Z")
_KINDS = {
    "notes": NoteKind.NOTE,
    "includes": NoteKind.INCLUDES,
    "inclusionTerm": NoteKind.INCLUSION_TERM,
    "codeFirst": NoteKind.CODE_FIRST,
    "useAdditionalCode": NoteKind.USE_ADDITIONAL,
    "codeAlso": NoteKind.CODE_ALSO,
    "excludes1": NoteKind.EXCLUDES1,
    "excludes2": NoteKind.EXCLUDES2,
    "sevenChrNote": NoteKind.SEVENTH_CHARACTER_NOTE,
}
_ORDER = list(_KINDS)
_ONE_INSTRUCTION = {"notes", "codeFirst", "useAdditionalCode", "codeAlso", "sevenChrNote"}
Seventh = dict[str, str]


class _Place:
    """Where the reader stands: the number of the next entry, and the chapter and section it is in."""

    def __init__(self) -> None:
        self.chapter = self.block = ""
        self.entries: dict[str, CodeEntry] = {}
        self.notes: dict[str, list[NoteEntry]] = {}

    def add(self, node: Node, code: str, kind: CodeKind, title: str, parent: str, *, fallback: str = "") -> None:
        if code in self.entries:
            raise refuse(node.line, f"{code} stands in the file twice: {self.entries[code].long!r} and {title!r}.")
        block = "" if kind == CodeKind.CHAPTER else self.block
        self.entries[code] = CodeEntry(
            code, kind.value, "", title, parent, block, self.chapter, len(self.entries), fallback=fallback
        )


def read(content: bytes, progress: Progress | None = None) -> Parsed:
    """The whole list. Raises DomainError with line and code."""
    parsed, place = Parsed(), _Place()
    for node in records(content, root=ROOT, names=("version", "chapter"), progress=progress):
        if node.name == "version":
            parsed.edition, parsed.year = node.words, year_of(node)
        else:
            _chapter(node, place)
    if not place.entries:
        raise refuse(1, "the file holds no chapters. Download it again.")
    parsed.hierarchy, parsed.notes = list(place.entries.values()), place.notes
    parsed.read = len(place.entries) + sum(map(len, place.notes.values()))
    return parsed


def _chapter(node: Node, place: _Place) -> None:
    name = node.words_of("name")
    if not name.isascii() or not name.isdigit() or len(name) > 2:
        raise refuse(node.line, f"a chapter is called {name[:20]!r}; expected is a number.")
    place.chapter, place.block = name, ""
    place.add(node, name, CodeKind.CHAPTER, _title(node), "")
    _keep_notes(node, name, place)
    for section in node.all("section"):
        _section(section, place)


def _section(node: Node, place: _Place) -> None:
    name = node.attributes.get("id", "").strip().upper()
    if not _SECTION.match(name):
        raise refuse(node.line, f"a section has the id {name[:20]!r}; expected are categories such as A00-A09.")
    block = name if "-" in name else f"{name}-{name}"
    place.block = block
    place.add(node, block, CodeKind.BLOCK, _title(node), place.chapter)
    _keep_notes(node, block, place)
    for diag in node.all("diag"):
        _diag(diag, place, block, {})


def _diag(node: Node, place: _Place, parent: str, seventh: Seventh) -> None:
    code = undotted(node.words_of("name"))
    if not is_cm_shaped(code) or not (parent == place.block or code.startswith(parent)):
        raise refuse(node.line, f"{code[:20]!r} below {parent} is no ICD-10-CM code of that place.")
    own = _seventh(node, code)
    seventh = own or seventh
    below = node.all("diag")
    leaf = not below
    extended = leaf and bool(seventh) and len(code) < CM_LENGTH
    title = _title(node)
    place.add(node, code, CodeKind.CODE if leaf and not extended else CodeKind.HEADING, title, parent)
    _keep_notes(node, code, place)
    if extended:
        for mark, words in seventh.items():
            whole = with_seventh_character(code, mark)
            place.add(node, whole, CodeKind.CODE, "", code, fallback=f"{title}, {words}"[:400])
    for child in below:
        _diag(child, place, code, seventh)


def _title(node: Node) -> str:
    title = _RANGE_AT_END.sub("", node.words_of("desc")).strip()
    if not title:
        raise refuse(node.line, f"{node.words_of('name') or node.attributes.get('id', '')} has no title.")
    return fit(title, 400, node.line, "the title")


def _seventh(node: Node, code: str) -> Seventh:
    found: Seventh = {}
    for definition in node.all("sevenChrDef"):
        for each in definition.all("extension"):
            mark = each.attributes.get("char", "").upper()
            if len(mark) != 1 or not mark.isalnum() or not each.words:
                raise refuse(
                    each.line, f"{code} defines the 7th character {mark[:10]!r} without one character and words."
                )
            found[mark] = each.words
    return found


def _keep_notes(node: Node, code: str, place: _Place) -> None:
    notes = [*_notes(node), *_seventh_notes(node, code)]
    if notes:
        place.notes[code] = notes


def _notes(node: Node) -> Iterator[NoteEntry]:
    """One note a line; lines that make one instruction together stay one note."""
    for name in _ORDER:
        lines = [note.words.lstrip(" ,") for holder in node.all(name) for note in holder.all("note")]
        texts = ["\n".join(filter(None, lines))] if name in _ONE_INSTRUCTION else lines
        yield from (NoteEntry(_KINDS[name].value, "", text) for text in texts if text)


def _seventh_notes(node: Node, code: str) -> Iterator[NoteEntry]:
    for mark, words in _seventh(node, code).items():
        yield NoteEntry(NoteKind.SEVENTH_CHARACTER.value, mark, words)
