"""Pages of the books, with nothing official loaded."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from coding.codesets.browse.own_index import refresh_own_index
from coding.codesets.browse.tabular import place_of
from coding.codesets.enums import CodeKind, NoteKind
from coding.codesets.models import Code, CodeNote
from coding.codesets.selectors import code_on
from hims.staff.models import User

pytestmark = pytest.mark.usefixtures("codes")
ON = date(2026, 10, 1)
START = date(2015, 10, 1)


@pytest.fixture
def page(client: Client, coder: User) -> Client:
    refresh_own_index()
    client.force_login(coder)
    return client


def text(page: Client, url: str, **asked: str) -> str:
    answer = page.get(url, {"on": ON.isoformat(), **asked})
    assert answer.status_code == 200
    return answer.content.decode()


def test_own_index_works_with_nothing_loaded_and_says_that_it_is_our_own(page: Client) -> None:
    body = text(page, "/codes/index/icd10cm_index/", q="cardiom")
    assert "Cardiomyopathy" in body
    assert "own index" in body


def test_own_index_search_narrows_by_words_below_the_main_term(page: Client) -> None:
    body = text(page, "/codes/index/icd10cm_index/", q="cardiom dil")
    assert "Cardiomyopathy, dilated" in body
    assert "secondary" not in body


def test_codes_can_be_added_only_beside_a_coding(page: Client) -> None:
    assert "data-use " not in text(page, "/codes/index/icd10cm_index/", q="hypertension ess")
    assert 'data-use data-open data-code="I10"' in text(
        page, "/codes/index/icd10cm_index/", q="hypertension ess", pick="1"
    )


def test_incomplete_code_opens_the_tabular_list_there(page: Client) -> None:
    body = text(page, "/codes/index/icd10cm_index/", q="cardiom", pick="1")
    term = text(page, "/codes/index/icd10cm_index/", q="cardiomyopathy dil", pick="1")
    assert "/codes/tabular/icd10cm/?on=2026-10-01&amp;pick=1&amp;at=I420" in term
    assert "/codes/tabular/icd10cm/?on=2026-10-01&amp;pick=1&amp;at=I42" in body


def test_book_that_is_not_loaded_says_what_to_load(page: Client) -> None:
    assert "is not loaded" in text(page, "/codes/index/icd10cm_drug/")
    assert "is not loaded" in text(page, "/codes/tabular/hcpcs/")
    assert "is not loaded" in text(page, "/codes/tabular/cpt/")


def test_leaf_shows_the_notes_of_chapter_block_and_category_with_their_place(page: Client) -> None:
    body = text(page, "/codes/tabular/icd10cm/", at="I429")
    for note in (
        "a note of the chapter",
        "a note of the block",
        "a note of the category",
        "secondary weak heart muscle",
    ):
        assert note in body
    assert "a note of a neighbour" not in body
    assert "from Chapter 9" in body


def test_tree_shows_path_siblings_and_children(page: Client) -> None:
    body = text(page, "/codes/tabular/icd10cm/", at="I42")
    assert body.count('role="treeitem"') >= 4
    assert 'aria-current="true"' in body
    branch = text(page, "/codes/tabular/icd10cm/branch", at="I42", level="4")
    assert "I42.9" in branch
    assert 'aria-level="4"' in branch


@pytest.fixture
def fracture(codes: None) -> Code:
    """A code to which X and a 7th character are added."""
    CodeNote.objects.create(
        system="icd10cm",
        code="T36",
        kind=NoteKind.SEVENTH_CHARACTER,
        mark="A",
        text="first",
        position=0,
        valid_from=START,
    )
    for code, kind, parent in (
        ("T36", CodeKind.HEADING, ""),
        ("T360", CodeKind.HEADING, "T36"),
        ("T360XXA", CodeKind.CODE, "T360"),
    ):
        Code.objects.create(
            system="icd10cm",
            code=code,
            kind=kind,
            long_title=f"Title {code}",
            parent=parent,
            position=99,
            valid_from=START,
        )
    return Code.objects.get(code="T360")


def test_seventh_character_gives_the_whole_code_with_its_x(fracture: Code, page: Client) -> None:
    found = place_of(fracture, on=ON).sevenths
    assert [(each.character, each.meaning, each.code) for each in found] == [("A", "first", "T360XXA")]
    body = text(page, "/codes/tabular/icd10cm/", at="T360", pick="1")
    assert 'data-code="T360XXA"' in body
    assert place_of(code_on("icd10cm", "I42", ON) or fracture, on=ON).sevenths == []


def test_builder_narrows_by_characters_and_shows_the_complete_code(page: Client) -> None:
    assert "0FT44ZZ" in text(page, "/codes/pcs/state", code="0FT4")
    assert "There is no table 0ZZ" in text(page, "/codes/pcs/state", code="0ZZ")
    assert "stand in no row together" in text(page, "/codes/pcs/state", code="0FT9")


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("/codes/index/nonsense/", {"term": "99999999999999", "letter": "<b>", "after": "x"}),
        ("/codes/index/icd10cm_index/", {"q": "%_\\ ' ( [ ?"}),
        ("/codes/index/icd10cm_index/", {"q": "," }),
        ("/codes/tabular/nonsense/", {"at": "' OR 1=1"}),
        ("/codes/tabular/icd10cm/", {"at": "ZZZ", "on": "9999-99-99"}),
        ("/codes/pcs/state", {"code": "__ \x00 <script>alert(1)</script>"}),
        ("/codes/pcs/", {"code": "0FT" + "_" * 90}),
    ],
)  # fmt: skip
def test_hostile_addresses_give_a_page(page: Client, url: str, asked: dict[str, str]) -> None:
    answer = page.get(url, asked)
    assert answer.status_code == 200
    assert "<script>alert" not in answer.content.decode()


@pytest.mark.parametrize(
    "url", ["/codes/index/icd10cm_index/?q=cardiom", "/codes/tabular/icd10cm/?at=I42", "/codes/pcs/state?code=0FT"]
)
def test_number_of_queries_does_not_grow_with_the_lines(page: Client, url: str) -> None:
    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert page.get(url, {"on": ON.isoformat()} if "?" not in url else None).status_code == 200
        return len(queries)

    page.get(url)
    before = count()
    for number in range(6):
        Code.objects.create(system="icd10cm", code=f"I42{number}9", kind=CodeKind.CODE, long_title=f"Cardiomyopathy kind {number}",
                            parent="I42", block="I30-I5A", chapter="9", position=9, valid_from=START)  # fmt: skip
        Code.objects.create(system="icd10pcs", code=f"0FT{number}0ZZ", kind=CodeKind.CODE, long_title="Resection", parent="0FT",
                            position=9, valid_from=START)  # fmt: skip
    assert count() == before


def test_fragment_comes_without_the_page_around_it(page: Client) -> None:
    body = page.get("/codes/index/icd10cm_index/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in body
