"""Names as they are kept, folded and searched."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hims.lib.text import clean_lines, fold, squeeze

FOLDS = [
    ("M\u00fcller", "muller"),
    ("MU\u0308LLER", "muller"),
    ("Stra\u00dfe", "strasse"),
    ("\u0130pek", "ipek"),
    ("  O\u2019Brien \t-  Smith ", "o'brien - smith"),
    ("Smith\u2010Jones", "smith-jones"),
    ("\ufb01nn", "finn"),
    ("\u00d8rsted", "\u00f8rsted"),
    ("a\x00b", "a b"),
    ("a\ud800b", "a b"),
    ("\u202eRuth", "ruth"),
    ("\u0645\u06cc\u200c\u0631\u0648\u062f", "\u0645\u06cc\u0631\u0648\u062f"),
    ("\u738b\u5c0f\u660e", "\u738b\u5c0f\u660e"),
    ("\U0001f600", "\U0001f600"),
    ("", ""),
]


@pytest.mark.parametrize(("text", "expected"), FOLDS)
def test_fold_of_a_name_is_its_search_form(text: str, expected: str) -> None:
    assert fold(text) == expected


@given(st.text(st.characters(exclude_categories=[])))
def test_fold_twice_is_fold_once_and_can_be_stored(text: str) -> None:
    folded = fold(text)
    assert fold(folded) == folded
    assert b"\x00" not in folded.encode()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  Ruth \u00a0 Ann\n", "Ruth Ann"),
        ("Ruth\x00Ann", "Ruth Ann"),
        ("a\x1b[31mb", "a [31mb"),
        ("\u202eRuth\u200b", "Ruth"),
        ("Cafe\u0301", "Caf\u00e9"),
        ("\U0001f469\u200d\u2695\ufe0f", "\U0001f469\u200d\u2695\ufe0f"),
        ("\u0645\u06cc\u200c\u0631\u0648\u062f", "\u0645\u06cc\u200c\u0631\u0648\u062f"),
        ("\u0645\u062d\u0645\u062f", "\u0645\u062d\u0645\u062f"),
        ("\x00\x01\x02", ""),
        ("\ud800", ""),
    ],
)
def test_squeeze_keeps_what_is_read_and_drops_what_is_not(text: str, expected: str) -> None:
    assert squeeze(text) == expected


@given(st.text(st.characters(exclude_categories=[])))
def test_squeeze_twice_is_squeeze_once_and_can_be_stored(text: str) -> None:
    once = squeeze(text)
    assert squeeze(once) == once
    assert b"\x00" not in once.encode()
    assert once == once.strip()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("one\r\ntwo\rthree\n", "one\ntwo\nthree\n"),
        ("a\x00b\x02c\x03d", "abcd"),
        ("\tindent\x0cpage", "\tindent\x0cpage"),
        ("bad \ud83d half", "bad \ufffd half"),
        ("  kept  blanks ", "  kept  blanks "),
    ],
)
def test_clean_lines_keeps_the_authors_lines_without_controls(text: str, expected: str) -> None:
    assert clean_lines(text) == expected


@given(st.text(st.characters(exclude_categories=[])))
def test_clean_lines_twice_is_clean_lines_once_and_can_be_stored(text: str) -> None:
    once = clean_lines(text)
    assert clean_lines(once) == once
    assert b"\x00" not in once.encode()
