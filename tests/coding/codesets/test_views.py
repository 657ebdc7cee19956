"""Pages and API of the code sets."""

from __future__ import annotations

import pytest
from django.test import Client

from hims.staff.models import User

pytestmark = pytest.mark.usefixtures("codes")


@pytest.fixture
def page(client: Client, coder: User) -> Client:
    client.force_login(coder)
    return client


def test_search_page_without_words_lists_chapters(page: Client) -> None:
    answer = page.get("/codes/", {"on": "2026-10-01"})
    assert answer.status_code == 200
    assert "Diseases of the circulatory system" in answer.content.decode()


def test_search_page_with_words_lists_links_to_codes(page: Client) -> None:
    text = page.get("/codes/", {"q": "hypertension", "on": "2026-10-01"}).content.decode()
    assert "/codes/icd10cm/I10/?on=2026-10-01" in text


def test_results_are_buttons_that_carry_code_and_system(page: Client) -> None:
    text = page.get("/codes/search", {"q": "hypertension", "system": "icd10cm", "on": "2026-10-01"}).content.decode()
    assert "<html" not in text
    assert 'data-code="I10" data-system="icd10cm"' in text
    assert "<button" in text


def test_results_for_unreadable_day_answer_422_with_the_reason(page: Client) -> None:
    answer = page.get("/codes/search", {"q": "hypertension", "on": "yesterday"})
    assert answer.status_code == 422
    assert "Valid on" in answer.content.decode()


def test_results_show_text_of_query_as_text(page: Client) -> None:
    text = page.get("/codes/", {"q": "<script>alert(1)</script>"}).content.decode()
    assert "<script>alert" not in text


def test_detail_shows_validity_notes_and_way_down(page: Client) -> None:
    text = page.get("/codes/icd10cm/I429/", {"on": "2026-09-30"}).content.decode()
    assert "I42.9 is valid from 2015-10-01." in text
    assert "a note of the block" in text
    assert "Stands under" in text


def test_detail_of_deleted_code_says_when_it_was_deleted(page: Client) -> None:
    text = page.get("/codes/icd10cm/D691/", {"on": "2026-10-01"}).content.decode()
    assert "D69.1 was deleted on 2026-10-01." in text


@pytest.mark.parametrize(
    "path", ["/codes/icd10cm/Q999/", "/codes/nosuchset/I10/", "/codes/icd10cm/I10%00/", "/codes/icd10cm/I%2010/"]
)
def test_detail_of_unknown_code_or_set_is_404(page: Client, path: str) -> None:
    assert page.get(path).status_code == 404


def test_detail_with_unreadable_day_shows_today(page: Client) -> None:
    assert page.get("/codes/icd10cm/I10/", {"on": "2026-13-45"}).status_code == 200


def test_stranger_is_sent_to_sign_in(client: Client) -> None:
    answer = client.get("/codes/")
    assert answer.status_code == 302


def test_results_say_the_term_a_code_was_found_by(page: Client) -> None:
    text = page.get("/codes/search", {"q": "weak heart muscle", "on": "2026-10-01"}).content.decode()
    assert "inclusion term: secondary weak heart muscle" in text


def test_heading_says_that_it_is_not_billable_and_what_is_missing(page: Client) -> None:
    text = page.get("/codes/search", {"q": "I42", "on": "2026-10-01"}).content.decode()
    assert "not billable: a 4th character is needed" in text
    assert "not billable: a 5th character is needed" in text
    assert 'data-billable="false"' in text
