"""Arithmetic of components."""

from __future__ import annotations

import pytest

from hims.home.templatetags.components import shares

CASES = [
    ([], []),
    ([0, 0], [(0.0, 0.0), (0.0, 0.0)]),
    ([5], [(0.0, 100.0)]),
    ([1, 1, 2], [(0.0, 25.0), (25.0, 25.0), (50.0, 50.0)]),
    ([1, 2], [(0.0, 33.33), (33.33, 66.67)]),
]


@pytest.mark.parametrize(("values", "expected"), CASES)
def test_shares_of_values_tile_the_bar(values: list[int], expected: list[tuple[float, float]]) -> None:
    found = shares([{"label": "part", "value": value} for value in values])

    assert [(part["start"], part["width"]) for part in found] == expected


def test_shares_of_nothing_is_empty() -> None:
    assert shares(None) == []


def test_shares_leaves_the_segments_as_they_were() -> None:
    segment = {"label": "0-3 days", "value": 4, "tone": "age-1"}

    assert shares([segment])[0]["tone"] == "age-1"
    assert segment == {"label": "0-3 days", "value": 4, "tone": "age-1"}
