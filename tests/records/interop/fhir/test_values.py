from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from records.interop.fhir.values import Malformed, coded, day, line, moment, number, period, plain_number

CHICAGO = ZoneInfo("America/Chicago")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1958-03-09", (date(1958, 3, 9), False)),
        ("1958-03", (date(1958, 3, 1), True)),
        ("1958", (date(1958, 1, 1), True)),
        ("2016-12-31T23:59:60Z", (date(2016, 12, 31), False)),
        ("", (None, False)),
        (None, (None, False)),
    ],
)
def test_day_whole_or_partial_is_its_first_day(text: Any, expected: tuple[date | None, bool]) -> None:
    assert day(text, "birthDate") == expected


@pytest.mark.parametrize("text", ["0001-01-01", "9999-12-31", "2020-13-45", "yesterday", "2019-1"])
def test_day_impossible_or_out_of_range_is_malformed(text: str) -> None:
    with pytest.raises(Malformed):
        day(text, "birthDate")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-01T08:00:00-06:00", datetime(2026, 3, 1, 14, tzinfo=UTC)),
        ("2016-12-31T23:59:60Z", datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("2026-03-01T08:00:00.123456789Z", datetime(2026, 3, 1, 8, 0, 0, 123456, tzinfo=UTC)),
        ("2026", datetime(2026, 1, 1, 6, tzinfo=UTC)),
    ],
)
def test_moment_with_or_without_time_of_day_is_aware(text: str, expected: datetime) -> None:
    assert moment(text, "effective", CHICAGO) == expected


def test_moment_of_year_one_with_offset_is_malformed() -> None:
    with pytest.raises(Malformed, match="0001"):
        moment("0001-01-01T00:00:00+14:00", "effective", CHICAGO)


def test_period_that_ends_before_it_starts_is_malformed() -> None:
    with pytest.raises(Malformed, match="before the start"):
        period({"start": "2026-03-02", "end": "2026-03-01"}, "period", CHICAGO)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(181.54135523892745, Decimal("181.54136")), ("1.5", Decimal("1.50000")), (1e30, None), (True, None), ("x", None)],
)
def test_number_is_rounded_to_the_column_or_none(value: Any, expected: Decimal | None) -> None:
    assert number(value) == expected


@pytest.mark.parametrize(("value", "expected"), [(120.0, "120"), (0.5, "0.5"), (None, ""), ({}, "")])
def test_plain_number_has_no_trailing_zeros(value: Any, expected: str) -> None:
    assert plain_number(value) == expected


def test_line_of_anything_but_text_is_blank() -> None:
    values: tuple[Any, ...] = (None, 5, [], {"a": 1}, " a \n b ")
    assert [line(value) for value in values] == ["", "", "", "", "a b"]


def test_coded_prefers_the_words_of_the_concept() -> None:
    found = coded(
        {"text": "Cold", "coding": [{"display": "?"}, {"system": "s", "code": "1", "display": "Common cold"}]}
    )
    assert (found.system, found.code, found.display) == ("s", "1", "Cold")


def test_coded_with_a_code_too_long_is_malformed() -> None:
    with pytest.raises(Malformed):
        coded({"coding": [{"code": "x" * 41}]})
