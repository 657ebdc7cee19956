"""Missing 7th characters and placeholders, with the code as it should be written. Pure.

Source: ICD-10-CM Official Guidelines, sections I.A.4 (placeholder X) and I.A.5 (7th characters); the
definitions of the tabular list.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from coding.codesets.rules import CATEGORY_LENGTH, CM_LENGTH, dotted, with_seventh_character

SOURCE = "7th-character definitions of the tabular list; guidelines I.A.4, I.A.5"
_SHOWN = 4


def seventh_advice(code: str, definitions: Mapping[str, str], headings: Collection[str] = ()) -> str:
    """How an incomplete or wrongly filled code is completed, "" when no 7th character helps.

    definitions: meaning by character, of the nearest entry that defines them. headings: entries that are no codes themselves, so
    that a mark that stands too far left is recognised: S9304A without its placeholder.
    """
    if not definitions:
        return ""
    last, stem = code[-1], code[:-1].rstrip("X")
    if CATEGORY_LENGTH < len(code) < CM_LENGTH and last in definitions and code[:-1] in headings:
        filled = with_seventh_character(code[:-1], last)
        return f"“{last}” belongs in the 7th place, after placeholders X: write {dotted(filled)}."
    if len(code) == CM_LENGTH and last not in definitions:
        options = _options(stem, definitions)
        return f"“{last}” is no 7th character here: {options}." if options else ""
    if CATEGORY_LENGTH <= len(code) < CM_LENGTH and code in headings:
        return f"A 7th character is needed: {_options(code.rstrip('X'), definitions)}."
    return ""


def _options(stem: str, definitions: Mapping[str, str]) -> str:
    """The first characters with their codes; the others are counted."""
    if not CATEGORY_LENGTH <= len(stem) < CM_LENGTH:
        return ""
    shown = [
        f"{dotted(with_seventh_character(stem, mark))} {meaning}"
        for mark, meaning in list(definitions.items())[:_SHOWN]
    ]
    more = len(definitions) - len(shown)
    return ", ".join(shown) + (f", and {more} more" if more > 0 else "")
