"""What every change of an account asks first: who is meant, who acts, and whether both still stand as they did."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Q

from audit.authority import authority_of, forget_authority
from audit.gate import REFUSED
from audit.staffing.models import Account
from hims.lib.access import Permission
from hims.lib.errors import AccessDenied, DomainError
from hims.staff.delegations import DelegatedRight
from hims.staff.models import Membership, User

ELSEWHERE = (
    "This person also has a role, or borrowed rights, at a facility whose accounts you do not manage. Somebody who manages all of "
    "them must do this; you can end the roles at your own facilities."
)


def lock_both(by: User, account: User, permission: Permission) -> Account:
    """The account as it stands now, locked together with the person who acts until the transaction ends.

    Both rows are locked in the same order by everybody, and the right of `by` is read again under the lock, so that of two
    people who take each other's rights at the same moment only one succeeds. Raises AccessDenied.
    """
    rows = Account.objects.select_for_update(of=("self",)).filter(pk__in={by.pk, account.pk}).order_by("pk")
    found = {row.pk: row for row in rows}
    acting = found.get(by.pk)
    if acting is not None and not by.is_system:
        forget_authority(by)
        if not acting.is_active or not authority_of(acting).may(permission):
            raise AccessDenied(REFUSED)
    if account.pk not in found:
        raise DomainError("This account does not exist any more.")
    return found[account.pk]


def require_whole_reach(by: User, account: User) -> None:
    """For what concerns the account as a whole: `by` manages accounts wherever the person holds a role or borrows rights, now
    or later; a new password would open those too.

    Raises DomainError.
    """
    mine = authority_of(by).at(Permission.STAFF_MANAGE)
    standing = Membership.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=date.today()), user=account)
    borrowed = DelegatedRight.objects.filter(
        delegation__borrower=account, delegation__revoked_at__isnull=True, delegation__valid_to__gte=date.today()
    )
    if standing.exclude(facility__in=mine).exists() or borrowed.exclude(facility__in=mine).exists():
        raise DomainError(ELSEWHERE)


def end_membership(membership: Membership, last_day: date | None = None) -> None:
    """Inside an action: the role ends now, or after `last_day`; a role that has not begun is taken away."""
    today = date.today()
    if membership.valid_to is not None and membership.valid_to < today:
        raise DomainError("This role has ended already.")
    if last_day is not None and last_day < max(today, membership.valid_from):
        raise DomainError("The last day cannot lie in the past. Leave it empty to end the role now.", field="last_day")
    if last_day is None and membership.valid_from > today:
        membership.delete()
        return
    membership.valid_to = last_day or today - timedelta(days=1)
    membership.save(update_fields=["valid_to"])
