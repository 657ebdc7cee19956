"""Every page, as the person it is for, in both themes: no accessibility violations, nothing in the console."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import ConsoleMessage, Page

from tests.e2e.axe import violations_in_both_themes
from tests.e2e.hospital import value

pytestmark = pytest.mark.e2e

CASE = "SELECT id FROM records_encounter WHERE source_key = 'demo|case|01-heart-failure-ckd'"
CASE_PATIENT = "SELECT patient_id FROM records_encounter WHERE source_key = 'demo|case|01-heart-failure-ckd'"
DOCUMENT = f"SELECT id FROM records_document WHERE encounter_id = ({CASE}) ORDER BY written_at LIMIT 1"
IN_HOUSE = "SELECT id FROM records_encounter WHERE status = 'in_progress' ORDER BY id LIMIT 1"
ACCOUNT = "SELECT account_id FROM billing_claim ORDER BY id LIMIT 1"
CLAIM = "SELECT id FROM billing_claim ORDER BY id LIMIT 1"
VIP = "SELECT id FROM records_patient WHERE restriction = 'vip' LIMIT 1"
AUDIT = "SELECT id FROM audit_externalaudit LIMIT 1"
LISTED = "SELECT patient_id FROM audit_accessgrant WHERE source = 'audit_list' ORDER BY patient_id LIMIT 1"
CODER = "SELECT id FROM staff_user WHERE username = 'dana.whitfield'"

PAGES: list[tuple[str, str, str]] = [
    ("Rosa Imani", "/", ""),
    ("Rosa Imani", "/patients/", ""),
    ("Rosa Imani", "/patients/{}/", CASE_PATIENT),
    ("Rosa Imani", "/patients/{}/correct", CASE_PATIENT),
    ("Rosa Imani", "/patients/{}/coverage", CASE_PATIENT),
    ("Rosa Imani", "/patients/{}/admit", CASE_PATIENT),
    ("Rosa Imani", "/encounters/{}/", CASE),
    ("Rosa Imani", "/encounters/{}/discharge", IN_HOUSE),
    ("Rosa Imani", "/encounters/{}/move", IN_HOUSE),
    ("Rosa Imani", "/encounters/{}/documents", CASE),
    ("Rosa Imani", "/documents/{}/", DOCUMENT),
    ("Rosa Imani", "/documents/{}/amend", DOCUMENT),
    ("Rosa Imani", "/documents/{}/retract", DOCUMENT),
    ("Dana Whitfield", "/", ""),
    ("Dana Whitfield", "/coding/", ""),
    ("Dana Whitfield", "/coding/{}/", CASE),
    ("Dana Whitfield", "/codes/", ""),
    ("Dana Whitfield", "/codes/icd10cm/I130/", ""),
    ("Marcus Bell", "/", ""),
    ("Marcus Bell", "/billing/", ""),
    ("Marcus Bell", "/billing/accounts/{}/", ACCOUNT),
    ("Marcus Bell", "/billing/claims/", ""),
    ("Marcus Bell", "/billing/claims/{}/", CLAIM),
    ("Marcus Bell", "/billing/files/", ""),
    ("Marcus Bell", "/billing/charge-master/", ""),
    ("Joan Akers", "/", ""),
    ("Joan Akers", "/audit/", ""),
    ("Joan Akers", "/privacy/cases/", ""),
    ("Joan Akers", "/privacy/cases/new", ""),
    ("Joan Akers", "/privacy/cases/breaches", ""),
    ("Joan Akers", "/privacy/report/", ""),
    ("Joan Akers", "/privacy/", ""),
    ("Joan Akers", "/privacy/rules/", ""),
    ("Joan Akers", "/privacy/rules/own_chart/", ""),
    ("Joan Akers", "/privacy/explained", ""),
    ("Joan Akers", "/privacy/emergencies/", ""),
    ("Joan Akers", "/restricted/", ""),
    ("Joan Akers", "/restricted/staff/", ""),
    ("Joan Akers", "/restricted/{}/", VIP),
    ("Joan Akers", "/protected/patients/{}/", CASE_PATIENT),
    ("Rosa Imani", "/emergency/", ""),
    ("Rosa Imani", "/accounts/devices/", ""),
    ("Rosa Imani", "/accounts/tokens/", ""),
    ("Rosa Imani", "/accounts/2fa/", ""),
    ("Dr. Lena Hartmann", "/psychotherapy/patients/{}/", CASE_PATIENT),
    ("Audrey Voss", "/staff/my-charts", ""),
    ("Audrey Voss", "/patients/{}/", LISTED),
    ("Sam Petrov", "/", ""),
    ("Sam Petrov", "/staff/", ""),
    ("Sam Petrov", "/staff/new", ""),
    ("Sam Petrov", "/staff/{}/", CODER),
    ("Sam Petrov", "/staff/roles", ""),
    ("Sam Petrov", "/staff/leavers", ""),
    ("Tom Ferrara", "/", ""),
    ("Tom Ferrara", "/staff/me", ""),
    ("Tom Ferrara", "/staff/duties", ""),
    ("Tom Ferrara", "/staff/reviews/", ""),
    ("Tom Ferrara", "/staff/audits/", ""),
    ("Tom Ferrara", "/coding/house-rules/", ""),
    ("Tom Ferrara", "/coding/house-rules/new", ""),
    ("Tom Ferrara", "/coding/abstract-fields/", ""),
    ("Tom Ferrara", "/staff/audits/{}/", AUDIT),
]


@pytest.mark.parametrize(("who", "path", "query"), PAGES, ids=lambda part: str(part)[:40])
def test_page_has_no_accessibility_violation_and_a_silent_console(
    who: str, path: str, query: str, sign_in: Callable[[str], Page], hospital: str
) -> None:
    page = sign_in(who)
    said: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            said.append(message.text)

    page.on("console", listen)
    page.on("pageerror", lambda error: said.append(str(error)))
    answer = page.goto(hospital + path.format(value(query) if query else ""))
    assert answer is not None
    assert answer.status == 200
    assert page.locator("h1").count() == 1
    assert violations_in_both_themes(page) == {"light": [], "dark": []}
    assert said == []


@pytest.mark.parametrize(("who", "path", "query"), PAGES, ids=lambda part: str(part)[:40])
def test_page_at_double_zoom_does_not_scroll_sideways(
    who: str, path: str, query: str, sign_in: Callable[[str], Page], hospital: str
) -> None:
    page = sign_in(who)
    page.set_viewport_size({"width": 640, "height": 400})
    page.goto(hospital + path.format(value(query) if query else ""))
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wider <= 0
