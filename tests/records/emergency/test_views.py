"""From "nothing here for you" to the chart: what is asked, what is shown, what stays closed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from audit.access.models import AccessGrant, EmergencyAccess, EmployeeChart
from audit.authority import authority_of, forget_authority
from hims.lib.access import Permission, Role
from hims.lib.ids import uuid7
from hims.staff.models import Facility, User
from records.documents.models import Document
from records.encounters.models import Encounter
from records.registry.models import MedicalRecordNumber, Patient
from tests.clients import signed_in
from tests.factories import records as make
from tests.records.emergency.conftest import FORM, WHY
from tests.trail import events_of, told

pytestmark = pytest.mark.django_db


def door(kind: str, target: Any) -> str:
    return reverse("emergency:open", kwargs={"kind": kind, "target": target})


def number_of(patient: Patient) -> str:
    return MedicalRecordNumber.objects.get(patient=patient).value


def test_not_found_page_offers_the_door_for_what_is_hidden_and_for_what_is_not_there(
    lena: User, hidden: Encounter
) -> None:
    browser = signed_in(lena)
    document = make.document(hidden)
    for kind, known in (("chart", hidden.patient_id), ("encounter", hidden.pk), ("document", document.pk)):
        pages = []
        for target in (known, uuid7()):
            name = {"chart": "patient_id"}.get(kind, f"{kind}_id")
            answer = browser.get(reverse(f"records:{kind}", kwargs={name: target}))
            assert answer.status_code == 404
            assert door(kind, target) in answer.content.decode()
            pages.append(answer.content.decode().replace(str(target), "X"))
        assert _without_tokens(pages[0]) == _without_tokens(pages[1])


def _without_tokens(page: str) -> list[str]:
    return [line for line in page.splitlines() if "csrf" not in line.lower()]


def test_not_found_page_offers_nothing_to_whoever_may_not_break_the_glass(coder: User, hidden: Encounter) -> None:
    page = signed_in(coder).get(hidden.patient.get_absolute_url())
    assert page.status_code == 404
    assert "Emergency access" not in page.content.decode()


@pytest.mark.parametrize("kind", ["chart", "encounter", "document"])
def test_one_form_leads_to_the_chart(kind: str, lena: User, hidden: Encounter) -> None:
    target = {"chart": hidden.patient_id, "encounter": hidden.pk, "document": make.document(hidden).pk}[kind]
    browser = signed_in(lena)
    assert browser.get(door(kind, target)).status_code == 200
    answer = browser.post(door(kind, target), FORM, follow=True)
    page = answer.content.decode()
    assert answer.redirect_chain == [(hidden.patient.get_absolute_url(), 302)]
    assert answer.status_code == 200
    assert "Zebra, Ann" in page
    assert "Emergency access until" in page
    assert "Emergency care of this patient" in page


def test_number_and_birth_date_lead_to_the_chart(lena: User, hidden: Encounter) -> None:
    browser = signed_in(lena)
    for number in (number_of(hidden.patient), hidden.account_number.lower()):
        answer = browser.post(
            reverse("emergency:door"), {"number": number, "birth_date": "1950-01-02", **FORM}, follow=True
        )
        assert answer.redirect_chain == [(hidden.patient.get_absolute_url(), 302)]
        EmergencyAccess.objects.all().delete()
        AccessGrant.objects.all().delete()


def test_wrong_number_and_wrong_birth_date_get_the_same_answer_and_are_recorded(lena: User, hidden: Encounter) -> None:
    browser, pages = signed_in(lena), []
    for number, born in (("LGS-NONE1", "1950-01-02"), (number_of(hidden.patient), "1950-01-03")):
        answer = browser.post(reverse("emergency:door"), {"number": number, "birth_date": born, **FORM})
        assert answer.status_code == 422
        assert "There is no such patient" in answer.content.decode()
        assert "Zebra" not in answer.content.decode()
        pages.append(answer.content.decode().replace(number, "N").replace(born, "B"))
    assert _without_tokens(pages[0]) == _without_tokens(pages[1])
    refused = [
        event for event in events_of(lena) if (event["event"], event["result"]) == ("emergency.opened", "refused")
    ]
    assert [event["patient_ids"] for event in refused] == [[], [hidden.patient_id]]
    assert not EmergencyAccess.objects.exists()


def test_chart_that_does_not_exist_is_refused_with_a_sentence(lena: User) -> None:
    answer = signed_in(lena).post(door("chart", uuid7()), FORM)
    assert answer.status_code == 422
    assert "There is no such patient" in answer.content.decode()
    assert told(lena)[-1] == ("emergency.opened", "refused")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"reason_code": ""}, "This field is required."),
        ({"reason_code": "curiosity"}, "Select a valid choice"),
        ({"reason_text": "too short"}, "at least 10 characters"),
        ({"reason_text": "  x        "}, "at least 10 characters"),
        ({"reason_text": "x" * 501}, "at most 500 characters"),
        ({"password": "not hers at all"}, "This is not your password."),
        ({"password": ""}, "Enter your password."),
        ({"password": "", "code": "000000"}, "not right"),
    ],
)
def test_incomplete_form_opens_nothing(change: dict[str, str], sentence: str, lena: User, hidden: Encounter) -> None:
    answer = signed_in(lena).post(door("chart", hidden.patient_id), {**FORM, **change})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not AccessGrant.objects.exists()
    assert signed_in(lena).get(hidden.patient.get_absolute_url()).status_code == 404


def test_chart_in_reach_opens_without_form_and_without_review(lena: User, facility: Facility, specialist: User) -> None:
    stay = make.encounter(facility)
    for kind, target in (("chart", stay.patient_id), ("encounter", stay.pk)):
        answer = signed_in(specialist).get(door(kind, target))
        assert answer.headers["Location"] == stay.patient.get_absolute_url()
    by_number = {"number": number_of(stay.patient), "birth_date": stay.patient.birth_date.isoformat()}
    answer = signed_in(specialist).post(reverse("emergency:door"), by_number)
    assert answer.headers["Location"] == stay.patient.get_absolute_url()
    assert not EmergencyAccess.objects.exists()


def test_own_chart_stays_closed_and_the_attempt_is_in_the_trail(lena: User, hidden: Encounter) -> None:
    EmployeeChart.objects.create(user=lena, patient_id=hidden.patient_id)
    browser = signed_in(lena)
    answer = browser.post(door("chart", hidden.patient_id), FORM)
    assert answer.status_code == 404
    assert "Zebra" not in answer.content.decode()
    last = events_of(lena)[-1]
    assert (last["event"], last["result"], last["patient_ids"]) == ("emergency.opened", "refused", [hidden.patient_id])
    assert not AccessGrant.objects.exists()
    assert browser.get(hidden.patient.get_absolute_url()).status_code == 404
    viewed = events_of(lena)[-1]
    assert (viewed["result"], viewed["patient_ids"]) == ("refused", [hidden.patient_id])


def test_own_chart_stays_closed_even_when_a_grant_says_otherwise(lena: User, hidden: Encounter) -> None:
    browser = signed_in(lena)
    browser.post(door("chart", hidden.patient_id), FORM)
    assert browser.get(hidden.patient.get_absolute_url()).status_code == 200
    EmployeeChart.objects.create(user=lena, patient_id=hidden.patient_id)
    assert browser.get(hidden.patient.get_absolute_url()).status_code == 404


def test_every_event_about_the_patient_meanwhile_is_for_an_emergency(
    lena: User, hidden: Encounter, facility: Facility
) -> None:
    document, browser = make.document(hidden), signed_in(lena)
    browser.post(door("chart", hidden.patient_id), FORM)
    for url in (hidden.patient.get_absolute_url(), hidden.get_absolute_url(), document.get_absolute_url()):
        assert browser.get(url).status_code == 200
    browser.post(reverse("records:patient_search"), {"text": "Zebra"})
    browser.post(reverse("emergency:close", args=[hidden.patient_id]))
    about = [event for event in events_of(lena) if hidden.patient_id in list(event["patient_ids"])]  # type: ignore[call-overload]
    assert {event["purpose"] for event in about} == {"emergency"}
    assert {"emergency.opened", "chart.viewed", "encounter.viewed", "document.viewed", "patient.searched"} <= {
        event["event"] for event in about
    }
    browser.get(reverse("records:patients"))
    assert events_of(lena)[-1]["purpose"] == "treatment"


def test_psychotherapy_notes_stay_closed_and_other_labels_open(lena: User, hidden: Encounter) -> None:
    secret, labelled = make.document(hidden, "Therapy."), make.document(hidden, "Methadone.")
    Document.objects.filter(pk=secret.pk).update(labels=["psychotherapy"])
    Document.objects.filter(pk=labelled.pk).update(labels=["part2"])
    browser = signed_in(lena)
    browser.post(door("chart", hidden.patient_id), FORM)
    assert browser.get(labelled.get_absolute_url()).status_code == 200
    assert browser.get(secret.get_absolute_url()).status_code == 404


def test_access_is_for_looking_only(lena: User, hidden: Encounter) -> None:
    browser = signed_in(lena)
    browser.post(door("chart", hidden.patient_id), FORM)
    assert browser.get(hidden.get_absolute_url()).status_code == 200
    assert browser.get(reverse("records:file_document", args=[hidden.pk])).status_code == 404
    assert not Document.objects.visible_to(lena, Permission.DOCUMENT_WRITE).exists()


@pytest.mark.parametrize("role", [Role.PROVIDER, Role.RECORDS_SPECIALIST])
def test_access_is_for_looking_only_at_the_own_facility_too(
    role: Role, person: Callable[..., User], facility: Facility
) -> None:
    """The role's own verbs hold there, so that only the missing relationship or the restriction stands in between."""
    opener = person("olga", role, facility)
    opener.set_password(FORM["password"])
    opener.save()
    stay = make.encounter(facility, make.patient(facility, confidential=True))
    browser = signed_in(opener)
    browser.post(door("chart", stay.patient_id), FORM)
    assert browser.get(stay.get_absolute_url()).status_code == 200
    for url in (
        reverse("records:file_document", args=[stay.pk]),
        reverse("psychotherapy:new", args=[stay.patient_id]),
        reverse("records:correct", args=[stay.patient_id]),
        reverse("records:discharge", args=[stay.pk]),
    ):
        assert browser.get(url).status_code in (403, 404), url
    forget_authority(opener)
    opened = {
        verb for verb in Permission if Patient.objects.visible_to(opener, verb).filter(pk=stay.patient_id).exists()
    }
    assert opened == {Permission.PATIENT_SEARCH, Permission.PATIENT_VIEW, Permission.CHART_VIEW}


