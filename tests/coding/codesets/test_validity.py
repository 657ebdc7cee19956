"""The verdict on a code on a day, and its sentence."""

from __future__ import annotations

from datetime import date

import pytest

from coding.codesets.enums import CodeKind
from coding.codesets.rules import Span
from coding.codesets.validity import CodeSpan, Validity, judge

COVERED = Span(date(2015, 10, 1), date(2027, 3, 31))
SPLIT = [
    CodeSpan(CodeKind.CODE, Span(date(2015, 10, 1), date(2026, 9, 30))),
    CodeSpan(CodeKind.HEADING, Span(date(2026, 10, 1))),
]


def verdict(code: str, spans: list[CodeSpan], on: date, covered: Span | None = COVERED) -> Validity:
    return judge(shown=code, code=code, spans=spans, on=on, covered=covered, set_name="ICD-10-CM")


def test_code_in_force_is_valid_and_says_since_when() -> None:
    found = verdict("I10", [CodeSpan(CodeKind.CODE, Span(date(2015, 10, 1)))], date(2026, 1, 1))
    assert found.valid
    assert found.billable
    assert found.reason == "I10 is valid from 2015-10-01."


def test_category_asks_for_further_character() -> None:
    found = verdict("E11", [CodeSpan(CodeKind.HEADING, Span(date(2015, 10, 1)))], date(2026, 1, 1))
    assert not found.valid
    assert found.reason == "E11 is a category; a 4th character is needed."


@pytest.mark.parametrize(
    ("on", "valid", "reason"),
    [
        (date(2026, 9, 30), True, "I420 is valid from 2015-10-01 to 2026-09-30."),
        (date(2026, 10, 1), False, "I420 was subdivided on 2026-10-01; a 5th character is needed."),
    ],
)
def test_subdivided_code_is_valid_to_the_last_day_of_september(on: date, valid: bool, reason: str) -> None:
    found = verdict("I420", SPLIT, on)
    assert (found.valid, found.reason) == (valid, reason)


def test_deleted_code_names_first_day_without_it() -> None:
    assert verdict("I420", SPLIT[:1], date(2026, 10, 1)).reason == "I420 was deleted on 2026-10-01."


def test_future_code_names_its_first_day() -> None:
    found = verdict("J4B", [CodeSpan(CodeKind.CODE, Span(date(2026, 10, 1)))], date(2026, 9, 30))
    assert found.reason == "J4B is not valid before 2026-10-01."


def test_unknown_code_is_said_to_be_unknown() -> None:
    assert verdict("Z999", [], date(2026, 1, 1)).reason == "Z999 is not in ICD-10-CM."


@pytest.mark.parametrize("kind", [CodeKind.BLOCK, CodeKind.CHAPTER])
def test_block_or_chapter_is_no_code(kind: CodeKind) -> None:
    found = verdict("I10-I1A", [CodeSpan(kind, Span(date(2015, 10, 1)))], date(2026, 1, 1))
    assert found.reason == f"I10-I1A is a {kind} of ICD-10-CM, not a code."


@pytest.mark.parametrize(
    ("on", "covered", "words"),
    [
        (date(2027, 4, 1), COVERED, "the newest ends on 2027-03-31"),
        (date(2015, 9, 30), COVERED, "the oldest begins on 2015-10-01"),
        (date(2026, 1, 1), None, "No release of ICD-10-CM is loaded."),
    ],
)
def test_day_outside_every_release_is_unknown_never_valid(on: date, covered: Span | None, words: str) -> None:
    found = verdict("I10", [CodeSpan(CodeKind.CODE, Span(date(2015, 10, 1)))], on, covered)
    assert not found.known
    assert not found.valid
    assert words in found.reason
