"""The index made from titles and inclusion terms."""

from __future__ import annotations

from datetime import date

import pytest

from coding.codesets.browse.own_terms import Line, entry_of, singular, tree

START = date(2015, 10, 1)


@pytest.mark.parametrize(
    ("title", "main", "sub"),
    [
        ("Acute systolic (congestive) heart failure", "Failure", "heart, systolic, acute"),
        ("Displaced fracture of neck of right femur", "Fracture", "neck of right femur, displaced"),
        ("Sepsis due to Escherichia coli [E. coli]", "Sepsis", "due to Escherichia coli"),
        ("Essential (primary) hypertension", "Hypertension", "essential"),
        ("Chronic kidney disease, stage 3b", "Disease", "kidney, chronic, stage 3b"),
        ("Myasthenia gravis", "Myasthenia", "gravis"),
        ("Typhoid and paratyphoid fevers", "Fever", "typhoid and paratyphoid"),
        ("End stage heart failure", "Failure", "heart, stage, end"),
        ("COVID-19", "COVID-19", ""),
    ],
)
def test_entry_of_puts_the_condition_first(title: str, main: str, sub: str) -> None:
    assert entry_of(title) == (main, sub)


@pytest.mark.parametrize(
    ("word", "one"),
    [("fractures", "fracture"), ("deficiencies", "deficiency"), ("diabetes", "diabetes"), ("sepsis", "sepsis")],
)
def test_singular_leaves_what_only_ends_like_a_plural(word: str, one: str) -> None:
    assert singular(word) == one


def test_tree_stands_in_printed_order_with_codes_on_their_lines() -> None:
    nodes = tree(
        [
            Line("Heart failure", "I50-", START, None),
            Line("Acute heart failure", "I501", START, date(2020, 9, 30)),
            Line("Kidney failure", "N19", START, None),
            Line("Failure", "R68", START, None),
        ]
    )
    assert [(node.number, node.parent, node.level, node.path, node.codes) for node in nodes] == [
        (0, None, 0, "Failure", ["R68"]),
        (1, 0, 1, "Failure, heart", ["I50-"]),
        (2, 1, 2, "Failure, heart, acute", ["I501"]),
        (3, 0, 1, "Failure, kidney", ["N19"]),
    ]
    assert [node.valid_to for node in nodes] == [None, None, date(2020, 9, 30), None]
