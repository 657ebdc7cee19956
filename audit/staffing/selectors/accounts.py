"""Reads of accounts, for whoever manages them or certifies access."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from audit import gate
from audit.staffing.dossier import AccountDetails, details_of, with_roles
from audit.staffing.duties import Conflict
from audit.staffing.holdings import conflicts_by_person, conflicts_of_role
from audit.staffing.models import Account, SodException
from audit.trail.enums import Category
from hims.lib.access import Permission
from hims.lib.paging import Page, keyset_page
from hims.lib.text import squeeze
from hims.staff.models import Membership
from hims.staff.tokens.models import ApiToken

BY_NAME = ("display_name", "id")
EXPORTED_AT_MOST = 10_000


@dataclass(frozen=True)
class AccountFilter:
    """What to look for; "" and None mean any. status: active, closed, roleless."""

    text: str = ""
    role_id: int | None = None
    facility_id: int | None = None
    status: str = ""

    def __str__(self) -> str:
        return " ".join(f"{name}={value}" for name, value in vars(self).items() if value)

    def apply(self, accounts: QuerySet[Account]) -> QuerySet[Account]:
        """The accounts that match."""
        for word in squeeze(self.text).split():
            accounts = accounts.filter(
                Q(display_name__icontains=word) | Q(username__icontains=word) | Q(job_title__icontains=word)
            )
        standing = Membership.objects.in_force(date.today()).filter(user=OuterRef("pk"))
        held = {"role_id": self.role_id, "facility_id": self.facility_id}
        wanted = {name: value for name, value in held.items() if value}
        if wanted:
            accounts = accounts.filter(Exists(standing.filter(**wanted)))
        if self.status == "roleless":
            return accounts.filter(~Exists(standing), is_active=True)
        return accounts.filter(is_active=self.status == "active") if self.status else accounts


@dataclass(frozen=True)
class Conflicting:
    """A person whose rights belong to different people."""

    account: Account
    conflicts: list[Conflict]
    excepted_to: dict[str, date]


def _listed(accounts: QuerySet[Account], *, wanted: AccountFilter, after: str = "", size: int = 50) -> Page[Account]:
    """One page of accounts by name."""
    return keyset_page(with_roles(wanted.apply(accounts)), order=BY_NAME, after=after, size=size)


def _opened(accounts: QuerySet[Account], *, account_id: UUID) -> AccountDetails:
    """One account with its roles, delegations, exceptions, conflicts and tokens."""
    return details_of(with_roles(accounts).get(pk=account_id))


def _conflicting(accounts: QuerySet[Account], *, after: str = "", size: int = 50) -> Page[Conflicting]:
    """One page of the people who hold duties that belong to different people, by name."""
    today = date.today()
    found = conflicts_by_person(accounts.filter(is_active=True).order_by(), today)
    page = keyset_page(with_roles(accounts.filter(pk__in=list(found))), order=BY_NAME, after=after, size=size)
    covered: dict[UUID, dict[str, date]] = {}
    exceptions = SodException.objects.filter(
        user__in=page.rows, approved=True, valid_from__lte=today, valid_to__gte=today
    ).order_by("valid_to")
    for exception in exceptions:
        for key in exception.duties:
            covered.setdefault(exception.user_id, {})[key] = exception.valid_to
    rows = [Conflicting(account, found[account.pk], covered.get(account.pk, {})) for account in page.rows]
    return Page(rows, page.next_cursor)


class Dormant:
    """Kinds of accounts that should not be open as they are."""

    UNUSED, ENDED, ROLELESS, TOKENS = "unused", "ended", "roleless", "tokens"


def _forgotten(accounts: QuerySet[Account], kind: str, unused_days: int) -> QuerySet[Account]:
    today, now = date.today(), timezone.now()
    any_role = Membership.objects.filter(user=OuterRef("pk"))
    standing = any_role.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=today))
    tokens = ApiToken.objects.in_force(now).filter(user=OuterRef("pk"))
    long_ago = now - timedelta(days=unused_days)
    unused = Q(last_login__lt=long_ago) | Q(last_login__isnull=True, date_joined__lt=long_ago)
    if kind == Dormant.UNUSED:
        used = tokens.filter(last_used_at__gte=long_ago)
        return accounts.filter(unused & ~Exists(used), is_active=True)
    if kind == Dormant.ENDED:
        return accounts.filter(Exists(any_role), ~Exists(standing), is_active=True)
    if kind == Dormant.ROLELESS:
        return accounts.filter(~Exists(any_role), is_active=True)
    return accounts.filter(Exists(tokens)).filter(Q(is_active=False) | ~Exists(standing))


def _leaving(
    accounts: QuerySet[Account], *, kind: str, unused_days: int, after: str = "", size: int = 50
) -> Page[Account]:
    """One page of accounts that look forgotten, of one kind, by name."""
    return keyset_page(with_roles(_forgotten(accounts, kind, unused_days)), order=BY_NAME, after=after, size=size)


def _leavers_file(accounts: QuerySet[Account], *, unused_days: int) -> list[tuple[str, Account]]:
    """Every kind with its accounts, at most 10,000 of each, for a file."""
    kinds = (Dormant.UNUSED, Dormant.ENDED, Dormant.ROLELESS, Dormant.TOKENS)
    return [
        (kind, account)
        for kind in kinds
        for account in with_roles(_forgotten(accounts, kind, unused_days)).order_by(*BY_NAME)[:EXPORTED_AT_MOST]
    ]


def _duties_report(accounts: QuerySet[Account], *, account_id: UUID, assignment: Any) -> list[Conflict]:
    """The duties that a role would bring together in this person's hands."""
    account = accounts.get(pk=account_id)
    return conflicts_of_role(account, assignment.role, assignment.valid_from, assignment.valid_to)


def _open(permission: Permission, event: str, function: Any, **extra: Any) -> Any:
    return gate.query(permission, Account, event=event, category=Category.ADMIN, **extra)(function)


MANAGE, CERTIFY = Permission.STAFF_MANAGE, Permission.ACCESS_CERTIFY
accounts_to_manage = _open(MANAGE, "staff.accounts_listed", _listed, detail=("wanted",))
accounts_to_certify = _open(CERTIFY, "staff.accounts_listed", _listed, detail=("wanted",))
account_to_manage = _open(MANAGE, "staff.account_opened", _opened)
account_to_certify = _open(CERTIFY, "staff.account_opened", _opened)
conflicts_to_manage = _open(MANAGE, "staff.conflicts_listed", _conflicting)
conflicts_to_certify = _open(CERTIFY, "staff.conflicts_listed", _conflicting)
leavers_to_manage = _open(MANAGE, "staff.leavers_listed", _leaving, detail=("kind", "unused_days"))
leavers_to_certify = _open(CERTIFY, "staff.leavers_listed", _leaving, detail=("kind", "unused_days"))
leavers_file_to_manage = _open(MANAGE, "staff.leavers_exported", _leavers_file, detail=("unused_days",))
leavers_file_to_certify = _open(CERTIFY, "staff.leavers_exported", _leavers_file, detail=("unused_days",))
duties_report = _open(MANAGE, "staff.duties_checked", _duties_report)
