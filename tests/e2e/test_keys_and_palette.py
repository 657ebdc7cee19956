"""Commands by key and by palette, keys of one's own, what a screen reader is told, and a silent console."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import ConsoleMessage, Page, expect

from tests.e2e.axe import violations_in_both_themes
from tests.e2e.hospital import value

pytestmark = pytest.mark.e2e
ENCOUNTER = "SELECT id FROM records_encounter WHERE source_key = %s"
CASES = {
    "palette": "demo|case|05-hospital-covid-pneumonia",
    "said": "demo|case|06-",
}
NOT_FINAL = """SELECT e.id FROM records_encounter e JOIN coding_codingrecord r ON r.encounter_id = e.id
  WHERE e.source_key LIKE 'demo|case|%%' AND e.patient_class = 'inpatient' AND r.status = 'uncoded' ORDER BY e.source_key OFFSET {} LIMIT 1"""
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


def bench(page: Page, hospital: str, place: int) -> None:
    page.goto(f"{hospital}/coding/{value(NOT_FINAL.format(place))}/")
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
    bench(page, hospital, 0)
    add(page, "I10")
    add(page, "E87.6")
    page.keyboard.press("y")
    for keys in ("vw", "vh", "ve", "vb", "vi", "vt", "vp", "vc", "vs", "vd", "j", "k", "l"):
        page.keyboard.type(keys)
        page.wait_for_timeout(500)
    page.locator("[data-splitter=docs]").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("f")
    page.locator("#finalize-dialog").wait_for()
    page.keyboard.press("Escape")
    page.wait_for_timeout(500)
    assert said == []
