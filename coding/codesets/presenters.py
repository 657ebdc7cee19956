"""Codes as pages show them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from coding.codesets.enums import CodeKind, CodeSystem, FoundBy, NoteKind
from coding.codesets.models import Code
from coding.codesets.rules import go_on
from coding.codesets.search.find import Hit
from coding.codesets.selectors import InheritedNote

_SECTIONS = (
    NoteKind.NOTE, NoteKind.INCLUDES, NoteKind.INCLUSION_TERM, NoteKind.INDEX_TERM, NoteKind.EXCLUDES1,
    NoteKind.EXCLUDES2, NoteKind.CODE_FIRST, NoteKind.USE_ADDITIONAL, NoteKind.CODE_ALSO, NoteKind.SEVENTH_CHARACTER_NOTE,
    NoteKind.SEVENTH_CHARACTER,
)  # fmt: skip
_HOW = {
    FoundBy.CODE: "", FoundBy.TITLE: "", FoundBy.INCLUSION_TERM: "inclusion term", FoundBy.INDEX_ENTRY: "index entry",
    FoundBy.SIMILAR: "similar",
}  # fmt: skip


@dataclass(frozen=True)
class HitRow:
    """One line of the results. how: the path by which it was found; for what cannot be reported, how to go on."""

    system: str
    code: str
    display: str
    title: str
    badge: str
    how: str
    billable: bool
    url: str


@dataclass(frozen=True)
class NoteSection:
    """All notes of one kind: lines of (text, where it is printed when it is inherited)."""

    title: str
    lines: list[dict[str, str]]


def hit_rows(hits: Iterable[Hit], on: date) -> list[HitRow]:
    """Search hits as lines."""
    return [
        HitRow(
            hit.system, hit.code, hit.display, hit.title, _badge(hit.system), _how(hit), hit.billable,
            detail_url(hit.system, hit.code, on),
        )
        for hit in hits
    ]  # fmt: skip


def _how(hit: Hit) -> str:
    if not hit.billable:
        return go_on(hit.system, hit.code)
    return f"{_HOW[FoundBy(hit.via)]}: {hit.matched}" if hit.matched else _HOW[FoundBy(hit.via)]


def child_rows(rows: Sequence[Code], titles: Sequence[str], on: date) -> list[HitRow]:
    """Entries below a heading as lines."""
    return [
        HitRow(
            row.system, row.code, row.display, title, "", "" if row.billable else go_on(row.system, row.code), row.billable,
            detail_url(row.system, row.code, on),
        )
        for row, title in zip(rows, titles, strict=True)
    ]  # fmt: skip


def hit_json(hit: Hit) -> dict[str, Any]:
    """A hit for programs."""
    return {
        "system": hit.system, "code": hit.display, "title": hit.title, "score": hit.score, "via": hit.via,
        "billable": hit.billable, "matched": hit.matched,
    }  # fmt: skip


def note_sections(notes: Iterable[InheritedNote]) -> list[NoteSection]:
    """Notes in the order a coder reads them."""
    by_kind: dict[str, list[dict[str, str]]] = {}
    for note in notes:
        at = f"{_shown(note.at)} {note.at_title}".strip() if note.inherited else ""
        head, *rest = note.text.splitlines()
        by_kind.setdefault(note.kind, []).append({"mark": note.mark, "text": head, "rest": "\n".join(rest), "at": at})
    return [NoteSection(kind.label, by_kind[kind]) for kind in _SECTIONS if kind in by_kind]


def detail_url(system: str, code: str, on: date) -> str:
    """Address of an entry as of a day."""
    return f"{reverse('codesets:detail', args=[system, code])}?{urlencode({'on': on.isoformat()})}"


def path_crumbs(path: Sequence[Code], row: Code, on: date) -> list[dict[str, str]]:
    """The way down to an entry."""
    crumbs = [{"label": "Codes", "url": reverse("codesets:search")}]
    crumbs += [{"label": _crumb(each), "url": detail_url(each.system, each.code, on)} for each in path]
    return [*crumbs, {"label": row.display}]


def _crumb(row: Code) -> str:
    return f"Chapter {row.display}" if row.kind == CodeKind.CHAPTER else row.display


def _badge(system: str) -> str:
    return CodeSystem(system).label.partition(" ")[0] if system.startswith("icd10") else CodeSystem(system).label


def _shown(code: str) -> str:
    if code.isdigit():
        return f"Chapter {code}"
    return code if "-" in code or len(code) <= 3 else f"{code[:3]}.{code[3:]}"
