"""Builds the index from its documents. Pure."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from math import log

from coding.codesets.search.costs import NEUTRAL_COST, word_cost
from coding.codesets.search.index import MARKS, TERM_COST, CodeIndex
from coding.codesets.search.text import Marked, marked_words

TITLE, INCLUSION, INDEX = 0, 1, 2
"""Kinds of phrases."""


@dataclass(frozen=True)
class Phrase:
    """Something a code is called. parts: read one after the other, since many phrases share parts; the first is shown.

    cost: what it costs over and above its words, since it is not the whole name.
    """

    parts: tuple[str, ...]
    kind: int = TITLE
    cost: float = 0.0


@dataclass
class Document:
    """One entry of a code set in one span: a reportable code with its phrases (title first), or a heading without any.

    title: as shown. contexts: texts of the headings above. valid_from, valid_to: ordinals of days, inclusive.
    """

    system: str
    code: str
    title: str
    phrases: Sequence[Phrase] = ()
    contexts: Sequence[str] = field(default_factory=tuple)
    valid_from: int = 0
    valid_to: int = 0


class _Words:
    """Words of texts, each text read once, each word by its number."""

    def __init__(self) -> None:
        self.texts: dict[str, tuple[int, ...]] = {}
        self.phrases: dict[tuple[str, ...], tuple[int, ...]] = {}
        self.numbers: dict[str, int] = {}

    def of(self, parts: tuple[str, ...]) -> tuple[int, ...]:
        """Words of a phrase with their marks, each once; a mark holds when the word has it wherever it stands."""
        if len(parts) == 1:
            return self._of_text(parts[0])
        found = self.phrases.get(parts)
        if found is None:
            marks: dict[int, int] = {}
            for part in parts:
                for word in self._of_text(part):
                    number, mark = divmod(word, MARKS)
                    marks[number] = marks.get(number, mark) & mark
            found = self.phrases[parts] = tuple(number * MARKS + mark for number, mark in marks.items())
        return found

    def _of_text(self, text: str) -> tuple[int, ...]:
        found = self.texts.get(text)
        if found is None:
            found = self.texts[text] = tuple(self._encoded(each) for each in marked_words(text))
        return found

    def _encoded(self, marked: Marked) -> int:
        return self.numbers.setdefault(marked.word, len(self.numbers)) * MARKS + marked.marks


def build(documents: Iterable[Document]) -> CodeIndex:
    """The index over all documents."""
    entries = list(documents)
    searched = [each for each in entries if each.phrases]
    words = _Words()
    phrases = [[words.of(phrase.parts) for phrase in each.phrases] for each in searched]
    above = [{word // MARKS for text in each.contexts for word in words.of((text,))} for each in searched]
    costs = _word_costs(phrases, words.numbers)
    phrase_costs = [
        [_cost(words_of, costs) + phrase.cost for words_of, phrase in zip(each, document.phrases, strict=True)]
        for each, document in zip(phrases, searched, strict=True)
    ]
    order = sorted(range(len(searched)), key=lambda at: (_plainness(phrase_costs[at]), searched[at].code))
    return _assembled(
        [*(searched[at] for at in order), *(each for each in entries if not each.phrases)],
        [phrases[at] for at in order],
        [above[at] for at in order],
        [phrase_costs[at] for at in order],
        words.numbers,
    )


def _word_costs(phrases: Sequence[Sequence[tuple[int, ...]]], numbers: dict[str, int]) -> list[float]:
    count: Counter[int] = Counter()
    for each in phrases:
        count.update({word // MARKS for phrase in each for word in phrase})
    return [word_cost(word, log((len(phrases) + 1) / (count[number] + 1))) for word, number in numbers.items()]


def _cost(phrase: Sequence[int], costs: Sequence[float]) -> float:
    return sum(NEUTRAL_COST if word % MARKS else costs[word // MARKS] for word in phrase)


def _plainness(phrase_costs: Sequence[float]) -> float:
    """The plainest thing an entry is called; its title rather than a term."""
    return min(phrase_costs[0], min(phrase_costs[1:], default=phrase_costs[0]) + TERM_COST)


def _assembled(
    entries: Sequence[Document],
    phrases: Sequence[Sequence[tuple[int, ...]]],
    above: Sequence[set[int]],
    phrase_costs: Sequence[Sequence[float]],
    numbers: dict[str, int],
) -> CodeIndex:
    vocabulary, place = _sorted_vocabulary(numbers)
    systems = sorted({each.system for each in entries})
    texts = _Texts()
    flat = [phrase for each in phrases for phrase in each]
    own = [{word // MARKS for phrase in each for word in phrase} for each in phrases]
    called = [phrase for each in entries for phrase in each.phrases]
    shown = array("I", (texts.number(each.title) for each in entries))
    phrase_texts = array("I", (texts.number(each.parts[0]) for each in called))
    return CodeIndex(
        systems,
        len(phrases),
        [each.code for each in entries],
        vocabulary,
        b"".join(texts.encoded),
        array("B", (systems.index(each.system) for each in entries)),
        shown,
        array("I", (each.valid_from for each in entries)),
        array("I", (each.valid_to for each in entries)),
        _starts(map(len, texts.encoded)),
        *_inverted(own, place),
        *_inverted([up - mine for up, mine in zip(above, own, strict=True)], place),
        _starts(map(len, phrases)),
        phrase_texts,
        array("B", (each.kind for each in called)),
        _starts(map(len, flat)),
        array("I", (place[word // MARKS] * MARKS + word % MARKS for phrase in flat for word in phrase)),
        array("f", (cost for each in phrase_costs for cost in each)),
        array("f", map(_plainness, phrase_costs)),
    )


class _Texts:
    """Texts by number, each once."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self.encoded: list[bytes] = []

    def number(self, text: str) -> int:
        found = self._numbers.get(text)
        if found is None:
            found = self._numbers[text] = len(self.encoded)
            self.encoded.append(text.encode())
        return found


def _sorted_vocabulary(numbers: dict[str, int]) -> tuple[list[str], list[int]]:
    """The words in order, and the place of each by its number."""
    vocabulary = sorted(numbers)
    place = [0] * len(vocabulary)
    for at, word in enumerate(vocabulary):
        place[numbers[word]] = at
    return vocabulary, place


def _starts(sizes: Iterable[int]) -> array[int]:
    return array("I", accumulate(sizes, initial=0))


def _inverted(documents: Sequence[Iterable[int]], place: Sequence[int]) -> tuple[array[int], array[int]]:
    lists: list[list[int]] = [[] for _ in place]
    for document, numbers in enumerate(documents):
        for word in numbers:
            lists[place[word]].append(document)
    return _starts(map(len, lists)), array("I", (document for each in lists for document in each))
