"""see and see also: what they name, where they lead."""

from __future__ import annotations

import pytest

from coding.codesets.browse.references import Child, Found, Reference, references, resolve
from coding.codesets.official.enums import IndexBook

CHILDREN: dict[int | None, list[Child]] = {
    None: [(0, "Accident (to)"), (10, "Sulfonamides"), (11, "Pesticide NEC")],
    0: [(1, "boat, boating"), (2, "transport (involving injury to)")],
    2: [(3, "car occupant"), (4, "aircraft NEC")],
}


def below(number: int | None, word: str) -> list[Child]:
    children = CHILDREN.get(number, [])
    return [each for each in children if number is not None or each[1].lower().startswith(word.lower())]


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        (("Accident", "transport", "car occupant"), Found(3, True)),
        (("Accident", "boat"), Found(1, True)),
        (("Accident", "boat", "boating"), Found(1, True)),
        (("Accident", "transport", "aircraft"), Found(4, True)),
        (("Accident", "transport", "camel"), Found(2, False)),
        (("Pesticides",), Found(11, True)),
        (("Sulf-",), Found(10, True)),
        (("Earthquake",), None),
    ],
)
def test_resolve_finds_the_line_or_the_nearest_above(parts: tuple[str, ...], found: Found | None) -> None:
    assert resolve(parts, below) == found


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "Accident, transport, by type of vehicle",
            Reference("", IndexBook.EXTERNAL_CAUSES, ("Accident", "transport")),
        ),
        ("Table of Drugs and Chemicals", Reference("", IndexBook.DRUGS)),
        ("Index to Diseases and Injuries, Complication(s)", Reference("", IndexBook.DISEASES, ("Complication(s)",))),
        ("categories T17 and T18", Reference("", IndexBook.EXTERNAL_CAUSES, codes=("T17", "T18"))),
        ("W00-X58 with 7th character S", Reference("", IndexBook.EXTERNAL_CAUSES, codes=("W00", "X58"))),
        ("by specific chemical substance", Reference("", IndexBook.EXTERNAL_CAUSES, advice=True)),
    ],
)
def test_references_tell_book_terms_and_categories(text: str, wanted: Reference) -> None:
    (found,) = references(text, IndexBook.EXTERNAL_CAUSES)
    assert (found.book, found.parts, found.codes, found.advice) == (
        wanted.book,
        wanted.parts,
        wanted.codes,
        wanted.advice,
    )


def test_neoplasm_is_looked_up_in_its_table() -> None:
    (found,) = references("Neoplasm, skin, ear", IndexBook.DISEASES)
    assert (found.book, found.parts) == (IndexBook.NEOPLASMS, ("Neoplasm", "skin", "ear"))


def test_several_references_are_parted_by_semicolons() -> None:
    assert [each.text for each in references("Fall; Assault", IndexBook.EXTERNAL_CAUSES)] == ["Fall", "Assault"]
