"""Sets of documents as whole numbers."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from coding.codesets.search.bits import from_postings, members

SIZE = 9_000
LISTS = st.lists(st.lists(st.integers(0, SIZE - 1), max_size=40), max_size=6)


@given(LISTS)
def test_members_are_what_was_put_in_each_once_in_order(lists: list[list[int]]) -> None:
    wanted = sorted({document for each in lists for document in each})
    assert list(members(from_postings(lists, SIZE))) == wanted


def test_many_documents_are_kept_like_few() -> None:
    every_third = list(range(0, SIZE, 3))
    assert list(members(from_postings([every_third], SIZE))) == every_third


@given(LISTS, LISTS)
def test_sets_are_joined_and_met_as_numbers(one: list[list[int]], other: list[list[int]]) -> None:
    left, right = from_postings(one, SIZE), from_postings(other, SIZE)
    assert set(members(left & right)) == set(members(left)) & set(members(right))
    assert set(members(left | right)) == set(members(left)) | set(members(right))
