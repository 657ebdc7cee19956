"""What waits for each role; nothing for those who may not know of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from billing.charges.models import Account
from billing.claims.models import Claim
from coding.workbench.models import CodingRecord, CodingSummary
from hims.home import health as parts
from hims.home import selectors, waiting
from hims.home.selectors import billing_waiting, coding_waiting, jobs_given_up
from hims.home.waiting import waiting_for
from hims.jobs.models import Job
from hims.lib.access import Role
from hims.lib.errors import AccessDenied
from hims.lib.ids import uuid7
from hims.staff.models import Facility, User
from records.documents.models import Document
from records.encounters.models import Encounter
from records.registry.actions import register_patient
from tests.clients import signed_in
from tests.factories import records as make
from tests.records.conftest import RUTH

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def well(monkeypatch: pytest.MonkeyPatch) -> None:
    """No part of the system is broken."""
    for name in parts.CHECKS:
        monkeypatch.setitem(parts.CHECKS, name, lambda: (True, "ok"))


def record_of(stay: Encounter, status: str = "uncoded") -> CodingRecord:
    return CodingRecord.objects.create(
        encounter=stay, patient_id=stay.patient_id, facility_id=stay.facility_id, encounter_class=stay.encounter_class,
        discharged_on=stay.discharged_on, status=status,
    )  # fmt: skip


def claim_of(stay: Encounter, state: str, by: User) -> Claim:
    common = {"encounter": stay, "patient_id": stay.patient_id, "facility_id": stay.facility_id}
    account = Account.objects.create(**common, state="ready")
    summary = CodingSummary.objects.create(**common, number=1, content={}, sha256="", finalized_by=by)
    return Claim.objects.create(
        **common, account=account, summary=summary, form="837I", control_number=str(stay.pk)[:20], state=state,
        total_amount=1,
    )  # fmt: skip


def tiles(user: User) -> list[tuple[str, str]]:
    return [(tile.title, tile.count) for tile in waiting_for(by=user)]


def test_home_of_a_coder_counts_what_is_discharged_and_not_coded(
    coder: User, facility: Facility, other_facility: Facility
) -> None:
    for _ in range(2):
        record_of(make.encounter(facility))
    record_of(make.encounter(facility), "in_progress")
    record_of(make.encounter(facility), "finalized")
    record_of(make.encounter(facility, status="in_progress", discharged_at=None))
    record_of(make.encounter(other_facility))
    assert tiles(coder) == [("Discharged and not coded", "2"), ("Coding begun", "1")]
    assert waiting_for(by=coder)[0].sentence == "The oldest was discharged on 03/14/2026"
    assert waiting_for(by=coder)[0].url == reverse("coding:worklist")


def test_home_of_a_records_specialist_counts_patients_in_house_and_drafts(
    specialist: User, facility: Facility, other_facility: Facility
) -> None:
    for place in (facility, other_facility):
        make.document(make.encounter(place, status="in_progress", discharged_at=None))
    Document.objects.update(status="draft")
    assert tiles(specialist) == [("Patients in house", "1"), ("Documents without signature", "1")]


def test_home_of_a_biller_counts_claims_and_accounts(biller: User, facility: Facility) -> None:
    for state in ("ready", "ready", "held", "exported"):
        claim_of(make.encounter(facility), state, biller)
    Account.objects.filter(claims__state="held").update(state="held")
    assert tiles(biller) == [("Claims ready", "2"), ("Claims held", "1"), ("Accounts held", "1")]
    for tile in waiting_for(by=biller):
        assert signed_in(biller).get(tile.url).status_code == 200


def test_home_of_a_privacy_officer_counts_refusals_of_the_last_day(
    privacy_officer: User, coder: User, facility: Facility, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The trail keeps the refusals of the tests before this one, which may be many.
    monkeypatch.setattr(waiting, "COUNTED_AT_MOST", 1_000_000)
    before = [int(count.replace(",", "")) for title, count in tiles(privacy_officer) if title == "Refused attempts"]
    with pytest.raises(AccessDenied):
        register_patient(by=coder, facility=facility, details=RUTH)
    found = [tile for tile in waiting_for(by=privacy_officer) if tile.title == "Refused attempts"]
    assert int(found[0].count.replace(",", "")) == sum(before) + 1
    page = signed_in(privacy_officer).get(found[0].url).content.decode()
    assert "Patient registered" in page


def test_home_of_an_administrator_shows_dead_jobs_and_broken_parts(
    person: Callable[..., User], facility: Facility, monkeypatch: pytest.MonkeyPatch
) -> None:
    sam = person("sam", Role.ADMINISTRATOR, facility)
    assert tiles(sam) == []
    Job.objects.create(name="x", key="1", actor_id=uuid7(), state="dead")
    monkeypatch.setitem(parts.CHECKS, "broker", lambda: (False, "away"))
    assert tiles(sam) == [("Jobs given up", "1"), ("Parts not working", "1")]


def test_home_counts_no_further_than_the_limit(
    coder: User, facility: Facility, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selectors, "COUNTED_AT_MOST", 2)
    monkeypatch.setattr(waiting, "COUNTED_AT_MOST", 2)
    for _ in range(3):
        record_of(make.encounter(facility))
    assert tiles(coder) == [("Discharged and not coded", "2+")]


@pytest.mark.parametrize("role", list(Role))
def test_home_page_of_every_role_opens(role: Role, person: Callable[..., User], facility: Facility) -> None:
    user = person("anyone", role, facility)
    answer = signed_in(user).get(reverse("home"))
    assert answer.status_code == 200
    assert "What is waiting" in answer.content.decode()


def test_home_of_a_person_without_role_is_empty(person: Callable[..., User]) -> None:
    nobody = person("nobody")
    assert tiles(nobody) == []
    assert "Nothing is waiting" in signed_in(nobody).get(reverse("home")).content.decode()


@pytest.mark.parametrize("count", [coding_waiting, billing_waiting, jobs_given_up])
def test_count_without_the_right_is_refused(count: Callable[..., object], person: Callable[..., User]) -> None:
    with pytest.raises(AccessDenied):
        count(by=person("nobody"))


def test_home_takes_the_same_queries_for_one_and_three_rows(him_manager: User, facility: Facility) -> None:
    client = signed_in(him_manager)
    counts = []
    for number in range(3):
        record_of(make.encounter(facility, admitted_at=datetime(2026, 1, 1 + number, tzinfo=UTC)))
        make.document(make.encounter(facility, status="in_progress", discharged_at=None))
        Document.objects.update(status="draft")
        client.get(reverse("home"))
        with CaptureQueriesContext(connection) as found:
            client.get(reverse("home"))
        counts.append(len(found))
    assert len(set(counts)) == 1
    assert counts[0] <= 45
