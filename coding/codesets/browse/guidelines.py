"""Which sections of the Official Guidelines apply to a code. Pure but for reading our own data file.

Section numbers and short hints in our own words; the text itself stays with its publisher.
Source: ICD-10-CM Official Guidelines for Coding and Reporting; ICD-10-PCS Official Guidelines.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from coding.codesets.enums import CodeSystem
from coding.codesets.loading.small_sets import DATA, read_table

ANY = "*"


@dataclass(frozen=True)
class Guideline:
    """One section. first, last: the characters it is for, compared as far as they go; ANY for every code."""

    system: str
    section: str
    first: str
    last: str
    setting: str
    text: str

    @property
    def general(self) -> bool:
        return self.first == ANY

    def covers(self, code: str) -> bool:
        """True when `code` (undotted) lies between first and last."""
        if self.general:
            return True
        if ANY in self.first:
            return any(_fits(pattern, code) for pattern in (self.first, self.last))
        return self.first <= code[: len(self.first)] and code[: len(self.last)] <= self.last


def _fits(pattern: str, code: str) -> bool:
    return all(mark in {ANY, character} for mark, character in zip(pattern, code.ljust(len(pattern)), strict=False))


def guidelines_for(system: str, code: str, *, inpatient: bool | None = None) -> list[Guideline]:
    """Sections for a code, the particular ones first. inpatient None: those of either setting."""
    fits = [each for each in all_guidelines() if each.system == system and each.covers(code)]
    wanted = {None: {"", "inpatient", "outpatient"}, True: {"", "inpatient"}, False: {"", "outpatient"}}[inpatient]
    return _particular_first(each for each in fits if each.setting in wanted)


def _particular_first(found: Iterable[Guideline]) -> list[Guideline]:
    return sorted(found, key=lambda each: each.general)


@lru_cache(maxsize=1)
def all_guidelines() -> tuple[Guideline, ...]:
    """The whole file, in its order."""
    return tuple(
        Guideline(
            CodeSystem(row["system"]).value, row["section"], row["first"], row["last"], row["setting"], row["text"]
        )
        for row in read_table(DATA / "guidelines.tsv")
    )
