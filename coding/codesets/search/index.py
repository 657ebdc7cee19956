"""The search index of one code set as flat arrays, and its packed form."""

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

from coding.codesets.search.text import root

FORMAT = "13"
"""Part of the index fingerprint: raise it when the arrays or the words change."""
OPEN_END = 9_999_999
_ARRAYS = (
    "valid_from",
    "valid_to",
    "posting_starts",
    "postings",
    "context_starts",
    "contexts",
    "phrase_starts",
    "word_starts",
    "phrase_words",
    "phrase_marks",
    "doc_context_starts",
    "doc_contexts",
    "phrase_costs",
)
_TYPES = {"phrase_marks": "B", "phrase_costs": "f"}
_NEUTRAL = frozenset([
    "unspecified", "nos", "initial", "encounter", "closed", "routine", "part", "with", "without", "not", "specified",
    "uncomplicated",
])  # fmt: skip
"""What a title says about a detail that is left open, or about the ordinary case."""
NEUTRAL_COST = 0.15
_RARELY_MEANT = frozenset([
    "subsequent", "sequela", "sequelae", "other", "nec", "elsewhere", "classified", "complicating", "underdosing", "assault",
    "newborn", "neonatal", "fetal", "maternal", "obstetric", "pregnancy", "childbirth", "puerperium", "congenital",
    "postprocedural", "intraoperative",
])  # fmt: skip
"""Later encounters, other conditions and special patients: not meant unless the query says so."""
_RARELY_MEANT_COST = 3.0
_COST_OF_A_WORD = 0.45


@dataclass
class SystemIndex:
    """Documents are reportable codes in a span of days; words are numbers into the sorted `vocabulary`.

    postings[posting_starts[w]:posting_starts[w + 1]]: documents with word w in a title or an inclusion term.
    contexts likewise: documents below a heading whose inclusion terms have the word.
    phrase_words[word_starts[p]:word_starts[p + 1]]: words of phrase p, phrase_marks likewise their marks;
    phrase_starts[d] is the first phrase of d, its title.
    phrase_costs: what the words of a phrase cost together. valid_from, valid_to: ordinals of days, inclusive.
    """

    system: str
    codes: list[str]
    vocabulary: list[str]
    valid_from: array[int]
    valid_to: array[int]
    posting_starts: array[int]
    postings: array[int]
    context_starts: array[int]
    contexts: array[int]
    phrase_starts: array[int]
    word_starts: array[int]
    phrase_words: array[int]
    phrase_marks: array[int]
    doc_context_starts: array[int]
    doc_contexts: array[int]
    phrase_costs: array[float]

    def pack(self) -> list[bytes]:
        """Head (names, words) and arrays as bytes."""
        head = orjson.dumps({"system": self.system, "codes": self.codes, "vocabulary": self.vocabulary})
        return [head, *(getattr(self, name).tobytes() for name in _ARRAYS)]

    @classmethod
    def unpack(cls, parts: Sequence[bytes]) -> SystemIndex:
        """The index of `pack()`."""
        head = orjson.loads(parts[0])
        arrays: list[array[Any]] = []
        for name, raw in zip(_ARRAYS, parts[1:], strict=True):
            arrays.append(array(_TYPES.get(name, "I")))
            arrays[-1].frombytes(raw)
        return cls(head["system"], head["codes"], head["vocabulary"], *arrays)

    @cached_property
    def weights(self) -> list[float]:
        """Inverse document frequency per word."""
        total = len(self.codes) + 1
        starts = self.posting_starts
        return [math.log(total / (starts[w + 1] - starts[w] + 1)) for w in range(len(self.vocabulary))]

    @cached_property
    def costs(self) -> list[float]:
        """What a word of a title costs when the query does not name it; nearly nothing for `unspecified`."""
        return [_cost(word, weight) for word, weight in zip(self.vocabulary, self.weights, strict=True)]

    @cached_property
    def title_costs(self) -> list[float]:
        """Cost of all words of a document's title."""
        return [self.phrase_costs[phrase] for phrase in self.phrase_starts[: len(self.codes)]]

    @cached_property
    def presence(self) -> dict[int, bytearray]:
        """Which documents have a frequent word, as flags; filled by the engine as queries ask."""
        return {}

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
    def by_length(self) -> dict[int, list[str]]:
        """Words by their length, for the correction of typing errors; figures are never corrected."""
        found: dict[int, list[str]] = defaultdict(list)
        for word in self.vocabulary:
            if word.isalpha():
                found[len(word)].append(word)
        return dict(found)

    def sum_costs(self) -> array[float]:
        """Cost of each phrase from the costs of its words."""
        costs, words, marks, starts = self.costs, self.phrase_words, self.phrase_marks, self.word_starts
        each = [NEUTRAL_COST if mark else costs[word] for word, mark in zip(words, marks, strict=True)]
        return array("f", (sum(each[starts[n] : starts[n + 1]]) for n in range(len(starts) - 1)))

    def warm(self) -> None:
        """Compute everything a first query would otherwise wait for."""
        _ = self.title_costs, self.numbers, self.by_root, self.by_length


def _cost(word: str, weight: float) -> float:
    if word in _NEUTRAL:
        return NEUTRAL_COST
    if word in _RARELY_MEANT:
        return _RARELY_MEANT_COST
    return _COST_OF_A_WORD * weight


def pack_all(indexes: Sequence[SystemIndex]) -> bytes:
    """All indexes as one compressed blob."""
    parts = [part for index in indexes for part in index.pack()]
    sizes = orjson.dumps([len(indexes), *map(len, parts)])
    return zlib.compress(len(sizes).to_bytes(4, "big") + sizes + b"".join(parts), 1)


def unpack_all(payload: bytes) -> list[SystemIndex]:
    """The indexes of `pack_all()`."""
    data = zlib.decompress(payload)
    begin = 4 + int.from_bytes(data[:4], "big")
    count, *sizes = orjson.loads(data[4:begin])
    parts: list[bytes] = []
    for size in sizes:
        parts.append(data[begin : begin + size])
        begin += size
    each = len(parts) // count if count else 0
    return [SystemIndex.unpack(parts[n * each : (n + 1) * each]) for n in range(count)]
