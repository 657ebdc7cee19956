"""Reads of the alphabetic books: the official edition of a day, or the index HIMS makes itself. No patient data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from coding.codesets.browse.models import OwnIndexBuild, OwnIndexTerm
from coding.codesets.browse.references import Child, Found, Reference, references, resolve
from coding.codesets.official.enums import IndexBook
from coding.codesets.official.models import CodeSetLoad, IndexTerm
from coding.codesets.official.selectors import edition_on

PAGE_SIZE = 200
MOST_HITS = 120
OWN_BOOKS = (IndexBook.DISEASES, IndexBook.EXTERNAL_CAUSES)
TABLES = (IndexBook.NEOPLASMS, IndexBook.DRUGS)


@dataclass(frozen=True)
class Term:
    """One line of a book."""

    number: int
    parent: int | None
    level: int
    title: str
    path: str
    codes: Sequence[str] = ()
    nonessential: str = ""
    categories: Sequence[str] = ()
    manifestation: str = ""
    see: str = ""
    see_also: str = ""
    use: str = ""
    cells: Sequence[str] = ()


@dataclass(frozen=True)
class Shelf:
    """One book as it holds on a day. edition: None for the index HIMS makes; rows: its lines, narrowed to the day."""

    book: IndexBook
    edition: CodeSetLoad | None
    rows: QuerySet[Any]

    @property
    def own(self) -> bool:
        return self.edition is None

    @property
    def is_table(self) -> bool:
        return self.book in TABLES


@dataclass(frozen=True)
class Listing:
    """Lines to show. more: the number to go on after, None at the end."""

    terms: list[Term] = field(default_factory=list)
    more: int | None = None


def open_book(book: IndexBook, on: date) -> Shelf | None:
    """The book of a day: the official edition, else ours; None when there is neither."""
    edition = edition_on(book, on)
    if edition is not None:
        return Shelf(book, edition, IndexTerm.objects.filter(load=edition).order_by("number"))
    build = OwnIndexBuild.objects.order_by("-pk").first() if book in OWN_BOOKS else None
    if build is None:
        return None
    return Shelf(book, None, OwnIndexTerm.objects.on(on).filter(build=build, book=book).order_by("number"))


def letters(shelf: Shelf) -> list[str]:
    """The letters a book has, in its order."""
    found = shelf.rows.filter(parent=None).order_by("letter").values_list("letter", flat=True).distinct()
    return list(found)


def of_letter(shelf: Shelf, letter: str, *, after: int = -1) -> Listing:
    """Main terms of a letter; a table shows its subterms with them."""
    rows = shelf.rows.filter(letter=letter, number__gt=after)
    if not shelf.is_table:
        rows = rows.filter(parent=None)
    return _listing(rows)


def below(shelf: Shelf, number: int, *, after: int = -1) -> Listing:
    """A term and everything under it, in printed order."""
    top = shelf.rows.filter(number=number).first()
    if top is None:
        return Listing()
    end = _end(shelf, top.number, top.level)
    rows = shelf.rows.filter(number__gte=number, number__gt=after)
    return _listing(rows.filter(number__lt=end) if end is not None else rows)


def _end(shelf: Shelf, number: int, level: int) -> int | None:
    """The number of the next line that is not under this one."""
    later = shelf.rows.filter(number__gt=number, level__lte=level)
    return later.values_list("number", flat=True).first()


def _listing(rows: QuerySet[Any]) -> Listing:
    found = list(rows[: PAGE_SIZE + 1])
    more = found[PAGE_SIZE - 1].number if len(found) > PAGE_SIZE else None
    return Listing([_term(row) for row in found[:PAGE_SIZE]], more)


def search(shelf: Shelf, text: str) -> Listing:
    """Main terms by the beginning of their first word, narrowed by beginnings of words of the subterms.

    `"frac femur neck"` lists the lines under Fracture whose path has words beginning with femur and neck; the shortest first.
    """
    words = text.replace(",", " ").split()
    if not words:
        return Listing()
    first, *rest = words
    mains = list(shelf.rows.filter(parent=None, title__istartswith=first)[: MOST_HITS + 1])
    if shelf.book == IndexBook.NEOPLASMS and not mains:
        return Listing([_term(row) for row in _named(shelf, [first, *rest])])
    if not rest:
        return Listing([_term(row) for row in mains[:MOST_HITS]])
    spans = _spans(shelf, mains)
    return Listing([_term(row) for row in _named(shelf, rest, within=spans)]) if spans else Listing()


def _spans(shelf: Shelf, mains: Sequence[Any]) -> Q | None:
    """The lines under these main terms: from each one to the next main term."""
    numbers = [row.number for row in mains]
    if not numbers:
        return None
    starts = list(shelf.rows.filter(parent=None, number__gte=numbers[0]).values_list("number", flat=True))
    after = dict(zip(starts, [*starts[1:], None], strict=True))
    found = Q()
    for number in numbers:
        end = after.get(number)
        found |= Q(number__gte=number) & (Q(number__lt=end) if end is not None else Q())
    return found


def _named(shelf: Shelf, words: Sequence[str], *, within: Q | None = None) -> list[Any]:
    rows = shelf.rows if within is None else shelf.rows.filter(within)
    for word in words:
        rows = rows.filter(path__icontains=word)
    wanted = [word.lower() for word in words]
    found = [row for row in rows[: MOST_HITS * 5] if _begins(row.path, wanted)]
    return sorted(found, key=lambda row: (not row.codes, len(row.path), row.number))[:MOST_HITS]


def _begins(path: str, wanted: Sequence[str]) -> bool:
    words = path.lower().replace("(", " ").replace(",", " ").replace("-", " - ").split()
    return all(any(word.startswith(each) for word in words) or "-" in each for each in wanted)


def line_at(shelf: Shelf, number: int) -> Term | None:
    """One line of a book."""
    row = shelf.rows.filter(number=number).first()
    return _term(row) if row is not None else None


def path_to(shelf: Shelf, number: int) -> list[Term]:
    """The lines above a line, main term first. As many queries as the book is deep, nine at most."""
    found: list[Term] = []
    row = shelf.rows.filter(number=number).first()
    while row is not None and row.parent is not None:
        row = shelf.rows.filter(number=row.parent).first()
        if row is not None:
            found.insert(0, _term(row))
    return found


def leads_to(text: str, book: IndexBook, on: date) -> list[tuple[Reference, Shelf | None, Found | None]]:
    """Where the words of a `see` lead on a day; what one book lacks is looked for among the diseases."""
    return [_followed(each, on) for each in references(text, book)]


def _followed(reference: Reference, on: date) -> tuple[Reference, Shelf | None, Found | None]:
    shelf = open_book(reference.book, on)
    if not reference.parts:
        return reference, shelf, None
    found = resolve(reference.parts, children_of(shelf)) if shelf else None
    if found is None and reference.book != IndexBook.DISEASES:
        diseases = open_book(IndexBook.DISEASES, on)
        other = resolve(reference.parts, children_of(diseases)) if diseases else None
        if other is not None:
            return reference, diseases, other
    return reference, shelf, found


def children_of(shelf: Shelf) -> Any:
    """What `resolve` asks of a book, one query a step."""

    def ask(number: int | None, word: str) -> list[Child]:
        rows = shelf.rows.filter(parent=number)
        if number is None:
            rows = rows.filter(title__istartswith=word)
        return list(rows.values_list("number", "title"))

    return ask


def dangling(book: IndexBook, on: date) -> list[tuple[str, str]]:
    """References of a book that lead nowhere on a day, as (line, what it names). Reads the books once."""
    trees: dict[IndexBook, Any] = {}

    def find(reference: Reference) -> bool:
        for each in dict.fromkeys((reference.book, IndexBook.DISEASES)):
            if each not in trees:
                shelf = open_book(each, on)
                trees[each] = _in_memory(shelf.rows.values_list("number", "parent", "title")) if shelf else None
            if trees[each] is not None and resolve(reference.parts, trees[each]):
                return True
        return False

    shelf = open_book(book, on)
    if shelf is None or shelf.own:
        return []
    rows = shelf.rows.exclude(see="", see_also="").values_list("path", "see", "see_also")
    return [
        (path, reference.text)
        for path, see, also in rows
        for reference in references("; ".join(filter(None, (see, also))), book)
        if reference.parts and not find(reference)
    ]


def _in_memory(rows: Iterable[tuple[int, int | None, str]]) -> Any:
    children: dict[int | None, list[Child]] = {}
    for number, parent, title in rows:
        children.setdefault(parent, []).append((number, title))

    def ask(number: int | None, word: str) -> list[Child]:
        below_it = children.get(number, [])
        return [each for each in below_it if number is not None or each[1].lower().startswith(word.lower())]

    return ask


def _term(row: Any) -> Term:
    if isinstance(row, OwnIndexTerm):
        return Term(row.number, row.parent, row.level, row.title, row.path, row.codes)
    return Term(
        row.number, row.parent, row.level, row.title, row.path, row.codes, row.nonessential, row.categories,
        row.manifestation, row.see, row.see_also, row.use, row.cells,
    )  # fmt: skip
