"""The what-if panel and the history beside a coding, by keyboard in a browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.axe import violations
from tests.e2e.hospital import uncoded_case
from tests.e2e.test_coding_by_keyboard import add

pytestmark = pytest.mark.e2e
CASE = "demo|case|13-gastric-ulcer-catheter-infection"


def keys(page: Page, words: str) -> None:
    for key in words.split():
        page.keyboard.press(key)


def set_poa(page: Page, key: str) -> None:
    """POA of the chosen line, and the panel that follows."""
    with page.expect_response(lambda response: response.url.endswith("/what-if/")):
        page.keyboard.press(key)


def test_what_if_panel_follows_a_poa_change_and_keeps_the_codes_tried(
    sign_in: Callable[[str], Page], hospital: str
) -> None:
    # Given a bleeding ulcer with a catheter infection that arose in the house
    page = sign_in("Dana Whitfield")
    encounter = uncoded_case(CASE)
    page.goto(f"{hospital}/coding/{encounter}/")
    add(page, "K25.4", "Y")
    add(page, "T83.511A", "N")
    # When the coder opens the panel
    keys(page, "v w")
    panel = page.locator("[data-what-if]")
    drg, poa = panel.locator("[data-base-drg]"), panel.locator("[data-section=poa]")
    # Then it shows that the level is lost, and what the other indicator would do
    expect(drg).to_have_text("379")
    expect(poa.locator("[data-change='T83.511A']")).to_contain_text("POA N → Y")
    expect(poa.locator("[data-change='T83.511A']")).to_contain_text("378")
    # When a code is tried from the search, and then the POA changes
    page.keyboard.press("s")
    page.keyboard.type("J96.01")
    page.locator("[data-pick][data-code='J9601']").first.wait_for()
    page.keyboard.press("Alt+Enter")
    expect(panel.locator("#what-if-tried [data-change='J96.01']").first).to_contain_text("377")
    page.keyboard.press("Escape")
    page.locator("[data-line]").nth(1).focus()
    set_poa(page, "y")
    # Then the panel follows, the code under consideration stays, and nothing was added
    expect(drg).to_have_text("378")
    expect(poa.locator("[data-change='T83.511A']")).to_contain_text("POA Y → N")
    expect(panel.locator("#what-if-tried [data-change='J96.01']").first).to_contain_text("377")
    expect(page.locator("[data-line]")).to_have_count(2)
    assert violations(page) == []


def test_history_keeps_a_state_by_keys_and_compares_it(sign_in: Callable[[str], Page], hospital: str) -> None:
    page = sign_in("Dana Whitfield")
    encounter = uncoded_case(CASE)
    page.goto(f"{hospital}/coding/{encounter}/")
    page.locator("#coded").wait_for()
    add(page, "K25.4", "Y")
    keys(page, "v h")
    history = page.locator("[data-history]")
    expect(history).to_contain_text("Baseline, Automatic")
    keys(page, "h k")
    expect(history).to_contain_text("Working, Coding")
    expect(page.locator("#code-message")).to_contain_text("Kept as state")
    history.get_by_label("After").select_option(label="Now")
    expect(history.locator("[data-comparison]")).to_be_visible()
    assert violations(page) == []
