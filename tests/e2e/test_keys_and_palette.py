"""Commands by key and by palette, keys of one's own, what a screen reader is told, and a silent console."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import ConsoleMessage, Locator, Page, expect

from tests.e2e.axe import violations_in_both_themes
from tests.e2e.hospital import uncoded_case
from tests.e2e.test_evidence import select_by_mouse

pytestmark = pytest.mark.e2e
# Cases that no other browser test codes.
CONSOLE, PALETTE = "05-embolic-stroke-wrong-page", "06-hip-fracture-laterality"
OWN_KEYS, TOLD = "07-cholecystectomy-missing-report", "12-colectomy-late-pathology"
REPORTS = """document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`CSP ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber} ${event.sample}`));"""


def listened(page: Page) -> list[str]:
    """Everything the console says from now on, with what the policy refuses."""
    said: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            said.append(f"{page.url} {message.text}")

    page.on("console", note)
    page.on("pageerror", lambda error: said.append(f"{page.url} {error}"))
    page.add_init_script(REPORTS)
    return said


def bench(page: Page, hospital: str, case: str) -> None:
    page.goto(f"{hospital}/coding/{uncoded_case(f'demo|case|{case}')}/")
    expect(page.locator("[data-text]")).to_be_visible()


def add(page: Page, code: str) -> None:
    before = page.locator("[data-line]").count()
    page.keyboard.press("s")
    page.keyboard.type(code)
    page.locator(f"[data-pick][data-code='{code.replace('.', '')}']").first.wait_for()
    page.keyboard.press("Enter")
    expect(page.locator("[data-line]")).to_have_count(before + 1)
    page.keyboard.press("Escape")


def test_workbench_leaves_the_console_silent(sign_in: Callable[[str], Page], hospital: str) -> None:
    page = sign_in("Dana Whitfield")
    said = listened(page)
    bench(page, hospital, CONSOLE)
    add(page, "I10")
    add(page, "E87.6")
    page.keyboard.press("y")
    for keys in ("vw", "vh", "ve", "vb", "vi", "vt", "vp", "vc", "vs", "vd", "j", "k", "l"):
        page.keyboard.type(keys)
        page.wait_for_timeout(500)
    page.locator("[data-splitter=docs]").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.type("vd")
    # Words marked with the mouse bring up the bar that pins them; it and the splitter set styles by script.
    assert select_by_mouse(page)
    expect(page.locator("[data-pin-tools]")).to_be_visible()
    page.keyboard.press("e")
    expect(page.locator("mark.evidence").first).to_be_visible()
    page.reload()
    expect(page.locator("[data-text]")).to_be_visible()
    page.keyboard.press("f")
    page.locator("#finalize-dialog").wait_for()
    page.keyboard.press("Escape")
    page.wait_for_timeout(500)
    assert said == []


def test_main_pages_leave_the_console_silent(sign_in: Callable[[str], Page], hospital: str) -> None:
    for who, paths in {
        "Dana Whitfield": (
            "/",
            "/coding/",
            "/codes/",
            "/codes/icd10cm/I130/",
            "/patients/",
            "/accounts/keys/",
            "/accounts/devices/",
        ),
        "Joan Akers": ("/", "/audit/", "/privacy/", "/privacy/cases/"),
        "Marcus Bell": ("/", "/billing/", "/billing/claims/"),
    }.items():
        page = sign_in(who)
        said = listened(page)
        for path in paths:
            page.goto(hospital + path)
            page.keyboard.press("?")
            page.keyboard.press("Escape")
            page.keyboard.press("Control+k")
            page.keyboard.press("Escape")
        page.wait_for_timeout(300)
        assert said == []


# --- Palette ----------------------------------------------------------------------------------------------------------
def offered(page: Page) -> list[str]:
    return page.locator("#palette-list .palette__label").all_inner_texts()


def test_palette_finds_by_beginnings_of_words_and_goes_there(sign_in: Callable[[str], Page], hospital: str) -> None:
    page = sign_in("Dana Whitfield")
    page.get_by_role("button", name="Commands").click()
    field = page.get_by_role("combobox", name="Command or page")
    expect(field).to_be_focused()
    assert {"Go to Coding", "Go to Codes", "Go to Keys", "Lock the screen"} <= set(offered(page))
    # Never a page that the role may not open: the navigation has none.
    assert [
        name for name in offered(page) if name in {"Go to Audit", "Go to Staff", "Go to Billing", "Go to Privacy"}
    ] == []
    expect(page.locator("#palette-list [role=option]", has_text="Go to Codes").locator("kbd")).to_have_text(["g", "c"])
    field.fill("cod g")
    assert offered(page) == ["Go to Coding", "Go to Codes"]
    expect(page.locator("#palette [data-said]")).to_have_text("2 commands")
    first = page.locator("#palette-list [role=option]").first
    expect(field).to_have_attribute("aria-activedescendant", str(first.get_attribute("id")))
    assert violations_in_both_themes(page) == {"light": [], "dark": []}
    page.keyboard.press("ArrowDown")
    expect(page.locator("#palette-list [aria-selected=true]")).to_contain_text("Go to Codes")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{hospital}/codes/")
    # What was used last comes first, on every page.
    page.goto(f"{hospital}/coding/")
    page.keyboard.press("Control+k")
    expect(page.locator("#palette-list .palette__label").first).to_have_text("Go to Codes")
    field = page.get_by_role("combobox", name="Command or page")
    field.fill("zzz")
    expect(page.get_by_text("Nothing here is called that.")).to_be_visible()
    expect(field).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("Enter")
    expect(page.locator("#palette")).to_be_visible()
    assert violations_in_both_themes(page) == {"light": [], "dark": []}
    page.keyboard.press("Control+k")
    expect(page.locator("#palette")).to_be_hidden()


def test_palette_over_the_workbench_loses_no_input(sign_in: Callable[[str], Page], hospital: str) -> None:
    page = sign_in("Dana Whitfield")
    bench(page, hospital, PALETTE)
    page.keyboard.press("s")
    page.keyboard.type("hypokal")
    hits = page.locator("#code-hits [data-pick]")
    hits.first.wait_for()
    count = hits.count()
    page.keyboard.press("Control+k")
    expect(page.locator("#palette")).to_be_visible()
    page.keyboard.type("prin")
    page.keyboard.press("Escape")
    expect(page.locator("#code-text")).to_be_focused()
    expect(page.locator("#code-text")).to_have_value("hypokal")
    expect(hits).to_have_count(count)
    page.keyboard.press("Enter")
    expect(page.locator("[data-line]")).to_have_count(1)
    page.keyboard.press("Escape")
    # Text selected by key stays selected while the palette is open, and is pinned from it.
    page.keyboard.press("t")
    expect(page.locator(".is-selecting")).to_be_focused()
    words = str(page.evaluate("window.getSelection().toString()"))
    page.keyboard.press("Control+k")
    page.keyboard.type("pin sel")
    page.keyboard.press("Enter")
    expect(page.locator("[data-line] [data-evidence-of]")).to_have_text("1")
    expect(page.locator("mark.evidence").first).to_contain_text(words.split()[0])
    # A focused line keeps the focus, and the palette's command changes that line.
    page.locator("[data-line]").first.click()
    page.keyboard.press("Control+k")
    page.keyboard.type("poa yes")
    assert offered(page) == ["POA: yes"]
    with page.expect_response(lambda response: response.url.endswith("/poa")):
        page.keyboard.press("Enter")
    expect(page.locator("[data-poa]").first).to_have_value("Y")
    expect(page.locator("[data-line]").first).to_be_focused()
    page.locator("[data-line] button[aria-label^='Remove ']").click()
    expect(page.locator("[data-line]")).to_have_count(0)


def test_palette_stays_away_from_other_dialogs(sign_in: Callable[[str], Page], hospital: str) -> None:
    page = sign_in("Dana Whitfield")
    page.keyboard.press("?")
    expect(page.locator("#keys-dialog")).to_be_visible()
    page.keyboard.press("Control+k")
    expect(page.locator("#palette")).to_be_hidden()


# --- Keys of one's own ------------------------------------------------------------------------------------------------
@pytest.fixture
def keys_page(sign_in: Callable[[str], Page], hospital: str) -> Iterator[Page]:
    """The page Keys of a person whose keys are all as in the beginning, also afterwards."""
    page = sign_in("Dana Whitfield")
    page.goto(f"{hospital}/accounts/keys/")
    yield page
    page.goto(f"{hospital}/accounts/keys/")
    if page.get_by_role("button", name="Reset all keys").count():
        page.get_by_role("button", name="Reset all keys").click()
        page.get_by_role("dialog").get_by_role("button", name="Reset all keys").click()
        expect(page.get_by_role("button", name="Reset all keys")).to_have_count(0)
    if page.get_by_role("button", name="Turn single keys on").count():
        page.get_by_role("button", name="Turn single keys on").click()


def change(page: Page, name: str) -> None:
    page.bring_to_front()
    page.get_by_role("link", name=f"Change: {name}", exact=True).click()
    expect(page.locator("[data-recording]")).to_be_focused()


def test_key_is_pressed_kept_and_heard_at_once_in_every_open_page(
    keys_page: Page, sign_in: Callable[[str], Page], hospital: str
) -> None:
    other = sign_in("Dana Whitfield")
    bench(other, hospital, OWN_KEYS)
    add(other, "I10")
    change(keys_page, "POA: no")
    keys_page.keyboard.press("Alt+n")
    expect(keys_page.locator("[data-record]")).to_have_value("Alt+n")
    keys_page.keyboard.press("Enter")
    expect(keys_page.locator("[id='poa.no']")).to_contain_text("was n")
    other.bring_to_front()
    # The page that was open before knows the new key, shows it, and no longer hears the old one.
    expect(other.get_by_role("button", name="POA no")).to_have_text("Alt+n")
    other.locator("[data-line]").click()
    other.keyboard.press("n")
    other.wait_for_timeout(300)
    expect(other.locator("[data-poa]")).to_have_value("")
    with other.expect_response(lambda response: response.url.endswith("/poa")):
        other.keyboard.press("Alt+n")
    expect(other.locator("[data-poa]")).to_have_value("N")
    other.keyboard.press("?")
    row = other.locator("[data-keys-here] .keys__row", has_text="POA: no")
    expect(row.locator("kbd")).to_have_text(["Alt", "n"])
    other.keyboard.press("Escape")
    other.keyboard.press("Control+k")
    other.keyboard.type("poa no")
    expect(other.locator("#palette-list [role=option]").first.locator("kbd")).to_have_text(["Alt", "n"])
    other.keyboard.press("Escape")
    other.locator("[data-line] button[aria-label^='Remove ']").click()
    keys_page.get_by_role("button", name="Reset: POA: no").click()
    expect(keys_page.locator("[id='poa.no']")).not_to_contain_text("was n")
    expect(other.get_by_role("button", name="POA no")).to_have_text("n")


def test_sequence_is_recorded_and_goes_where_it_should(keys_page: Page, hospital: str) -> None:
    change(keys_page, "Go to Codes")
    keys_page.keyboard.press("q")
    keys_page.keyboard.press("c")
    expect(keys_page.locator("[data-record]")).to_have_value("q c")
    keys_page.get_by_role("button", name="Save").click()
    expect(keys_page.locator("[id='go.codes']")).to_contain_text("was g then c")
    keys_page.locator("main").focus()
    keys_page.keyboard.press("q")
    keys_page.keyboard.press("c")
    keys_page.wait_for_url(f"{hospital}/codes/")


def test_conflict_and_reserved_keys_are_refused_beside_the_field(keys_page: Page) -> None:
    change(keys_page, "Next document")
    keys_page.keyboard.press("s")
    keys_page.keyboard.press("Enter")
    problem = keys_page.locator("#key-problem")
    expect(problem).to_contain_text("s is the key of “Search codes”. Change that one first.")
    field = keys_page.locator("[data-record]")
    expect(field).to_have_attribute("aria-invalid", "true")
    assert violations_in_both_themes(keys_page) == {"light": [], "dark": []}
    field.focus()
    for pressed, words in (("F5", "F5 belongs to the browser."), ("Control+c", "Ctrl+C cuts, copies")):
        expect(keys_page.locator("[data-recording]")).to_be_focused()
        keys_page.keyboard.press(pressed)
        keys_page.keyboard.press("Enter")
        expect(problem).to_contain_text(words)
    # What a browser keeps to itself cannot be pressed, but typed: Escape ends the recording, Tab always moves on.
    expect(keys_page.locator("[data-recording]")).to_be_focused()
    keys_page.keyboard.press("Escape")
    keys_page.keyboard.type("Ctrl+w")
    keys_page.keyboard.press("Enter")
    expect(problem).to_contain_text("Ctrl+W belongs to the browser.")
    expect(keys_page.locator("[data-recording]")).to_be_focused()
    keys_page.keyboard.press("Tab")
    expect(keys_page.get_by_role("button", name="Save")).to_be_focused()
    keys_page.get_by_role("button", name="No key").click()
    expect(keys_page.locator("[id='docs.next']")).to_contain_text("no key")


def test_single_keys_off_leave_the_palette(keys_page: Page, hospital: str) -> None:
    assert violations_in_both_themes(keys_page) == {"light": [], "dark": []}
    keys_page.get_by_role("button", name="Turn single keys off").click()
    expect(keys_page.get_by_text("Single keys are off.")).to_be_visible()
    keys_page.goto(f"{hospital}/coding/")
    for key in ("?", "j", "g", "c"):
        keys_page.keyboard.press(key)
    expect(keys_page.locator("dialog[open]")).to_have_count(0)
    expect(keys_page.locator(".is-cursor")).to_have_count(0)
    assert keys_page.url == f"{hospital}/coding/"
    keys_page.keyboard.press("Control+k")
    keys_page.keyboard.type("all keys")
    keys_page.keyboard.press("Enter")
    switch = keys_page.locator("[data-keys-switch]")
    expect(switch).not_to_be_checked()
    with keys_page.expect_response(lambda response: response.url.endswith("/accounts/keys/")):
        switch.check()
    keys_page.keyboard.press("Escape")
    keys_page.locator("main").focus()
    keys_page.keyboard.press("j")
    expect(keys_page.locator(".is-cursor")).to_have_count(1)


# --- What a screen reader is told -------------------------------------------------------------------------------------
WATCH = """() => {
  window.told = [];
  const region = document.querySelector("#coding-said");
  new MutationObserver(() => region.textContent && window.told.push(region.textContent))
    .observe(region, { childList: true, characterData: true, subtree: true });
}"""
# Who holds the account, and what waits unsent, are told by notices of their own.
LIVE = """() => [...document.querySelectorAll("[aria-live], [role=status], [role=alert], [role=log]")]
  .filter((each) => !each.closest("dialog:not([open]), #account-hold, #unsent")).map((each) => each.id)"""


class Told:
    """What the region has said since the last time one asked: one text a change, never two."""

    def __init__(self, page: Page) -> None:
        self.page = page
        page.evaluate(WATCH)

    def __call__(self) -> str:
        for _ in range(200):
            if self.page.evaluate("window.told.length"):
                break
            self.page.wait_for_timeout(100)
        self.page.wait_for_timeout(400)
        told = self.page.evaluate("window.told.splice(0)")
        assert len(told) == 1, told
        assert self.page.locator("#coding-said").inner_text() == told[0]
        return str(told[0])

    def drop(self) -> None:
        self.page.wait_for_timeout(600)
        self.page.evaluate("window.told.splice(0)")


def line(page: Page, code: str) -> Locator:
    return page.locator(f"[data-line]:has(.codes__code:text-is('{code}'))")


def drg(page: Page) -> str:
    code = page.locator("#drg .drg__code:not(.drg__code--none)")
    return code.inner_text() if code.count() else ""


def test_each_outcome_of_the_workbench_is_told_once(sign_in: Callable[[str], Page], hospital: str) -> None:
    page = sign_in("Dana Whitfield")
    bench(page, hospital, TOLD)
    assert page.evaluate(LIVE) == ["coding-said"]
    told = Told(page)

    page.keyboard.press("s")
    page.keyboard.type("J189")
    words = told()
    count = page.locator("#code-hits [data-pick]").count()
    assert words == f"{count} {'hit' if count == 1 else 'hits'}. J18.9 Pneumonia, unspecified organism"
    page.keyboard.press("Enter")
    words = told()
    assert words.startswith("J18.9 added.")
    assert f"DRG {drg(page)}." in words
    page.keyboard.press("Escape")
    with page.expect_response(lambda response: response.url.endswith("/poa")):
        page.keyboard.press("y")
    assert told().startswith("J18.9: POA Y.")

    before = drg(page)
    add(page, "J96.01")
    told.drop()
    with page.expect_response(lambda response: response.url.endswith("/poa")):
        page.keyboard.press("y")
    words = told()
    assert words.startswith("J96.01: POA Y.")
    after = drg(page)
    assert before != after
    page.keyboard.press("Delete")
    words = told()
    assert words.startswith("J96.01 removed.")
    assert f"DRG changed from {after} to {before}." in words
    page.keyboard.press("z")
    words = told()
    assert words.startswith("J96.01 added.")
    assert f"DRG changed from {before} to {after}." in words

    add(page, "E10.9")
    told.drop()
    add(page, "E11.9")
    page.wait_for_timeout(600)
    words = page.evaluate("window.told.splice(0)")[-1]
    assert words.startswith("E11.9 added.")
    assert "found" in words
    line(page, "E11.9").focus()
    page.keyboard.press("Alt+ArrowUp")
    assert told().startswith("E11.9 is now line 3.")
    page.keyboard.press("m")
    assert told().startswith("E11.9: Principal diagnosis changed.")
    page.keyboard.press("Delete")
    words = told()
    assert words.startswith("E11.9 removed.")
    assert "gone" in words

    page.keyboard.press("s")
    page.keyboard.type("J9601")
    told()
    page.keyboard.press("Enter")
    assert told().startswith("Not changed. ")
    page.keyboard.press("Escape")

    page.keyboard.press("t")
    assert told().startswith("Selecting by sentence. Arrows move, Shift takes in more, e or Enter pins")
    line(page, "J96.01").click()
    page.keyboard.press("t")
    told.drop()
    page.keyboard.press("e")
    assert told() == "Pinned to J96.01."
    page.keyboard.press("j")
    assert told() == page.locator("[data-doc][aria-current] .doc-list__title").inner_text().strip()
    page.keyboard.press("l")
    expect(page.locator("#document-words")).to_be_focused()
    page.keyboard.type("patient")
    page.keyboard.press("Enter")
    assert "with “patient”" in told()
    page.keyboard.press("Escape")

    page.route("**/poa", lambda route: route.abort())
    line(page, "J96.01").focus()
    page.keyboard.press("n")
    expect(page.locator("#unsent").get_by_role("status")).to_contain_text("1 change waiting")
    assert page.evaluate(LIVE) == ["coding-said"]
