"""Two administrators at once: one after the other, whatever the moment."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from django.contrib.auth.models import Group

from audit.staffing import own, tickets
from audit.staffing.actions import accounts, memberships, reviews
from audit.staffing.actions.accounts import AccountDetails
from audit.staffing.actions.memberships import DutiesConflict
from audit.staffing.models import AccessReview, Account, Decision
from hims.lib.access import Permission, Role
from hims.lib.errors import AccessDenied, DomainError
from hims.staff.delegations import Delegation
from hims.staff.models import Facility, Membership, User
from tests.audit.staffing.conftest import DAY, TODAY, account_of, assign
from tests.committed import at_once, committed
from tests.factories.records import facility as facility_by

__all__ = ["committed"]
pytestmark = pytest.mark.usefixtures("committed")
ROUNDS = 5


def somebody(name: str, role: Role | None, at: Facility) -> User:
    user = User.objects.create(username=name, display_name=name.title())
    if role is not None:
        Membership.objects.create(user=user, facility=at, role=Group.objects.get(name=role.value))
    return user


def fresh(user: User) -> User:
    """Each thread its own object, as each request has."""
    return User.objects.get(pk=user.pk)


def kinds(results: list[Any]) -> Counter[str]:
    return Counter(type(result).__name__ for result in results)


@pytest.fixture
def house(committed: None) -> Facility:
    return facility_by()


@pytest.fixture
def sam(house: Facility) -> User:
    return somebody("sam", Role.ADMINISTRATOR, house)


@pytest.fixture
def ada(house: Facility) -> User:
    return somebody("ada", Role.ADMINISTRATOR, house)


def test_same_user_name_at_once_is_made_once(sam: User, ada: User) -> None:
    for number in range(ROUNDS):
        results = at_once(
            *(
                lambda by=by, number=number: accounts.create_account(
                    by=fresh(by), username=f"ana{number}", details=AccountDetails("Ana")
                )
                for by in (sam, ada, sam, ada)
            )
        )
        assert kinds(results) == {"Issued": 1, "DomainError": 3}
        assert {error.field for error in results if isinstance(error, DomainError)} == {"username"}


def test_same_role_at_once_is_given_once(sam: User, ada: User, house: Facility) -> None:
    for number in range(ROUNDS):
        to = somebody(f"coder{number}", None, house)
        results = at_once(
            *(
                lambda by=by, to=to: memberships.give_role(
                    by=fresh(by), account=account_of(to), assignment=assign(Role.CODER, house)
                )
                for by in (sam, ada)
            )
        )
        assert kinds(results) == {"Membership": 1, "DomainError": 1}
        assert to.memberships.count() == 1


def test_conflicting_roles_at_once_are_not_both_given(sam: User, ada: User, house: Facility) -> None:
    for number in range(ROUNDS):
        to = somebody(f"person{number}", None, house)
        results = at_once(
            *(
                lambda by=by, role=role, to=to: memberships.give_role(
                    by=fresh(by), account=account_of(to), assignment=assign(role, house)
                )
                for by, role in ((sam, Role.CODER), (ada, Role.CODING_REVIEWER))
            )
        )
        assert kinds(results) == {"Membership": 1, "DutiesConflict": 1}
        assert to.memberships.count() == 1


def test_conflicting_role_and_loan_at_once_are_not_both_given(sam: User, house: Facility) -> None:
    coder = somebody("coder", Role.CODER, house)
    for number in range(ROUNDS):
        to = somebody(f"person{number}", Role.SCHEDULER, house)
        results = at_once(
            lambda to=to: memberships.give_role(  # type: ignore[misc]
                by=fresh(sam), account=account_of(to), assignment=assign(Role.CODING_REVIEWER, house)
            ),
            lambda to=to: own.lend(  # type: ignore[misc]
                by=fresh(coder), to=account_of(to), rights=[(Permission.CODING_FINALIZE, house)], first=TODAY,
                last=TODAY + DAY, reason="leave",
            ),
        )  # fmt: skip
        refused = [result for result in results if isinstance(result, DutiesConflict | DomainError)]
        assert len(refused) == 1, results
        assert to.memberships.count() + Delegation.objects.filter(borrower=to).count() == 2


def test_two_administrators_who_close_each_other_at_once_do_not_both_succeed(house: Facility) -> None:
    for number in range(ROUNDS):
        one, two = (somebody(f"{name}{number}", Role.ADMINISTRATOR, house) for name in ("one", "two"))
        results = at_once(
            *(
                lambda by=by, other=other: accounts.deactivate(
                    by=fresh(by), account=account_of(other), reason="quarrel", end_roles=True
                )
                for by, other in ((one, two), (two, one))
            )
        )
        assert sum(isinstance(result, Account) for result in results) == 1
        assert sum(isinstance(result, AccessDenied) for result in results) == 1
        assert User.objects.filter(pk__in=[one.pk, two.pk], is_active=True).count() == 1


def test_code_used_twice_at_once_sets_one_password(sam: User) -> None:
    code = accounts.create_account(by=sam, username="ana", details=AccountDetails("Ana")).code
    words = ("seven quiet herons by the canal", "nine loud geese over the harbour")
    results = at_once(*(lambda word=word: tickets.choose_password(code=code, password=word) for word in words))
    assert kinds(results) == {"User": 1, "DomainError": 1}
    user = User.objects.get(username="ana")
    assert [user.check_password(word) for word in words].count(True) == 1


def test_review_started_or_decided_twice_at_once_happens_once(house: Facility) -> None:
    tom, joan = somebody("tom", Role.HIM_MANAGER, house), somebody("joan", Role.PRIVACY_OFFICER, house)
    coder = somebody("coder", Role.CODER, house)
    started = at_once(
        *(
            lambda by=by: reviews.start_review(by=fresh(by), facility=house, title="Q4", due_on=TODAY)
            for by in (tom, joan)
        )
    )
    assert kinds(started) == {"AccessReview": 1, "DomainError": 1}
    review = AccessReview.objects.get()
    item = review.items.get(user=coder)
    decided = at_once(
        *(
            lambda by=by, decision=decision: reviews.decide(by=fresh(by), item=item, decision=decision, reason="x")
            for by, decision in ((tom, Decision.KEEP), (joan, Decision.END))
        )
    )
    assert kinds(decided) == {"AccessReviewItem": 1, "DomainError": 1}
    others = [review.items.get(user=user) for user in (tom, joan)]
    last = at_once(
        lambda: reviews.decide(by=fresh(joan), item=others[0], decision=Decision.KEEP, reason=""),
        lambda: reviews.decide(by=fresh(tom), item=others[1], decision=Decision.KEEP, reason=""),
    )
    assert kinds(last) == {"AccessReviewItem": 2}
    review.refresh_from_db()
    assert review.closed_at is not None
