"""Names of the values of ICD-10-PCS, read from the titles where no tables file is loaded. Pure.

Codes of one table that differ in one character have titles that differ in the words of that value: what stands
between the words they share is its name. Values such as "no device" add no word and are called so.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from coding.codesets.browse.pcs_rules import AXES, TABLE_LENGTH

NONE_OF = {0: "None", 1: "None", 2: "No device", 3: "No qualifier"}
_OPERATED = "0123478X"
_APPROACHES = {
    "0": "Open", "3": "Percutaneous", "4": "Percutaneous Endoscopic", "7": "Via Natural or Artificial Opening",
    "8": "Via Natural or Artificial Opening Endoscopic", "X": "External",
}  # fmt: skip
_SIDES = frozenset({"Right", "Left", "Bilateral"})
_PARTS = frozenset({",", "of", "to", "into", "from", "with", "using", "for"})
"""Words that part the title: operation of body part with device, approach, qualifier."""
_SMALL = frozenset({"of", "to", "into", "from", "with", "using", "and", "in", "for", "as", "-"})


def labels_from_titles(titles: Mapping[str, str]) -> list[dict[str, str]]:
    """For each of characters 4 to 7 the name of each value; titles: by code of one table, "" where unknown.

    A value that stands alone wherever it occurs has no name here, but for the approaches and for Z, which means none.
    """
    words = {code: title.replace(",", " ,").split() for code, title in titles.items() if title}
    return [_axis_labels(words, TABLE_LENGTH + axis, axis) for axis in range(AXES)]


def _axis_labels(words: Mapping[str, Sequence[str]], place: int, axis: int) -> dict[str, str]:
    groups: dict[str, dict[str, Sequence[str]]] = defaultdict(dict)
    for code, title in words.items():
        groups[code[:place] + code[place + 1 :]][code[place]] = title
    found: dict[str, Counter[str]] = defaultdict(Counter)
    widest = sorted(groups.values(), key=len, reverse=True)
    for siblings in widest:
        if len(siblings) < 2:
            break
        for value, name in _differences(siblings, axis).items():
            found[value][name] += len(siblings)
    named = {value: _best(names) or NONE_OF[axis] for value, names in found.items()}
    alone = {code[place] for code in words} - named.keys()
    known = {"Z": NONE_OF[axis], **(_APPROACHES if axis == 1 and next(iter(words), " ")[0] in _OPERATED else {})}
    return {**named, **{value: known[value] for value in alone & known.keys()}}


def _best(names: Counter[str]) -> str:
    """The name most siblings vouch for; of equals the longer one."""
    return max(names, key=lambda name: (names[name], len(name)))


def _differences(siblings: Mapping[str, Sequence[str]], axis: int) -> dict[str, str]:
    """The words of each value; a noun that all siblings share still belongs to it ("Left Ulnar" Artery)."""
    titles = list(siblings.values())
    before = _shared(titles)
    after = _shared([list(reversed(title[before:])) for title in titles])
    found = {}
    for value, title in siblings.items():
        last = len(title) - after
        while axis == 0 and last < len(title) and title[last].lower() not in _PARTS:
            last += 1
        found[value] = _sided(_name(title[before:last]), axis)
    return found


def _sided(name: str, axis: int) -> str:
    """Sides stand behind, as in the printed tables, so that both sides of a part stand together."""
    side, _, part = name.partition(" ")
    return f"{part}, {side}" if axis == 0 and part and side in _SIDES else name


def _shared(titles: Iterable[Sequence[str]]) -> int:
    """How many words all titles begin with."""
    count = 0
    for column in zip(*titles, strict=False):
        if len(set(column)) > 1:
            break
        count += 1
    return count


def _name(words: Sequence[str]) -> str:
    kept = list(words)
    while kept and (kept[0].lower() in _SMALL or kept[0] == ","):
        kept.pop(0)
    while kept and (kept[-1].lower() in _SMALL or kept[-1] in {",", "Approach"}):
        kept.pop()
    return " ".join(kept).replace(" ,", ",")
