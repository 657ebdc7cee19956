"""One account, one coder; work that survives a lost connection and a locked screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from playwright.sync_api import Error as BrowserError

from hims.staff.personas import DEMO_PASSWORD
from tests.e2e.axe import violations_in_both_themes
from tests.e2e.hospital import uncoded_case, value

pytestmark = pytest.mark.e2e
ENCOUNTER = "SELECT id FROM records_encounter WHERE source_key = %s"
TOGETHER, AWAY, LATER, IDLE_STAY = (
    "demo|case|06-hip-fracture-laterality", "demo|case|08-ketoacidosis-type-1", "demo|case|10-newborn-sepsis-ruled-out",
    "demo|case|11-withdrawal-delirium-negations",
)  # fmt: skip
SILENT = """UPDATE coding_accounthold SET seen_at = seen_at - interval '15 min', since = since - interval '15 min'
            WHERE record_id = (SELECT id FROM coding_codingrecord WHERE encounter_id = %s) RETURNING 1"""
HOLDER = """SELECT username FROM coding_accounthold h JOIN coding_codingrecord r ON r.id = h.record_id
            JOIN staff_user u ON u.id = h.holder_id WHERE r.encounter_id = %s"""
POA = """SELECT poa || ' ' || version FROM coding_codeddiagnosis d JOIN coding_codingrecord r ON r.id = d.record_id
         WHERE r.encounter_id = %s AND d.code = %s"""
IDLE = """UPDATE staff_signin
          SET signed_in_at = signed_in_at - interval '1 hour', last_active_at = last_active_at - interval '20 min'
          WHERE id = (
              SELECT s.id FROM staff_signin s JOIN staff_user u ON u.id = s.user_id
              WHERE u.username = %s AND s.ended_at IS NULL ORDER BY signed_in_at DESC LIMIT 1) RETURNING 1"""
KEPT = "JSON.stringify([{...localStorage}, {...sessionStorage}])"
LEAVING = "!window.dispatchEvent(new Event('beforeunload', { cancelable: true }))"
SIGN = "I10"
VISIT = "demo|case|07-syncope-observation"
REVENUE = """SELECT coalesce(nullif(revenue_code, ''), '-') FROM coding_codedservice s
             JOIN coding_codingrecord r ON r.id = s.record_id WHERE r.encounter_id = %s"""


def opened(page: Page, hospital: str, key: str) -> str:
    encounter = uncoded_case(key)
    go(page, hospital, encounter)
    return encounter


def go(page: Page, hospital: str, encounter: str) -> None:
    with page.expect_response(lambda answer: answer.url.endswith(f"{encounter}/hold")):
        page.goto(f"{hospital}/coding/{encounter}/")


def add(page: Page, code: str) -> None:
    before = page.locator("[data-line]").count()
    page.keyboard.press("s")
    page.keyboard.type(code)
    page.locator(f"[data-pick][data-code='{code}']").first.wait_for()
    page.keyboard.press("Enter")
    expect(page.locator("[data-line]")).to_have_count(before + 1)
    page.keyboard.press("Escape")


def press_poa(page: Page, key: str) -> None:
    with page.expect_response(lambda answer: answer.url.endswith("/poa")):
        page.keyboard.press(key)


def choose(page: Page, code: str) -> None:
    page.locator("[data-line]", has_text=code).locator(".codes__text").click()


def test_second_coder_reads_takes_over_and_the_first_one_is_told(sign_in: Callable[[str], Page], hospital: str) -> None:
    dana, tom = sign_in("Dana Whitfield"), sign_in("Tom Ferrara")
    encounter = opened(dana, hospital, TOGETHER)
    add(dana, SIGN)
    press_poa(dana, "y")
    assert value(HOLDER, encounter) == "dana.whitfield"
    tom.goto(f"{hospital}/coding/")
    expect(tom.locator("tr", has_text="works on it").first).to_contain_text("Dana Whitfield")
    tom.goto(f"{hospital}/coding/{encounter}/")
    notice = tom.locator("#account-hold")
    expect(notice).to_contain_text("Dana Whitfield is working on this account since")
    expect(tom.locator("[data-code-entry], [data-poa], .codes__tools")).to_have_count(0)
    expect(tom.locator("#reader")).to_be_visible()
    assert violations_in_both_themes(tom) == {"light": [], "dark": []}

    value(SILENT, encounter)
    notice.get_by_role("button", name="Look again").click()
    notice.get_by_role("button", name="Take over").click()
    with tom.expect_response(lambda answer: answer.url.endswith(f"{encounter}/hold") and answer.status == 204):
        tom.locator("#confirm-dialog").get_by_role("button", name="Take over").click()
    expect(tom.locator("[data-code-entry]")).to_be_visible()
    assert value(HOLDER, encounter) == "tom.ferrara"

    choose(dana, SIGN)
    dana.keyboard.press("s")
    dana.keyboard.type("words typed before")
    dana.keyboard.press("Tab")
    choose(dana, SIGN)
    press_poa(dana, "n")
    expect(dana.locator("#account-hold")).to_contain_text("Tom Ferrara took this account over from you at")
    expect(dana.locator("#unsent")).to_contain_text(f"POA N on {SIGN}")
    expect(dana.locator("#unsent")).to_contain_text("Nothing was changed.")
    expect(dana.locator("#code-text")).to_have_value("words typed before")
    expect(dana.locator("#code-text")).not_to_be_editable()
    expect(dana.locator("[data-unsent-redo], [data-poa], .codes__tools")).to_have_count(0)
    assert value(POA, encounter, SIGN).startswith("Y ")
    assert violations_in_both_themes(dana) == {"light": [], "dark": []}


def test_changes_made_without_a_connection_are_sent_in_order_when_it_is_back(
    sign_in: Callable[[str], Page], hospital: str
) -> None:
    page = sign_in("Dana Whitfield")
    encounter = opened(page, hospital, AWAY)
    add(page, SIGN)
    press_poa(page, "y")
    before = int(value(POA, encounter, SIGN).split()[1])
    page.context.set_offline(True)
    try:
        choose(page, SIGN)
        page.keyboard.press("n")
        unsent = page.locator("#unsent")
        expect(unsent.get_by_role("status")).to_have_text("Not saved - connection lost, retrying. 1 change waiting.")
        choose(page, SIGN)
        page.keyboard.press("u")
        expect(unsent.get_by_role("status")).to_have_text("Not saved - connection lost, retrying. 2 changes waiting.")
        expect(unsent.locator("li")).to_have_text([f"POA N on {SIGN}", f"POA U on {SIGN}"])
        assert page.evaluate(LEAVING)
        assert SIGN not in page.evaluate(KEPT)
        assert value(POA, encounter, SIGN) == f"Y {before}"
    finally:
        page.context.set_offline(False)
    expect(unsent.get_by_role("status")).to_have_text("Everything is saved.")
    expect(unsent.locator("li")).to_have_count(0)
    assert value(POA, encounter, SIGN) == f"U {before + 2}"
    assert not page.evaluate(LEAVING)
    expect(page.locator("[data-poa]").first).to_have_value("U")


def test_change_whose_answer_was_lost_is_applied_once(sign_in: Callable[[str], Page], hospital: str) -> None:
    page = sign_in("Dana Whitfield")
    encounter = opened(page, hospital, LATER)
    sent: list[str] = []

    def lose_first_answer(route: Route) -> None:
        sent.append(str(route.request.post_data))
        if len(sent) > 1:
            route.continue_()
            return
        route.fetch()
        route.abort()

    page.route("**/codes", lose_first_answer)
    page.keyboard.press("s")
    page.keyboard.type("R05.9")
    page.locator("[data-pick][data-code='R059']").first.wait_for()
    page.keyboard.press("Enter")
    expect(page.locator("#unsent").get_by_role("status")).to_have_text("Everything is saved.")
    expect(page.locator("[data-line]", has_text="R05.9")).to_have_count(1)
    assert len(sent) == 2
    assert value("SELECT version FROM coding_codingrecord WHERE encounter_id = %s", encounter) == "1"
    expect(page.locator("#code-message")).to_contain_text("This was saved when it was sent before.")
    page.unroute("**/codes")

    # Bad gateway: nothing arrived, and the list says so until it does.
    answers = [502, 503]
    page.route("**/poa", lambda route: route.fulfill(status=answers.pop()) if answers else route.continue_())
    choose(page, "R05.9")
    page.keyboard.press("y")
    expect(page.locator("#unsent").get_by_role("status")).to_contain_text("Not saved - connection lost, retrying.")
    expect(page.locator("#unsent").get_by_role("status")).to_have_text("Everything is saved.")
    assert value(POA, encounter, "R059") == "Y 2"
    page.unroute("**/poa")


def test_change_overtaken_while_away_waits_for_the_coder_to_decide(
    sign_in: Callable[[str], Page], hospital: str
) -> None:
    page = sign_in("Dana Whitfield")
    encounter = opened(page, hospital, LATER)
    add(page, SIGN)
    page.route("**/poa", lambda route: route.abort())
    choose(page, SIGN)
    page.keyboard.press("n")
    unsent = page.locator("#unsent")
    expect(unsent.get_by_role("status")).to_contain_text("1 change waiting")
    choose(page, SIGN)
    page.keyboard.press("w")
    expect(unsent.get_by_role("status")).to_contain_text("2 changes waiting")
    other = sign_in("Dana Whitfield")
    go(other, hospital, encounter)
    add(other, "R42")
    page.unroute("**/poa")
    unsent.get_by_role("button", name="Try now").click()
    expect(unsent.get_by_role("status")).to_have_text("2 changes could not be applied.")
    expect(page.locator("[data-line]", has_text="R42")).to_have_count(1)
    expect(unsent.locator("li").first).to_contain_text("Someone else has changed this coding")
    expect(unsent.locator("li").last).to_contain_text("It came after a change that could not be applied.")
    assert violations_in_both_themes(page) == {"light": [], "dark": []}
    unsent.locator("li").first.get_by_role("button", name="Discard").click()
    expect(unsent.locator("li")).to_have_count(1)
    unsent.get_by_role("button", name="Do it again").click()
    expect(unsent.get_by_role("status")).to_have_text("Everything is saved.")
    assert value(POA, encounter, SIGN).startswith("W ")


@pytest.fixture
def own_page(browser: Browser, hospital: str) -> Iterator[Page]:
    """Dana in a browser of her own, signed in with the password, so that no other test is locked with her."""
    context = browser.new_context(base_url=hospital.replace("127.0.0.1", "localhost"))
    page = context.new_page()
    page.goto("/accounts/login/")
    page.get_by_label("Username").fill("dana.whitfield")
    page.get_by_label("Password").fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.locator("h1")).to_have_text("What is waiting")
    yield page
    with suppress(BrowserError):
        context.close()


def test_what_is_typed_and_what_waits_survives_the_locked_screen(own_page: Page) -> None:
    page = own_page
    encounter = uncoded_case(IDLE_STAY)
    with page.expect_response(lambda answer: answer.url.endswith(f"{encounter}/hold")):
        page.goto(f"/coding/{encounter}/")
    add(page, SIGN)
    page.keyboard.press("s")
    page.keyboard.type("words typed before")
    page.keyboard.press("Tab")
    choose(page, SIGN)
    page.evaluate(
        "document.querySelector('#override-dialog').showModal(), document.querySelector('#override-reason').focus()"
    )
    page.locator("#override-reason").fill("unrelated conditions")
    page.evaluate("document.querySelector('#override-dialog').close()")
    page.route("**/poa", lambda route: route.abort())
    choose(page, SIGN)
    page.keyboard.press("n")
    expect(page.locator("#unsent")).to_contain_text(f"POA N on {SIGN}")
    page.unroute("**/poa")
    value(IDLE, "dana.whitfield")
    # The waiting change knocks again, hears that the screen is locked, and goes on waiting.
    expect(page.get_by_role("heading", name="Locked")).to_be_visible()
    page.wait_for_timeout(3000)
    hidden = page.evaluate(
        "document.documentElement.outerHTML + [...document.querySelectorAll('input')].map(i => i.value)"
    )
    for words in (SIGN, "words typed before", "unrelated conditions", "POA N"):
        assert words not in hidden, words
    assert not value(POA, encounter, SIGN).startswith("N ")
    page.locator("#lock-password").fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Unlock").click()
    expect(page.locator("#lock")).not_to_be_visible()
    expect(page.locator("#unsent").get_by_role("status")).to_have_text("Everything is saved.")
    assert value(POA, encounter, SIGN).startswith("N ")
    expect(page.locator("#code-text")).to_have_value("words typed before")
    expect(page.locator("#override-reason")).to_have_value("unrelated conditions")
    expect(page.locator("[data-poa]").first).to_have_value("N")


def test_half_typed_details_survive_an_answer_and_the_locked_screen_and_are_sent_when_left(own_page: Page) -> None:
    page = own_page
    encounter = uncoded_case(VISIT)
    with page.expect_response(lambda answer: answer.url.endswith(f"{encounter}/hold")):
        page.goto(f"/coding/{encounter}/")
    add(page, SIGN)
    page.keyboard.press("p")
    page.keyboard.type("G0378")
    page.keyboard.press("Enter")
    revenue = page.get_by_label("Revenue code of G0378")
    expect(revenue).to_be_visible()
    revenue.click()
    page.keyboard.type("0762")
    # An answer that comes while somebody types draws the lines anew; the words and the focus stay.
    page.evaluate("htmx.ajax('GET', `${location.pathname}pane`, { target: '#coded', swap: 'outerHTML' })")
    page.wait_for_load_state("networkidle")
    expect(revenue).to_have_value("0762")
    expect(revenue).to_be_focused()
    value(IDLE, "dana.whitfield")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.get_by_role("heading", name="Locked")).to_be_visible()
    page.locator("#lock-password").fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Unlock").click()
    expect(page.locator("#lock")).not_to_be_visible()
    expect(revenue).to_have_value("0762")
    assert value(REVENUE, encounter) == "-"
    revenue.focus()
    with page.expect_response(lambda answer: answer.url.endswith("/details")):
        page.keyboard.press("Tab")
    assert value(REVENUE, encounter) == "0762"
