"""What each code is called: title, inclusion terms, index entries, and the same told of a code below a heading. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from coding.codesets.search.build import TITLE, Document, Phrase
from coding.codesets.search.text import raw_words

SHORTEST_CONTEXT = 3
MOST_OWN = 24
MOST_RETOLD = 8
HALF_COST = 1.0
_LONGEST_PAIR = 5


class Entry(NamedTuple):
    """One row of a code set: a reportable code or a heading. Days as ordinals; title "" where none is known."""

    code: str
    reportable: bool
    title: str
    shown: str
    valid_from: int
    valid_to: int


@dataclass
class Names:
    """Titles of a code set by code, and terms as (kind of phrase, text) by the code or heading they lead to."""

    titles: Mapping[str, str]
    terms: Mapping[str, Sequence[tuple[int, str]]] = field(default_factory=dict)


def documents(system: str, entries: Iterable[Entry], names: Names) -> Iterator[Document]:
    """One document for each entry."""
    for entry in entries:
        if entry.reportable:
            yield _document(system, entry, names)
        else:
            yield Document(system, entry.code, entry.shown, (), (), entry.valid_from, entry.valid_to)


def _document(system: str, entry: Entry, names: Names) -> Document:
    above = [entry.code[:length] for length in range(len(entry.code) - 1, SHORTEST_CONTEXT - 1, -1)]
    contexts = [names.titles[code] for code in above if code in names.titles]
    contexts += [text for code in above for _, text in names.terms.get(code, ())]
    own = [Phrase((text,), kind) for kind, text in names.terms.get(entry.code, ())[:MOST_OWN]]
    halves = [Phrase((half,), TITLE, HALF_COST) for half in halves_of(entry.title)]
    phrases = [Phrase((entry.title,), TITLE), *halves, *own, *_retold(entry.title, above, names)]
    return Document(system, entry.code, entry.shown, phrases, contexts, entry.valid_from, entry.valid_to)


def halves_of(title: str) -> list[str]:
    """Either name of a short title that joins two: "Hypo-osmolality and hyponatremia"; none for other titles."""
    for joint in (" and ", " or "):
        first, found, second = title.partition(joint)
        if found and "," not in title and joint not in second and len(title.split()) <= _LONGEST_PAIR:
            return [first, second]
    return []


def _retold(title: str, above: Sequence[str], names: Names) -> list[Phrase]:
    found: list[Phrase] = []
    for code in above:
        for kind, text in names.terms.get(code, ()):
            if len(found) == MOST_RETOLD:
                return found
            if parts := retell(title, names.titles.get(code), text):
                found.append(Phrase(parts, kind))
    return found


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
    told, of_heading = _said(title), frozenset(_said(heading))
    if not of_heading or not of_heading <= set(told):
        return ()
    return term, " ".join(word for word in told if word not in of_heading)


@lru_cache(maxsize=200_000)
def _said(text: str) -> tuple[str, ...]:
    return tuple(raw_words(text))
