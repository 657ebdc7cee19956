"""Words and links of the books."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.urls import reverse

from coding.codesets.browse import tabular
from coding.codesets.browse.index import Listing, Shelf, Term
from coding.codesets.browse.linked import pieces
from coding.codesets.browse.places import Where
from coding.codesets.browse.references import Found, Reference
from coding.codesets.enums import CodeKind, CodeSystem
from coding.codesets.models import Code
from coding.codesets.official.enums import IndexBook
from coding.codesets.presenters import note_sections
from coding.codesets.rules import PCS_LENGTH, dotted
from coding.codesets.selectors import InheritedNote, shown

COLUMNS = {
    IndexBook.NEOPLASMS: ("Malignant primary", "Malignant secondary", "In situ", "Benign", "Uncertain", "Unspecified"),
    IndexBook.DRUGS: (
        "Poisoning, accidental", "Poisoning, self-harm", "Poisoning, assault", "Poisoning, undetermined",
        "Adverse effect", "Underdosing",
    ),
}  # fmt: skip
_SHORT_BOOKS = {
    IndexBook.DISEASES: "Diseases", IndexBook.EXTERNAL_CAUSES: "External causes", IndexBook.NEOPLASMS: "Neoplasms",
    IndexBook.DRUGS: "Drugs", IndexBook.PCS: "PCS",
}  # fmt: skip
_DEEPEST = 6


def book_tabs(current: IndexBook, at: Where) -> list[dict[str, Any]]:
    """The books as tabs."""
    return [
        {"label": label, "url": at.url("index", book.value), "current": book == current}
        for book, label in _SHORT_BOOKS.items()
    ]


def index_lines(
    shelf: Shelf, terms: Iterable[Term], at: Where, *, paths: bool = False, base: int = 0
) -> list[dict[str, Any]]:
    """Lines of the index. paths: the whole path in place of the title, for lines out of their surroundings.

    base: the level of the line at the left edge.
    """
    pcs_book = shelf.book == IndexBook.PCS
    return [
        {
            "title": term.path if paths else term.title, "nonessential": term.nonessential,
            "level": 0 if paths else max(0, min(term.level - base, _DEEPEST)), "number": term.number,
            "url": at.url("index", shelf.book.value, term=term.number),
            "codes": [leads_to(code, at, pcs_book=pcs_book) for code in term.codes],
            "categories": [leads_to(code, at, pcs_book=pcs_book) for code in term.categories],
            "manifestation": leads_to(term.manifestation, at) if term.manifestation else None,
            "see": _refers("see", term.see, shelf, term, at), "see_also": _refers("also", term.see_also, shelf, term, at),
            "use": term.use,
            "cells": [leads_to(code, at) if code else None for code in _cells(shelf, term)],
        }
        for term in terms
    ]  # fmt: skip


def _cells(shelf: Shelf, term: Term) -> Sequence[str]:
    return (term.cells or [""] * len(COLUMNS[shelf.book])) if shelf.is_table else ()


def _refers(kind: str, text: str, shelf: Shelf, term: Term, at: Where) -> dict[str, str] | None:
    if not text:
        return None
    return {"text": text, "url": at.url("follow", shelf.book.value, term=term.number, kind=kind)}


def leads_to(code: str, at: Where, *, pcs_book: bool = False) -> dict[str, Any]:
    """One code of an index line. An incomplete one opens the tabular list, or the tables, at its beginning."""
    plain = code.rstrip("-")
    if pcs_book:
        whole = len(plain) == PCS_LENGTH
        system, url = CodeSystem.ICD10PCS, at.url("pcs", code=plain)
    else:
        whole = not code.endswith("-")
        system, url = CodeSystem.ICD10CM, at.url("tabular", "icd10cm", at=plain)
    printed = f"{dotted(plain)}{'' if whole or pcs_book else '.-' if len(plain) == 3 else '-'}"
    return {"code": plain, "display": printed, "system": system.value, "whole": whole, "url": url}


def follow_lines(found: Iterable[tuple[Reference, Shelf | None, Found | None]], at: Where) -> list[dict[str, Any]]:
    """Where a reference leads: a line, a category, a book; or why it leads nowhere."""
    return [_followed(reference, shelf, line, at) for reference, shelf, line in found]


def _followed(reference: Reference, shelf: Shelf | None, line: Found | None, at: Where) -> dict[str, Any]:
    told: dict[str, Any] = {"text": reference.text, "url": "", "note": ""}
    if reference.codes:
        return {**told, "url": at.url("tabular", "icd10cm", at=reference.codes[0]), "note": "tabular list"}
    if reference.advice:
        return {**told, "note": "It tells what to look for: search the index for it."}
    if shelf is None:
        return {**told, "note": f"{_SHORT_BOOKS[reference.book]}: this book is not loaded for the day."}
    if reference.whole_book:
        return {**told, "url": at.url("index", shelf.book.value), "note": _SHORT_BOOKS[shelf.book]}
    if line is None:
        return {**told, "note": "No such entry in the loaded book."}
    note = "" if line.exact else "nearest entry above"
    return {**told, "url": at.url("index", shelf.book.value, term=line.number), "note": note}


def page_of(shelf: Shelf, listing: Listing, at: Where, **asked: str | int) -> str:
    """Address of the lines after these, "" at the end."""
    return at.url("index", shelf.book.value, **asked, after=listing.more) if listing.more is not None else ""


def tree_lines(entries: Iterable[tabular.Entry], at: Where) -> list[dict[str, Any]]:
    """Lines of the tabular tree."""
    return [
        {
            "id": f"t-{each.row.system}-{each.row.code}", "display": tabular_name(each.row), "title": each.title,
            "level": each.level, "indent": min(each.level, _DEEPEST), "current": each.current, "open": each.open,
            "leaf": each.leaf, "url": at.url("tabular", each.row.system, at=each.row.code),
            "children": at.url("branch", each.row.system, at=each.row.code, level=each.level + 1),
        }
        for each in entries
    ]  # fmt: skip


def tabular_name(row: Code) -> str:
    """How the tree names an entry: its code, "Chapter 9"."""
    return f"Chapter {row.code}" if row.kind == CodeKind.CHAPTER and row.system == CodeSystem.ICD10CM else row.display


def linked_notes(notes: Iterable[InheritedNote], at: Where) -> list[dict[str, Any]]:
    """Notes by kind, each in pieces, so that the codes in it are links; where it is printed when inherited."""
    return [
        {
            "title": section.title,
            "lines": [
                {
                    "mark": line["mark"], "at": line["at"],
                    "pieces": [
                        {"text": piece.text, "url": at.url("tabular", "icd10cm", at=piece.code) if piece.code else ""}
                        for piece in pieces(" ".join([line["text"], *line["rest"].split("\n")]).strip())
                    ],
                }
                for line in section.lines
            ],
        }
        for section in note_sections(notes)
    ]  # fmt: skip


def seventh_lines(found: Iterable[tabular.Seventh], at: Where) -> list[dict[str, Any]]:
    """7th characters to choose from, each with the complete code."""
    return [
        {
            "character": each.character, "meaning": each.meaning, "code": each.code, "display": dotted(each.code),
            "url": at.url("tabular", "icd10cm", at=each.code),
        }
        for each in found
    ]  # fmt: skip


def flat_lines(rows: Sequence[Code], titles: Sequence[str]) -> list[dict[str, str]]:
    """Lines of a flat code set."""
    pairs = zip(rows, titles, strict=True)
    return [{"code": row.code, "display": shown(row.system, row.code), "title": title} for row, title in pairs]


def letter_links(view: str, name: str, letters: Iterable[str], current: str, at: Where) -> list[dict[str, Any]]:
    """The letters of a book or a flat code set."""
    return [{"label": each, "url": at.url(view, name, letter=each), "current": each == current} for each in letters]


def set_tabs(current: CodeSystem, at: Where) -> list[dict[str, Any]]:
    """The code sets that can be browsed, as tabs; ICD-10-PCS also has its tables."""
    names = {
        CodeSystem.ICD10CM: "ICD-10-CM",
        CodeSystem.ICD10PCS: "ICD-10-PCS",
        CodeSystem.HCPCS: "HCPCS",
        CodeSystem.CPT: "CPT",
    }
    return [
        {"label": label, "url": at.url("tabular", system.value), "current": system == current}
        for system, label in names.items()
    ]


def came_from(term: Term, shelf: Shelf, at: Where, text: str) -> dict[str, str]:
    """The line whose reference was followed, so that one key leads back."""
    return {"label": term.path, "text": text, "url": at.url("index", shelf.book.value, term=term.number)}


def crumbs(label: str) -> list[Mapping[str, str]]:
    """The way to a page of the books."""
    return [{"label": "Codes", "url": reverse("codesets:search")}, {"label": label}]
