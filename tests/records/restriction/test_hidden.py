"""A restricted patient appears in no list, count, search or API of somebody without a right to the chart."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.test import Client
from django.urls import reverse

from audit.access.clock import database_now
from audit.access.models import AccessGrant
from billing.charges.models import Account
from billing.claims.actions.export import export_claims
from billing.claims.models import Claim, ClaimFile
from billing.claims.selectors import ready_to_leave
from hims.home.waiting import waiting_for
from hims.lib.access import Role
from hims.staff.models import Facility, Membership, User
from records.registry.models import Patient
from tests.clients import HTMX, signed_in
from tests.records.restriction.conftest import ALIAS, BORN, REAL, Hidden
from tests.trail import events_of

pytestmark = pytest.mark.django_db
STAFF = (Role.RECORDS_SPECIALIST, Role.CODER, Role.CODING_REVIEWER, Role.CDI_SPECIALIST, Role.BILLER, Role.SCHEDULER,
         Role.PROVIDER)  # fmt: skip
LISTS = (
    "/", "/patients/", "/encounters/", "/documents/unsigned", "/coding/", "/coding/?status=", "/billing/",
    "/billing/?state=held", "/billing/claims/", "/billing/claims/?state=held", "/billing/files/", "/restricted/",
)  # fmt: skip
ASKED = (
    REAL,
    f"{REAL} ada",
    "ada",
    ALIAS,
    f"{ALIAS} jo",
    "mrn",
    "account",
    "other account",
    BORN.isoformat(),
    "7/8/1961",
)


def shown(answer: Any) -> str:
    return str(answer.content.decode())


def leaks(hidden: Hidden, page: str, *allowed: str) -> list[str]:
    return [name for name, mark in hidden.marks.items() if name not in allowed and mark.lower() in page.lower()]


@pytest.mark.parametrize("role", STAFF)
def test_hidden_patient_is_in_no_list_and_no_count(
    role: Role, hidden: Hidden, person: Callable[..., User], facility: Facility
) -> None:
    user = person("someone", role, facility)
    browser = signed_in(user)
    reached = 0
    for url in LISTS:
        answer = browser.get(url)
        assert answer.status_code in (200, 403, 404), url
        reached += answer.status_code == 200
        assert leaks(hidden, shown(answer)) == [], url
    assert reached >= 2
    queues = ("coded", "Coding begun", "house", "signature", "Claims", "Accounts held")
    assert [tile.title for tile in waiting_for(by=user) if any(word in tile.title for word in queues)] == []


@pytest.mark.parametrize("role", STAFF)
def test_hidden_patient_is_found_by_no_words_and_the_words_are_in_the_trail(
    role: Role, hidden: Hidden, person: Callable[..., User], facility: Facility
) -> None:
    user = person("someone", role, facility)
    browser = signed_in(user)
    for asked in ASKED:
        text = hidden.marks.get(asked, asked)
        for headers in ({}, HTMX):
            answer = browser.post(reverse("records:patient_search"), {"text": text}, headers=headers)
            assert answer.status_code == 200
            assert leaks(hidden, shown(answer).replace(f'value="{text}"', "")) == [], asked
        told = events_of(user)[-1]
        assert (told["event"], told["result"]) == ("patient.search_withheld", "refused"), asked
        assert told["patient_ids"] == [hidden.patient.pk]
        assert told["facility_ids"] == [facility.pk]
        assert told["detail"] == {"text": text, "withheld": 1, "note": "restricted patient matched"}


@pytest.mark.parametrize("role", STAFF)
def test_hidden_patient_is_a_404_at_every_address(
    role: Role, hidden: Hidden, person: Callable[..., User], facility: Facility
) -> None:
    browser = signed_in(person("someone", role, facility))
    stay = hidden.discharged.pk
    for url in (
        f"/patients/{hidden.patient.pk}/", f"/patients/{hidden.patient.pk}/correct", f"/encounters/{stay}/",
        f"/encounters/{hidden.staying.pk}/discharge", f"/coding/{stay}/", f"/restricted/{hidden.patient.pk}/",
        f"/api/v1/patients/{hidden.patient.pk}/", f"/api/v1/encounters/{stay}/",
    ):  # fmt: skip
        answer = browser.get(url)
        assert answer.status_code in (403, 404), url
        assert leaks(hidden, shown(answer), "id") == [], url


def test_hidden_patient_is_not_in_the_search_of_the_api(hidden: Hidden, coder: User) -> None:
    for asked in ASKED:
        text = hidden.marks.get(asked, asked)
        answer = signed_in(coder).post("/api/v1/patients/search", {"text": text}, content_type="application/json")
        assert (answer.status_code, answer.json()) == (200, [])
        assert events_of(coder)[-1]["event"] == "patient.search_withheld"


def test_search_that_means_nobody_hidden_leaves_no_such_note(hidden: Hidden, coder: User) -> None:
    for text in ("Okafor", "zz", "qu", "LGH-0", "1901-01-01", "Quillfeather 1901-01-01"):
        signed_in(coder).post(reverse("records:patient_search"), {"text": text})
    assert "patient.search_withheld" not in {event["event"] for event in events_of(coder)}


@pytest.mark.parametrize("who", ["privacy_officer", "him_manager"])
def test_trusted_person_finds_by_name_and_alias_and_sees_the_alias_in_lists(
    who: str, hidden: Hidden, request: pytest.FixtureRequest
) -> None:
    user: User = request.getfixturevalue(who)
    browser = signed_in(user)
    for text in (REAL, ALIAS, f"{ALIAS} jo", hidden.mrn):
        page = shown(browser.post(reverse("records:patient_search"), {"text": text}, headers=HTMX))
        assert f"{ALIAS}, Jo" in page
        assert REAL not in page
    page = shown(browser.get(hidden.patient.get_absolute_url()))
    assert f"{REAL}, Ada" in page
    assert f"{ALIAS}, Jo" in page
    assert f"{ALIAS}, Jo" in shown(browser.get("/restricted/"))
    assert "patient.search_withheld" not in {event["event"] for event in events_of(user)}


@pytest.mark.parametrize("through", ["person", "role"])
def test_grant_shows_the_alias_in_every_list_of_the_one_who_has_it(
    through: str, hidden: Hidden, specialist: User, coder: User, biller: User
) -> None:
    for user in (specialist, coder, biller):
        role = Membership.objects.get(user=user).role
        _give(hidden.patient, user=user) if through == "person" else _give(hidden.patient, group=role)
    for user, url in (
        (specialist, "/encounters/"), (specialist, "/documents/unsigned"), (coder, "/coding/"),
        (biller, "/billing/?state=held"), (biller, "/billing/claims/?state=held"),
    ):  # fmt: skip
        page = shown(signed_in(user).get(url))
        assert f"{ALIAS}, Jo" in page, url
        assert REAL not in page, url
    assert [tile.count for tile in waiting_for(by=coder) if tile.title == "Discharged and not coded"] == ["1"]


def _give(patient: Patient, *, user: User | None = None, group: Group | None = None) -> AccessGrant:
    now = database_now()
    return AccessGrant.objects.create(
        user=user, group=group, patient_id=patient.pk, source="explicit",
        during=DateTimeTZRange(now - timedelta(hours=1), now + timedelta(hours=1)),
    )  # fmt: skip


def test_grant_opens_the_chart_until_its_end_and_not_after_a_change_of_role(
    hidden: Hidden, coder: User, facility: Facility
) -> None:
    grant = _give(hidden.patient, user=coder)
    url = hidden.patient.get_absolute_url()
    assert signed_in(coder).get(url).status_code == 200
    Membership.objects.filter(user=coder).delete()
    assert signed_in(coder).get(url).status_code in (403, 404)
    Membership.objects.create(user=coder, facility=facility, role=Group.objects.get(name=Role.CODER.value))
    assert signed_in(coder).get(url).status_code == 200
    grant.revoked_at = database_now()
    grant.save()
    assert signed_in(coder).get(url).status_code == 404


def test_hidden_patient_leaves_in_no_export_and_no_file_of_somebody_without_the_right(
    hidden: Hidden, biller: User, facility: Facility
) -> None:
    Claim.objects.update(state="ready")
    Account.objects.update(state="ready")
    assert ready_to_leave(by=biller).patients == 0
    done = export_claims(by=biller, facility=facility)
    assert (done.exported, done.held, done.files) == (0, [], [])
    assert Claim.objects.get().state == "ready"
    content = f"NM1*IL*1*{REAL}".encode()
    file = ClaimFile.objects.create(
        facility=facility, form="837I", name="sent.837", receiver_id="R", interchange_number=1, usage="T", claim_count=1,
        sender_id="S", group_number=1,
        content=content, sha256=hashlib.sha256(content).hexdigest(), created_by=biller,
    )  # fmt: skip
    Claim.objects.update(state="exported", file=file)
    answer = signed_in(biller).get(reverse("billing:file_download", args=[file.pk]))
    assert (answer.status_code, REAL in shown(answer)) == (404, False)
    _give(hidden.patient, user=biller)
    answer = signed_in(biller).get(reverse("billing:file_download", args=[file.pk]))
    assert (answer.status_code, REAL in shown(answer)) == (200, True)


def test_nobody_signed_in_learns_nothing(hidden: Hidden) -> None:
    for url in LISTS:
        answer = Client().get(url)
        assert leaks(hidden, shown(answer)) == []
        assert answer.status_code in (302, 401)
