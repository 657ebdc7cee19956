"""What is searched, read from the tables: titles, inclusion terms, index entries, and the headings above."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from coding.codesets.enums import CodeKind, CodeSystem, NoteKind
from coding.codesets.models import Code, CodeNote
from coding.codesets.search.build import Document
from coding.codesets.search.index import OPEN_END
from coding.codesets.search.text import raw_words

SEARCHED = (CodeSystem.ICD10CM, CodeSystem.ICD10PCS)
_TERMS = (NoteKind.INCLUSION_TERM, NoteKind.INCLUDES, NoteKind.INDEX_TERM)
_SHORTEST_CONTEXT = 3
_MOST_PHRASES = 4


class _Row(NamedTuple):
    code: str
    kind: str
    title: str
    valid_from: int
    valid_to: int


def documents(system: CodeSystem) -> list[Document]:
    """One document for each reportable code and span of a code set."""
    rows = list(_rows(system))
    titles = {row.code: row.title for row in rows if row.title}
    terms = _terms(system)
    return [_document(row, titles, terms) for row in rows if row.kind == CodeKind.CODE]


def _rows(system: CodeSystem) -> Iterator[_Row]:
    fields = Code.objects.filter(system=system).order_by("position", "valid_from")
    for code, kind, title, first, last in fields.values_list("code", "kind", "long_title", "valid_from", "valid_to"):
        yield _Row(code, kind, title, first.toordinal(), last.toordinal() if last else OPEN_END)


def _terms(system: CodeSystem) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    notes = CodeNote.objects.filter(system=system, kind__in=_TERMS).order_by("code", "position")
    for code, text in notes.values_list("code", "text"):
        found[code].append(text)
    return found


def _document(row: _Row, titles: Mapping[str, str], terms: Mapping[str, list[str]]) -> Document:
    above = [row.code[:length] for length in range(len(row.code) - 1, _SHORTEST_CONTEXT - 1, -1)]
    phrases: list[tuple[str, ...]] = [(row.title,), *((term,) for term in terms.get(row.code, ()))]
    inherited = [titles[code] for code in above if code in titles]
    for code in above:
        inherited += terms.get(code, ())
        phrases += filter(None, (retell(row.title, titles.get(code), term) for term in terms.get(code, ())))
    return Document(row.code, phrases[:_MOST_PHRASES], inherited, row.valid_from, row.valid_to)


def retell(title: str, heading: str | None, term: str) -> tuple[str, ...]:
    """The title with the words of a heading replaced by one of the heading's terms.

    Heading "Fracture of unspecified part of neck of femur" also means "Fracture of hip NOS": its code for the right
    side is then "Fracture of hip NOS right ...". Where the characters have no heading of their own (index entries of
    ICD-10-PCS), the term stands for the title up to its first comma. Empty when there is no title, or when it does not
    repeat its heading.
    """
    if not title:
        return ()
    if heading is None:
        return term, title.partition(", ")[2]
    told, of_heading = _said(title), set(_said(heading))
    if not of_heading or not of_heading <= set(told):
        return ()
    return term, " ".join(word for word in told if word not in of_heading)


@lru_cache(maxsize=200_000)
def _said(text: str) -> list[str]:
    return raw_words(text)


def fingerprint_parts(releases: Iterable[Sequence[object]]) -> str:
    """The releases the index is built from, as one line."""
    return " ".join(str(part) for release in releases for part in release)
