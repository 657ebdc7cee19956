"""A written chart coded without a mouse, ending in its gold DRG."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from coding.codesets.rules import dotted
from hims.demo.case_file import CASES, load_case
from hims.demo.case_model import DemoCase
from tests.e2e.hospital import value

pytestmark = pytest.mark.e2e
CASE = load_case(CASES / "inpatient" / "04-probable-klebsiella-pneumonia")


def coded_lines(page: Page) -> int:
    return page.locator("[data-line]").count()


def add(page: Page, code: str, poa: str = "", *, opened_by: str = "s") -> None:
    """The key that opens the search, the code, Enter, Escape, and the POA key on the new line."""
    before = coded_lines(page)
    page.keyboard.press(opened_by)
    page.keyboard.type(code)
    page.locator(f"[data-pick][data-code='{code.replace('.', '')}']").first.wait_for()
    page.keyboard.press("Enter")
    expect(page.locator("[data-line]")).to_have_count(before + 1)
    page.keyboard.press("Escape")
    if poa:
        with page.expect_response(lambda response: response.url.endswith("/poa")):
            page.keyboard.press(poa.lower())


def code_whole(page: Page, case: DemoCase) -> None:
    gold = case.gold
    for diagnosis in (gold.principal, *gold.secondaries):
        add(page, dotted(diagnosis.code), diagnosis.poa)
    for place, procedure in enumerate(gold.procedures):
        add(page, procedure.code, opened_by="p" if place == 0 else "s")


def test_case_coded_by_keyboard_alone_ends_in_its_gold_drg(sign_in: Callable[[str], Page], hospital: str) -> None:
    page = sign_in("Dana Whitfield")
    page.keyboard.press("g")
    page.keyboard.press("w")
    page.wait_for_url(f"{hospital}/coding/")
    encounter = value("SELECT id FROM records_encounter WHERE source_key = %s", f"demo|case|{CASE.slug}")
    page.goto(f"{hospital}/coding/{encounter}/")
    code_whole(page, CASE)
    expect(page.locator("#drg")).to_contain_text(CASE.gold.drg)


def test_question_mark_lists_the_keys_of_the_page(sign_in: Callable[[str], Page]) -> None:
    page = sign_in("Dana Whitfield")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Go to Coding")
