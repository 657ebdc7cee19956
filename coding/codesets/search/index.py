"""The search index of all searched code sets as flat arrays, and its packed form."""

from __future__ import annotations

import math
import zlib
from array import array
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import orjson

from coding.codesets.search.bits import Bits, from_postings
from coding.codesets.search.costs import word_cost
from coding.codesets.search.text import root

FORMAT = "22"
"""Part of the index fingerprint: raise it when the arrays or the words change."""
_MAGIC = f"HIMS code index {FORMAT}\n".encode()
OPEN_END = 9_999_999
MARKS = 4
"""A word of a phrase is kept as its number times MARKS plus its marks."""
_ARRAYS = {
    "system_of": "B", "shown": "I", "valid_from": "I", "valid_to": "I", "text_starts": "I", "posting_starts": "I",
    "postings": "I", "context_starts": "I", "contexts": "I", "phrase_starts": "I", "phrase_texts": "I", "phrase_kinds": "B",
    "word_starts": "I", "phrase_words": "I", "phrase_costs": "f",
    "plainness": "f",
}  # fmt: skip
TERM_COST = 1.0
"""How much plainer a term must be than the title to count as what a code is called."""
_HELD_BITS = 400
"""Words in at least so many codes have their set of codes kept ready."""
_MOST_KEPT = 256