def test_person_without_the_right_is_refused_at_every_door(coder: User, hidden: Encounter) -> None:
    browser = signed_in(coder)
    for url in (
        reverse("emergency:door"),
        door("chart", hidden.patient_id),
        reverse("emergency:renew", args=[uuid7()]),
    ):
        for answer in (browser.get(url), browser.post(url, FORM)):
            assert answer.status_code == 403
    assert told(coder)[-1] == ("emergency.asked", "refused")


def test_access_of_one_person_opens_nothing_for_another(
    lena: User, hidden: Encounter, person: Callable[..., User], facility: Facility
) -> None:
    signed_in(lena).post(door("chart", hidden.patient_id), FORM)
    colleague = person("mateo", Role.PROVIDER, facility)
    assert signed_in(colleague).get(hidden.patient.get_absolute_url()).status_code == 404
    other = make.patient(hidden.facility)
    assert signed_in(lena).get(other.get_absolute_url()).status_code == 404


def test_banner_with_its_button_stands_on_every_page_of_the_chart_and_closes_it(lena: User, hidden: Encounter) -> None:
    document, browser = make.document(hidden), signed_in(lena)
    browser.post(door("chart", hidden.patient_id), FORM)
    close = reverse("emergency:close", args=[hidden.patient_id])
    for url in (hidden.patient.get_absolute_url(), hidden.get_absolute_url(), document.get_absolute_url()):
        page = browser.get(url).content.decode()
        assert "Emergency access until" in page
        assert close in page
    assert "Emergency access until" not in browser.get("/patients/").content.decode()
    assert browser.post(close).status_code == 302
    assert browser.get(hidden.patient.get_absolute_url()).status_code == 404
    assert ("emergency.ended", "done") in told(lena)
    assert browser.post(close).status_code == 302


