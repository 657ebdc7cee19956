"""A warning overridden with a reason, and lines put in order by dragging, in a real browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.hospital import uncoded_case
from tests.e2e.test_coding_by_keyboard import add

pytestmark = pytest.mark.e2e
OUTPATIENT = "demo|case|04-diabetes-neuropathy-office"


def opened(sign_in: Callable[[str], Page], hospital: str, case: str) -> Page:
    page = sign_in("Dana Whitfield")
    encounter = uncoded_case(case)
    page.goto(f"{hospital}/coding/{encounter}/")
    return page


def codes(page: Page) -> list[str]:
    return page.locator("[aria-label=Diagnoses] .codes__code").all_inner_texts()


def drag(page: Page, line: str, onto: str, *, below: bool) -> None:
    """By the number of the line, to above or below another one."""
    of = "[aria-label=Diagnoses] [data-line]:has(.codes__code:text-is('{}'))"
    page.locator(of.format(onto)).scroll_into_view_if_needed()
    grip = page.locator(f"{of.format(line)} [data-grip]").bounding_box()
    target = page.locator(of.format(onto)).bounding_box()
    assert grip
    assert target
    page.mouse.move(grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2)
    page.mouse.down()
    page.mouse.move(grip["x"] + 4, grip["y"] + 20, steps=3)
    end = target["y"] + target["height"] - 2 if below else target["y"] + 2
    page.mouse.move(grip["x"] + 4, end, steps=8)
    page.mouse.up()


def test_override_by_key_and_order_by_drag(sign_in: Callable[[str], Page], hospital: str) -> None:
    page = opened(sign_in, hospital, "demo|case|02-septic")
    page.set_viewport_size({"width": 1280, "height": 1600})  # all lines in sight: what is dragged and where it goes
    for code in ("E10.9", "E11.9", "E87.6", "N39.0"):
        add(page, code, "y")

    warning = page.locator(".edit", has_text="exclude each other")
    expect(warning).to_be_visible()
    expect(warning).to_contain_text("Excludes1 note at")
    page.keyboard.press("i")
    page.locator("[data-jump]", has_text="exclude each other").click()
    page.keyboard.press("x")
    page.get_by_label("Why it does not hold here").fill("The two conditions are unrelated")
    page.keyboard.press("Enter")
    answered = page.locator(".edit.is-answered")
    expect(answered).to_contain_text("The two conditions are unrelated")
    expect(answered).to_contain_text("Dana Whitfield")
    expect(page.locator("#coding-said")).to_contain_text("Warning overridden")

    with page.expect_response(lambda answer: answer.url.endswith("/move")):
        drag(page, "N39.0", "E11.9", below=False)
    expect(page.locator("[aria-label=Diagnoses] .codes__code")).to_have_text(["E10.9", "N39.0", "E11.9", "E87.6"])
    page.reload()
    assert codes(page) == ["E10.9", "N39.0", "E11.9", "E87.6"]
    expect(page.locator(".edit.is-answered")).to_be_visible()

    with page.expect_response(lambda answer: answer.url.endswith("/principal")):
        drag(page, "E87.6", "E10.9", below=False)
    expect(page.locator("[aria-label=Diagnoses] .codes__item.is-principal .codes__code")).to_have_text("E87.6")


def test_services_are_typed_into_the_search_box(sign_in: Callable[[str], Page], hospital: str) -> None:
    page = opened(sign_in, hospital, OUTPATIENT)
    add(page, "R07.9")
    page.keyboard.press("p")
    page.keyboard.type("99213-25")
    page.keyboard.press("Enter")
    service = page.locator("[aria-label=Services] [data-line]")
    expect(service).to_have_count(1)
    expect(service.get_by_label("Modifiers of 99213")).to_have_value("25")
    expect(service.get_by_label("Diagnoses of 99213, by number")).to_have_value("1")
    service.get_by_label("Modifiers of 99213").fill("26")
    service.get_by_label("Units of 99213").focus()
    expect(page.locator("[data-refused]")).to_contain_text("does not belong to a visit")
    expect(service.get_by_label("Modifiers of 99213")).to_have_value("25")
