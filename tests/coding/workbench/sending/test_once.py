"""A change sent twice is applied once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db.models import F
from django.test import Client
from django.urls import reverse

from coding.workbench.actions.diagnoses import add_diagnosis
from coding.workbench.holds.actions import take
from coding.workbench.models import CodingRecord, CodingSummary
from coding.workbench.sending.models import SentChange
from coding.workbench.sending.once import AppliedAlready, sent_as
from hims.lib.access import Role
from hims.lib.errors import DomainError
from hims.lib.ids import uuid7
from hims.staff.models import Facility, User
from tests.factories.coding import admitted_for

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="hims.staff.backend.StaffBackend")
    return client


def url(name: str, record: CodingRecord) -> str:
    return reverse(f"coding:{name}", kwargs={"encounter_id": record.encounter_id})


def test_change_sent_again_on_its_old_version_is_answered_as_saved(record: CodingRecord, coder: User) -> None:
    client = signed_in(coder)
    asked = {"version": 0, "code": "I130", "system": "icd10cm", "change": str(uuid4())}
    first, second = (client.post(url("add", record), asked) for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 200)
    assert "This was saved when it was sent before." in second.content.decode()
    record.refresh_from_db()
    assert (record.version, record.diagnoses.count()) == (1, 1)


def test_another_change_on_the_old_version_is_still_refused(record: CodingRecord, coder: User) -> None:
    client = signed_in(coder)
    asked = {"version": 0, "code": "I130", "system": "icd10cm", "change": str(uuid4())}
    client.post(url("add", record), asked)
    assert client.post(url("add", record), {**asked, "code": "I5023", "change": str(uuid4())}).status_code == 409


def test_change_that_a_rule_refused_was_not_applied_and_may_be_sent_again(record: CodingRecord, coder: User) -> None:
    change = str(uuid4())
    with sent_as(change), pytest.raises(DomainError, match="is not an ICD-10-CM code"):
        add_diagnosis(by=coder, record=record, version=0, code="XX")
    assert not SentChange.objects.exists()
    with sent_as(change):
        add_diagnosis(by=coder, record=record, version=0, code="I130")
    with sent_as(change), pytest.raises(AppliedAlready):
        add_diagnosis(by=coder, record=record, version=1, code="I5023")


def test_id_of_one_coder_says_nothing_about_another_ones_change(
    record: CodingRecord, coder: User, person: Callable[..., User], facility: Facility
) -> None:
    change = str(uuid4())
    with sent_as(change):
        add_diagnosis(by=coder, record=record, version=0, code="I130")
    with sent_as(change):
        add_diagnosis(by=person("ben", Role.CODER, facility), record=record, version=1, code="I5023")
    assert record.diagnoses.count() == 2


def test_finalizing_sent_again_loads_the_page_anew_and_makes_no_second_summary(
    record: CodingRecord, coder: User
) -> None:
    admitted_for(record)
    add_diagnosis(by=coder, record=record, version=0, code="I130", poa="Y")
    client = signed_in(coder)
    asked = {"version": 1, "change": str(uuid4())}
    answers = [client.post(url("finalize", record), asked) for _ in range(2)]
    assert [(each.status_code, each.headers.get("HX-Refresh")) for each in answers] == [(204, "true"), (204, "true")]
    assert CodingSummary.objects.filter(encounter_id=record.encounter_id).count() == 1


def test_id_that_is_none_is_refused(record: CodingRecord, coder: User) -> None:
    asked = {"version": 0, "code": "I130", "system": "icd10cm", "change": "not an id"}
    answer = signed_in(coder).post(url("add", record), asked)
    assert answer.status_code == 422
    assert record.diagnoses.count() == 0


def test_ids_are_kept_for_a_day(record: CodingRecord, coder: User) -> None:
    kept, forgotten = uuid4(), uuid4()
    for version, (change, code) in enumerate([(forgotten, "I130"), (kept, "I5023")]):
        with sent_as(str(change)):
            add_diagnosis(by=coder, record=record, version=version, code=code)
    SentChange.objects.filter(change=forgotten).update(applied_at=F("applied_at") - timedelta(hours=25))
    SentChange.objects.filter(change=kept).update(applied_at=F("applied_at") - timedelta(hours=23))
    take(by=coder, record=record, page=uuid7(), anew=True)
    assert [each.change for each in SentChange.objects.all()] == [kept]
