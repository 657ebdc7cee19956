"""Laterality, and unspecified codes where the code set has a more specific one. Pure.

Sources: ICD-10-CM Official Guidelines, sections I.B.13 (laterality) and I.B.2 (highest level of detail).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations

from coding.codesets.rules import CM_LENGTH, dotted
from coding.workbench.edits.findings import INFORM, WARN, Case, Entry, Finding
from coding.workbench.rules import DiagnosisLine

RIGHT, LEFT, BOTH = "right", "left", "bilateral"
SIDES = frozenset({RIGHT, LEFT, BOTH})
UNSPECIFIED = "unspecified"
_QUIET = frozenset({"unilateral", "side", "eye", "ear", "of", "the", "both", "in", UNSPECIFIED, *SIDES})
_MCE = "UNSPECIFIED"
LATERALITY = "guideline I.B.13, laterality"
DETAIL = "guideline I.B.2, highest level of detail"
_STEM = CM_LENGTH - 1
TITLES_KEPT = 16_384


@lru_cache(TITLES_KEPT)
def _words(title: str) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z0-9-]+", title.lower()))


@lru_cache(TITLES_KEPT)
def side_of(title: str) -> str:
    """right, left or bilateral; "" when a title names none, or more than one."""
    found = SIDES.intersection(_words(title))
    return next(iter(found)) if len(found) == 1 else ""


@lru_cache(TITLES_KEPT)
def core(title: str) -> frozenset[str]:
    """What a title says apart from the side."""
    return _words(title) - _QUIET


def sides(case: Case) -> Iterator[Finding]:
    """Pairs of codes that differ in their side, and codes that leave the side open."""
    for one, other in combinations(sorted(case.reported, key=lambda line: line.code), 2):
        if one.code != other.code and _same_but_side(case, one.code, other.code):
            yield from _pair(case, one, other)
    for line in case.reported:
        yield from _open_side(case, line)


def _same_but_side(case: Case, one: str, other: str) -> bool:
    mine, theirs = case.title(one), case.title(other)
    return bool(mine and theirs) and one[:3] == other[:3] and core(mine) == core(theirs)


def _pair(case: Case, one: DiagnosisLine, other: DiagnosisLine) -> Iterator[Finding]:
    found = {side_of(case.title(one.code)), side_of(case.title(other.code))}
    codes = (one.code, other.code)
    shown = f"{dotted(one.code)} and {dotted(other.code)}"
    if found == {RIGHT, LEFT}:
        both = counterparts(case, one.code).get(BOTH, "")
        if both:
            text = f"{shown} are the two sides of one condition: {both} says both."
            yield Finding("two_sides", WARN, text, other.key, codes, LATERALITY)
    elif BOTH in found and len(found) > 1:
        yield Finding(
            "side_beside_both", WARN, f"{shown}: the bilateral code says it already.", other.key, codes, LATERALITY
        )
    elif "" in found and found & {RIGHT, LEFT} and _leaves_side_open(case, one.code, other.code):
        text = f"{shown}: the side is open in one and named in the other."
        yield Finding("side_open_beside_named", WARN, text, other.key, codes, LATERALITY)


def _leaves_side_open(case: Case, *codes: str) -> bool:
    return any(UNSPECIFIED in _words(case.title(code)) for code in codes if not side_of(case.title(code)))


def counterparts(case: Case, code: str) -> dict[str, str]:
    """The same condition by side, as codes to be shown; for codes with 7th character their headings decide."""
    entry = case.entries.get(code)
    if entry is None:
        return {}
    own = _by_side(case, entry, "")
    stem = case.entries.get(code[:_STEM].rstrip("X")) if len(code) == CM_LENGTH else None
    return own or (_by_side(case, stem, code[-1]) if stem else {})


def _by_side(case: Case, entry: Entry, mark: str) -> dict[str, str]:
    meant = core(entry.title)
    found = {}
    for each in case.entries.values():
        side = side_of(each.title)
        alike = side and each.kind == entry.kind and each.code[:3] == entry.code[:3] and core(each.title) == meant
        if alike and each.code != entry.code:
            found[side] = dotted(f"{each.code.ljust(_STEM, 'X')}{mark}" if mark else each.code)
    return found


def _open_side(case: Case, line: DiagnosisLine) -> Iterator[Finding]:
    """Unspecified where the chart might say more; silent where the Medicare edit says so already."""
    title = case.title(line.code)
    if UNSPECIFIED not in _words(title) or _MCE in case.coded.edits.get(line.code, ()):
        return
    named = counterparts(case, line.code)
    if not side_of(title) and named.keys() & {RIGHT, LEFT}:
        options = ", ".join(f"{named[side]} {side}" for side in (RIGHT, LEFT, BOTH) if side in named)
        yield Finding(
            "side_open",
            INFORM,
            f"The side is open. If the chart names it: {options}.",
            line.key,
            (line.code,),
            LATERALITY,
        )
    elif better := _more_specific(case, line.code):
        text = f"Unspecified; {better} more specific under {dotted(case.entries[line.code].parent)}. Does the chart say more?"
        yield Finding("unspecified", INFORM, text, line.key, (line.code,), DETAIL)


def _more_specific(case: Case, code: str) -> str:
    """How many siblings say more, in words; "" when none does."""
    parent = case.entries[code].parent
    if not parent:
        return ""
    siblings = [
        each.code for each in case.entries.values()
        if each.parent == parent and each.code != code and UNSPECIFIED not in _words(each.title)
    ]  # fmt: skip
    if not siblings:
        return ""
    return f"{len(siblings)} entries are" if len(siblings) > 1 else "one entry is"
