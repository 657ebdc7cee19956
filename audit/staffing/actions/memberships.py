"""Writes of roles: given at a facility for a time, and ended; exceptions from the separation of duties."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.auth.models import Group
from django.db.models import Q
from django.utils import timezone

from audit import gate
from audit.authority import forget_authority
from audit.staffing.duties import Conflict, require_another
from audit.staffing.guards import end_membership, lock_both
from audit.staffing.holdings import conflicts_of_role
from audit.staffing.models import Account, SodException
from audit.trail.enums import Category
from hims.lib.access import Permission, Role
from hims.lib.columns import require_fit
from hims.lib.errors import DomainError
from hims.lib.text import squeeze
from hims.staff.models import Facility, Membership, User

OUTSIDER_ALONE = (
    "An external auditor holds no other role and nobody else's rights, so that the list of charts stays the only way in. "
    "Make an account of its own for this role."
)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Assignment:
    """A role at a facility from one day to another, both included; valid_to None: until it is ended."""

    role: Group
    facility: Facility
    valid_from: date
    valid_to: date | None


class DutiesConflict(DomainError):
    """The role would bring together duties that belong to different people."""

    def __init__(self, conflicts: list[Conflict]) -> None:
        self.conflicts = conflicts
        titles = "; ".join(conflict.duty.title for conflict in conflicts)
        super().__init__(
            f"These duties belong to different people: {titles}. A second person must approve an exception."
        )


@gate.command(
    Permission.STAFF_MANAGE,
    subject="account",
    event="staff.role_given",
    category=Category.ADMIN,
    detail=("assignment",),
)
def give_role(*, by: User, account: Account, assignment: Assignment) -> Membership:
    """The person holds the role from the first day on. Raises DutiesConflict, DomainError naming the field."""
    require_another(by, account.pk, "to give this role")
    found = lock_both(by, account, Permission.STAFF_MANAGE)
    gate.require_at(by, Permission.STAFF_MANAGE, assignment.facility)
    _require_sound(found, assignment)
    against = conflicts_of_role(found, assignment.role, assignment.valid_from, assignment.valid_to)
    if against:
        raise DutiesConflict(against)
    return _assign(found, assignment)


@gate.command(
    Permission.STAFF_MANAGE, subject="account", event="staff.role_ended", category=Category.ADMIN,
    detail=("membership_id", "reason"),
)  # fmt: skip
def end_role(
    *, by: User, account: Account, membership_id: int, reason: str, last_day: date | None = None
) -> Membership:
    """The role ends now, or after `last_day`. Raises DomainError."""
    require_another(by, account.pk, "to end this role")
    if not squeeze(reason):
        raise DomainError("Say why, in a few words.", field="reason")
    found = lock_both(by, account, Permission.STAFF_MANAGE)
    membership = Membership.objects.select_related("facility", "role").filter(pk=membership_id, user=found).first()
    if membership is None:
        raise DomainError("This role does not exist any more.")
    gate.require_at(by, Permission.STAFF_MANAGE, membership.facility)
    end_membership(membership, last_day)
    return membership


@gate.command(
    Permission.STAFF_MANAGE, subject="account", event="staff.duties_exception_asked", category=Category.ADMIN,
    detail=("assignment", "reason", "approver"),
)  # fmt: skip
def ask_exception(
    *, by: User, account: Account, assignment: Assignment, reason: str, approver: Account
) -> SodException:
    """Ask a named second person to let duties stand together until a day. The role begins when they agree."""
    require_another(by, account.pk, "to give this role")
    require_another(by, approver.pk, "to approve the exception")
    found = lock_both(by, account, Permission.STAFF_MANAGE)
    gate.require_at(by, Permission.STAFF_MANAGE, assignment.facility)
    _require_sound(found, assignment)
    _require_approver(found, approver, assignment)
    if assignment.valid_to is None:
        raise DomainError("An exception needs a last day.", field="valid_to")
    if not squeeze(reason):
        raise DomainError("Say why this person must hold both duties.", field="reason")
    against = conflicts_of_role(found, assignment.role, assignment.valid_from, assignment.valid_to)
    if not against:
        raise DomainError("No duties stand against this role any more. Give it without an exception.")
    waiting = {"user": found, "facility": assignment.facility, "role": assignment.role, "approved": None}
    if SodException.objects.filter(**waiting).exists():
        raise DomainError("This exception has been asked for already and waits for its approval.")
    columns = {"reason": squeeze(reason)}
    require_fit(SodException, columns)
    return SodException.objects.create(
        **waiting, **columns, valid_from=assignment.valid_from, valid_to=assignment.valid_to,
        duties=[conflict.key for conflict in against], requested_by=by, approver=approver,
    )  # fmt: skip


@gate.command(
    Permission.ACCESS_CERTIFY, subject="exception", event="staff.duties_exception_decided", category=Category.ADMIN,
    detail=("approve", "note"),
)  # fmt: skip
def decide_exception(*, by: User, exception: SodException, approve: bool, note: str) -> SodException:
    """The named second person agrees, and the role begins; or refuses, with a reason."""
    account = lock_both(by, exception.user, Permission.ACCESS_CERTIFY)
    rows = SodException.objects.select_for_update(of=("self",)).select_related("facility", "role")
    found: SodException = rows.get(pk=exception.pk)
    if found.approver_id != by.pk:
        raise DomainError("Only the person named as approver can decide this.")
    if found.approved is not None:
        raise DomainError("This has been decided already.")
    if not approve and not squeeze(note):
        raise DomainError("Say why not, in a few words.", field="note")
    found.approved, found.note, found.decided_at = approve, squeeze(note), timezone.now()
    require_fit(SodException, {"note": found.note})
    if approve:
        _begin(account, found)
    found.save(update_fields=["approved", "note", "decided_at"])
    return found


def _begin(account: Account, exception: SodException) -> None:
    """The role of an exception that is being approved. Raises DomainError when things have changed since it was asked for."""
    assignment = Assignment(exception.role, exception.facility, exception.valid_from, exception.valid_to)
    if not account.is_active:
        raise DomainError("The account has been closed since this was asked for.")
    if exception.valid_to < date.today():
        raise DomainError("The last day of this exception has passed. It must be asked for again.")
    _require_sound(account, assignment, lately=True)
    against = conflicts_of_role(account, exception.role, exception.valid_from, exception.valid_to)
    if {conflict.key for conflict in against} - set(exception.duties):
        raise DomainError("More duties stand against this role than when it was asked for. It must be asked for again.")
    _assign(account, assignment)


def _require_sound(account: Account, assignment: Assignment, *, lately: bool = False) -> None:
    """Raises DomainError naming the field. lately: the first day was right when it was asked for, and may have passed."""
    if not account.is_active:
        raise DomainError("This account is closed. Open it again first.")
    if assignment.role.name == Role.SYSTEM.value:
        raise DomainError("This role is the system's own.", field="role")
    if assignment.valid_from < date.today() - ONE_DAY and not lately:
        raise DomainError("A role cannot begin in the past.", field="valid_from")
    if assignment.valid_to is not None and assignment.valid_to < max(assignment.valid_from, date.today()):
        raise DomainError("The last day lies before the first, or in the past.", field="valid_to")
    _require_outsider_alone(account, assignment)
    same = Membership.objects.filter(user=account, facility=assignment.facility, role=assignment.role)
    if same.filter(_not_ended()).exists():
        raise DomainError("This person holds this role here already. End it first to change its dates.", field="role")


def _require_outsider_alone(account: Account, assignment: Assignment) -> None:
    standing = Membership.objects.filter(_not_ended(), user=account)
    outsider = Role.EXTERNAL_AUDITOR.value
    if assignment.role.name != outsider:
        if standing.filter(role__name=outsider).exists():
            raise DomainError(OUTSIDER_ALONE, field="role")
        return
    if assignment.valid_to is None:
        raise DomainError("An external auditor's role needs a last day.", field="valid_to")
    borrowed = account.delegations_received.filter(revoked_at__isnull=True, valid_to__gte=date.today())
    if standing.exclude(role__name=outsider).exists() or borrowed.exists():
        raise DomainError(OUTSIDER_ALONE, field="role")


def _require_approver(account: Account, approver: Account, assignment: Assignment) -> None:
    if approver.pk == account.pk:
        raise DomainError("Nobody approves an exception for themselves.", field="approver")
    able = Account.objects.holding(Permission.ACCESS_CERTIFY, assignment.facility, date.today())
    if not able.filter(pk=approver.pk).exists():
        raise DomainError("This person may not certify access at this facility.", field="approver")


def _assign(account: Account, assignment: Assignment) -> Membership:
    """A new membership, or the ended one of the same role brought back with new days."""
    membership, _ = Membership.objects.update_or_create(
        user=account, facility=assignment.facility, role=assignment.role,
        defaults={"valid_from": assignment.valid_from, "valid_to": assignment.valid_to},
    )  # fmt: skip
    forget_authority(account)
    return membership


def _not_ended() -> Q:
    return Q(valid_to__isnull=True) | Q(valid_to__gte=date.today())
