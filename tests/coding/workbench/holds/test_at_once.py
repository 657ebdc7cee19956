"""Several coders at the same moment, each on a connection of their own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db.models import F

from audit.walls import unwalled
from coding.codesets.models import Code, CodeSetRelease
from coding.workbench.actions.diagnoses import add_diagnosis
from coding.workbench.holds.actions import take, take_over
from coding.workbench.holds.keeping import AccountHeld
from coding.workbench.holds.models import AccountHold
from coding.workbench.models import CodedDiagnosis, CodingRecord
from hims.lib.access import Role
from hims.lib.ids import uuid7
from hims.staff.models import User
from tests.committed import at_once, worker_at
from tests.committed import committed as committed
from tests.factories.coding import coding_record, install_codes
from tests.factories.records import encounter, facility

pytestmark = pytest.mark.usefixtures("emptied")
NOBODY = "00000000-0000-0000-0000-000000000000"


@pytest.fixture
def emptied(committed: None) -> Iterator[None]:
    yield
    Code.objects.all().delete()
    CodeSetRelease.objects.all().delete()


def coders(count: int) -> tuple[list[User], CodingRecord]:
    place = facility("HELD")
    first = worker_at(place, Role.CODER)
    people = [first]
    for number in range(1, count):
        each = User.objects.create(username=f"coder{number}.held", display_name=f"Coder {number}")
        for membership in first.memberships.all():
            each.memberships.create(facility=place, role=membership.role)
        people.append(each)
    install_codes(["I130"])
    return people, coding_record(encounter(place))


def mine(record: CodingRecord) -> CodingRecord:
    with unwalled(NOBODY):
        return CodingRecord.objects.get(pk=record.pk)


def hold_of(record: CodingRecord) -> AccountHold:
    with unwalled(NOBODY):
        return AccountHold.objects.get(record=record)


def test_of_five_who_open_an_account_at_once_one_holds_it() -> None:
    people, record = coders(5)
    done = at_once(*(lambda who=who: take(by=who, record=mine(record), page=uuid7(), anew=True) for who in people))
    winners = [each for each in done if isinstance(each, AccountHold)]
    assert len(winners) == 1
    assert sum(isinstance(each, AccountHeld) for each in done) == 4
    assert hold_of(record).holder_id == winners[0].holder_id


def test_of_two_who_take_over_at_once_one_wins() -> None:
    (former, one, other), record = coders(3)
    take(by=former, record=mine(record), page=uuid7(), anew=True)
    with unwalled(NOBODY):
        AccountHold.objects.filter(record=record).update(seen_at=F("seen_at") - timedelta(minutes=15))
    done = at_once(
        *(
            lambda who=who: take_over(by=who, record=mine(record), holder_id=former.pk, page=uuid7())
            for who in (one, other)
        )
    )
    winners = [each for each in done if isinstance(each, AccountHold)]
    assert len(winners) == 1
    assert sum(isinstance(each, AccountHeld) for each in done) == 1
    kept = hold_of(record)
    assert (kept.holder_id, kept.lost_by_id) == (winners[0].holder_id, former.pk)


def test_change_and_take_over_at_once_leave_nothing_half_done() -> None:
    (former, other), record = coders(2)
    take(by=former, record=mine(record), page=uuid7(), anew=True)
    with unwalled(NOBODY):
        AccountHold.objects.filter(record=record).update(seen_at=F("seen_at") - timedelta(minutes=15))
    changed, taken = at_once(
        lambda: add_diagnosis(by=former, record=mine(record), version=0, code="I130", poa="Y"),
        lambda: take_over(by=other, record=mine(record), holder_id=former.pk, page=uuid7()),
    )
    outcome = (isinstance(changed, CodedDiagnosis), isinstance(taken, AccountHold))
    # Whoever came first has it: a change renews the hold, so that the other one is refused; never both, never neither.
    assert outcome in {(True, False), (False, True)}
    assert isinstance(taken if outcome[0] else changed, AccountHeld)
    with unwalled(NOBODY):
        assert CodedDiagnosis.objects.filter(record=record).count() == int(outcome[0])
        assert CodingRecord.objects.get(pk=record.pk).version == int(outcome[0])
