"""Builds the index of a code set from its documents. Pure."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from coding.codesets.search.index import SystemIndex
from coding.codesets.search.text import Marked, marked_words


@dataclass
class Document:
    """One reportable code: its phrases (title first, then inclusion terms), and phrases of the headings above it.

    A phrase is given in parts that are read one after the other, since many phrases share parts.

    valid_from, valid_to: ordinals of days, inclusive.
    """

    code: str
    phrases: Sequence[tuple[str, ...]]
    contexts: Sequence[str] = field(default_factory=tuple)
    valid_from: int = 0
    valid_to: int = 0


def build(system: str, documents: Sequence[Document]) -> SystemIndex:
    """The index over all documents."""
    memory: dict[str, list[Marked]] = {}
    phrases = [[_phrase(parts, memory) for parts in document.phrases] for document in documents]
    contexts = [{each.word for text in document.contexts for each in _words(text, memory)} for document in documents]
    vocabulary = sorted({each.word for phrase in memory.values() for each in phrase})
    number = {word: position for position, word in enumerate(vocabulary)}
    own = [sorted({number[word] for phrase in each for word, _ in phrase}) for each in phrases]
    inherited = [sorted({number[word] for word in each} - set(mine)) for each, mine in zip(contexts, own, strict=True)]
    flat = [phrase for each in phrases for phrase in each]
    index = SystemIndex(
        system,
        [document.code for document in documents],
        vocabulary,
        array("I", (document.valid_from for document in documents)),
        array("I", (document.valid_to for document in documents)),
        *_inverted(own, len(vocabulary)),
        *_inverted(inherited, len(vocabulary)),
        _starts(len(each) for each in phrases),
        _starts(len(phrase) for phrase in flat),
        array("I", (number[word] for phrase in flat for word, _ in phrase)),
        array("B", (marks for phrase in flat for _, marks in phrase)),
        _starts(len(each) for each in inherited),
        array("I", (word for each in inherited for word in each)),
        array("f"),
    )
    index.phrase_costs = index.sum_costs()
    return index


def _phrase(parts: Sequence[str], memory: dict[str, list[Marked]]) -> list[Marked]:
    if len(parts) == 1:
        return _words(parts[0], memory)
    found: dict[str, int] = {}
    for part in parts:
        for word, marks in _words(part, memory):
            found[word] = found.get(word, marks) & marks
    return [Marked(word, marks) for word, marks in found.items()]


def _words(text: str, memory: dict[str, list[Marked]]) -> list[Marked]:
    found = memory.get(text)
    if found is None:
        found = memory[text] = marked_words(text)
    return found


def _starts(sizes: Iterable[int]) -> array[int]:
    return array("I", accumulate(sizes, initial=0))


def _inverted(documents: Sequence[Sequence[int]], size: int) -> tuple[array[int], array[int]]:
    lists: list[list[int]] = [[] for _ in range(size)]
    for document, numbers in enumerate(documents):
        for word in numbers:
            lists[word].append(document)
    return _starts(len(each) for each in lists), array("I", (document for each in lists for document in each))
