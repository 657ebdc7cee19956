"""The abstract by keyboard, and a house rule from the designer to the coder's page, in a real browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.axe import violations_in_both_themes
from tests.e2e.hospital import uncoded_case
from tests.e2e.test_coding_by_keyboard import add

pytestmark = pytest.mark.e2e
CASE = "demo|case|07-cholecystectomy-missing-report"
MESSAGE = "Enter the hours to theatre."


def opened(page: Page, hospital: str) -> None:
    encounter = uncoded_case(CASE)
    page.goto(f"{hospital}/coding/{encounter}/")
    page.locator("#coded").wait_for()


def show(page: Page) -> None:
    for key in "va":
        page.keyboard.press(key)
    page.locator("[data-abstract]").wait_for()


def test_abstract_by_keyboard_regroups_refuses_beside_the_field_and_undoes(
    sign_in: Callable[[str], Page], hospital: str
) -> None:
    # Given a myocardial infarction, for which the DRG asks whether the patient lived
    page = sign_in("Dana Whitfield")
    opened(page, hospital)
    add(page, "I21.4", "y")
    drg = page.locator("#drg .drg__code")
    expect(drg).to_have_text("282")
    # When the coder says that the patient died
    show(page)
    disposition = page.get_by_label("Disposition", exact=True)
    registered = disposition.input_value()
    disposition.focus()
    page.keyboard.type("20 D")
    page.keyboard.press("Tab")
    # Then the DRG follows, and the row tells both sides
    expect(drg).to_have_text("285")
    row = page.locator("#abstract-discharge_disposition-row")
    expect(row).to_contain_text("Coder; registration:")
    # When what cannot be is typed, and the next item at once
    hours = page.get_by_label("Mechanical ventilation", exact=True)
    hours.fill("99999")
    page.keyboard.press("Tab")
    # Then the sentence stands beside the field, with what was typed
    error = page.locator("#abstract-ventilation_hours-row [data-abstract-error]")
    expect(error).to_contain_text("has no room for 99999 hours")
    expect(hours).to_have_value("99999")
    expect(hours).to_have_attribute("aria-invalid", "true")
    assert violations_in_both_themes(page) == {"light": [], "dark": []}
    hours.fill("30")
    page.keyboard.press("Tab")
    expect(error).to_have_count(0)
    expect(page.locator("#coded")).to_contain_text("5A1945Z fits")
    # And undo and clear bring the former state back
    page.locator("#code-message [data-post]").click()
    expect(hours).to_have_value("")
    page.get_by_role("button", name="Clear Disposition").click()
    expect(drg).to_have_text("282")
    expect(disposition).to_have_value(registered)
    expect(disposition).to_be_focused()


def test_house_rule_is_written_tried_switched_on_and_stands_among_the_edits(
    sign_in: Callable[[str], Page], hospital: str
) -> None:
    manager = sign_in("Tom Ferrara")
    manager.goto(f"{hospital}/coding/abstract-fields/")
    manager.get_by_label("Name").fill("Hours to theatre")
    manager.get_by_label("Takes").select_option(label="Whole number")
    assert violations_in_both_themes(manager) == {"light": [], "dark": []}
    manager.get_by_role("button", name="Add the field").click()
    manager.goto(f"{hospital}/coding/house-rules/")
    assert violations_in_both_themes(manager) == {"light": [], "dark": []}
    manager.keyboard.press("n")
    manager.get_by_label("Name").fill("Hip fracture: time to theatre")
    manager.get_by_label("What it does").select_option("stop")
    manager.get_by_label("Message to the coder").fill(MESSAGE)
    condition = manager.get_by_role("group", name="Condition 1")
    condition.get_by_label("Field", exact=False).first.select_option("diagnoses")
    condition.get_by_label("Question").select_option("starts")
    check = manager.get_by_role("group", name="What must hold")
    check.get_by_label("Field", exact=False).first.select_option("local:hours_to_theatre")
    # A value is missing: the sentence stands beside it.
    manager.get_by_role("button", name="Save, switched off").click()
    expect(condition.locator(".field__errors")).to_contain_text("Enter what it is compared with.")
    assert violations_in_both_themes(manager) == {"light": [], "dark": []}
    condition.get_by_label("Values, with commas").fill("S72.0")
    manager.get_by_role("button", name="Save, switched off").click()
    expect(manager.locator(".rule__sentence").first).to_contain_text(
        "When Diagnoses starts with any of S720: Hours to theatre is filled in."
    )
    manager.keyboard.press("t")
    expect(manager.locator("[data-tried]")).to_contain_text("Would fire on")
    assert violations_in_both_themes(manager) == {"light": [], "dark": []}
    manager.get_by_role("button", name="Switch on").click()
    expect(manager.get_by_role("button", name="Switch off")).to_be_visible()

    page = sign_in("Dana Whitfield")
    opened(page, hospital)
    add(page, "S72.001A", "y")
    expect(page.locator("#stay-edits")).to_contain_text(MESSAGE)
    expect(page.locator("#stay-edits")).to_contain_text("house rule Hip fracture: time to theatre")
    show(page)
    page.get_by_label("Hours to theatre").fill("20")
    page.keyboard.press("Enter")
    expect(page.locator("#stay-edits")).not_to_contain_text(MESSAGE)
