"""The design system in a real browser: accessible in both themes, reflowing, quiet under the content policy, led by keys.

The page is rendered here and handed to the browser together with the static files, so that no server and no database stand
between the test and the look.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from csp.middleware import CSPMiddleware
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.test import RequestFactory
from django.urls import reverse
from playwright.sync_api import Browser, Page, Route

from tests.e2e.axe import settle, use_theme, violations, violations_in_both_themes

pytestmark = pytest.mark.e2e

ORIGIN = "http://hims.test"
WIDTHS = (640, 1280, 1920)
PERSON = {"display_name": "Dana Whitfield", "is_authenticated": True}
CONTEXT: dict[str, Any] = {
    "demo": True,
    "role_names": "Coder",
    "facilities": [{"name": "Lakeside General"}, {"name": "Lakeside South"}],
    "navigation": [
        {"label": label, "url": url, "command": command, "current": label == "Codes", "count": count}
        for label, url, command, count in (
            ("Home", "/", "go.home", None),
            ("Coding", "/coding/", "go.coding", 12),
            ("Codes", "/codes/", "go.codes", None),
        )
    ],
    "request": {"user": PERSON},
}


# What the server says of a screen that is not locked.
OPEN_SCREEN = {
    "signed_in": True,
    "locked": False,
    "seconds_left": 900,
    "limit_seconds": 900,
    "name": "",
    "ways": [],
    "hint": "",
}


def _page(request: HttpRequest) -> HttpResponse:
    return render(request, "home/styleguide.html", CONTEXT)


def _fulfil(route: Route) -> None:
    path = urlsplit(route.request.url).path
    if path == reverse("account_session"):
        route.fulfill(json=OPEN_SCREEN)
        return
    if not path.startswith("/static/"):
        response = CSPMiddleware(_page)(RequestFactory().get(path))
        assert isinstance(response, HttpResponse)
        route.fulfill(status=200, headers=dict(response.headers), body=response.content)
        return
    found = finders.find(path.removeprefix("/static/"))
    if not isinstance(found, str):
        route.fulfill(status=404)
        return
    kind = mimetypes.guess_type(found)[0] or "application/octet-stream"
    route.fulfill(status=200, content_type=kind, body=Path(found).read_bytes())


@pytest.fixture
def guide(browser: Browser) -> Iterator[Page]:
    """The style guide, open at 1280 x 800; the test fails on any message of the browser console."""
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    complaints: list[str] = []
    page.on(
        "console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.route("**/*", _fulfil)
    page.goto(f"{ORIGIN}/styleguide/")
    yield page
    page.close()
    assert complaints == []


def _is_open(page: Page, dialog: str) -> bool:
    return bool(page.locator(dialog).evaluate("element => element.open"))


@pytest.mark.parametrize("width", WIDTHS)
def test_styleguide_at_any_width_has_no_violation_and_no_sideways_scroll(guide: Page, width: int) -> None:
    guide.set_viewport_size({"width": width, "height": 800})

    assert violations_in_both_themes(guide) == {"light": [], "dark": []}
    assert guide.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_styleguide_under_its_policy_carries_no_inline_style_or_script(guide: Page) -> None:
    assert guide.locator("main [style], header [style], style").count() == 0
    assert guide.locator("script:not([src])").count() == 0
    assert guide.evaluate("[...document.styleSheets].every((sheet) => sheet.href.startsWith(location.origin))")


def test_targets_of_header_and_table_are_at_least_24_px(guide: Page) -> None:
    sizes = guide.locator(".header a, .header button, .pager a, .tabs a").evaluate_all(
        "all => all.filter((e) => e.getClientRects().length).map((e) => Math.min(e.offsetWidth, e.offsetHeight))"
    )

    assert sizes
    assert min(sizes) >= 24


def test_navigation_on_a_narrow_page_folds_into_a_menu_button(guide: Page) -> None:
    guide.set_viewport_size({"width": 640, "height": 800})
    assert guide.locator("#nav").is_hidden()

    guide.locator("[data-nav-button]").click()

    assert guide.locator("#nav").is_visible()
    assert guide.locator("[data-nav-button]").get_attribute("aria-expanded") == "true"


def test_question_mark_lists_the_keys_of_the_page_and_escape_closes(guide: Page) -> None:
    guide.keyboard.press("?")
    assert _is_open(guide, "#keys-dialog")
    assert "Go to Coding" in guide.locator("[data-keys-here]").inner_text()
    assert violations(guide) == []

    guide.keyboard.press("Escape")
    assert not _is_open(guide, "#keys-dialog")


def test_keys_while_typing_stay_letters(guide: Page) -> None:
    guide.keyboard.press("/")
    guide.keyboard.type("e?gc")

    assert guide.locator("[name=find]").input_value() == "e?gc"
    assert guide.locator("dialog[open]").count() == 0


def test_single_keys_switched_off_do_nothing(guide: Page) -> None:
    guide.keyboard.press("?")
    guide.locator("[data-keys-switch]").uncheck()
    guide.keyboard.press("Escape")

    guide.keyboard.press("e")

    assert guide.locator("dialog[open]").count() == 0


def test_sequence_of_keys_follows_the_navigation(guide: Page) -> None:
    guide.keyboard.press("g")
    with guide.expect_navigation():
        guide.keyboard.press("w")

    assert urlsplit(guide.url).path == "/coding/"


def test_row_cursor_moves_by_key_and_ticks_the_row(guide: Page) -> None:
    guide.locator("tbody tr").first.locator("td").nth(3).click()
    guide.keyboard.press("j")
    guide.keyboard.press("x")

    assert guide.locator("tbody tr.is-cursor a").inner_text() == "Lindqvist, Per"
    assert guide.locator("tbody tr.is-selected").count() == 1


def test_confirmation_refused_does_not_press_the_button(guide: Page) -> None:
    guide.evaluate("document.addEventListener('click', (event) => { window.pressed = event.target.textContent; })")
    guide.get_by_role("button", name="Finalize").click()
    assert _is_open(guide, "#confirm-dialog")
    assert violations(guide) == []

    guide.locator("#confirm-dialog [data-dialog-close]").click()

    assert not _is_open(guide, "#confirm-dialog")
    assert guide.evaluate("window.pressed") == "Cancel"


def test_theme_chosen_is_kept_on_the_next_page(guide: Page) -> None:
    guide.locator("[aria-controls=user-menu]").click()
    guide.locator("[data-theme-set=dark]").click()

    guide.reload()

    assert guide.evaluate("document.documentElement.dataset.theme") == "dark"
    assert guide.locator("[data-theme-set=dark]").get_attribute("aria-pressed") == "true"


def test_toast_from_the_server_shows_its_sentence_and_tone(guide: Page) -> None:
    guide.evaluate(
        "document.dispatchEvent(new CustomEvent('toast', { detail: { text: 'Two diagnoses are principal.', tone: 'warn' } }))"
    )
    settle(guide)

    toast = guide.locator("#toasts .toast")
    assert toast.inner_text().strip() == "Two diagnoses are principal."
    assert toast.get_attribute("data-tone") == "warn"
    use_theme(guide, "dark")
    assert violations(guide) == []


def test_splitter_by_arrow_key_widens_the_documents(guide: Page) -> None:
    splitter = guide.locator("[data-splitter=docs]")
    before = guide.locator(".bench__docs").evaluate("element => element.offsetWidth")

    splitter.press("ArrowRight")

    assert guide.locator(".bench__docs").evaluate("element => element.offsetWidth") == before + 16
    assert splitter.get_attribute("aria-valuenow") == str(before + 16)


def test_open_menu_is_accessible_and_closes_by_escape(guide: Page) -> None:
    button = guide.locator("[aria-controls=sample-menu]")
    button.focus()
    guide.keyboard.press("ArrowDown")
    assert guide.locator("#sample-menu").is_visible()

    guide.keyboard.press("Escape")

    assert guide.locator("#sample-menu").is_hidden()
    assert button.evaluate("element => element === document.activeElement")
