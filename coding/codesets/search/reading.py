"""Words of a query that were run together, taken apart with the help of the words an index has. Pure."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from coding.codesets.search.index import CodeIndex
from coding.codesets.search.text import Marked, stem

_LETTERS_AND_FIGURE = re.compile(r"([a-z]{3,})([0-9]+)\Z")
_SHORTEST_PART = 3
_SHORTEST_PAIR = 7


def read(index: CodeIndex, query: Sequence[Marked]) -> list[Marked]:
    """The query with `hipfracture` as `hip` and `fracture`, `stage4` as `stage` and `4`, as far as the index knows them."""
    found: dict[str, int] = {}
    for each in query:
        for word in _parts(index, each.word):
            found[word] = found.get(word, each.marks) & each.marks
    return [Marked(word, marks) for word, marks in found.items()]


def _parts(index: CodeIndex, word: str) -> Sequence[str]:
    if word in index.numbers or _begins_a_word(index, word):
        return [word]
    if (figure := _LETTERS_AND_FIGURE.match(word)) and stem(figure[1]) in index.numbers:
        return [stem(figure[1]), figure[2]]
    if not word.isalpha() or len(word) < _SHORTEST_PAIR:
        return [word]
    return max(_pairs(index, word), key=lambda pair: min(map(len, pair)), default=[word])


def _begins_a_word(index: CodeIndex, word: str) -> bool:
    at = bisect_left(index.vocabulary, word)
    return at < len(index.vocabulary) and index.vocabulary[at].startswith(word)


def _pairs(index: CodeIndex, word: str) -> Iterator[list[str]]:
    for cut in range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1):
        pair = [word[:cut], word[cut:]]
        if all(part in index.numbers for part in pair):
            yield pair
