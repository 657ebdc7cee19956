"""The screen that locks with what was typed in it, security keys without a network, devices and tokens, in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from hims.staff.personas import DEMO_PASSWORD
from tests.e2e.axe import violations_in_both_themes
from tests.e2e.hospital import value

pytestmark = pytest.mark.e2e
IDLE = """UPDATE staff_signin
          SET signed_in_at = signed_in_at - interval '1 hour', last_active_at = last_active_at - interval '20 min'
          WHERE ended_at IS NULL AND user_id = (SELECT id FROM staff_user WHERE username = %s) RETURNING 1"""
CASE_PATIENT = "SELECT patient_id FROM records_encounter WHERE source_key = 'demo|case|01-heart-failure-ckd'"


@pytest.fixture
def page(browser: Browser, hospital: str) -> Iterator[Page]:
    """A browser of its own; addresses by name, since keys are refused where the address is a number."""
    context = browser.new_context(base_url=hospital.replace("127.0.0.1", "localhost"))
    yield context.new_page()
    context.close()


def sign_in_as(page: Page, username: str) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password").fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def at_home(page: Page) -> None:
    expect(page.locator("h1")).to_have_text("What is waiting")


def look(page: Page) -> None:
    """The page asks the server, as it does when somebody comes back to it."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def unlock(page: Page, password: str = DEMO_PASSWORD) -> None:
    page.locator("#lock-password").fill(password)
    page.get_by_role("button", name="Unlock").click()


def test_locked_screen_hides_the_page_and_gives_back_what_was_typed(page: Page) -> None:
    sign_in_as(page, "grace.okoye")
    at_home(page)
    page.goto("/patients/")
    name = page.locator("main input:not([type=hidden])").first
    name.fill("Okafor unsaved")
    before = page.locator("main").inner_text()
    title = page.title()
    value(IDLE, "grace.okoye")
    look(page)
    expect(page.get_by_role("heading", name="Locked")).to_be_visible()
    hidden = page.evaluate(
        "document.documentElement.outerHTML + [...document.querySelectorAll('main input')].map(i => i.value)"
    )
    assert "Okafor" not in hidden
    assert "Grace Okoye" not in hidden
    assert page.title() == "Locked · HIMS"
    assert page.locator("main").inner_text().strip() == ""
    page.keyboard.press("Escape")
    expect(page.locator("#lock")).to_be_visible()
    unlock(page, "wrong password of somebody")
    expect(page.locator("[data-lock-problem-text]")).to_have_text("This is not your password.")
    unlock(page)
    expect(page.locator("#lock")).not_to_be_visible()
    assert page.locator("main").inner_text() == before
    assert page.title() == title
    expect(name).to_have_value("Okafor unsaved")
    page.goto("/patients/")
    expect(page.locator("h1")).to_be_visible()


def test_unlocking_in_one_tab_opens_the_other(page: Page) -> None:
    sign_in_as(page, "grace.okoye")
    at_home(page)
    other = page.context.new_page()
    other.goto("/patients/")
    page.locator("[data-menu-button]").last.click()
    page.get_by_role("button", name="Lock the screen").click()
    expect(page.locator("#lock")).to_be_visible()
    expect(other.locator("#lock")).to_be_visible()
    unlock(other)
    expect(other.locator("#lock")).not_to_be_visible()
    expect(page.locator("#lock")).not_to_be_visible()
    expect(page.locator("h1")).to_have_text("What is waiting")


def test_back_after_signing_out_shows_nothing(page: Page) -> None:
    sign_in_as(page, "grace.okoye")
    at_home(page)
    page.goto(f"/patients/{value(CASE_PATIENT)}/")
    page.locator("[data-menu-button]").last.click()
    page.get_by_role("button", name="Sign out").first.click()
    expect(page.locator("h1").first).to_have_text("Sign in")
    page.go_back(wait_until="commit")
    expect(page.locator("h1").first).to_have_text("Sign in")


def test_locked_page_opened_anew_asks_for_the_password_and_goes_on(page: Page) -> None:
    sign_in_as(page, "grace.okoye")
    at_home(page)
    value(IDLE, "grace.okoye")
    answer = page.goto("/patients/")
    assert answer is not None
    assert answer.status == 423
    assert violations_in_both_themes(page) == {"light": [], "dark": []}
    page.get_by_label("Password").fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Unlock").click()
    expect(page.locator("h1")).to_have_text("Patients")


def test_security_key_is_added_used_at_the_door_and_unlocks(page: Page, hospital: str) -> None:
    foreign: list[str] = []
    own = ("http://localhost", "data:", "about:")
    page.on("request", lambda request: None if request.url.startswith(own) else foreign.append(request.url))
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "usb", "hasUserVerification": True, "isUserVerified": True}
    device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    sign_in_as(page, "irene.castillo")
    at_home(page)
    page.goto("/accounts/2fa/webauthn/add/")
    page.get_by_label("Name").fill("Key on my ring")
    page.get_by_role("button", name="Add").click()
    expect(page.locator("h1")).to_have_text("Recovery codes")
    page.goto("/accounts/2fa/webauthn/")
    expect(page.get_by_role("cell", name="Key on my ring")).to_be_visible()
    page.locator("[data-menu-button]").last.click()
    page.get_by_role("button", name="Sign out").first.click()
    sign_in_as(page, "irene.castillo")
    expect(page.locator("h1")).to_have_text("Second factor")
    assert violations_in_both_themes(page) == {"light": [], "dark": []}
    page.get_by_role("button", name="Use a security key").click()
    at_home(page)
    value(IDLE, "irene.castillo")
    look(page)
    page.get_by_role("button", name="Use a security key").click()
    expect(page.locator("#lock")).not_to_be_visible()
    assert foreign == []


PAGES = ["/accounts/2fa/", "/accounts/2fa/totp/activate/", "/accounts/2fa/webauthn/add/", "/accounts/devices/", "/accounts/tokens/",
         "/accounts/password/change/", "/accounts/reauthenticate/"]  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_account_page_has_no_violation_and_a_silent_console(
    path: str, sign_in: Callable[[str], Page], hospital: str
) -> None:
    page = sign_in("Victor Lund")
    said: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            said.append(message.text)

    page.on("console", listen)
    page.goto(hospital + path)
    if "reauthenticate" in page.url and "reauthenticate" not in path:
        page.get_by_label("Password").fill(DEMO_PASSWORD)
        page.get_by_role("button", name="Confirm").click()
        page.wait_for_url(f"**{path}")
    assert page.locator("h1").count() == 1
    assert violations_in_both_themes(page) == {"light": [], "dark": []}
    assert said == []


def test_token_is_made_and_shown_once(sign_in: Callable[[str], Page], hospital: str) -> None:
    page = sign_in("Marcus Bell")
    page.goto(f"{hospital}/accounts/tokens/")
    page.get_by_label("Name").fill("Clearing house")
    page.get_by_label("Claim view").check()
    page.get_by_label("Your password").fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Make the token").click()
    token = page.locator("#token").inner_text()
    assert token.startswith("hims_")
    assert violations_in_both_themes(page) == {"light": [], "dark": []}
    page.get_by_role("link", name="I have copied it").click()
    expect(page.get_by_role("cell", name="Clearing house", exact=True).first).to_be_visible()
    assert token not in page.content()
