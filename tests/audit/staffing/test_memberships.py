"""Roles: given, ended, and the separation of duties with its exceptions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from audit.authority import authority_of, forget_authority
from audit.staffing.actions import memberships as actions
from audit.staffing.actions.memberships import DutiesConflict
from audit.staffing.models import SodException
from audit.staffing.selectors import accounts as selectors
from hims.lib.access import Permission, Role
from hims.lib.errors import AccessDenied, DomainError, NotVisible
from hims.staff.models import Facility, Membership, User
from tests.audit.staffing.conftest import DAY, TODAY, account_of, assign, role, roles_now
from tests.clients import signed_in
from tests.trail import told

pytestmark = pytest.mark.django_db


def give(by: User, to: User, name: Role, at: Facility, first: date = TODAY, last: date | None = None) -> Membership:
    return actions.give_role(by=by, account=account_of(to), assignment=assign(name, at, first, last))


def test_give_role_counts_from_its_first_to_its_last_day(
    administrator: User, newcomer: User, facility: Facility
) -> None:
    give(administrator, newcomer, Role.CODER, facility, TODAY, TODAY)
    assert authority_of(newcomer).at(Permission.CODING_EDIT) == {facility.pk}
    assert Membership.objects.in_force(TODAY + DAY).filter(user=newcomer).count() == 0
    assert told(administrator)[-1] == ("staff.role_given", "done")


@pytest.mark.parametrize("name", [role for role in Role if role not in (Role.ADMINISTRATOR, Role.SYSTEM)])
def test_give_role_by_any_other_role_is_refused(
    name: Role, person: Callable[..., User], newcomer: User, facility: Facility
) -> None:
    with pytest.raises(AccessDenied):
        give(person("anyone", name, facility), newcomer, Role.SCHEDULER, facility)
    assert roles_now(newcomer) == []


def test_give_role_to_oneself_is_refused(administrator: User, facility: Facility) -> None:
    with pytest.raises(DomainError, match="Another person"):
        give(administrator, administrator, Role.SCHEDULER, facility)
    assert roles_now(administrator) == ["Administrator"]


def test_give_role_at_another_facility_is_refused(
    administrator: User, newcomer: User, other_facility: Facility
) -> None:
    with pytest.raises(AccessDenied):
        give(administrator, newcomer, Role.CODER, other_facility)


@pytest.mark.parametrize(
    ("name", "first", "last", "field"),
    [
        (Role.CODER, TODAY - 2 * DAY, None, "valid_from"),
        (Role.CODER, TODAY + DAY, TODAY, "valid_to"),
        (Role.EXTERNAL_AUDITOR, TODAY, None, "valid_to"),
        (Role.SYSTEM, TODAY, None, "role"),
    ],
)
def test_give_role_with_a_fault_names_its_field(
    name: Role, first: date, last: date | None, field: str, administrator: User, newcomer: User, facility: Facility
) -> None:
    with pytest.raises(DomainError) as refused:
        give(administrator, newcomer, name, facility, first, last)
    assert refused.value.field == field
    assert not newcomer.memberships.exists()


def test_give_role_held_already_is_refused_and_an_ended_one_comes_back(
    administrator: User, coder: User, facility: Facility
) -> None:
    with pytest.raises(DomainError) as refused:
        give(administrator, coder, Role.CODER, facility)
    assert refused.value.field == "role"
    Membership.objects.filter(user=coder).update(valid_from=TODAY - 9 * DAY, valid_to=TODAY - DAY)
    give(administrator, coder, Role.CODER, facility)
    assert roles_now(coder) == ["Coder"]
    assert coder.memberships.count() == 1


def test_external_auditor_holds_no_other_role(
    administrator: User, auditor: User, coder: User, facility: Facility
) -> None:
    with pytest.raises(DomainError) as refused:
        give(administrator, auditor, Role.SCHEDULER, facility)
    assert refused.value.field == "role"
    with pytest.raises(DomainError):
        give(administrator, coder, Role.EXTERNAL_AUDITOR, facility, TODAY, TODAY)


def test_end_role_takes_effect_at_once(administrator: User, coder: User, facility: Facility) -> None:
    membership = coder.memberships.get()
    client = signed_in(coder)
    assert client.get(reverse("coding:worklist")).status_code == 200
    actions.end_role(by=administrator, account=account_of(coder), membership_id=membership.pk, reason="moved on")
    assert client.get(reverse("coding:worklist")).status_code == 403
    with pytest.raises(DomainError, match="ended already"):
        actions.end_role(by=administrator, account=account_of(coder), membership_id=membership.pk, reason="again")


def test_end_role_after_a_day_keeps_it_until_then(administrator: User, coder: User) -> None:
    membership = coder.memberships.get()
    arguments: dict[str, Any] = {"account": account_of(coder), "membership_id": membership.pk, "reason": "moves on"}
    with pytest.raises(DomainError) as refused:
        actions.end_role(by=administrator, last_day=TODAY - DAY, **arguments)
    assert refused.value.field == "last_day"
    actions.end_role(by=administrator, last_day=TODAY, **arguments)
    assert roles_now(coder) == ["Coder"]
    assert Membership.objects.in_force(TODAY + DAY).filter(user=coder).count() == 0


def test_end_role_that_has_not_begun_takes_it_away(administrator: User, newcomer: User, facility: Facility) -> None:
    membership = give(administrator, newcomer, Role.CODER, facility, TODAY + 5 * DAY)
    actions.end_role(by=administrator, account=account_of(newcomer), membership_id=membership.pk, reason="not coming")
    assert not newcomer.memberships.exists()


def test_end_role_of_oneself_or_of_another_account_is_refused(
    administrator: User, coder: User, specialist: User, facility: Facility
) -> None:
    own = administrator.memberships.get()
    with pytest.raises(DomainError, match="Another person"):
        actions.end_role(by=administrator, account=account_of(administrator), membership_id=own.pk, reason="x")
    with pytest.raises(DomainError, match="does not exist"):
        actions.end_role(
            by=administrator, account=account_of(coder), membership_id=specialist.memberships.get().pk, reason="x"
        )
    assert roles_now(specialist) == ["Records specialist"]


def test_end_role_at_another_facility_is_refused(
    administrator: User, person: Callable[..., User], facility: Facility, other_facility: Facility
) -> None:
    both = person("bo", Role.CODER, facility, other_facility)
    there = both.memberships.get(facility=other_facility)
    with pytest.raises(AccessDenied):
        actions.end_role(by=administrator, account=account_of(both), membership_id=there.pk, reason="x")


def test_give_role_that_brings_duties_together_is_refused_with_the_reason(
    administrator: User, coder: User, facility: Facility
) -> None:
    with pytest.raises(DutiesConflict) as refused:
        give(administrator, coder, Role.CODING_REVIEWER, facility)
    assert [conflict.key for conflict in refused.value.conflicts] == ["coding_and_review"]
    assert roles_now(coder) == ["Coder"]
    assert told(administrator)[-1] == ("staff.role_given", "refused")


@pytest.mark.parametrize(("ends", "begins", "refused"), [(0, 0, True), (0, 1, False), (5, 5, True), (5, 6, False)])
def test_duties_meet_only_on_days_on_which_both_roles_hold(
    ends: int, begins: int, refused: bool, administrator: User, coder: User, facility: Facility
) -> None:
    Membership.objects.filter(user=coder).update(valid_to=TODAY + ends * DAY)
    arguments = (administrator, coder, Role.CODING_REVIEWER, facility, TODAY + begins * DAY)
    if refused:
        with pytest.raises(DutiesConflict):
            give(*arguments)
    else:
        give(*arguments)
    assert coder.memberships.count() == (1 if refused else 2)


def test_duties_at_different_facilities_meet_all_the_same(chief: User, coder: User, other_facility: Facility) -> None:
    with pytest.raises(DutiesConflict):
        give(chief, coder, Role.CODING_REVIEWER, other_facility)


def ask(by: User, to: User, at: Facility, approver: User, **changes: Any) -> SodException:
    first, last = changes.pop("first", TODAY), changes.pop("last", TODAY + 10 * DAY)
    values = {"reason": "The reviewer is ill", "assignment": assign(Role.CODING_REVIEWER, at, first, last), **changes}
    return actions.ask_exception(by=by, account=account_of(to), approver=account_of(approver), **values)


def test_exception_begins_the_role_when_the_named_person_approves(
    administrator: User, coder: User, him_manager: User, privacy_officer: User, facility: Facility
) -> None:
    asked = ask(administrator, coder, facility, him_manager)
    assert roles_now(coder) == ["Coder"]
    with pytest.raises(DomainError, match="named as approver"):
        actions.decide_exception(by=privacy_officer, exception=asked, approve=True, note="")
    actions.decide_exception(by=him_manager, exception=asked, approve=True, note="")
    assert roles_now(coder) == ["Coder", "Coding reviewer"]
    assert coder.memberships.get(role=role(Role.CODING_REVIEWER)).valid_to == TODAY + 10 * DAY
    assert told(him_manager)[-1] == ("staff.duties_exception_decided", "done")
    with pytest.raises(DomainError, match="decided already"):
        actions.decide_exception(by=him_manager, exception=asked, approve=False, note="no")


def test_exception_refused_gives_nothing_and_needs_a_note(
    administrator: User, coder: User, him_manager: User, facility: Facility
) -> None:
    asked = ask(administrator, coder, facility, him_manager)
    with pytest.raises(DomainError) as refused:
        actions.decide_exception(by=him_manager, exception=asked, approve=False, note=" ")
    assert refused.value.field == "note"
    actions.decide_exception(by=him_manager, exception=asked, approve=False, note="Not needed")
    assert roles_now(coder) == ["Coder"]


@pytest.mark.parametrize("who", ["administrator", "coder", "biller"])
def test_exception_with_an_approver_who_may_not_is_refused(
    who: str, administrator: User, coder: User, biller: User, facility: Facility
) -> None:
    approver = {"administrator": administrator, "coder": coder, "biller": biller}[who]
    with pytest.raises(DomainError):
        ask(administrator, coder, facility, approver)
    assert not SodException.objects.exists()


def test_exception_with_an_approver_of_another_facility_is_refused(
    administrator: User, coder: User, person: Callable[..., User], facility: Facility, other_facility: Facility
) -> None:
    with pytest.raises(DomainError) as refused:
        ask(administrator, coder, facility, person("pat", Role.HIM_MANAGER, other_facility))
    assert refused.value.field == "approver"


@pytest.mark.parametrize(("changes", "field"), [({"last": None}, "valid_to"), ({"reason": " "}, "reason")])
def test_exception_without_end_or_reason_is_refused(
    changes: dict[str, Any], field: str, administrator: User, coder: User, him_manager: User, facility: Facility
) -> None:
    with pytest.raises(DomainError) as refused:
        ask(administrator, coder, facility, him_manager, **changes)
    assert refused.value.field == field


def test_exception_asked_twice_or_without_conflict_is_refused(
    administrator: User, coder: User, newcomer: User, him_manager: User, facility: Facility
) -> None:
    ask(administrator, coder, facility, him_manager)
    with pytest.raises(DomainError, match="asked for already"):
        ask(administrator, coder, facility, him_manager)
    with pytest.raises(DomainError, match="without an exception"):
        ask(administrator, newcomer, facility, him_manager)


def test_exception_of_an_account_closed_or_overtaken_meanwhile_is_refused(
    administrator: User, coder: User, him_manager: User, facility: Facility
) -> None:
    asked = ask(administrator, coder, facility, him_manager)
    Membership.objects.create(user=coder, facility=facility, role=role(Role.PRIVACY_OFFICER))
    with pytest.raises(DomainError, match="More duties"):
        actions.decide_exception(by=him_manager, exception=asked, approve=True, note="")
    User.objects.filter(pk=coder.pk).update(is_active=False)
    with pytest.raises(DomainError, match="closed"):
        actions.decide_exception(by=him_manager, exception=asked, approve=True, note="")
    asked.refresh_from_db()
    assert asked.approved is None


def test_exception_of_another_facility_is_not_visible(
    administrator: User, coder: User, him_manager: User, person: Callable[..., User], facility: Facility,
    other_facility: Facility,
) -> None:  # fmt: skip
    asked = ask(administrator, coder, facility, him_manager)
    with pytest.raises(NotVisible):
        actions.decide_exception(
            by=person("pat", Role.HIM_MANAGER, other_facility), exception=asked, approve=True, note=""
        )


@pytest.mark.parametrize("who", ["requested_by", "user"])
def test_exception_approved_by_oneself_is_refused_by_the_database_too(
    who: str, administrator: User, coder: User, him_manager: User, facility: Facility
) -> None:
    asked = ask(administrator, coder, facility, him_manager)
    with pytest.raises(IntegrityError), transaction.atomic():
        SodException.objects.filter(pk=asked.pk).update(approver=getattr(asked, who))


def test_exception_covers_the_same_duties_within_its_days_only(
    chief: User, coder: User, him_manager: User, facility: Facility, other_facility: Facility
) -> None:
    asked = ask(chief, coder, facility, him_manager)
    actions.decide_exception(by=him_manager, exception=asked, approve=True, note="")
    give(chief, coder, Role.CODING_REVIEWER, other_facility, TODAY, TODAY + 10 * DAY)
    Membership.objects.filter(user=coder, facility=other_facility).delete()
    with pytest.raises(DutiesConflict):
        give(chief, coder, Role.CODING_REVIEWER, other_facility, TODAY, TODAY + 11 * DAY)
    with pytest.raises(DutiesConflict):
        give(chief, coder, Role.BILLER, facility, TODAY, TODAY + DAY)


def test_report_lists_people_with_conflicts_and_what_is_covered(
    chief: User, coder: User, biller: User, him_manager: User, facility: Facility
) -> None:
    asked = ask(chief, coder, facility, him_manager)
    actions.decide_exception(by=him_manager, exception=asked, approve=True, note="")
    Membership.objects.create(user=biller, facility=facility, role=role(Role.CODER))
    for by, listed in ((chief, selectors.conflicts_to_manage), (him_manager, selectors.conflicts_to_certify)):
        rows = listed(by=by).rows
        assert [(row.account.username, [conflict.key for conflict in row.conflicts]) for row in rows] == [
            ("dana", ["coding_and_review"]),
            ("marcus", ["coding_and_claims"]),
        ]
        assert [row.excepted_to for row in rows] == [{"coding_and_review": TODAY + 10 * DAY}, {}]


def test_page_shows_the_conflict_and_asks_for_an_exception(
    administrator: User, coder: User, him_manager: User, facility: Facility
) -> None:
    client, url = signed_in(administrator), reverse("staffing:give_role", args=[coder.pk])
    data: dict[str, Any] = {
        "facility": facility.pk, "role": role(Role.CODING_REVIEWER).pk, "valid_from": TODAY.isoformat(),
        "valid_to": (TODAY + DAY).isoformat(),
    }  # fmt: skip
    answer = client.post(url, data)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "must not judge whether it was coded correctly" in page
    assert f'value="{him_manager.pk}"' in page
    assert client.post(url, {**data, "approver": str(him_manager.pk), "reason": ""}).status_code == 422
    assert client.post(url, {**data, "approver": str(him_manager.pk), "reason": "ill"}).status_code == 302
    asked = SodException.objects.get()
    manager = signed_in(him_manager)
    assert "Dana as Coding reviewer" in manager.get(reverse("staffing:duties")).content.decode()
    done = manager.post(reverse("staffing:exception", args=[asked.pk]), {"decision": "approve", "note": ""})
    assert done.status_code == 302
    forget_authority(coder)
    assert roles_now(coder) == ["Coder", "Coding reviewer"]


def test_page_gives_and_ends_a_role(administrator: User, newcomer: User, facility: Facility) -> None:
    client = signed_in(administrator)
    data: dict[str, Any] = {
        "facility": facility.pk, "role": role(Role.CODER).pk, "valid_from": TODAY.isoformat(), "valid_to": "",
    }  # fmt: skip
    assert client.post(reverse("staffing:give_role", args=[newcomer.pk]), data).status_code == 302
    membership = newcomer.memberships.get()
    url = reverse("staffing:end_role", args=[newcomer.pk, membership.pk])
    assert client.get(url).status_code == 200
    assert client.post(url, {"reason": ""}).status_code == 422
    assert client.post(url, {"reason": "gone"}).status_code == 302
    assert roles_now(newcomer) == []
    assert client.get(reverse("staffing:end_role", args=[newcomer.pk, 999999])).status_code == 404
