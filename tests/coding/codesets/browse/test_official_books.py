"""Against the official files: codes of the tables, references of the indexes."""

from __future__ import annotations

from datetime import date
from itertools import chain

import pytest
from django.core.management import call_command

from coding.codesets.browse.index import below, dangling, leads_to, letters, of_letter, open_book, search
from coding.codesets.browse.pcs_rules import Row, codes_of, rows_from_codes
from coding.codesets.loading.msdrg_reader import read_grouper_data
from coding.codesets.official.enums import IndexBook
from coding.codesets.official.readers import pcs_tables
from hims.staff.models import Facility
from tests.shared_data import shared_data

FY2025 = date(2024, 10, 1)
FY2019 = date(2018, 10, 1)
NAMES = {
    IndexBook.EXTERNAL_CAUSES: "icd10cm_eindex_2019.xml",
    IndexBook.DRUGS: "icd10cm_drug_2019.xml",
    IndexBook.NEOPLASMS: "icd10cm_neoplasm_2019.xml",
}


def test_official_tables_enumerate_exactly_the_list_of_their_year_and_so_do_derived_rows() -> None:
    parsed = pcs_tables.read((shared_data("icd10pcs_2025") / "icd10pcs_tables_2025.xml").read_bytes())
    rows: dict[str, list[Row]] = {}
    for entry in parsed.table_rows:
        values = tuple(tuple(value for value, _ in labels) for _, labels in entry.axes)
        rows.setdefault(entry.characters, []).append(Row(values))
    official = set(chain.from_iterable(codes_of(characters, each) for characters, each in rows.items()))
    listed = {
        code for code, spans in read_grouper_data().procedures.items() if any(span.covers(FY2025) for span in spans)
    }
    assert official == listed
    tables: dict[str, list[str]] = {}
    for code in listed:
        tables.setdefault(code[:3], []).append(code)
    derived = set(chain.from_iterable(codes_of(table, rows_from_codes(codes)) for table, codes in tables.items()))
    assert derived == listed


@pytest.fixture
def books(facility: Facility) -> None:
    folder = shared_data("icd10cm_index_2019")
    for book, name in NAMES.items():
        call_command("load_codeset", book.value, str(folder / name), "--effective", FY2019.isoformat(), "--json")


def paths(listing: object) -> list[str]:
    return [term.path for term in listing.terms]  # type: ignore[attr-defined]


@pytest.mark.usefixtures("books")
def test_references_of_real_books_lead_somewhere_or_are_listed() -> None:
    lost = {book: dangling(book, FY2019) for book in NAMES}
    # Misprints of the publisher ("War operations. fire"), and entries of the index of diseases, which is not loaded.
    assert {book: len(found) for book, found in lost.items()} == LOST
    assert ("Burn, burned, burning, chemical, in war operations", "War operations. fire") in lost[
        IndexBook.EXTERNAL_CAUSES
    ]
    (followed,) = leads_to("Accident, transport, car occupant", IndexBook.EXTERNAL_CAUSES, FY2019)
    shelf = open_book(IndexBook.EXTERNAL_CAUSES, FY2019)
    assert shelf is not None
    assert followed[2] is not None
    assert followed[2].exact
    assert paths(below(shelf, followed[2].number))[0] == "Accident, transport, car occupant"


LOST = {IndexBook.EXTERNAL_CAUSES: 12, IndexBook.DRUGS: 2, IndexBook.NEOPLASMS: 14}


@pytest.mark.usefixtures("books")
def test_every_entry_of_a_real_book_is_reached_by_letter_and_term() -> None:
    for book in NAMES:
        shelf = open_book(book, FY2019)
        assert shelf is not None
        reached: set[int] = set()
        for letter in letters(shelf):
            after: int | None = -1
            while after is not None:
                listing = of_letter(shelf, letter, after=after)
                reached.update(term.number for term in listing.terms)
                after = listing.more
        for number in [] if shelf.is_table else sorted(reached):
            after = -1
            while after is not None:
                listing = below(shelf, number, after=after)
                reached.update(term.number for term in listing.terms)
                after = listing.more
        assert reached == set(shelf.rows.values_list("number", flat=True)), book


@pytest.mark.usefixtures("books")
def test_search_of_a_real_book_goes_by_beginnings_of_words() -> None:
    shelf = open_book(IndexBook.EXTERNAL_CAUSES, FY2019)
    assert shelf is not None
    found = search(shelf, "fall stairs")
    assert any(path.startswith("Fall") and "stairs" in path for path in paths(found))
    table = open_book(IndexBook.NEOPLASMS, FY2019)
    assert table is not None
    lung = search(table, "neoplasm lung")
    assert any(term.cells[:1] == ["C349-"] for term in lung.terms)


@pytest.mark.usefixtures("books")
def test_no_book_holds_before_its_day() -> None:
    assert open_book(IndexBook.DRUGS, date(2018, 9, 30)) is None
