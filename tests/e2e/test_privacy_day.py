"""An emergency, from the page that shows nothing to its review, and a chart's report; without a mouse."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from hims.staff.personas import DEMO_PASSWORD
from tests.e2e.hospital import value

pytestmark = pytest.mark.e2e
# A chart of the other clinician: nobody of the demo knows this patient but by the visit.
STRANGER = """
    SELECT patient.id FROM records_patient AS patient
    WHERE NOT patient.confidential AND NOT EXISTS (
        SELECT 1 FROM audit_accessgrant AS given JOIN staff_user ON staff_user.id = given.user_id
        WHERE given.patient_id = patient.id AND staff_user.username = 'lena.hartmann')
    ORDER BY patient.id LIMIT 1
"""


def test_glass_is_broken_by_keyboard_and_the_officer_reviews_it(sign_in: Callable[[str], Page], hospital: str) -> None:
    patient = value(STRANGER)
    doctor = sign_in("Dr. Lena Hartmann")
    refused = doctor.goto(f"{hospital}/patients/{patient}/")
    assert refused is not None
    assert refused.status == 404
    doctor.keyboard.press("x")
    doctor.wait_for_url(re.compile("/emergency/"))
    doctor.get_by_label("Reason").select_option(label="Emergency care of this patient")
    doctor.locator("[name=reason_text]").fill("Unconscious in the emergency department, allergies needed")
    doctor.locator("#id_password").fill(DEMO_PASSWORD)
    doctor.keyboard.press("Enter")
    doctor.wait_for_url(f"{hospital}/patients/{patient}/")
    expect(doctor.get_by_text("Emergency access until").first).to_be_visible()

    officer = sign_in("Joan Akers")
    officer.goto(f"{hospital}/privacy/emergencies/")
    row = officer.get_by_role("row").filter(has_text="Hartmann").first
    expect(row).to_contain_text("Unconscious")
    officer.keyboard.press("j")
    officer.keyboard.press("Enter")
    officer.wait_for_url(re.compile("/privacy/emergencies/[0-9a-f-]{36}/"))
    officer.get_by_label("Outcome").select_option(label="Not justified")
    officer.locator("[name=note]").fill("The patient was seen elsewhere")
    officer.keyboard.press("Tab")
    officer.keyboard.press("Enter")
    officer.wait_for_url(f"{hospital}/privacy/emergencies/")

    closed = doctor.goto(f"{hospital}/patients/{patient}/")
    assert closed is not None
    assert closed.status == 404


def test_report_for_a_patient_counts_every_access(sign_in: Callable[[str], Page], hospital: str) -> None:
    number = value("SELECT value FROM records_medicalrecordnumber WHERE value LIKE 'LGH-%%' ORDER BY value LIMIT 1")
    officer = sign_in("Joan Akers")
    officer.goto(f"{hospital}/privacy/report/")
    officer.get_by_label("Medical record number").fill(str(number))
    officer.keyboard.press("Enter")
    expect(officer.get_by_role("heading", level=1)).to_contain_text("Who saw")
    expect(officer.get_by_text(re.compile(r"\d+ events?")).first).to_be_visible()
