"""Leave: rights lent to a colleague, never more than held, never lent on, never against the separation of duties."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from audit.authority import authority_of, forget_authority
from audit.gate import KEPT
from audit.staffing import own
from audit.staffing.actions import accounts as actions
from audit.staffing.actions import memberships
from hims.lib.access import Permission, Role
from hims.lib.errors import AccessDenied, DomainError, TrailUnavailable
from hims.staff.delegations import Delegation, delegated_permissions
from hims.staff.models import Facility, Membership, User
from tests.audit.staffing.conftest import DAY, TODAY, account_of, assign, role
from tests.clients import signed_in
from tests.trail import told

pytestmark = pytest.mark.django_db
P = Permission


def lend(
    by: User,
    to: User,
    at: Facility,
    *rights: Permission,
    first: date = TODAY,
    last: date = TODAY + 5 * DAY,
    why: str = "leave",
) -> Delegation:
    return own.lend(
        by=by, to=account_of(to), rights=[(right, at) for right in rights], first=first, last=last, reason=why
    )


def test_delegated_permissions_hold_from_the_first_to_the_last_day(
    him_manager: User, specialist: User, facility: Facility
) -> None:
    lend(him_manager, specialist, facility, P.CODING_VIEW, first=TODAY + DAY, last=TODAY + 3 * DAY)
    held = {day: delegated_permissions(specialist, TODAY + day * DAY) for day in range(5)}
    assert held == {
        0: {}, 1: {"coding_view": {facility.pk}}, 2: {"coding_view": {facility.pk}}, 3: {"coding_view": {facility.pk}},
        4: {},
    }  # fmt: skip
    assert told(him_manager) == [("staff.rights_lent", "attempted"), ("staff.rights_lent", "done")]


def test_delegated_permissions_count_in_the_authority_of_the_borrower(
    him_manager: User, specialist: User, facility: Facility
) -> None:
    assert not authority_of(specialist).may(P.CODING_VIEW)
    loan = lend(him_manager, specialist, facility, P.CODING_VIEW)
    forget_authority(specialist)
    assert authority_of(specialist).at(P.CODING_VIEW) == {facility.pk}
    own.take_back(by=him_manager, delegation_id=loan.pk)
    forget_authority(specialist)
    assert not authority_of(specialist).may(P.CODING_VIEW)


@pytest.mark.parametrize("loss", ["role ended", "role changed", "account closed", "taken back", "borrower closed"])
def test_delegated_permissions_end_with_what_they_rest_on(
    loss: str, him_manager: User, specialist: User, facility: Facility
) -> None:
    loan = lend(him_manager, specialist, facility, P.CODING_VIEW)
    assert delegated_permissions(specialist, TODAY) == {"coding_view": {facility.pk}}
    if loss == "role ended":
        Membership.objects.filter(user=him_manager).update(valid_from=TODAY - DAY, valid_to=TODAY - DAY)
    elif loss == "role changed":
        role(Role.HIM_MANAGER).permissions.remove(role(Role.HIM_MANAGER).permissions.get(codename=P.CODING_VIEW.value))
    elif loss == "account closed":
        User.objects.filter(pk=him_manager.pk).update(is_active=False)
    elif loss == "taken back":
        own.take_back(by=specialist, delegation_id=loan.pk)
    else:
        specialist.is_active = False
    assert delegated_permissions(specialist, TODAY) == {}


def test_lend_what_is_not_held_or_not_through_the_leave_is_refused(
    him_manager: User, specialist: User, facility: Facility, other_facility: Facility
) -> None:
    for at, right in ((facility, P.STAFF_MANAGE), (other_facility, P.CODING_VIEW)):
        with pytest.raises(DomainError) as refused:
            lend(him_manager, specialist, at, right)
        assert refused.value.field == "rights"
    Membership.objects.filter(user=him_manager).update(valid_to=TODAY + 4 * DAY)
    with pytest.raises(DomainError):
        lend(him_manager, specialist, facility, P.CODING_VIEW, last=TODAY + 5 * DAY)
    assert lend(him_manager, specialist, facility, P.CODING_VIEW, last=TODAY + 4 * DAY).pk
    assert ("staff.rights_lent", "refused") in told(him_manager)


def test_lend_on_what_was_borrowed_is_refused(
    him_manager: User, specialist: User, person: Callable[..., User], facility: Facility
) -> None:
    lend(him_manager, specialist, facility, P.CODING_VIEW)
    with pytest.raises(DomainError) as refused:
        lend(specialist, person("third", Role.SCHEDULER, facility), facility, P.CODING_VIEW)
    assert refused.value.field == "rights"


@pytest.mark.parametrize("right", sorted(own.NEVER_LENT))
def test_lend_what_is_tied_to_the_person_is_refused(
    right: Permission, person: Callable[..., User], specialist: User, facility: Facility
) -> None:
    with pytest.raises(DomainError):
        lend(person("lena", Role.PROVIDER, facility), specialist, facility, right)


def test_lend_against_the_separation_of_duties_is_refused(
    coder: User, person: Callable[..., User], facility: Facility
) -> None:
    reviewer = person("victor", Role.CODING_REVIEWER, facility)
    with pytest.raises(DomainError, match="Coding and reviewing the coding"):
        lend(coder, reviewer, facility, P.CODING_FINALIZE)
    assert not Delegation.objects.exists()
    assert lend(coder, reviewer, facility, P.CODING_VIEW).pk


def test_two_loans_that_meet_in_one_hand_are_refused(
    coder: User, specialist: User, person: Callable[..., User], facility: Facility
) -> None:
    reviewer = person("victor", Role.CODING_REVIEWER, facility)
    lend(coder, specialist, facility, P.CODING_FINALIZE, last=TODAY + 5 * DAY)
    with pytest.raises(DomainError, match="belong to different people"):
        lend(reviewer, specialist, facility, P.CODING_REVIEW, first=TODAY + 5 * DAY, last=TODAY + 9 * DAY)
    assert lend(reviewer, specialist, facility, P.CODING_REVIEW, first=TODAY + 6 * DAY, last=TODAY + 9 * DAY).pk


def test_role_that_meets_a_loan_is_refused(
    administrator: User, coder: User, specialist: User, facility: Facility
) -> None:
    lend(coder, specialist, facility, P.CODING_FINALIZE)
    with pytest.raises(memberships.DutiesConflict):
        memberships.give_role(
            by=administrator, account=account_of(specialist), assignment=assign(Role.CODING_REVIEWER, facility)
        )


def test_lend_to_or_by_an_external_auditor_is_refused(
    him_manager: User, auditor: User, specialist: User, facility: Facility
) -> None:
    with pytest.raises(DomainError) as refused:
        lend(him_manager, auditor, facility, P.PATIENT_SEARCH)
    assert refused.value.field == "to"
    with pytest.raises(DomainError):
        lend(auditor, specialist, facility, P.CHART_VIEW)


@pytest.mark.parametrize("who", ["self", "elsewhere", "closed"])
def test_lend_to_somebody_who_cannot_stand_in_is_refused(
    who: str, him_manager: User, outsider: User, specialist: User, facility: Facility
) -> None:
    User.objects.filter(pk=specialist.pk).update(is_active=False)
    to = {"self": him_manager, "elsewhere": outsider, "closed": specialist}[who]
    with pytest.raises(DomainError):
        lend(him_manager, to, facility, P.CODING_VIEW)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"first": TODAY - 2 * DAY}, "first"),
        ({"last": TODAY - DAY}, "last"),
        ({"last": TODAY + 181 * DAY}, "last"),
        ({"why": "  "}, "reason"),
        ({"why": "x" * 201}, "reason"),
    ],
)
def test_lend_with_a_fault_names_its_field(
    changes: dict[str, Any], field: str, him_manager: User, specialist: User, facility: Facility
) -> None:
    with pytest.raises(DomainError) as refused:
        lend(him_manager, specialist, facility, P.CODING_VIEW, **changes)
    assert refused.value.field == field


def test_take_back_by_a_stranger_is_refused(
    him_manager: User, specialist: User, coder: User, facility: Facility
) -> None:
    loan = lend(him_manager, specialist, facility, P.CODING_VIEW)
    with pytest.raises(DomainError, match="ended already"):
        own.take_back(by=coder, delegation_id=loan.pk)
    loan.refresh_from_db()
    assert loan.revoked_at is None


def test_administrator_ends_a_delegation_of_others_but_not_the_own(
    administrator: User, him_manager: User, specialist: User, coder: User, facility: Facility
) -> None:
    loan = lend(him_manager, specialist, facility, P.CODING_VIEW)
    with pytest.raises(AccessDenied):
        actions.revoke_delegation(by=coder, account=account_of(specialist), delegation_id=loan.pk)
    actions.revoke_delegation(by=administrator, account=account_of(specialist), delegation_id=loan.pk)
    loan.refresh_from_db()
    assert loan.revoked_by == administrator


def test_delegation_to_oneself_or_ending_before_it_starts_is_refused_by_the_database(
    coder: User, specialist: User
) -> None:
    for values in ({"borrower": coder, "valid_to": TODAY}, {"borrower": specialist, "valid_to": TODAY - DAY}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Delegation.objects.create(lender=coder, valid_from=TODAY, reason="x", **values)


def test_pages_lend_show_on_both_accounts_and_take_back(
    him_manager: User, specialist: User, facility: Facility
) -> None:
    client = signed_in(him_manager)
    form = client.get(reverse("staffing:lend")).content.decode()
    assert f'value="coding_view@{facility.pk}"' in form
    data = {
        "to": str(specialist.pk), "first": TODAY.isoformat(), "last": TODAY.isoformat(), "reason": "leave",
        "rights": [f"coding_view@{facility.pk}"],
    }  # fmt: skip
    for spoiled in ("coding_view@999", "staff_manage@1", "nonsense", "@", "coding_view"):
        assert client.post(reverse("staffing:lend"), {**data, "rights": [spoiled]}).status_code == 422
    assert client.post(reverse("staffing:lend"), data).status_code == 302
    loan = Delegation.objects.get()
    assert "Lends to Rosa" in client.get(reverse("staffing:me")).content.decode()
    other = signed_in(specialist)
    assert "Borrows from Tom" in other.get(reverse("staffing:me")).content.decode()
    assert other.post(reverse("staffing:take_back", args=[loan.pk])).status_code == 302
    assert other.post(reverse("staffing:take_back", args=[loan.pk])).status_code == 409


def test_taking_back_whose_end_cannot_be_written_says_that_it_was_done(
    him_manager: User, monkeypatch: pytest.MonkeyPatch, coder: User
) -> None:
    loan = Delegation.objects.create(
        lender=him_manager, borrower=coder, valid_from=TODAY, valid_to=TODAY, reason="leave"
    )

    def away_at_the_end(events: Any) -> None:
        if events[0].result == "done":
            raise TrailUnavailable("Nothing was changed.")

    monkeypatch.setattr("audit.staffing.recording.write", away_at_the_end)
    with pytest.raises(TrailUnavailable) as refused:
        own.take_back(by=him_manager, delegation_id=loan.pk)
    loan.refresh_from_db()
    assert (refused.value.message, loan.revoked_by) == (KEPT, him_manager)
