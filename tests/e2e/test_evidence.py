"""Evidence in the browser: pinned by mouse and by keyboard, shown both ways, out of date after an amendment."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.axe import violations_in_both_themes
from tests.e2e.hospital import uncoded_case

pytestmark = pytest.mark.e2e
MOUSE, KEYS = "demo|case|05-embolic-stroke-wrong-page", "demo|case|03-nstemi-stents"


def opened(page: Page, hospital: str, key: str) -> str:
    encounter = uncoded_case(key)
    page.goto(f"{hospital}/coding/{encounter}/")
    expect(page.locator("[data-text]")).to_be_visible()
    return encounter


def add(page: Page, code: str) -> None:
    before = page.locator("[data-line]").count()
    page.keyboard.press("s")
    page.keyboard.type(code)
    page.locator(f"[data-pick][data-code='{code}']").first.wait_for()
    page.keyboard.press("Enter")
    expect(page.locator("[data-line]")).to_have_count(before + 1)
    page.keyboard.press("Escape")


def chip(code: str) -> str:
    return f"[data-line] [data-evidence-of='icd10cm:{code}']"


def select_by_mouse(page: Page) -> str:
    """Drag over the beginning of the third line with words; what the browser then holds as selected."""
    place = page.evaluate(
        """() => {
          const node = [...document.querySelectorAll("[data-at]")].flatMap((piece) => [...piece.childNodes])
            .find((each) => each.nodeType === 3 && each.data.trim().length > 30);
          const start = /\\S/.exec(node.data).index;
          const range = document.createRange();
          range.setStart(node, start); range.setEnd(node, start + 12);
          document.querySelector("[data-reader]").scrollTop = 0;
          const box = range.getClientRects()[0];
          return [box.left + 1, box.top + box.height / 2, box.right - 1];
        }"""
    )
    left, middle, right = place
    page.mouse.move(left, middle)
    page.mouse.down()
    page.mouse.move((left + right) / 2, middle)
    page.mouse.move(right, middle)
    page.mouse.up()
    return str(page.evaluate("window.getSelection().toString().trim()"))


def test_words_pinned_by_mouse_lead_to_their_code_and_back(sign_in: Callable[[str], Page], hospital: str) -> None:
    page = sign_in("Dana Whitfield")
    opened(page, hospital, MOUSE)
    for code in ("I5023", "E876"):
        add(page, code)
    words = select_by_mouse(page)
    assert words
    page.get_by_role("button", name="Pin to E87.6").click()
    expect(page.locator(chip("E876"))).to_have_text("1")
    expect(page.locator("mark.evidence").first).to_contain_text(words[:8])
    # From the words to the code.
    page.locator("[data-line]", has_text="I50.23").click()
    page.locator("mark.evidence").first.click()
    expect(page.locator("[data-line].is-chosen")).to_contain_text("E87.6")
    # From the code to the words, out of another document.
    page.locator("[data-doc]:not([aria-current])").first.click()
    expect(page.locator("mark.evidence")).to_have_count(0)
    page.locator(chip("E876")).click()
    expect(page.locator("mark.evidence.is-current").first).to_contain_text(words[:8])
    # To another code from the bar's own list.
    select_by_mouse(page)
    page.get_by_label("Pin to another code").select_option("icd10cm:I5023")
    expect(page.locator(chip("I5023"))).to_have_text("1")
    assert violations_in_both_themes(page) == {"light": [], "dark": []}


def test_words_pinned_by_keyboard_go_out_of_date_and_are_checked_again(
    sign_in: Callable[[str], Page], hospital: str
) -> None:
    page = sign_in("Dana Whitfield")
    opened(page, hospital, KEYS)
    document = str(page.locator("[data-reading]").get_attribute("data-document"))
    add(page, "J189")
    page.keyboard.press("t")
    expect(page.locator(".is-selecting")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+ArrowDown")
    expect(page.locator("#coding-said")).not_to_be_empty()
    words = str(page.evaluate("window.getSelection().toString()"))
    page.keyboard.press("e")
    expect(page.locator(chip("J189"))).to_have_text("1")
    expect(page.locator("[data-line].is-chosen")).to_contain_text("J18.9")
    page.keyboard.press("]")
    expect(page.locator("mark.evidence.is-current").first).to_be_visible()
    expect(page.locator("#coding-said")).to_contain_text("Evidence for J18.9")
    page.locator("mark.evidence[data-codes~='icd10cm:J189'][tabindex]").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-line].is-chosen")).to_contain_text("J18.9")

    other = sign_in("Tom Ferrara")
    other.goto(f"{hospital}/documents/{document}/amend")
    text = other.get_by_label("Amended text")
    text.fill(f"Addendum: reviewed.\n\n{text.input_value()}")
    other.get_by_label("Reason").fill("Reviewed with the laboratory")
    other.get_by_role("button", name="Sign the amendment").click()
    expect(other.get_by_text("The document is changed.")).to_be_visible()

    page.reload()
    expect(page.locator(chip("J189"))).to_have_attribute("title", "1 piece of evidence, 1 out of date")
    page.keyboard.press("v")
    page.keyboard.press("e")
    expect(page.locator("#panel")).to_contain_text("Out of date")
    expect(page.locator("#panel")).to_contain_text(words.splitlines()[0][:20])
    assert violations_in_both_themes(page) == {"light": [], "dark": []}
    page.keyboard.press("a")
    expect(page.locator(chip("J189"))).to_have_attribute("title", "1 piece of evidence")
    expect(page.locator("#panel")).not_to_contain_text("Out of date")
    page.keyboard.press("v")
    page.keyboard.press("b")
    expect(page.locator("#panel")).to_contain_text("stay")
    assert violations_in_both_themes(page) == {"light": [], "dark": []}
    page.keyboard.press("v")
    page.keyboard.press("d")
    page.keyboard.press("d")
    expect(page.locator("[data-compared] ins").first).to_contain_text("Addendum")
    assert violations_in_both_themes(page) == {"light": [], "dark": []}
