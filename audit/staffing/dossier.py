"""All that belongs to one account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from audit.staffing.duties import Conflict
from audit.staffing.holdings import conflicts_by_person
from audit.staffing.models import Account, SodException
from hims.staff.delegations import Delegation
from hims.staff.models import Membership, User
from hims.staff.tokens.models import ApiToken

SHOWN_AT_MOST = 50


@dataclass(frozen=True)
class AccountDetails:
    """One account with all that belongs to it."""

    account: Account
    memberships: list[Membership]
    lent: list[Delegation]
    borrowed: list[Delegation]
    exceptions: list[SodException]
    conflicts: list[Conflict]
    tokens: list[ApiToken]
    sign_ins: int

    @property
    def facility_ids(self) -> list[int]:
        """For the trail."""
        return sorted({membership.facility_id for membership in self.memberships})


def with_roles(accounts: QuerySet[Account]) -> QuerySet[Account]:
    """The accounts with their roles, read along."""
    roles = Membership.objects.select_related("role", "facility").order_by("facility__code", "role__name")
    return accounts.prefetch_related(Prefetch("memberships", roles))


def details_of(account: Account) -> AccountDetails:
    """What belongs to an account; part of gated selectors, and of everybody's own page."""
    now = timezone.now()
    loans = Delegation.objects.select_related("lender", "borrower").prefetch_related("rights__facility")
    newest = loans.order_by("-valid_from", "-id")
    exceptions = SodException.objects.filter(user=account).select_related(
        "facility", "role", "requested_by", "approver"
    )
    return AccountDetails(
        account=account,
        memberships=list(account.memberships.all()),
        lent=list(newest.filter(lender=account)[:SHOWN_AT_MOST]),
        borrowed=list(newest.filter(borrower=account)[:SHOWN_AT_MOST]),
        exceptions=list(exceptions.order_by("-requested_at")[:SHOWN_AT_MOST]),
        conflicts=conflicts_by_person([account], date.today()).get(account.pk, []),
        tokens=list(account.api_tokens.in_force(now).order_by("-created_at")[:SHOWN_AT_MOST]),
        sign_ins=account.sign_ins.open(now).count(),
    )


def own_account(by: User) -> AccountDetails:
    """Everybody's own account; no permission is needed for it."""
    return details_of(with_roles(Account.objects.filter(pk=by.pk)).get())
