"""An alphabetic index made from titles and inclusion terms. Pure.

The rule, after the order of the printed index (main terms name the condition, sites and kinds stand below it;
ICD-10-CM Official Guidelines, sections I.A.1 and I.B.1): the main term is the head noun, the last word of the phrase
before the first "of", "with", "due to", comma and the like; what stands before and behind it is the subterm, a site
("of ...") first, then the words before the noun from the nearest one outwards.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

_PARENTHESES = re.compile(r"\s*[\[(][^\])]*[\])]")
_CUTS = re.compile(
    r"(?:,|;|:)\s|\s(?:of|with|without|due to|in|on|by|to|from|for|following|during|affecting|associated with|"
    r"resulting from|caused by|as|at|not|involving|other than|complicating|after|and/or|using|while)\s"
)
_BEHIND = re.compile(r"\s(?:with|without|due to|in|on|by|from|following|during|affecting|as|not|involving)\s|(?:,|;)\s")
_NOT_HEADS = frozenset(
    {
        "unspecified", "mellitus", "insipidus", "vera", "gravis", "nodosa", "nervosa", "multiforme", "simplex", "zoster",
        "media", "externa", "interna", "nos", "nec", "i", "ii", "iii", "iv", "v", "vi", "acuta", "chronica", "vulgaris",
        "fugax", "perniosis", "purpurea", "congenita", "senilis", "major", "minor", "levis", "bullosa", "pigmentosa",
        "status", "type", "level", "stage", "grade",
    }
)  # fmt: skip
_LOOSE = ("unspecified", "other specified", "other", "certain", "specified")
_WORD = re.compile(r"[A-Za-z][A-Za-z'-]*\Z")
LONGEST_MAIN = 80


@dataclass(frozen=True)
class Line:
    """One thing the index leads to: code as printed in an index (a trailing "-" when incomplete)."""

    text: str
    code: str
    valid_from: date
    valid_to: date | None


@dataclass
class Node:
    """One line of the index in printed order; numbered from 0."""

    number: int
    parent: int | None
    level: int
    letter: str
    title: str
    path: str
    codes: list[str] = field(default_factory=list)
    valid_from: date = date.max
    valid_to: date | None = None


def entry_of(title: str) -> tuple[str, str]:
    """Main term and subterm of a title: `"Acute systolic (congestive) heart failure"` gives Failure, heart, systolic acute."""
    plain = " ".join(_PARENTHESES.sub("", title).split())
    cut = _CUTS.search(plain)
    phrase, tail = (plain[: cut.start()], plain[cut.start() :]) if cut else (plain, "")
    words = phrase.split()
    place = _head_place(words)
    if place is None:
        return _capital(plain[:LONGEST_MAIN]), ""
    head, before = singular(words[place]), [*words[:place], *words[place + 1 :]]
    site, behind = _site(tail)
    return _capital(head), ", ".join(part for part in (site, _premodifiers(before), behind) if part)


def _head_place(words: Sequence[str]) -> int | None:
    for place in range(len(words) - 1, -1, -1):
        word = words[place]
        if _WORD.match(word) and word.lower() not in _NOT_HEADS and len(word) > 2:
            return place
    return None


def _premodifiers(words: Sequence[str]) -> str:
    """Nearest word first, as in an index: heart, systolic, acute. Words joined by "and" or "or" stay together."""
    text = " ".join(words).lower() if words else ""
    loose = next((word for word in _LOOSE if text.startswith(f"{word} ") or text == word), "")
    rest = text[len(loose) :].split()
    if rest and rest[-1] in {"and", "or"}:
        rest.pop()
    parts: list[str] = []
    while rest:
        part = [rest.pop()]
        while len(rest) >= 2 and rest[-1] in {"and", "or"}:
            part = [rest.pop(), *part]
            part = [rest.pop(), *part]
        if rest and rest[-1] in {"type", "stage", "grade", "level"} and (len(part[0]) <= 2 or part[0][0].isdigit()):
            part = [rest.pop(), *part]
        parts.append(" ".join(part))
    return ", ".join([*parts, loose] if loose else parts)


def _site(tail: str) -> tuple[str, str]:
    """What follows "of", and what follows that."""
    text = tail.strip(" ,;:")
    if not text.lower().startswith("of "):
        return "", text
    text = text[3:]
    cut = _BEHIND.search(text)
    return (text[: cut.start()], text[cut.start() :].strip(" ,;")) if cut else (text, "")


def singular(word: str) -> str:
    """The word in the singular, by its ending: fractures, deficiencies, crushes; diabetes and sepsis stay."""
    low = word.lower()
    if len(low) < 5 or low.endswith(("ss", "us", "is", "tes", "eps", "ps", "ies ")) or not low.endswith("s"):
        return word
    if low.endswith("ies"):
        return f"{word[:-3]}y"
    if low.endswith(("ses", "xes", "shes", "ches")) and not low.endswith(("ases", "oses", "uses")):
        return word[:-2]
    return word[:-1]


def _capital(text: str) -> str:
    return text if text.isupper() else text[:1].upper() + text[1:].lower()


def tree(lines: Iterable[Line]) -> list[Node]:
    """All lines in the order of a printed index: main terms, below them what the first part of their subterms shares."""
    mains: dict[str, dict[str, list[tuple[str, Line]]]] = {}
    for line in lines:
        main, sub = entry_of(line.text)
        first, _, rest = sub.partition(", ")
        mains.setdefault(main, {}).setdefault(first, []).append((rest, line))
    nodes: list[Node] = []
    for main in sorted(mains, key=str.lower):
        _main(nodes, main, mains[main])
    return nodes


def _main(nodes: list[Node], main: str, below: dict[str, list[tuple[str, Line]]]) -> None:
    letter = main[:1].upper() if main[:1].isalpha() else "#"
    top = Node(len(nodes), None, 0, letter, main, main)
    nodes.append(top)
    for _, line in below.get("", ()):
        _leads(top, line)
    for first in sorted((each for each in below if each), key=str.lower):
        alike = below[first]
        group = Node(len(nodes), top.number, 1, letter, first, f"{main}, {first}")
        nodes.append(group)
        for child in _children(alike):
            if not child[0]:
                _leads(group, child[1])
        nodes += _under(group, alike, len(nodes))
        _widen(top, group, nodes[group.number :])


def _children(alike: Iterable[tuple[str, Line]]) -> Iterator[tuple[str, Line]]:
    yield from sorted(alike, key=lambda pair: pair[0].lower())


def _under(group: Node, alike: Iterable[tuple[str, Line]], number: int) -> list[Node]:
    made: dict[str, Node] = {}
    for rest, line in _children(alike):
        if not rest:
            continue
        if rest not in made:
            made[rest] = Node(
                number + len(made), group.number, 2, group.letter, rest, f"{group.path}, {rest}"
            )  # fmt: skip
        _leads(made[rest], line)
    return list(made.values())


def _leads(node: Node, line: Line) -> None:
    if line.code not in node.codes:
        node.codes.append(line.code)
    _span(node, line.valid_from, line.valid_to)


def _widen(top: Node, group: Node, below: Iterable[Node]) -> None:
    """Whatever stands below a line is in force: so is the line."""
    for node in below:
        for above in (group, top):
            if node is not above and node.valid_from != date.max:
                _span(above, node.valid_from, node.valid_to)


def _span(node: Node, start: date, end: date | None) -> None:
    fresh = node.valid_from == date.max
    node.valid_to = (
        end if fresh else (None if None in (end, node.valid_to) else max(end or start, node.valid_to or start))
    )
    node.valid_from = min(node.valid_from, start)
