"""Reads of the tabular list as a book: where an entry stands, what is beside and below it, its 7th characters. No patient data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from coding.codesets.enums import CodeKind, CodeSystem, NoteKind
from coding.codesets.models import Code
from coding.codesets.rules import CM_LENGTH
from coding.codesets.selectors import InheritedNote, children, notes_for, path_of, shown_titles

BROWSED = (CodeSystem.ICD10CM, CodeSystem.ICD10PCS, CodeSystem.HCPCS, CodeSystem.CPT)
MOST_LISTED = 400


@dataclass(frozen=True)
class Entry:
    """One line of the tree. level: from 1, as the tree shows it."""

    row: Code
    title: str
    level: int
    current: bool = False
    open: bool = False

    @property
    def leaf(self) -> bool:
        return self.row.kind == CodeKind.CODE


@dataclass(frozen=True)
class Seventh:
    """One 7th character that may be chosen: the code it completes, and what the character means."""

    character: str
    meaning: str
    code: str


@dataclass(frozen=True)
class Place:
    """An entry in its surroundings. tree: path, siblings and children, as the tree shows them; notes: inherited ones too.

    previous, following: the entries before and behind it at the same level of the same heading.
    """

    row: Code
    title: str
    path: Sequence[Code]
    tree: Sequence[Entry]
    notes: Sequence[InheritedNote]
    sevenths: Sequence[Seventh]
    previous: Code | None
    following: Code | None


def roots(system: str, on: date) -> list[Entry]:
    """The chapters (sections) of a code set; for a flat set its first letters stand in `letters_of`."""
    rows = children(system, "", on)[:MOST_LISTED]
    return [Entry(row, title, 1) for row, title in zip(rows, shown_titles(rows, on=on), strict=True)]


def opened(row: Code, *, on: date, level: int) -> list[Entry]:
    """What is directly below an entry, as lines of the tree at `level`. At most two queries."""
    rows = children(row.system, row.code, on)[:MOST_LISTED]
    return [Entry(each, title, level) for each, title in zip(rows, shown_titles(rows, on=on), strict=True)]


def place_of(row: Code, *, on: date) -> Place:
    """An entry with path, siblings, children and notes. Eight queries at most."""
    path = path_of(row, on=on)
    beside = children(row.system, row.parent, on) if row.parent else children(row.system, "", on)
    below = children(row.system, row.code, on) if row.kind != CodeKind.CODE else []
    siblings = beside[:MOST_LISTED] if row in beside[:MOST_LISTED] else [row]
    rows = [*path, *siblings, *below[:MOST_LISTED]]
    titles = dict(zip([each.pk for each in rows], shown_titles(rows, on=on), strict=True))
    notes = notes_for(row, on=on)
    at = siblings.index(row)
    return Place(
        row, titles[row.pk], path, _tree(row, path, siblings, below[:MOST_LISTED], titles), notes,
        sevenths(row, below, notes),
        siblings[at - 1] if at else None, siblings[at + 1] if at + 1 < len(siblings) else None,
    )  # fmt: skip


def _tree(
    row: Code, path: Sequence[Code], siblings: Sequence[Code], below: Sequence[Code], titles: dict[int, str]
) -> list[Entry]:
    found = [Entry(each, titles[each.pk], place + 1, open=True) for place, each in enumerate(path)]
    level = len(path) + 1
    for each in siblings:
        mine = each == row
        found.append(Entry(each, titles[each.pk], level, current=mine, open=mine and bool(below)))
        if mine:
            found += [Entry(child, titles[child.pk], level + 1) for child in below]
    return found


def sevenths(row: Code, below: Sequence[Code], notes: Sequence[InheritedNote]) -> list[Seventh]:
    """The 7th characters an incomplete code takes, each with its complete code: X fills what is missing.

    Only codes of the release are offered, so that no other character, and no code without its X, can be chosen.
    Source: ICD-10-CM Official Guidelines, sections I.A.4 and I.A.5.
    """
    meanings = {note.mark: note.text for note in notes if note.kind == NoteKind.SEVENTH_CHARACTER}
    stem = row.code.ljust(CM_LENGTH - 1, "X")
    complete = [each for each in below if len(each.code) == CM_LENGTH and each.code.startswith(stem)]
    if row.system != CodeSystem.ICD10CM or not complete:
        return []
    return [Seventh(each.code[-1], meanings.get(each.code[-1], ""), each.code) for each in complete]


def letters_of(system: str, on: date) -> list[str]:
    """The first characters of a flat code set, such as HCPCS."""
    codes = Code.objects.on(on).filter(system=system, kind=CodeKind.CODE).values_list("code", flat=True)
    return sorted({code[:1] for code in codes})


def of_letter(system: str, beginning: str, on: date, *, after: str = "") -> tuple[list[Code], str]:
    """Codes that begin with these characters, and the code to go on after ("" at the end)."""
    rows = Code.objects.on(on).filter(system=system, kind=CodeKind.CODE, code__startswith=beginning, code__gt=after)
    found = list(rows.order_by("code")[: MOST_LISTED + 1])
    return found[:MOST_LISTED], found[MOST_LISTED - 1].code if len(found) > MOST_LISTED else ""
