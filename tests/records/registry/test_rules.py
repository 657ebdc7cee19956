"""How a search text is read, and what can be registered."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.registry.rules import (
    LONGEST_SEARCH,
    MOST_WORDS,
    PatientQuery,
    coverage_faults,
    read_date,
    read_search,
    registration_faults,
)

TODAY = date(2026, 3, 9)
BORN = date(1958, 3, 9)
SEARCHES = [
    ("okafor", PatientQuery(("okafor",))),
    ("Okafor, Ruth  3/9/1958", PatientQuery(("okafor", "ruth"), BORN)),
    ("1958-03-09", PatientQuery((), BORN)),
    ("3-9-1958 ruth", PatientQuery(("ruth",), BORN)),
    ("LGH-1000042", PatientQuery((), None, "LGH-1000042")),
    ("lgh-1000042", PatientQuery((), None, "LGH-1000042")),
    ("LAKESIDE2-1000042", PatientQuery((), None, "LAKESIDE2-1000042")),
    ("A500001", PatientQuery((), None, "A500001")),
    ("9876543", PatientQuery((), None, "9876543")),
    ("0b1c2d3e-aaaa-4bbb-8ccc-123456789012", PatientQuery((), None, "0B1C2D3E-AAAA-4BBB-8CCC-123456789012")),
    ("M\u00fcller 02/30/1958", PatientQuery(("muller",), None, "02/30/1958")),
    ("o\u2019brien", PatientQuery(("o'brien",))),
    ("\u0645\u062d\u0645\u062f", PatientQuery(("\u0645\u062d\u0645\u062f",))),
    ("a\x00b", PatientQuery(("a", "b"))),
    ("\x00", PatientQuery()),
    (" , ", PatientQuery()),
    ("\ud800", PatientQuery()),
    ("\u202e", PatientQuery()),
    ("%", PatientQuery(("%",))),
    ("r2", PatientQuery(("r2",))),
]


@pytest.mark.parametrize(("text", "expected"), SEARCHES)
def test_read_search_of_what_people_type(text: str, expected: PatientQuery) -> None:
    assert read_search(text) == expected


@given(st.text(st.characters(exclude_categories=[]), max_size=300))
def test_read_search_of_any_text_can_be_asked_of_the_database(text: str) -> None:
    asked = read_search(text)
    assert len(asked.words) <= MOST_WORDS
    assert all(word and b"\x00" not in word.encode() for word in asked.words)
    assert asked.number.isascii()


def test_read_search_of_a_long_text_counts_its_beginning_only() -> None:
    assert read_search("a " * 10_000).words == ("a",) * MOST_WORDS
    assert len("".join(read_search("x" * 10_000).words)) == LONGEST_SEARCH


@pytest.mark.parametrize(
    "text", ["3/9/58", "0000-01-01", "1958/03/09", "3/9-1958", "13/1/1958", "3/9/1958\n", "\u0663/9/1958"]
)
def test_read_date_of_anything_else_is_none(text: str) -> None:
    assert read_date(text) is None


FAULTS = [
    (TODAY, None, []),
    (date(2026, 3, 10), None, ["birth_date"]),
    (date(1901, 12, 31), None, []),
    (date(1900, 12, 31), None, ["birth_date"]),
    (BORN, BORN, []),
    (BORN, TODAY, []),
    (BORN, date(1958, 3, 8), ["deceased_on"]),
    (BORN, date(2026, 3, 10), ["deceased_on"]),
]


@pytest.mark.parametrize(("born", "died", "expected"), FAULTS)
def test_registration_faults_at_the_boundaries(born: date, died: date | None, expected: list[str]) -> None:
    found = registration_faults(family_name="Okafor", birth_date=born, deceased_on=died, today=TODAY)
    assert list(found) == expected


@pytest.mark.parametrize("name", ["", "  ", "\x00", "\u200b", "\u0301"])
def test_registration_without_a_readable_family_name_is_a_fault(name: str) -> None:
    found = registration_faults(family_name=name, birth_date=BORN, deceased_on=None, today=TODAY)
    assert list(found) == ["family_name"]


COVERAGES = [
    ("18", "", None, None, None, []),
    ("01", "", None, None, None, ["subscriber_family_name", "subscriber_birth_date"]),
    ("01", "Okafor", BORN, None, None, []),
    ("01", "Okafor", date(2030, 1, 1), None, None, ["subscriber_birth_date"]),
    ("18", "", None, TODAY, TODAY, []),
    ("18", "", None, TODAY, date(2026, 3, 8), ["ends_on"]),
]


@pytest.mark.parametrize(("relationship", "name", "born", "starts", "ends", "expected"), COVERAGES)
def test_coverage_faults_of_a_subscriber_and_a_period(
    relationship: str, name: str, born: date | None, starts: date | None, ends: date | None, expected: list[str]
) -> None:
    found = coverage_faults(
        relationship=relationship, subscriber_family_name=name, subscriber_birth_date=born, starts_on=starts,
        ends_on=ends, today=TODAY,
    )  # fmt: skip
    assert list(found) == expected
