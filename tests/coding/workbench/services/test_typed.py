"""A service typed into the search box of the page."""

from __future__ import annotations

import pytest

from coding.workbench.models import CodingRecord
from hims.staff.models import User
from tests.clients import HTMX, signed_in

pytestmark = pytest.mark.django_db


def test_service_typed_with_its_modifier_becomes_a_line(visit_record: CodingRecord, coder: User) -> None:
    browser = signed_in(coder)
    address = f"/coding/{visit_record.encounter_id}/"
    assert browser.get(address).status_code == 200
    asked = {
        "code": "99213-25",
        "system": "hcpcs",
        "performed_on": "",
        "role": "",
        "version": str(visit_record.version),
    }
    answer = browser.post(f"{address}codes", asked, headers=HTMX)
    assert answer.status_code == 200
    assert "Modifiers of 99213" in answer.content.decode()
