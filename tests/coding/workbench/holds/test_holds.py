"""One account, one coder: who may change it, who may take it over, and what each is told."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.db.models import F
from django.test import Client
from django.urls import reverse

from coding.workbench.actions.diagnoses import add_diagnosis
from coding.workbench.actions.finalizing import finalize
from coding.workbench.holds.actions import leave, release, take, take_over
from coding.workbench.holds.keeping import AccountHeld, renewed
from coding.workbench.holds.models import AccountHold
from coding.workbench.models import CodingRecord
from hims.lib.access import Role
from hims.lib.errors import AccessDenied, DomainError, NotVisible
from hims.lib.ids import uuid7
from hims.staff.models import Facility, User
from tests.factories.coding import admitted_for
from tests.trail import events_of, told

pytestmark = pytest.mark.django_db
HELD = re.compile(r"^Dana is working on this account since \d\d:\d\d, last active just now\. Nothing was changed\.$")


@pytest.fixture
def second(person: Callable[..., User], facility: Facility) -> User:
    return person("ben", Role.CODER, facility)


def opened(by: User, record: CodingRecord, *, anew: bool = True, page: UUID | None = None) -> UUID:
    page = page or uuid7()
    take(by=by, record=record, page=page, anew=anew)
    return page


def silent_for(record: CodingRecord, minutes: int) -> None:
    span = timedelta(minutes=minutes)
    AccountHold.objects.filter(record=record).update(seen_at=F("seen_at") - span, since=F("since") - span)


def holder(record: CodingRecord) -> User | None:
    return AccountHold.objects.get(record=record).holder


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="hims.staff.backend.StaffBackend")
    return client


def url(name: str, record: CodingRecord) -> str:
    return reverse(f"coding:{name}", kwargs={"encounter_id": record.encounter_id})


def test_change_by_another_coder_is_refused_in_plain_words_and_changes_nothing(
    record: CodingRecord, coder: User, second: User
) -> None:
    opened(coder, record)
    with pytest.raises(AccountHeld) as refused:
        add_diagnosis(by=second, record=record, version=0, code="I130")
    assert HELD.match(refused.value.message)
    record.refresh_from_db()
    assert (record.version, record.diagnoses.count()) == (0, 0)
    assert told(second)[-1] == ("coding.diagnosis_added", "refused")


def test_every_lock_of_a_change_asks_for_the_hold(record: CodingRecord, coder: User, second: User) -> None:
    add_diagnosis(by=second, record=record, version=0, code="I130", poa="Y")
    opened(coder, record)
    with pytest.raises(AccountHeld):
        finalize(by=second, record=record, version=1)
    assert holder(record) == coder


def test_holder_changes_and_the_change_renews_the_hold(record: CodingRecord, coder: User) -> None:
    opened(coder, record)
    silent_for(record, 20)
    before = AccountHold.objects.get(record=record).seen_at
    add_diagnosis(by=coder, record=record, version=0, code="I130")
    after = AccountHold.objects.get(record=record).seen_at
    assert before is not None
    assert after is not None
    assert after - before >= timedelta(minutes=20)


def test_two_pages_of_one_coder_do_not_lock_each_other_out(record: CodingRecord, coder: User) -> None:
    first, later = opened(coder, record), opened(coder, record)
    leave(by=coder, record=record, page=first)
    assert holder(record) == coder
    leave(by=coder, record=record, page=later)
    assert holder(record) is None


def test_account_that_was_left_is_free_for_the_next_coder(record: CodingRecord, coder: User, second: User) -> None:
    leave(by=coder, record=record, page=opened(coder, record))
    opened(second, record)
    assert holder(record) == second
    assert [event for event, result in told(second) if result == "done"] == ["coding.hold_taken"]


def test_taking_over_waits_for_fifteen_minutes_of_silence(record: CodingRecord, coder: User, second: User) -> None:
    opened(coder, record)
    silent_for(record, 14)
    with pytest.raises(AccountHeld, match="last active 14 min ago"):
        take_over(by=second, record=record, holder_id=coder.pk, page=uuid7())
    silent_for(record, 1)
    take_over(by=second, record=record, holder_id=coder.pk, page=uuid7())
    assert holder(record) == second
    event = events_of(second)[-1]
    assert (event["event"], event["result"]) == ("coding.hold_taken_over", "done")
    assert event["detail"] == {"holder_id": str(coder.pk)}
    assert event["patient_ids"] == [record.patient_id]


def test_former_holder_is_told_who_took_over_until_the_account_is_opened_anew(
    record: CodingRecord, coder: User, second: User
) -> None:
    page = opened(coder, record)
    silent_for(record, 15)
    new = take_over(by=second, record=record, holder_id=coder.pk, page=uuid7())
    lost = r"^Ben took this account over from you at \d\d:\d\d\. Nothing was changed\.$"
    with pytest.raises(AccountHeld, match=lost):
        add_diagnosis(by=coder, record=record, version=0, code="I130")
    with pytest.raises(AccountHeld, match="Ben took this account over"):
        take(by=coder, record=record, page=page, anew=False)
    assert new.page is not None
    leave(by=second, record=record, page=new.page)
    with pytest.raises(AccountHeld, match=lost):
        add_diagnosis(by=coder, record=record, version=0, code="I130")
    opened(coder, record)
    add_diagnosis(by=coder, record=record, version=0, code="I130")


def test_holder_named_on_an_old_page_is_not_taken_over(
    record: CodingRecord, coder: User, second: User, him_manager: User
) -> None:
    opened(coder, record)
    silent_for(record, 15)
    take_over(by=second, record=record, holder_id=coder.pk, page=uuid7())
    silent_for(record, 15)
    with pytest.raises(AccountHeld, match="Ben is working on this account"):
        take_over(by=him_manager, record=record, holder_id=coder.pk, page=uuid7())


def test_manager_releases_a_hold_and_a_coder_may_not(
    record: CodingRecord, coder: User, second: User, him_manager: User
) -> None:
    page = opened(coder, record)
    with pytest.raises(AccessDenied):
        release(by=second, record=record, holder_id=coder.pk)
    release(by=him_manager, record=record, holder_id=coder.pk)
    assert holder(record) is None
    with pytest.raises(AccountHeld, match=r"^Tom released your hold on this account at"):
        take(by=coder, record=record, page=page, anew=False)
    with pytest.raises(DomainError, match="This hold has ended"):
        release(by=him_manager, record=record, holder_id=coder.pk)


def test_sign_of_life_renews_only_the_own_hold(record: CodingRecord, coder: User, second: User, outsider: User) -> None:
    page = opened(coder, record)
    silent_for(record, 9)
    assert renewed(second, record.encounter_id, uuid7()) is False
    assert renewed(outsider, record.encounter_id, uuid7()) is False
    before = AccountHold.objects.get(record=record)
    assert renewed(coder, record.encounter_id, page) is True
    after = AccountHold.objects.get(record=record)
    assert before.seen_at is not None
    assert after.seen_at is not None
    assert after.seen_at - before.seen_at >= timedelta(minutes=9)


def test_finalizing_ends_the_hold(record: CodingRecord, coder: User) -> None:
    opened(coder, record)
    admitted_for(record)
    add_diagnosis(by=coder, record=record, version=0, code="I130", poa="Y")
    finalize(by=coder, record=record, version=1)
    assert holder(record) is None
    with pytest.raises(DomainError, match="finalized"):
        opened(coder, record)


def test_sign_out_lets_every_account_go(record: CodingRecord, coder: User) -> None:
    client = signed_in(coder)
    opened(coder, record)
    client.post("/accounts/logout/")
    assert holder(record) is None


def test_page_is_read_only_while_another_coder_works_and_says_who(
    record: CodingRecord, coder: User, second: User
) -> None:
    add_diagnosis(by=coder, record=record, version=0, code="I130", poa="Y")
    mine = signed_in(coder)
    assert mine.post(url("hold", record), {"page": uuid7(), "anew": "1"}).status_code == 204
    assert 'data-editable="1"' in mine.get(url("workbench", record)).content.decode()
    page = signed_in(second).get(url("workbench", record)).content.decode()
    assert 'data-editable="0"' in page
    assert "Dana is working on this account since" in page
    assert "data-code-entry" not in page
    assert "data-post=" not in page
    assert "Take over" not in page


def test_take_over_is_offered_after_the_setting_and_opens_the_page_for_work(
    record: CodingRecord, coder: User, second: User
) -> None:
    opened(coder, record)
    silent_for(record, 15)
    client = signed_in(second)
    assert "Take this account over from Dana?" in client.get(url("hold", record)).content.decode()
    answer = client.post(url("take_over", record), {"holder": coder.pk})
    assert (answer.status_code, answer.headers["HX-Refresh"]) == (204, "true")
    assert 'data-editable="1"' in client.get(url("workbench", record)).content.decode()
    pane = signed_in(coder).get(url("pane", record)).content.decode()
    assert 'data-editable="0"' in pane
    assert "Ben took this account over from you" in pane


def test_change_of_the_former_holder_is_answered_409_with_the_words(
    record: CodingRecord, coder: User, second: User
) -> None:
    opened(coder, record)
    answer = signed_in(second).post(url("add", record), {"version": 0, "code": "I130", "system": "icd10cm"})
    assert answer.status_code == 409
    assert "Dana is working on this account" in answer.content.decode()


def test_reviewer_reads_beside_the_holder_and_holds_nothing(
    record: CodingRecord, coder: User, person: Callable[..., User], facility: Facility
) -> None:
    reviewer = person("victor", Role.CODING_REVIEWER, facility)
    opened(coder, record)
    client = signed_in(reviewer)
    page = client.get(url("workbench", record)).content.decode()
    assert "Dana is working on this account" in page
    assert "Look again" not in page
    assert client.post(url("hold", record), {"page": uuid7(), "anew": "1"}).status_code == 403
    keep = client.post(url("keep", record), {"version": 0, "kind": "working"})
    assert "is working on this account since" in keep.content.decode()
    assert keep.status_code == 200
    assert holder(record) == coder


def test_waiting_page_is_told_when_the_account_is_free(record: CodingRecord, coder: User, second: User) -> None:
    page = opened(coder, record)
    client = signed_in(second)
    assert "Nobody else is working" not in client.get(url("hold", record)).content.decode()
    leave(by=coder, record=record, page=page)
    assert "Nobody else is working on this account now." in client.get(url("hold", record)).content.decode()


def test_worklist_shows_who_works_on_an_account(record: CodingRecord, coder: User, second: User) -> None:
    client = signed_in(second)
    assert "last active" not in client.get("/coding/").content.decode()
    opened(coder, record)
    page = client.get("/coding/").content.decode()
    assert "Dana" in page
    assert "works on it, last active just now" in page


def test_hold_out_of_reach_is_not_there(record: CodingRecord, outsider: User) -> None:
    client = signed_in(outsider)
    assert client.get(url("hold", record)).status_code == 404
    assert client.post(url("hold", record), {"page": uuid7()}).status_code == 404
    with pytest.raises(NotVisible):
        take(by=outsider, record=record, page=uuid7(), anew=True)
