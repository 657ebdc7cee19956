"""A browser and a running hospital, shared by all browser tests and gone before any other test runs on the worker."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.e2e.hospital import running_hospital

# The other worker runs tests at the same time: an answer may take long without being wrong.
expect.set_options(timeout=20_000)
CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One headless Chromium."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="package")
def hospital() -> Iterator[str]:
    """The address of a small demo hospital."""
    with running_hospital() as address:
        yield address


@pytest.fixture(scope="package")
def contexts(browser: Browser, hospital: str) -> Iterator[dict[str, BrowserContext]]:
    """Signed-in browser contexts by name, kept for the whole run."""
    kept: dict[str, BrowserContext] = {}
    yield kept
    for context in kept.values():
        context.close()


@pytest.fixture
def sign_in(browser: Browser, hospital: str, contexts: dict[str, BrowserContext]) -> Iterator[Callable[[str], Page]]:
    """sign_in("Dana Whitfield") gives a new page at home; each person has a browser context of their own."""
    pages: list[Page] = []

    def start(name: str) -> Page:
        if name not in contexts:
            contexts[name] = browser.new_context()
            entrance = contexts[name].new_page()
            entrance.goto(f"{hospital}/accounts/login/")
            entrance.get_by_role("button", name=name).click()
            entrance.wait_for_url(f"{hospital}/")
            entrance.close()
        page = contexts[name].new_page()
        page.set_viewport_size({"width": 1280, "height": 800})
        page.goto(f"{hospital}/")
        pages.append(page)
        return page

    yield start
    for page in pages:
        page.close()
