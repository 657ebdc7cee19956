"""The search as callers use it: codes, words, days, query counts."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from coding.codesets.models import Code, CodeSearchIndex, CodeSetRelease
from coding.codesets.search import store
from coding.codesets.search.find import search
from coding.codesets.selectors import UNTITLED

pytestmark = pytest.mark.usefixtures("codes")
SEPTEMBER, OCTOBER = date(2026, 9, 30), date(2026, 10, 1)


def codes_of(query: str, system: str | None = None, on: date = OCTOBER) -> list[str]:
    return [hit.code for hit in search(query, system, on=on, limit=10)]


@pytest.mark.parametrize("query", ["I42.", "i42", "I42"])
def test_beginning_of_code_lists_heading_and_codes_in_order(query: str) -> None:
    assert codes_of(query) == ["I42", "I420", "I4201", "I429"]


def test_exact_code_is_a_heading_or_billable_by_day() -> None:
    before, after = (search("I42.0", on=day)[0] for day in (SEPTEMBER, OCTOBER))
    assert (before.billable, after.billable) == (True, False)
    assert before.display == "I42.0"


def test_words_find_codes_of_both_sets() -> None:
    assert codes_of("hypertension")[0] == "I10"
    assert codes_of("gallbladder resection")[0] == "0FT44ZZ"
    assert codes_of("gallbladder resection", "icd10cm") == []


def test_system_limits_the_answer() -> None:
    assert codes_of("fracture femur", "icd10pcs") == []


def test_deleted_code_is_found_only_before_its_deletion() -> None:
    assert codes_of("platelet defects", on=SEPTEMBER) == ["D691"]
    assert "D691" not in codes_of("platelet defects", on=OCTOBER)


def test_untitled_code_is_found_by_its_heading_and_shown_as_untitled() -> None:
    hit = next(hit for hit in search("dilated cardiomyopathy", on=OCTOBER) if hit.code == "I4201")
    assert hit.title == f"Dilated cardiomyopathy {UNTITLED}"


def test_inclusion_term_leads_to_its_code_and_says_so() -> None:
    hit = search("weak heart muscle", on=OCTOBER)[0]
    assert (hit.code, hit.via, hit.matched) == ("I429", "inclusion_term", "secondary weak heart muscle")


@pytest.mark.parametrize("query", ["", "   ", "'; drop table", "%", "zzzzzz", "\x00"])
def test_odd_query_gives_an_empty_answer(query: str) -> None:
    assert codes_of(query) == []


def test_search_asks_the_database_nothing_once_the_index_is_held(django_assert_num_queries: Any) -> None:
    search("hypertension", on=OCTOBER)
    for query in ("hypertension", "cardiomyopathy fracture hypertension resection", "I42"):
        with django_assert_num_queries(0):
            assert search(query, on=OCTOBER)


def test_index_is_built_once_and_again_after_a_load() -> None:
    first = CodeSearchIndex.objects.get()
    store.refresh_index()
    assert CodeSearchIndex.objects.get().pk == first.pk
    Code.objects.filter(code="I10").update(long_title="Renamed pressure")
    CodeSetRelease.objects.filter(system="icd10cm").update(sha256="b" * 64)
    store.refresh_index()
    assert CodeSearchIndex.objects.get().fingerprint != first.fingerprint
    assert codes_of("renamed pressure") == ["I10"]


def test_small_set_is_searched_by_code_and_label() -> None:
    Code.objects.create(
        system="discharge_disposition",
        code="20",
        kind="code",
        position=0,
        long_title="Died",
        valid_from=date(2015, 10, 1),
    )
    assert codes_of("20", "discharge_disposition") == codes_of("die", "discharge_disposition") == ["20"]


def test_whole_code_stands_before_the_block_that_begins_with_it() -> None:
    assert codes_of("I10")[:2] == ["I10", "I10-I1A"]


@pytest.mark.parametrize("code", ["G0101", "99211"])
def test_other_code_sets_are_in_the_same_box_by_code_and_by_words(code: str) -> None:
    Code.objects.create(
        system="hcpcs",
        code=code,
        kind="code",
        position=0,
        long_title="Invented wheelchair service",
        valid_from=SEPTEMBER,
    )
    CodeSetRelease.objects.create(
        system="hcpcs", label="h", effective_from=SEPTEMBER, source="test", sha256="c" * 64, code_count=1
    )
    store.refresh_index()
    assert codes_of(code) == codes_of("wheelchairs invented")[:1] == codes_of(code.lower(), "hcpcs") == [code]
    assert codes_of(code, "icd10cm") == []
    assert code not in codes_of("wheelchair", on=date(2026, 9, 1))


def test_title_typed_in_full_stands_first_even_for_one_hit() -> None:
    (hit,) = search("Fracture of neck of right femur, subsequent encounter", on=OCTOBER, limit=1)
    assert (hit.code, hit.via, hit.matched) == ("S72001D", "title", "")


def test_mistyped_word_is_said_to_be_similar() -> None:
    assert search("hypertensoin", on=OCTOBER)[0].via == "similar"


def test_half_a_character_is_passed_over() -> None:
    assert codes_of("hypertension \ud800") == codes_of("hypertension")
    assert codes_of("\ud800", "discharge_disposition") == []


def test_index_packed_by_another_version_finds_nothing_until_it_is_built_anew() -> None:
    CodeSearchIndex.objects.update(payload=b"of another version", fingerprint="f" * 64)
    store.forget()
    assert codes_of("hypertension") == []
    store.refresh_index()
    assert codes_of("hypertension")[0] == "I10"
