"""What may be asked of the books. Whatever is not understood gives the first page, never an error page."""

from __future__ import annotations

import re
from collections.abc import Mapping

from coding.codesets.enums import CodeSystem
from coding.codesets.official.enums import IndexBook
from coding.codesets.rules import undotted

LONGEST = 120
_CODE = re.compile(r"[A-Z0-9-]{1,16}\Z")


def book_of(text: str) -> IndexBook:
    """The book named in an address; the diseases for anything else."""
    return IndexBook(text) if text in IndexBook.values else IndexBook.DISEASES


def number_of(asked: Mapping[str, str], name: str) -> int:
    """A number of a line, -1 for anything else."""
    text = asked.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else -1


def words_of(asked: Mapping[str, str], name: str = "q") -> str:
    """Words somebody typed, at most so many, without what no text holds."""
    return " ".join(asked.get(name, "").replace("\x00", "").split())[:LONGEST]


def code_of(text: str) -> str:
    """A code, block or chapter in an address, "" for anything else."""
    code = undotted(text)
    return code if _CODE.match(code) else ""


def system_of(text: str) -> CodeSystem:
    """A code set that is browsed as a list; diagnoses for anything else."""
    known = {CodeSystem.ICD10CM, CodeSystem.ICD10PCS, CodeSystem.HCPCS, CodeSystem.CPT}
    return CodeSystem(text) if text in known else CodeSystem.ICD10CM
