"""A written chart coded without a mouse, ending in its gold DRG."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from coding.codesets.rules import dotted
from hims.demo.case_file import CASES, load_case
from hims.demo.case_model import DemoCase
from tests.e2e.hospital import uncoded_case

pytestmark = pytest.mark.e2e
CASE = load_case(CASES / "inpatient" / "04-probable-klebsiella-pneumonia")
HURRIED = "05-embolic-stroke-wrong-page"


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
    encounter = uncoded_case(f"demo|case|{CASE.slug}")
    page.goto(f"{hospital}/coding/{encounter}/")
    code_whole(page, CASE)
    expect(page.locator("#drg")).to_contain_text(CASE.gold.drg)


def in_hurry(sign_in: Callable[[str], Page], hospital: str) -> Page:
    """A stay on a slow line: every answer comes long after the coder has gone on."""
    page = sign_in("Dana Whitfield")
    encounter = uncoded_case(f"demo|case|{HURRIED}")
    page.goto(f"{hospital}/coding/{encounter}/")
    expect(page.locator("[data-text]")).to_be_visible()
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    line.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 500, "downloadThroughput": -1, "uploadThroughput": -1},
    )
    return page


def codes_of(page: Page) -> list[str]:
    return [each.strip() for each in page.locator("[data-line] .codes__code").all_text_contents()]


def test_enter_before_the_answer_waits_for_it_and_takes_the_code_typed(
    sign_in: Callable[[str], Page], hospital: str
) -> None:
    page = in_hurry(sign_in, hospital)
    page.keyboard.press("s")
    for words in ("i50.23", "E876", "acute kidney failure unspecified"):
        page.keyboard.type(words)
        page.keyboard.press("Enter")
        expect(page.locator("#code-text")).to_have_value("")
    expect(page.locator("[data-line]")).to_have_count(3)
    assert codes_of(page) == ["I50.23", "E87.6", "N17.9"]
    # A list that is still about other words is never chosen from.
    page.keyboard.type("J18")
    page.locator("[data-pick][data-code='J189']").wait_for()
    page.keyboard.type("1")
    page.keyboard.press("Enter")
    expect(page.locator("[data-line]")).to_have_count(4)
    assert codes_of(page)[3] == "J18.1"


def test_keys_after_enter_mean_the_line_that_is_coming(sign_in: Callable[[str], Page], hospital: str) -> None:
    page = in_hurry(sign_in, hospital)
    before = codes_of(page)
    page.keyboard.press("s")
    page.keyboard.type("D62")
    for key in ("Enter", "Escape", "n"):
        page.keyboard.press(key)
    line = page.locator("[data-line]", has_text="D62")
    expect(line.locator("[data-poa]")).to_have_value("N")
    assert codes_of(page) == [*before, "D62"]
    assert [each.input_value() for each in page.locator("[data-line] [data-poa]").all()][:-1] == [""] * len(before)
    # What the server refuses comes back into the field, with the reason; a category opens its codes.
    page.keyboard.press("s")
    page.keyboard.type("I50.99")
    page.keyboard.press("Enter")
    expect(page.locator("[data-refused]")).to_contain_text("I50.99")
    expect(page.locator("#code-text")).to_have_value("I50.99")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("E11.6")
    page.keyboard.press("Enter")
    expect(page.locator("[data-pick][data-code='E11610']")).to_be_visible()
    assert codes_of(page) == [*before, "D62"]


def test_question_mark_lists_the_keys_of_the_page(sign_in: Callable[[str], Page]) -> None:
    page = sign_in("Dana Whitfield")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Go to Coding")
