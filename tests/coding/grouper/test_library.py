"""The library held once per process."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from coding.grouper import library

CLAIM = {
    "version": 431, "discharge_date": 20260501, "age": 60, "sex": 1, "discharge_status": 1,
    "pdx": {"code": "J189"}, "sdx": [], "procedures": [],
}  # fmt: skip


def test_group_raw_after_close_opens_again() -> None:
    before = library.group_raw(CLAIM)
    library.close()
    assert library.group_raw(CLAIM) == before


def test_group_raw_from_threads_agrees() -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(library.group_raw, [CLAIM] * 200))
    assert {answer["final_drg"] for answer in answers} == {195}


def test_group_raw_with_a_wrong_type_names_the_field() -> None:
    with pytest.raises(ValueError, match="'sex' must be 0"):
        library.group_raw({**CLAIM, "sex": 3})


def test_group_raw_with_a_version_not_loaded_is_refused() -> None:
    with pytest.raises(RuntimeError, match="version=390"):
        library.group_raw({**CLAIM, "version": 390})


def test_edit_raw_answers_for_the_same_claim() -> None:
    assert library.edit_raw(CLAIM)["edits"] == []