@dataclass
class CodeIndex:
    """Entries are codes and headings in a span of days; the first `documents` of them, the reportable ones, are searched
    by words and stand in the order of their plainest phrase, so that of equally fitting ones the first is meant.

    systems: the code sets, numbered by `system_of`. shown: number of the title each entry is shown with.
    texts[text_starts[t]:text_starts[t + 1]]: text t in UTF-8. valid_from, valid_to: ordinals of days, inclusive.
    postings[posting_starts[w]:posting_starts[w + 1]]: documents with word w in one of their phrases; words are numbers
    into the sorted `vocabulary`. contexts likewise: documents below a heading that has the word.
    phrase_words[word_starts[p]:word_starts[p + 1]]: words of phrase p with their marks; phrase_starts[d] is the first
    phrase of document d, its title. phrase_costs: what the words of a phrase cost together. phrase_kinds: see build.
    plainness: the cost of the plainest phrase of each document, by which they are ordered.
    """

    systems: list[str]
    documents: int
    codes: list[str]
    vocabulary: list[str]
    texts: bytes
    system_of: array[int]
    shown: array[int]
    valid_from: array[int]
    valid_to: array[int]
    text_starts: array[int]
    posting_starts: array[int]
    postings: array[int]
    context_starts: array[int]
    contexts: array[int]
    phrase_starts: array[int]
    phrase_texts: array[int]
    phrase_kinds: array[int]
    word_starts: array[int]
    phrase_words: array[int]
    phrase_costs: array[float]
    plainness: array[float]

    def pack(self) -> bytes:
        """The index as one compressed blob."""
        head = orjson.dumps(
            {
                "systems": self.systems,
                "documents": self.documents,
                "codes": " ".join(self.codes),
                "vocabulary": " ".join(self.vocabulary),
            }
        )
        parts = [head, self.texts, *(getattr(self, name).tobytes() for name in _ARRAYS)]
        sizes = orjson.dumps([len(part) for part in parts])
        return _MAGIC + zlib.compress(len(sizes).to_bytes(4, "big") + sizes + b"".join(parts), 1)

    @classmethod
    def unpack(cls, payload: bytes) -> CodeIndex:
        """The index of `pack()`; ValueError when it was packed in another format."""
        if not readable(payload):
            raise ValueError("a search index of another format")
        data = memoryview(zlib.decompress(memoryview(payload)[len(_MAGIC) :]))
        begin = 4 + int.from_bytes(data[:4], "big")
        parts: list[memoryview] = []
        for size in orjson.loads(data[4:begin]):
            parts.append(data[begin : begin + size])
            begin += size
        head = orjson.loads(parts[0])
        arrays: list[array[Any]] = []
        for (_, kind), raw in zip(_ARRAYS.items(), parts[2:], strict=True):
            arrays.append(array(kind))
            arrays[-1].frombytes(raw)
        words = (head["codes"].split(" "), head["vocabulary"].split(" ") if head["vocabulary"] else [])
        return cls(head["systems"], head["documents"], *words, bytes(parts[1]), *arrays)

    def text(self, number: int) -> str:
        """A title, an inclusion term or an index entry as it is shown."""
        return self.texts[self.text_starts[number] : self.text_starts[number + 1]].decode()

    def title(self, entry: int) -> str:
        """The title an entry is shown with."""
        return self.text(self.shown[entry])

    def system(self, entry: int) -> str:
        """The code set of an entry."""
        return self.systems[self.system_of[entry]]

    def in_force(self, entry: int, on: int) -> bool:
        """True when an entry is in force on a day (ordinal)."""
        return self.valid_from[entry] <= on <= self.valid_to[entry]

    @cached_property
    def weights(self) -> list[float]:
        """Inverse document frequency per word."""
        total, starts = self.documents + 1, self.posting_starts
        return [math.log(total / (starts[w + 1] - starts[w] + 1)) for w in range(len(self.vocabulary))]

    @cached_property
    def costs(self) -> list[float]:
        """What a word of a title costs when the query does not name it; nearly nothing for `unspecified`."""
        return [word_cost(word, weight) for word, weight in zip(self.vocabulary, self.weights, strict=True)]

    @cached_property
    def by_code(self) -> list[int]:
        """All entries in the order of their codes."""
        return sorted(range(len(self.codes)), key=self.codes.__getitem__)

    @cached_property
    def numbers(self) -> dict[str, int]:
        """Number of each word."""
        return {word: number for number, word in enumerate(self.vocabulary)}

    @cached_property
    def by_root(self) -> dict[str, list[int]]:
        """Words that share a root."""
        found: dict[str, list[int]] = defaultdict(list)
        for number, word in enumerate(self.vocabulary):
            found[root(word)].append(number)
        return dict(found)

    @cached_property
    def by_length(self) -> dict[tuple[str, int], list[str]]:
        """Words by first letter and length, for the correction of typing errors; figures are never corrected."""
        found: dict[tuple[str, int], list[str]] = defaultdict(list)
        for word in self.vocabulary:
            if word.isalpha():
                found[word[0], len(word)].append(word)
        return dict(found)

    @cached_property
    def held(self) -> tuple[dict[int, Bits], dict[int, Bits]]:
        """The documents of each frequent word, by own phrases and by headings above."""
        return self._frequent(self.posting_starts, self.postings), self._frequent(self.context_starts, self.contexts)

    def _frequent(self, starts: array[int], postings: array[int]) -> dict[int, Bits]:
        return {
            word: from_postings([postings[starts[word] : starts[word + 1]]], self.documents)
            for word in range(len(self.vocabulary))
            if starts[word + 1] - starts[word] >= _HELD_BITS
        }

    @cached_property
    def masks(self) -> dict[tuple[int, tuple[str, ...]], Bits]:
        """Documents of some code sets in force on a day; filled by `mask()`."""
        return {}

    def mask(self, on: int, systems: Sequence[str]) -> Bits:
        """The documents of these code sets that are in force on a day (ordinal)."""
        key = (on, tuple(systems))
        found = self.masks.get(key)
        if found is None:
            wanted = {number for number, system in enumerate(self.systems) if system in systems}
            spans = enumerate(zip(self.valid_from, self.valid_to, self.system_of, strict=True))
            fits = [d for d, (first, last, system) in spans if first <= on <= last and system in wanted]
            found = from_postings([[d for d in fits if d < self.documents]], self.documents)
            if len(self.masks) >= _MOST_KEPT:
                self.masks.clear()
            self.masks[key] = found
        return found

    @cached_property
    def expansions(self) -> dict[str, Any]:
        """What words of queries stand for, kept by the engine."""
        return {}

    def warm(self) -> None:
        """Compute everything a first query would otherwise wait for."""
        _ = self.costs, self.numbers, self.by_root, self.by_length, self.by_code, self.held


def readable(payload: bytes) -> bool:
    """True when an index was packed in the format of this version."""
    return payload.startswith(_MAGIC)
