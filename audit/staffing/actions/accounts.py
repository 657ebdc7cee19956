"""Writes of accounts: made, corrected, closed, opened again, given a new password."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from audit import gate
from audit.staffing import tickets
from audit.staffing.duties import require_another
from audit.staffing.guards import lock_both, require_whole_reach
from audit.staffing.models import Account
from audit.trail.enums import Category
from hims.lib.access import Permission
from hims.lib.columns import require_fit
from hims.lib.errors import DomainError
from hims.lib.text import squeeze
from hims.staff.delegations import Delegation
from hims.staff.models import Membership, User
from hims.staff.sessions.actions import end_sessions
from hims.staff.tokens.models import ApiToken

TAKEN = "This user name is taken. User names are never given to a second person, not even after somebody has left."


@dataclass(frozen=True)
class AccountDetails:
    """What an account says of its person."""

    display_name: str
    job_title: str = ""
    email: str = ""


@dataclass(frozen=True)
class Issued:
    """An account, and the code with which its person chooses a password; the code is shown once."""

    account: Account
    code: str


@gate.command(
    Permission.STAFF_MANAGE,
    subject="none",
    event="staff.account_created",
    category=Category.ADMIN,
    detail=("username",),
)
def create_account(*, by: User, username: str, details: AccountDetails, is_service: bool = False) -> Issued:
    """A new account without a role and without a password. Raises DomainError naming the field.

    is_service: a program's, which gets no code since it never chooses a password.
    """
    account = Account(username=squeeze(username).lower(), is_service=is_service, **_columns(details))
    account.set_unusable_password()
    _check(account)
    if User.objects.filter(username__iexact=account.username).exists():
        raise DomainError(TAKEN, field="username")
    try:
        with transaction.atomic():
            account.save(force_insert=True)
    except IntegrityError:
        raise DomainError(TAKEN, field="username") from None
    return Issued(account, "" if is_service else tickets.issue(account, by=by))


@gate.command(Permission.STAFF_MANAGE, subject="account", event="staff.account_corrected", category=Category.ADMIN)
def correct_account(*, by: User, account: Account, details: AccountDetails) -> Account:
    """Another name, title or address. The user name stays: the trail is searched by it."""
    found = lock_both(by, account, Permission.STAFF_MANAGE)
    require_whole_reach(by, found)
    for name, value in _columns(details).items():
        setattr(found, name, value)
    _check(found)
    found.save(update_fields=["display_name", "job_title", "email"])
    return found


@gate.command(
    Permission.STAFF_MANAGE, subject="account", event="staff.account_deactivated", category=Category.ADMIN,
    detail=("reason", "end_roles"),
)  # fmt: skip
def deactivate(*, by: User, account: Account, reason: str, end_roles: bool) -> Account:
    """The person is out at once: sessions and tokens end, nothing is lent or borrowed any more; roles end when asked."""
    require_another(by, account.pk, "to close this account")
    _require_reason(reason)
    found = lock_both(by, account, Permission.STAFF_MANAGE)
    require_whole_reach(by, found)
    if not found.is_active:
        raise DomainError("This account is closed already.")
    found.is_active = False
    found.save(update_fields=["is_active"])
    end_sessions(found, by=by)
    _revoke_tokens(ApiToken.objects.filter(user=found))
    tickets.withdraw(found)
    for lent in (found.delegations_given, found.delegations_received):
        lent.filter(revoked_at__isnull=True).update(revoked_at=timezone.now(), revoked_by=by)
    if end_roles:
        _end_roles(found)
    return found


@gate.command(Permission.STAFF_MANAGE, subject="account", event="staff.account_reactivated", category=Category.ADMIN)
def reactivate(*, by: User, account: Account) -> Issued:
    """The person may sign in again, with a password chosen anew; roles that were not ended count again."""
    require_another(by, account.pk, "to open this account again")
    found = lock_both(by, account, Permission.STAFF_MANAGE)
    require_whole_reach(by, found)
    if found.is_active:
        raise DomainError("This account is open already.")
    found.is_active = True
    found.set_unusable_password()
    found.save(update_fields=["is_active", "password"])
    return Issued(found, "" if found.is_service else tickets.issue(found, by=by))


@gate.command(Permission.STAFF_MANAGE, subject="account", event="staff.password_reset", category=Category.ADMIN)
def reset_password(*, by: User, account: Account) -> Issued:
    """The old password ends with all sessions; the person chooses a new one with the code."""
    require_another(by, account.pk, "to reset this password")
    found = lock_both(by, account, Permission.STAFF_MANAGE)
    require_whole_reach(by, found)
    if not found.is_active:
        raise DomainError("This account is closed. Open it again first.")
    if found.is_service:
        raise DomainError("A program has no password.")
    found.set_unusable_password()
    found.save(update_fields=["password"])
    end_sessions(found, by=by)
    return Issued(found, tickets.issue(found, by=by))


@gate.command(
    Permission.STAFF_MANAGE, subject="account", event="staff.delegation_revoked", category=Category.ADMIN,
    detail=("delegation_id",),
)  # fmt: skip
def revoke_delegation(*, by: User, account: Account, delegation_id: UUID) -> None:
    """What somebody lent to, or borrowed from, this person ends now."""
    mine = Delegation.objects.filter(pk=delegation_id, revoked_at__isnull=True)
    gone = (mine.filter(lender=account) | mine.filter(borrower=account)).exclude(lender=by).exclude(borrower=by)
    if not gone.update(revoked_at=timezone.now(), revoked_by=by):
        raise DomainError("This delegation has ended already.")


@gate.command(
    Permission.STAFF_MANAGE,
    subject="account",
    event="staff.token_revoked",
    category=Category.ADMIN,
    detail=("token_id",),
)
def revoke_token(*, by: User, account: Account, token_id: UUID) -> None:
    """A token of this account is refused from now on."""
    if not _revoke_tokens(ApiToken.objects.filter(user=account, pk=token_id)):
        raise DomainError("This token has ended already.")


def _revoke_tokens(tokens: QuerySet[ApiToken]) -> int:
    return tokens.filter(revoked_at__isnull=True).update(revoked_at=timezone.now())


def _columns(details: AccountDetails) -> dict[str, str]:
    return {name: squeeze(value) for name, value in vars(details).items()}


def _check(account: Account) -> None:
    """Raises DomainError for the first field that does not hold what it should."""
    require_fit(User, {name: getattr(account, name) for name in ("username", "display_name", "job_title", "email")})
    if not account.display_name:
        raise DomainError("Enter the person's name.", field="display_name")
    try:
        account.clean_fields(exclude=["password", "last_login"])
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise DomainError(messages[0], field=field) from error


def _require_reason(reason: str) -> None:
    if not squeeze(reason):
        raise DomainError("Say why, in a few words.", field="reason")


def _end_roles(account: Account) -> None:
    """Roles in force end yesterday, so that nothing is left today; roles to come never begin."""
    today = date.today()
    Membership.objects.filter(user=account, valid_from__gt=today).delete()
    standing = Membership.objects.in_force(today).filter(user=account)
    standing.update(valid_to=today - timedelta(days=1))
