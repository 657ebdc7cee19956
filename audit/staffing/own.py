"""What people do with their own account: lend rights for a leave, take them back, see the charts on their list.

No permission is needed for it, so no gate stands before it; it is in the trail all the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from audit.access.models import AccessGrant, GrantSource
from audit.staffing.duties import require_another
from audit.staffing.finders import Chart, finder
from audit.staffing.holdings import conflicts_of_loan
from audit.staffing.models import Account, external_audits_now
from audit.staffing.recording import own_act
from hims.lib.access import Permission, Role
from hims.lib.columns import require_fit
from hims.lib.errors import DomainError
from hims.lib.paging import Page
from hims.lib.text import squeeze
from hims.staff.delegations import DelegatedRight, Delegation
from hims.staff.models import Facility, Membership, User

LONGEST_LEAVE = timedelta(days=180)
# Tied to the person: the reader's own judgement in an emergency, the author's own notes.
NEVER_LENT = frozenset({Permission.EMERGENCY_ACCESS, Permission.PSYCHOTHERAPY_WRITE})
NOT_HELD = "You can lend only what you hold by a role of your own, through the whole leave."


def rights_to_lend(user: User, first: date, last: date) -> dict[int, frozenset[Permission]]:
    """By facility: what the person holds by own roles on every day of the span, and may lend."""
    roles = Membership.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=last), user=user, valid_from__lte=first,
        role__permissions__content_type__app_label="staff",
    )  # fmt: skip
    found: dict[int, set[Permission]] = defaultdict(set)
    known = {permission.value for permission in Permission}
    for facility_id, codename in roles.values_list("facility_id", "role__permissions__codename"):
        if codename in known and Permission(codename) not in NEVER_LENT:
            found[facility_id].add(Permission(codename))
    return {facility_id: frozenset(rights) for facility_id, rights in found.items()}


def colleagues(user: User) -> QuerySet[Account]:
    """Who may stand in: active people with a role at one of the same facilities; nobody from outside."""
    today = date.today()
    own = Membership.objects.in_force(today).filter(user=user).values("facility")
    roles = Membership.objects.in_force(today).filter(user=OuterRef("pk"))
    others = Account.objects.filter(Exists(roles.filter(facility__in=own)), is_active=True, is_system=False)
    outside = roles.filter(role__name=Role.EXTERNAL_AUDITOR.value)
    return others.filter(~Exists(outside), is_service=False).exclude(pk=user.pk).order_by("display_name", "pk")


def lend(
    *, by: User, to: Account, rights: Iterable[tuple[Permission, Facility]], first: date, last: date, reason: str
) -> Delegation:
    """Lend rights for a leave, both days included. Raises DomainError naming the field."""
    wanted = sorted({(permission, facility.pk) for permission, facility in rights})
    words = "; ".join(f"{permission.value} at {facility_id}" for permission, facility_id in wanted)
    with own_act(by, "staff.rights_lent", to=str(to), rights=words, first=str(first), last=str(last), reason=reason):
        require_another(by, to.pk, "to stand in for you")
        _require_leave(first, last, reason)
        rows = Account.objects.select_for_update(of=("self",)).filter(pk__in={by.pk, to.pk}).order_by("pk")
        people = {row.pk: row for row in rows}
        if not colleagues(by).filter(pk=to.pk).exists():
            raise DomainError(
                "This person cannot stand in for you: choose a colleague of the same facility.", field="to"
            )
        _require_held(people[by.pk], wanted, first, last)
        _require_apart(people[to.pk], [permission for permission, _ in wanted], first, last)
        columns = {"reason": squeeze(reason)}
        require_fit(Delegation, columns)
        loan = Delegation.objects.create(lender=by, borrower=to, valid_from=first, valid_to=last, **columns)
        DelegatedRight.objects.bulk_create(
            DelegatedRight(delegation=loan, permission=permission.value, facility_id=facility_id)
            for permission, facility_id in wanted
        )
    return loan


def take_back(*, by: User, delegation_id: UUID) -> None:
    """The lender takes the rights back, or the borrower gives them back; at once."""
    with own_act(by, "staff.delegation_revoked", delegation_id=str(delegation_id)):
        mine = Delegation.objects.filter(Q(lender=by) | Q(borrower=by), pk=delegation_id, revoked_at__isnull=True)
        if not mine.update(revoked_at=timezone.now(), revoked_by=by):
            raise DomainError("This delegation has ended already.")


def listed_charts(*, by: User, after: str) -> Page[Chart]:
    """One page of the charts that were opened to the person for an external audit; the registry records the look."""
    grants = AccessGrant.objects.in_force().filter(user=by, source=GrantSource.AUDIT_LIST)
    return finder().charts(by=by, patient_ids=list(grants.values_list("patient_id", flat=True)), after=after)


def audit_titles(by: User) -> Sequence[str]:
    """What the audits are called for which the person may look at charts today."""
    return list(external_audits_now(by, date.today()).order_by("title").values_list("title", flat=True))


def _require_leave(first: date, last: date, reason: str) -> None:
    if first < date.today() - timedelta(days=1):
        raise DomainError("A leave cannot begin in the past.", field="first")
    if last < max(first, date.today()):
        raise DomainError("The last day lies before the first, or in the past.", field="last")
    if last - first > LONGEST_LEAVE:
        raise DomainError(f"Rights are lent for at most {LONGEST_LEAVE.days} days.", field="last")
    if not squeeze(reason):
        raise DomainError("Say why, in a few words.", field="reason")


def _require_held(lender: Account, wanted: Sequence[tuple[Permission, int]], first: date, last: date) -> None:
    if not wanted:
        raise DomainError("Tick what you lend.", field="rights")
    outside = Membership.objects.in_force(date.today()).filter(user=lender, role__name=Role.EXTERNAL_AUDITOR.value)
    held = rights_to_lend(lender, first, last)
    if outside.exists() or any(permission not in held.get(place, frozenset()) for permission, place in wanted):
        raise DomainError(NOT_HELD, field="rights")


def _require_apart(borrower: Account, rights: Sequence[Permission], first: date, last: date) -> None:
    against = conflicts_of_loan(borrower, rights, first, last)
    if against:
        titles = "; ".join(conflict.duty.title for conflict in against)
        raise DomainError(f"{borrower} would hold duties that belong to different people: {titles}.", field="rights")
