"""Rows of PCS tables, narrowing, and the field of the builder."""

from __future__ import annotations

from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coding.codesets.browse.pcs_labels import labels_from_titles
from coding.codesets.browse.pcs_rules import (
    OPEN,
    Row,
    Typed,
    allowed,
    chosen_axes,
    codes_of,
    filled,
    possible,
    rows_from_codes,
    typed,
    with_value,
)
from coding.codesets.enums import CodeSystem
from coding.codesets.loading.titles import read_titles

GALL = ["0FT40ZZ", "0FT44ZZ", "0FT44ZG", "0FT00ZZ", "0FT04ZZ"]


def test_rows_from_codes_multiply_to_exactly_the_codes() -> None:
    rows = rows_from_codes(GALL)
    assert sorted(codes_of("0FT", rows)) == sorted(GALL)
    assert Row((("0",), ("0", "4"), ("Z",), ("Z",))) in rows


@given(st.sets(st.text("0ABZ", min_size=4, max_size=4), min_size=1))
def test_rows_of_any_codes_are_disjoint_and_complete(endings: set[str]) -> None:
    made = list(codes_of("0XX", rows_from_codes(f"0XX{ending}" for ending in endings)))
    assert len(made) == len(set(made))
    assert set(made) == {f"0XX{ending}" for ending in endings}


def test_every_table_of_the_installed_list_is_enumerated_exactly() -> None:
    tables: dict[str, list[str]] = defaultdict(list)
    for code in read_titles(CodeSystem.ICD10PCS):
        tables[code[:3]].append(code)
    made = {code for characters, codes in tables.items() for code in codes_of(characters, rows_from_codes(codes))}
    assert made == {code for codes in tables.values() for code in codes}
    assert len(made) > 78_000


@given(st.sets(st.text("0AZ", min_size=4, max_size=4), min_size=1), st.text("0AZ_", min_size=4, max_size=4))
def test_allowed_offers_a_value_exactly_when_a_code_has_it(endings: set[str], chosen: str) -> None:
    rows = rows_from_codes(f"0XX{ending}" for ending in endings)
    for axis, offered in enumerate(allowed(rows, chosen)):
        fits = {
            ending[axis]
            for ending in endings
            if all(want in {OPEN, got} for n, (want, got) in enumerate(zip(chosen, ending, strict=True)) if n != axis)
        }
        # Each value on offer is in a row with the others; rows are products, so a code has them all.
        assert set(offered) == fits


def test_filled_takes_what_is_the_only_value_left() -> None:
    rows = rows_from_codes(GALL)
    assert filled(rows, ["4", OPEN, OPEN, OPEN]) == ["4", OPEN, "Z", OPEN]
    assert filled(rows, ["0", "0", OPEN, OPEN]) == ["0", "0", "Z", "Z"]
    assert filled(rows, [OPEN] * 4) == [OPEN] * 4


def test_possible_is_empty_for_values_of_different_rows() -> None:
    assert possible(rows_from_codes(GALL), ["0", "4", "Z", "G"]) == []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("0ft gall", Typed("0FT", ("gall",))),
        ("0FT4", Typed("0FT4", ())),
        ("0FT_4", Typed("0FT_4", ())),
        ("resection gall", Typed("", ("resection", "gall"))),
        ("", Typed("", ())),
        ("0FIO", Typed("", ("0fio",))),
    ],
)
def test_typed_parts_characters_from_words(text: str, wanted: Typed) -> None:
    assert typed(text) == wanted


def test_with_value_keeps_the_place_of_what_is_open() -> None:
    assert with_value("0FT", 1, "4") == "0FT_4"
    assert with_value("0FT4", 0, OPEN) == "0FT"
    assert chosen_axes("0FT_4") == [OPEN, "4", OPEN, OPEN]


def test_labels_are_the_words_in_which_titles_differ() -> None:
    titles = {
        "0FT40ZZ": "Resection of Gallbladder, Open Approach",
        "0FT44ZZ": "Resection of Gallbladder, Percutaneous Endoscopic Approach",
        "0FT10ZZ": "Resection of Right Lobe Liver, Open Approach",
        "0FT14ZZ": "Resection of Right Lobe Liver, Percutaneous Endoscopic Approach",
    }
    parts, approaches, devices, qualifiers = labels_from_titles(titles)
    assert parts == {"4": "Gallbladder", "1": "Lobe Liver, Right"}
    assert approaches == {"0": "Open", "4": "Percutaneous Endoscopic"}
    assert devices == {"Z": "No device"}
    assert qualifiers == {"Z": "No qualifier"}
