"""A hospital's day: register, admit, document, discharge, code, bill, and find every step in the trail."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Download, Page, expect

from billing.x12.referee import validate
from tests.e2e.hospital import JOBS_LEFT, value, value_in_time

pytestmark = pytest.mark.e2e

NOW = datetime.now(ZoneInfo("America/Detroit"))
ADMITTED = (NOW - timedelta(days=4)).strftime("%Y-%m-%dT08:30")
WRITTEN = (NOW - timedelta(days=3)).strftime("%Y-%m-%dT10:00")
DISCHARGED = (NOW - timedelta(days=1)).strftime("%Y-%m-%dT11:15")
NEXT_PAGE = re.compile("^Next")
SUMMARY = "DISCHARGE SUMMARY\n\nPneumonia, organism not identified. Hypertension. Improved on ceftriaxone."
PATIENT = "SELECT id FROM records_patient WHERE family_name = 'Quillfeather'"
ENCOUNTER = f"SELECT id FROM records_encounter WHERE patient_id = ({PATIENT})"

FILE = f"SELECT name FROM billing_claimfile WHERE id = (SELECT file_id FROM billing_claim WHERE encounter_id = ({ENCOUNTER}))"


def register(page: Page) -> None:
    """The specialist searches first, finds nobody, registers."""
    page.get_by_role("link", name="Patients").first.click()
    page.get_by_label("Find a patient").last.fill("quillfeather")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_text("Nobody found")).to_be_visible()
    page.get_by_role("link", name="Register a new patient").click()
    page.get_by_label("Facility").select_option(label="Lakeside General Hospital")
    page.get_by_label("Family name").fill("Quillfeather")
    page.get_by_label("Given names").fill("Orla")
    page.get_by_label("Birth date").fill("1950-02-14")
    page.get_by_label("Sex").select_option(label="Female")
    page.get_by_label("Address").fill("3 Dune Path")
    page.get_by_label("City").fill("Port Ellery")
    page.get_by_label("State").fill("MI")
    page.get_by_label("ZIP code").fill("49990")
    page.get_by_role("button", name="Register the patient").click()
    expect(page.locator("[data-patient-banner]")).to_contain_text("Quillfeather, Orla")
    expect(page.locator("[data-patient-banner]")).to_contain_text("02/14/1950")


def cover(page: Page) -> None:
    """The coverage a claim will need."""
    page.get_by_role("link", name="Add", exact=True).click()
    page.get_by_label("Payer").select_option(label="Great Lakes Mutual (demo)")
    page.get_by_label("Member number").fill("D4455667788")
    page.get_by_role("button", name="Add the coverage").click()
    expect(page.get_by_text("7788").first).to_be_visible()


def admit(page: Page) -> None:
    page.get_by_role("link", name="Admit", exact=True).click()
    page.get_by_label("Facility").select_option(label="Lakeside General Hospital")
    page.get_by_label("Class").select_option(label="Inpatient")
    page.get_by_label("Admitted at").fill(ADMITTED)
    page.get_by_label("Type of admission").select_option(label="1 Emergency")
    page.get_by_label("Point of origin").select_option(label="1 Home or workplace")
    page.get_by_label("Attending").select_option(label="Lena Hartmann, MD")
    page.get_by_label("Unit").fill("4 West")
    page.get_by_role("button", name="Admit the patient").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Inpatient")


def document(page: Page) -> None:
    page.get_by_role("link", name="File a document").click()
    page.get_by_label("Type").select_option(label="Discharge summary")
    page.get_by_label("Title").fill("Discharge summary")
    page.get_by_label("Written at").fill(WRITTEN)
    page.locator("textarea[name=text]").fill(SUMMARY)
    page.get_by_label("Signed by its author").check()
    page.get_by_role("button", name="File the document").click()
    expect(page.get_by_role("link", name="Discharge summary")).to_be_visible()


def discharge(page: Page) -> None:
    page.get_by_role("link", name="Discharge", exact=True).click()
    page.get_by_label("Discharged at").fill(DISCHARGED)
    page.get_by_label("Discharged to").select_option(label="01 Home, no services")
    page.get_by_role("button", name="Record the discharge").click()
    expect(page.locator("[data-patient-banner]")).to_contain_text("Discharged")


def add_code(page: Page, words: str, code: str) -> None:
    """Search, choose, and see it on the list; the page is not loaded anew."""
    page.locator("#code-text").fill(words)
    page.locator(f"[data-pick][data-code='{code}']").first.click()
    expect(page.locator(f".codes__item:has-text('{code[:3]}.{code[3:]}')").first).to_be_visible()


def wait_for_work(page: Page, words: str, url: str) -> None:
    """The worker puts discharged encounters on the list; look again until it has."""
    for _ in range(60):
        page.goto(url)
        while not page.get_by_text(words).count() and page.get_by_role("link", name=NEXT_PAGE).count():
            page.get_by_role("link", name=NEXT_PAGE).click()
        if page.get_by_text(words).count():
            return
        page.wait_for_timeout(1000)
    raise AssertionError(f"{words} did not come onto the list; jobs not done: {value(JOBS_LEFT)}")


def code(page: Page, hospital: str) -> None:
    """The coder codes from the document, watches the DRG, finalizes."""
    page.get_by_role("link", name="Coding").first.click()
    wait_for_work(page, "Quillfeather, Orla", f"{hospital}/coding/?encounter_class=inpatient")
    page.get_by_role("link", name="Quillfeather, Orla").click()
    expect(page.locator("#reader")).to_contain_text("organism not identified")
    page.evaluate("window.neverReloaded = true")
    page.locator("#code-role").select_option(label="As admitting")
    add_code(page, "cough", "R059")
    page.locator("#code-role").select_option(label="As diagnosis")
    add_code(page, "pneumonia unspecified organism", "J189")
    expect(page.locator("#drg")).to_contain_text("195")
    with page.expect_response(lambda response: response.url.endswith("/poa")):
        page.locator("[data-poa]").first.select_option("Y")
    expect(page.locator("#drg")).to_contain_text("Simple Pneumonia")
    assert page.evaluate("window.neverReloaded") is True
    page.get_by_role("button", name=re.compile("^Finalize")).first.click()
    page.locator("#finalize-dialog").get_by_role("button", name="Finalize").click()
    expect(page.locator("#drg")).to_contain_text("Finalized")


def charge(page: Page, hospital: str) -> None:
    """The biller enters charges on the account."""
    account = value_in_time(f"SELECT id FROM billing_account WHERE encounter_id = ({ENCOUNTER})")
    page.goto(f"{hospital}/billing/accounts/{account}/")
    page.get_by_role("link", name=re.compile("charge", re.IGNORECASE)).first.click()
    page.get_by_label("Item").select_option(label="RB120 Room and board, semi-private, a day")
    page.get_by_label("Units").fill("3")
    page.get_by_label("Service date").fill(ADMITTED[:10])
    page.get_by_role("button", name=re.compile("charge", re.IGNORECASE)).first.click()
    expect(page.get_by_text("4,350.00").first).to_be_visible()


def export(page: Page, hospital: str) -> Download:
    """The biller lets the ready claims go and downloads the file."""
    page.goto(f"{hospital}/billing/claims/")
    page.get_by_role("button", name=re.compile("^Export")).first.click()
    page.get_by_role("dialog").get_by_role("button", name="Export", exact=True).click()
    expect(page.locator("#export-status")).to_contain_text(
        re.compile("exported|written|done", re.IGNORECASE), timeout=60_000
    )
    page.goto(f"{hospital}/billing/files/")
    with page.expect_download() as waiting:
        page.get_by_role("link", name=value(FILE)).click()
    return waiting.value


def test_a_day_from_registration_to_claim_with_every_step_in_the_trail(
    sign_in: Callable[[str], Page], hospital: str
) -> None:
    specialist = sign_in("Rosa Imani")
    register(specialist)
    cover(specialist)
    admit(specialist)
    document(specialist)
    discharge(specialist)

    coder = sign_in("Dana Whitfield")
    code(coder, hospital)

    biller = sign_in("Marcus Bell")
    charge(biller, hospital)
    content = export(biller, hospital).path().read_bytes()
    assert validate(content) == []
    assert b"QUILLFEATHER" in content

    outsider = sign_in("Nina South")
    answer = outsider.goto(f"{hospital}/patients/{value(PATIENT)}/")
    assert answer is not None
    assert answer.status == 404
    assert "Quillfeather" not in outsider.content()

    officer = sign_in("Joan Akers")
    officer.goto(f"{hospital}/audit/?patient={value(PATIENT)}")
    seen = officer.locator("#events").inner_text()
    while officer.get_by_role("link", name="Next page").count():
        officer.get_by_role("link", name="Next page").click()
        seen += officer.locator("#events").inner_text()
    for event in (
        "Patient registered",
        "Encounter admitted",
        "Document filed",
        "Encounter discharged",
        "Coding finalized",
    ):
        assert event in seen, event
    for name in ("Rosa Imani", "Dana Whitfield", "Marcus Bell"):
        assert name in seen, name
