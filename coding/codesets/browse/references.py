"""`see` and `see also` of the alphabetic books: what they name, and the line they lead to. Pure.

Source: ICD-10-CM Official Guidelines, section I.A.16 (see, see also) and I.A.1 (the parts of the index).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from coding.codesets.official.enums import IndexBook
from coding.codesets.rules import undotted

_BY = re.compile(r"(?:^|,?\s)by (?:type|site|cause|means|condition|histology|kind|place|organism)\b.*\Z")
_CODE = re.compile(r"\b([A-Z][0-9][0-9A-Z](?:\.[0-9A-Z]{1,4})?)(?:-)?\b")
_RANGE = re.compile(r"[A-Z][0-9][0-9A-Z](?:\.[0-9A-Z]+)?(?:-[A-Z][0-9][0-9A-Z])?(?: |\Z)")
_ADVICE = re.compile(r"(?:by |with |the )?(?:specific|specified|7th character|substance|type|name)\b", re.I)
_LOOSE = re.compile(r"\s*[\[(][^\])]*[\])]|\s+(?:nec|nos)\b")
_BOOKS = (
    (re.compile(r"(?:the )?table of drugs(?: and (?:chemicals|biologicals))?", re.I), IndexBook.DRUGS),
    (re.compile(r"(?:the )?(?:table of neoplasms?|neoplasm table)", re.I), IndexBook.NEOPLASMS),
    (
        re.compile(r"(?:the )?(?:index (?:to|of) )?external causes?(?: (?:index|of (?:injury|morbidity).*))?\Z", re.I),
        IndexBook.EXTERNAL_CAUSES,
    ),
    (re.compile(r"(?:the )?(?:alphabetic(?:al)? )?index (?:to|of) diseases?(?: and injur(?:y|ies))?", re.I), IndexBook.DISEASES),
)  # fmt: skip
DEEPEST = 8


@dataclass(frozen=True)
class Reference:
    """One thing a reference names.

    text: as printed. book: where to look, the own book when it names none. parts: the titles from the main term down.
    codes: categories it names instead of a term. advice: it tells what to look for and names no entry ("by substance").
    whole_book: it means the book as such.
    """

    text: str
    book: IndexBook
    parts: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    advice: bool = False

    @property
    def whole_book(self) -> bool:
        return not self.parts and not self.codes and not self.advice


@dataclass(frozen=True)
class Found:
    """The line a reference leads to. exact: False when only a line above what it names is there."""

    number: int
    exact: bool


Child = tuple[int, str]
Below = Callable[[int | None, str], Sequence[Child]]
"""(number, title) of the lines below a line, or with None the main terms whose title begins with the given word."""


def references(text: str, book: IndexBook) -> list[Reference]:
    """What the words of one `see` name; several are parted by ";" ."""
    return [_reference(each.strip(), book) for each in text.split(";") if each.strip(" .")]


def _reference(text: str, book: IndexBook) -> Reference:
    text = text.removeprefix("also ")
    lowered = text.lower()
    if _ADVICE.match(text):
        return Reference(text, book, advice=True)
    if _RANGE.match(text) or lowered.startswith(("category", "categories", "code", "block", "subcategor")):
        return Reference(text, book, codes=tuple(undotted(code) for code in _CODE.findall(text)))
    for pattern, other in _BOOKS:
        named = pattern.match(text)
        if named:
            return Reference(text, other, _parts(text[named.end() :]))
    if lowered.split(",")[0].strip() in {"neoplasm", "neoplasms"} and book in {IndexBook.DISEASES, IndexBook.NEOPLASMS}:
        return Reference(text, IndexBook.NEOPLASMS, _parts(text))
    return Reference(text, book, _parts(text))


def _parts(text: str) -> tuple[str, ...]:
    kept = _BY.sub("", text.strip(" ,.")).strip(" ,")
    return tuple(part.strip() for part in kept.split(",") if part.strip())


def resolve(parts: Sequence[str], below: Below) -> Found | None:
    """The line the parts lead to, or the deepest line above it; None when not even a main term is there."""
    found: Found | None = None
    number: int | None = None
    left = list(parts)
    for _ in range(DEEPEST):
        if not left:
            break
        step = _step(left, below(number, _first_word(left[0]) if number is None else ""))
        if step is None:
            return Found(found.number, False) if found else None
        number, used = step
        left = left[used:]
        found = Found(number, not left)
    return found


def _step(left: Sequence[str], children: Sequence[Child]) -> tuple[int, int] | None:
    """The child that the first parts name, as many of them as possible: (number, how many parts)."""
    for used in range(len(left), 0, -1):
        wanted = _plain(", ".join(left[:used]))
        for number, title in children:
            if wanted == _plain(title):
                return number, used
    wanted = _plain(left[0])
    if left[0].endswith("-"):
        return next(((number, 1) for number, title in children if _plain(title).startswith(wanted)), None)
    for same in (_is_alias, _is_form):
        for number, title in children:
            if same(wanted, title):
                return number, 1
    return None


def _is_alias(wanted: str, title: str) -> bool:
    """ "boat" is one of "boat, boating"."""
    return wanted in {_plain(part) for part in title.split(",")}


def _is_form(wanted: str, title: str) -> bool:
    """The same words in the plural, or the same first words; a word cut off ("Sulf-") means the first that begins so."""
    plain = _plain(title)
    return plain.rstrip("s") == wanted.rstrip("s") or plain.startswith(f"{wanted} ") or wanted.startswith(f"{plain} ")


def _plain(title: str) -> str:
    return " ".join(_LOOSE.sub("", f"{title} ".lower()).replace("'", "").split()).strip(" ,-")


def _first_word(part: str) -> str:
    """What a main term must begin with to be meant; without a plural's "s" and a hyphen at the end."""
    word = re.split(r"[\s(,]", part.strip(), maxsplit=1)[0].rstrip("-")
    return word[:-1] if len(word) > 4 and word.endswith("s") else word
