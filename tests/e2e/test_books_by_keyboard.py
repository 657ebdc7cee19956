"""A code from the index, and a procedure built from the tables, without a mouse."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.hospital import uncoded_case

pytestmark = pytest.mark.e2e
SLUG = "demo|case|04-probable-klebsiella-pneumonia"


@pytest.fixture
def bench(sign_in: Callable[[str], Page], hospital: str) -> Page:
    page = sign_in("Dana Whitfield")
    encounter = uncoded_case(SLUG)
    page.goto(f"{hospital}/coding/{encounter}/")
    expect(page.locator("#reader")).not_to_contain_text("Opening")
    return page


def keys(page: Page, *pressed: str) -> None:
    for key in pressed:
        page.keyboard.press(key)


def test_code_is_found_in_the_index_and_added(bench: Page) -> None:
    before = bench.locator("[data-line]").count()
    keys(bench, "v", "i")
    expect(bench.locator("#book-q")).to_be_focused()
    bench.keyboard.type("hypokal")
    expect(bench.locator("#book-lines [data-code='E876']")).to_be_visible()
    keys(bench, "ArrowDown", "Enter")
    expect(bench.locator("[data-line]")).to_have_count(before + 1)
    expect(bench.locator("#coded")).to_contain_text("E87.6")


def test_procedure_is_built_from_the_tables_and_added(bench: Page) -> None:
    keys(bench, "v", "p")
    field = bench.locator("[data-pcs-field]")
    expect(field).to_be_focused()
    bench.keyboard.type("resection gall")
    expect(bench.locator("#pcs-options [aria-selected=true]")).to_contain_text("Gallbladder")
    keys(bench, "Enter")
    expect(field).to_have_value("0FT4")
    bench.keyboard.type("4ZZ")
    expect(bench.locator("[data-pcs-state]")).to_have_attribute("data-complete", "0FT44ZZ")
    keys(bench, "Enter")
    expect(bench.locator("#coded")).to_contain_text("0FT44ZZ")
