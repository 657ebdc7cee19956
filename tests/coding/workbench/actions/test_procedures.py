"""Procedures of a working record."""

from __future__ import annotations

from datetime import date

import pytest

from coding.workbench.actions.diagnoses import add_diagnosis
from coding.workbench.actions.procedures import (
    add_procedure,
    move_procedure,
    remove_procedure,
    set_procedure_details,
)
from coding.workbench.models import CodingRecord, Grouping
from hims.lib.errors import DomainError
from hims.staff.models import User
from tests.factories.records import provider
from tests.trail import told

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 10)


def order(record: CodingRecord) -> list[tuple[int, str]]:
    return list(record.procedures.order_by("sequence").values_list("sequence", "code"))


def test_add_procedure_regroups_the_stay(record: CodingRecord, coder: User) -> None:
    add_diagnosis(by=coder, record=record, version=0, code="I130", poa="Y")
    medical = Grouping.objects.get().final_drg
    surgeon = provider()
    added = add_procedure(by=coder, record=record, version=1, code="0dtj4zz", performed_on=DAY, provider=surgeon)
    assert (added.sequence, added.code, added.provider) == (1, "0DTJ4ZZ", surgeon)
    assert Grouping.objects.get().final_drg != medical
    assert Grouping.objects.get().marks["procedures"] == [{"code": "0DTJ4ZZ", "operating_room": True, "in_drg": True}]
    assert told(coder)[-1] == ("coding.procedure_added", "done")


@pytest.mark.parametrize("day", [date(2026, 3, 5), date(2026, 3, 15)])
def test_procedure_outside_the_stay_is_refused_at_its_date(day: date, record: CodingRecord, coder: User) -> None:
    with pytest.raises(DomainError, match="outside this stay") as refused:
        add_procedure(by=coder, record=record, version=0, code="0DTJ4ZZ", performed_on=day)
    assert refused.value.field == "performed_on"
    assert order(record) == []


def test_same_procedure_may_stand_twice_in_any_order(record: CodingRecord, coder: User) -> None:
    add_procedure(by=coder, record=record, version=0, code="0DTJ4ZZ")
    add_procedure(by=coder, record=record, version=1, code="0DTJ4ZZ")
    last = add_procedure(by=coder, record=record, version=2, code="02HV33Z", place=1)
    assert (last.sequence, order(record)) == (1, [(1, "02HV33Z"), (2, "0DTJ4ZZ"), (3, "0DTJ4ZZ")])
    move_procedure(by=coder, record=record, version=3, procedure_id=last.pk, place=2)
    assert order(record) == [(1, "0DTJ4ZZ"), (2, "02HV33Z"), (3, "0DTJ4ZZ")]
    remove_procedure(by=coder, record=record, version=4, procedure_id=last.pk)
    assert order(record) == [(1, "0DTJ4ZZ"), (2, "0DTJ4ZZ")]


def test_details_are_changed_and_a_date_outside_is_refused(record: CodingRecord, coder: User) -> None:
    added = add_procedure(by=coder, record=record, version=0, code="0DTJ4ZZ")
    surgeon = provider()
    set_procedure_details(by=coder, record=record, version=1, procedure_id=added.pk, performed_on=DAY, provider=surgeon)
    added.refresh_from_db()
    assert (added.performed_on, added.provider) == (DAY, surgeon)
    with pytest.raises(DomainError, match="outside this stay"):
        set_procedure_details(
            by=coder, record=record, version=2, procedure_id=added.pk, performed_on=date(2027, 1, 1), provider=None
        )


def test_procedure_of_another_record_is_refused(record: CodingRecord, coder: User) -> None:
    with pytest.raises(DomainError, match="no longer on the record"):
        remove_procedure(by=coder, record=record, version=0, procedure_id=999_999)
