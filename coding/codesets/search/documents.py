"""What is searched, read from the tables: titles, inclusion terms and index entries, code set by code set."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from coding.codesets.enums import CodeKind, CodeSystem, NoteKind
from coding.codesets.models import Code, CodeNote
from coding.codesets.official.enums import IndexBook
from coding.codesets.official.models import CodeSetLoad, IndexTerm
from coding.codesets.rules import ancestors_by_prefix
from coding.codesets.search.build import INCLUSION, INDEX, Document
from coding.codesets.search.index import OPEN_END
from coding.codesets.search.phrases import Entry, Names
from coding.codesets.search.phrases import documents as documents_of
from coding.codesets.selectors import UNTITLED

SEARCHED = tuple(system for system in CodeSystem.values if system in {"icd10cm", "icd10pcs", "hcpcs", "cpt"})
"""The code sets of the one search box, those with no release loaded being empty."""
_KINDS = {
    NoteKind.INCLUSION_TERM: INCLUSION,
    NoteKind.INCLUDES: INCLUSION,
    NoteKind.INDEX_TERM: INDEX,
}  # fmt: skip
# What the columns 2 to 7 of the two tables stand for; whoever looks for a drug says what it did.
_CELLS = {
    IndexBook.DRUGS: (
        "poisoning accidental", "poisoning intentional self harm", "poisoning assault", "poisoning undetermined",
        "adverse effect", "underdosing",
    ),
    IndexBook.NEOPLASMS: (
        "malignant primary", "malignant secondary", "carcinoma in situ", "benign", "uncertain behavior",
        "unspecified behavior",
    ),
}  # fmt: skip
Terms = dict[str, list[tuple[int, str]]]


def all_documents() -> Iterator[Document]:
    """One document for each reportable code and heading and span of all searched code sets."""
    for system in SEARCHED:
        yield from documents(system)


def documents(system: str) -> Iterator[Document]:
    """The documents of one code set."""
    fields = Code.objects.filter(system=system).order_by("position", "valid_from")
    rows = list(fields.values_list("code", "kind", "long_title", "parent", "valid_from", "valid_to"))
    titles = {code: title for code, _, title, *_ in rows if title}
    entries = (
        Entry(
            code, kind == CodeKind.CODE, title, title or _borrowed(code, parent, titles), first.toordinal(),
            last.toordinal() if last else OPEN_END,
        )
        for code, kind, title, parent, first, last in rows
    )  # fmt: skip
    return documents_of(system, entries, Names(titles, terms(system)))


def _borrowed(code: str, parent: str, titles: Mapping[str, str]) -> str:
    above = [each for each in [*ancestors_by_prefix(code), parent] if each in titles]
    return f"{titles[above[0]] if above else ''} {UNTITLED}".strip()


def terms(system: str) -> Terms:
    """Further names of codes and headings, in printed order: inclusion terms first, then entries of the loaded indexes."""
    found: dict[str, dict[tuple[int, str], None]] = defaultdict(dict)  # each once, in order
    notes = CodeNote.objects.filter(system=system, kind__in=list(_KINDS)).order_by("code", "position")
    for code, kind, text in notes.values_list("code", "kind", "text"):
        found[code][_KINDS[NoteKind(kind)], text] = None
    for code, words in _index_entries(system):
        found[code][INDEX, words] = None
    return {code: list(each) for code, each in found.items()}


def _index_entries(system: str) -> Iterator[tuple[str, str]]:
    """Code (or the beginning of codes an incomplete entry leads to) and the words that lead there, from official books."""
    books = [book for book in IndexBook if book.value.startswith(system)]
    rows = IndexTerm.objects.filter(load__in=CodeSetLoad.objects.in_force(), book__in=books).order_by("load", "number")
    for book, path, codes, cells in rows.values_list("book", "path", "codes", "cells").iterator():
        for code in codes:
            yield code.rstrip("-"), path
        for code, column in zip(cells, _CELLS.get(IndexBook(book), ()), strict=False):
            if code:
                yield code.rstrip("-"), f"{path} {column}"


def fingerprint_parts(releases: Iterable[Sequence[object]]) -> str:
    """The releases the index is built from, as one line."""
    return " ".join(str(part) for release in releases for part in release)
