"""Doors of evidence: chips, panel, changes, policy page."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from coding.workbench.evidence.actions import remove
from coding.workbench.evidence.models import Evidence, EvidenceOverride, EvidencePolicy
from coding.workbench.models import CodingRecord
from hims.staff.models import Facility, User
from records.documents.models import Document
from records.encounters.models import Encounter
from tests.clients import signed_in
from tests.coding.workbench.evidence.conftest import TEXT, amended
from tests.coding.workbench.evidence.test_actions import HEART, POTASSIUM, pinned
from tests.factories.records import document

pytestmark = pytest.mark.django_db


def form(words: str, code: str = "I5023", **other: str) -> dict[str, str]:
    start = TEXT.index(words)
    place = {"number": "1", "begins": str(start), "ends": str(start + len(words)), "quote": words}
    return {**place, "system": "icd10cm", "code": code, **other}


def queries(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def test_pin_answers_with_the_codes_side_and_its_chip(coded: CodingRecord, note: Document, coder: User) -> None:
    client = signed_in(coder)
    answer = client.post(f"/coding/documents/{note.pk}/pin", form(HEART))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Pinned to I50.23." in page
    assert 'aria-label="1 piece of evidence for I50.23: show"' in page
    assert page.count("evidence-chip--none") == 1
    assert str(Evidence.objects.get().pk) in page


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"quote": ""}, "Select the words that support the code first."),
        ({"begins": "x"}, "Enter a whole number."),
        ({"begins": "-1"}, "greater than or equal to 0"),
        ({"number": "99999999999"}, "less than or equal to 32767"),
        ({"quote": "x" * 20_001}, "Select less."),
        ({"code": "Z9999999999"}, "at most 7 characters"),
    ],
)
def test_pin_with_nonsense_says_what_is_wrong(
    other: dict[str, str], said: str, coded: CodingRecord, note: Document, coder: User
) -> None:
    answer = signed_in(coder).post(f"/coding/documents/{note.pk}/pin", form(HEART, **other))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Evidence.objects.exists()


def test_outsider_pins_and_sees_nothing(coded: CodingRecord, note: Document, outsider: User) -> None:
    client = signed_in(outsider)
    assert client.post(f"/coding/documents/{note.pk}/pin", form(HEART)).status_code == 404
    assert client.get(f"/coding/{coded.encounter_id}/evidence/").status_code == 404


def test_panel_shows_words_and_offers_to_check_again(coded: CodingRecord, note: Document, coder: User) -> None:
    pinned(coder, note, HEART)
    client = signed_in(coder)
    address = f"/coding/{coded.encounter_id}/evidence/"
    page = client.get(address).content.decode()
    assert f"“{HEART}”" in page
    assert "Out of date" not in page
    assert "<strong>1</strong> of 2 codes without evidence" in page
    amended(note, f"See addendum. {TEXT}")
    page = client.get(address).content.decode()
    assert "Out of date" in page
    assert "Version 2 is the newest one." in page
    assert "Check again: pin here" in page
    assert f'data-post="{address}all-again"' in page
    assert "1 out of date" in client.get(f"/coding/{coded.encounter_id}/pane").content.decode()
    answer = client.post(f"{address}all-again")
    assert "1 piece of evidence pinned to the newest version." in answer.content.decode()
    assert "Out of date" not in client.get(address).content.decode()


def test_panel_hides_what_the_person_may_not_see(
    coded: CodingRecord, marked: Document, coder: User, cleared: User
) -> None:
    pinned(cleared, marked, "methadone 40 mg")
    address = f"/coding/{coded.encounter_id}/evidence/"
    page = signed_in(coder).get(address).content.decode()
    assert "methadone" not in page
    assert "Evidence in a passage you may not see" in page
    assert "“methadone 40 mg”" in signed_in(cleared).get(address).content.decode()
    Document.objects.filter(pk=marked.pk).update(labels=["part2"])
    page = signed_in(coder).get(address).content.decode()
    assert "Evidence in a document you may not see" in page
    assert "Consultation" not in page


def test_again_and_remove_say_when_the_piece_is_gone(coded: CodingRecord, note: Document, coder: User) -> None:
    row = pinned(coder, note, HEART)
    amended(note, f"{HEART} {HEART}")
    client = signed_in(coder)
    base = f"/coding/{coded.encounter_id}/evidence/"
    second = {"evidence": str(row.pk), "begins": str(len(HEART) + 1)}
    assert client.post(f"{base}again", second).status_code == 200
    row.refresh_from_db()
    assert row.begins == len(HEART) + 1
    assert client.post(f"{base}remove", {"evidence": str(row.pk)}).status_code == 200
    for path, asked in (("again", second), ("remove", {"evidence": str(uuid4())}), ("remove", {"evidence": "x"})):
        assert client.post(base + path, asked).status_code == 422


def test_override_and_its_withdrawal_show_in_the_panel(coded: CodingRecord, facility: Facility, coder: User) -> None:
    client = signed_in(coder)
    base = f"/coding/{coded.encounter_id}/evidence/"
    asked = {"system": "icd10cm", "code": "E876", "reason": "<b>By telephone</b>"}
    assert client.post(f"{base}override", asked).status_code == 200
    page = client.get(base).content.decode()
    assert "stands without evidence. &lt;b&gt;By telephone&lt;/b&gt;" in page
    assert client.post(f"{base}override", asked).status_code == 422
    assert client.post(f"{base}withdraw", asked).status_code == 200
    assert EvidenceOverride.objects.get().withdrawn_at is not None


def test_policy_page_is_for_managers_and_changes_the_own_house(
    facility: Facility, other_facility: Facility, him_manager: User, coder: User
) -> None:
    client = signed_in(him_manager)
    page = client.get("/coding/evidence-policy/").content.decode()
    assert facility.name in page
    assert other_facility.name not in page
    assert client.post("/coding/evidence-policy/", {"facility": facility.pk, "level": "stop"}).status_code == 302
    assert "Changed by" in client.get("/coding/evidence-policy/").content.decode()
    refused = (
        ({"facility": other_facility.pk, "level": "stop"}, "Choose a facility at which you decide this."),
        ({"facility": facility.pk, "level": "stop"}, "asks for this already."),
        ({"facility": facility.pk, "level": "x"}, "Select a valid choice."),
        ({"facility": "9" * 30, "level": "off"}, "less than or equal to"),
    )
    for asked, said in refused:
        answer = client.post("/coding/evidence-policy/", asked)
        assert (answer.status_code, said in answer.content.decode()) == (422, True)
    assert EvidencePolicy.objects.count() == 1
    assert signed_in(coder).get("/coding/evidence-policy/").status_code == 403


def test_bench_pane_and_panel_need_as_many_queries_for_twenty_documents_as_for_one(
    coded: CodingRecord, stay: Encounter, note: Document, coder: User
) -> None:
    pinned(coder, note, HEART)
    client = signed_in(coder)
    pages = [f"/coding/{coded.encounter_id}/{name}" for name in ("", "pane", "evidence/")]
    few = [queries(client, page) for page in pages]
    for number in range(20):
        more = document(stay, TEXT, title=f"Note {number}")
        pinned(coder, more, POTASSIUM, "E876")
    assert [queries(client, page) for page in pages] == few


def test_pin_and_remove_leave_the_version_of_the_coding_alone(coded: CodingRecord, note: Document, coder: User) -> None:
    before = coded.version
    row = pinned(coder, note, HEART)
    remove(by=coder, record=coded, evidence_id=row.pk)
    coded.refresh_from_db()
    assert coded.version == before
