"""Codes and ranges in the words of tabular notes."""

from __future__ import annotations

import pytest

from coding.workbench.edits.references import is_under, named, references


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("hypertension (I10-I1A)", ("I10", "I169", "I1A0"), ("I20", "I099")),
        ("diabetes (E08-E13)", ("E0800", "E139"), ("E079", "E140")),
        ("ulcer (L97.-)", ("L97511",), ("L98491",)),
        ("thyrotoxicosis (E05.0-E05.9-)", ("E0500", "E0591"), ("E06",)),
        ("spinal cord injury (S14.0, S14.1-, S24.1-)", ("S140XXA", "S14101A", "S24101A"), ("S142XXA", "S240XXA")),
        ("Code from category Z3A, Weeks of gestation", ("Z3A36",), ("Z3900",)),
        ("cardiac arrhythmia (I47-I49.-)", ("I480", "I4992"), ("I50",)),
        ("neoplasm of gland (C00-D49)", ("C509", "D499"), ("D500",)),
        ("anomaly of pelvic organs O34.-", ("O34211",), ("O35",)),
        ("heart failure (I50.2 to I50.43)", ("I5023", "I5043"), ("I5084",)),
        ("adverse effect (T36-T50 with fifth or sixth character 5)", ("T360X5A", "T40605A"), ("T360X1A", "T39011A", "T510X5A")),
        ("poisoning (T36-T65 with fifth or sixth character 1-4)", ("T39014A", "T5801XA"), ("T39015A",)),
        ("linezolid (T36.8X- with sixth character 1-4 or 6)", ("T368X1A", "T368X6A"), ("T368X5A",)),
        ("salicylates (T39.0-, with sixth character 5)", ("T39015A",), ("T39011A",)),
    ],
)  # fmt: skip
def test_reference_covers_exactly_what_the_note_names(
    text: str, inside: tuple[str, ...], outside: tuple[str, ...]
) -> None:
    found = references(text)
    assert [code for code in inside if not named(found, code)] == []
    assert [code for code in outside if named(found, code)] == []


@pytest.mark.parametrize(
    "text", ["vitamin B12 deficiency", "underlying disease", "COVID-19 infection", "classified by HLA-B27", "G6PD", ""]
)
def test_words_that_look_like_codes_are_none(text: str) -> None:
    assert references(text) == ()


def test_reversed_range_is_dropped_and_never_fires() -> None:
    assert references("(I15-I10)") == ()


@pytest.mark.parametrize(
    ("code", "entry", "expected"),
    [("I600", "I60-I69", True), ("I699", "I60-I69", True), ("I70", "I60-I69", False), ("E1122", "E11", True),
     ("E1122", "4", False)],
)  # fmt: skip
def test_is_under(code: str, entry: str, expected: bool) -> None:
    assert is_under(code, entry) is expected
