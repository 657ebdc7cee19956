"""Queries for measuring the code search: written ones, and titles and terms retold as hurried people type them. Pure.

Each set has two halves: `dev` for work on the search, `held` for judging it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

WRITTEN = Path(__file__).parent / "code_queries.tsv"
HALVES = ("dev", "held")
_SEEDS = {"dev": 20_261, "held": 90_407}
_LEFT_OUT = frozenset([
    "unspecified", "initial", "encounter", "for", "of", "the", "and", "or", "a", "an", "to", "in", "by", "on", "as", "nos", "nec",
    "closed", "specified", "other", "not", "elsewhere", "classified", "approach", "no", "device", "qualifier",
])  # fmt: skip
_SHORT = {
    "type 2 diabetes mellitus": "dm2", "type 1 diabetes mellitus": "t1dm", "hypertension": "htn", "fracture": "fx",
    "without": "w/o", "with": "w", "right": "rt", "left": "lt", "bilateral": "bil", "chronic kidney disease": "ckd",
    "malignant neoplasm": "ca", "history": "hx", "heart failure": "hf", "atrial fibrillation": "afib",
    "coronary artery": "coronary", "infection": "infxn", "hemorrhage": "bleed", "haemorrhage": "bleed", "lower": "lwr",
    "acute": "ac", "chronic": "chr", "pneumonia": "pna", "percutaneous endoscopic": "lap", "subsequent encounter": "subs",
}  # fmt: skip
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_WORD = re.compile(r"[a-z0-9./]+")


class Case(NamedTuple):
    """One query and the codes (undotted) of which any counts; one that ends in * stands for all that begin so."""

    query: str
    codes: tuple[str, ...]
    kind: str

    def counts(self, code: str) -> bool:
        """True when a found code is among the right ones."""
        return any(code == each or (each[-1] == "*" and code.startswith(each[:-1])) for each in self.codes)


def written(half: str) -> list[Case]:
    """The written queries of one half: lines in turn."""
    lines = [
        line
        for line in WRITTEN.read_text(encoding="utf-8").splitlines()[1:]
        if line.strip() and not line.startswith("#")
    ]
    rows = [line.split("\t") for line in lines if line != "query\tcodes"]
    mine = rows[HALVES.index(half) :: len(HALVES)]
    return [Case(query, tuple(codes.replace(".", "").split()), "written") for query, codes in mine]


def retold(titles: Iterable[tuple[str, str]], half: str, count: int, kind: str) -> list[Case]:
    """`count` titles or terms drawn from (code, text) and retold in haste; the same ones for the same texts."""
    draw = random.Random(f"{_SEEDS[half]} {kind}")
    pool = sorted(titles)
    chosen = draw.sample(pool, min(count, len(pool)))
    return [Case(_retell(text, draw), (code,), kind) for code, text in chosen]


def _retell(text: str, draw: random.Random) -> str:
    told = text.lower()
    for long, short in _SHORT.items():
        if long in told and draw.random() < 0.5:
            told = re.sub(rf"\b{re.escape(long)}\b", short, told)
    words = [word.strip("./") if word != "w/o" else word for word in _WORD.findall(told)]
    kept = list(dict.fromkeys(word for word in words if word and word not in _LEFT_OUT)) or words[:3]
    while len(kept) > 7:
        kept.pop(draw.randrange(len(kept)))
    if draw.random() < 0.4:
        draw.shuffle(kept)
    for change, chance in ((_shortened, 0.4), (_mistyped, 0.35), (_plural, 0.15)):
        if draw.random() < chance:
            _apply(kept, change, draw)
    return " ".join(kept)


def _apply(words: list[str], change: Callable[[str, random.Random], str], draw: random.Random) -> None:
    long = [place for place, word in enumerate(words) if len(word) >= 6 and word.isalpha()]
    if long:
        place = draw.choice(long)
        words[place] = change(words[place], draw)


def _shortened(word: str, draw: random.Random) -> str:
    return word[: draw.choice((4, 5))]


def _plural(word: str, draw: random.Random) -> str:
    return word if word.endswith("s") else f"{word}s"


def _mistyped(word: str, draw: random.Random) -> str:
    at = draw.randrange(1, len(word) - 1)
    kinds: Sequence[str] = (
        word[:at] + word[at + 1 :],
        word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        word[:at] + draw.choice(_LETTERS) + word[at + 1 :],
        word[:at] + word[at] + word[at:],
    )
    return draw.choice(kinds)