def test_renewal_needs_a_new_reason_and_puts_a_new_access_into_the_queue(lena: User, hidden: Encounter) -> None:
    browser = signed_in(lena)
    browser.post(door("chart", hidden.patient_id), FORM)
    renew = reverse("emergency:renew", args=[hidden.patient_id])
    assert browser.get(renew).status_code == 200
    answer = browser.post(renew, FORM)
    assert answer.status_code == 422
    assert "Say what is new" in answer.content.decode()
    answer = browser.post(renew, {**FORM, "reason_text": "Now in theatre, bleeding"})
    assert answer.status_code == 302
    first, second = EmergencyAccess.objects.order_by("opened_at")
    assert first.grant.revoked_at is not None
    assert second.grant.revoked_at is None
    assert AccessGrant.objects.in_force().count() == 1


def test_renewal_of_nothing_leads_to_the_ordinary_form(lena: User, hidden: Encounter) -> None:
    answer = signed_in(lena).get(reverse("emergency:renew", args=[hidden.patient_id]))
    assert answer.headers["Location"] == door("chart", hidden.patient_id)


def test_form_sent_twice_opens_once(lena: User, hidden: Encounter) -> None:
    browser = signed_in(lena)
    for _ in range(2):
        assert browser.post(door("chart", hidden.patient_id), FORM).status_code == 302
    assert EmergencyAccess.objects.count() == 1


def test_opening_needs_the_password_and_not_only_the_session(lena: User, hidden: Encounter) -> None:
    assert signed_in(lena).post(door("chart", hidden.patient_id), WHY).status_code == 422
    forget_authority(lena)
    assert authority_of(lena).emergency == frozenset()


def test_role_of_the_records_department_breaks_the_glass_too(specialist: User, hidden: Encounter) -> None:
    specialist.set_password(FORM["password"])
    specialist.save()
    browser = signed_in(specialist)
    assert browser.get(hidden.patient.get_absolute_url()).status_code == 404
    assert browser.post(door("chart", hidden.patient_id), FORM, follow=True).status_code == 200
