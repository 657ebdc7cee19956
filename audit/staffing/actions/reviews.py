"""Writes of access reviews: started, decided role by role or many at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from audit import gate
from audit.staffing.duties import require_another
from audit.staffing.guards import end_membership, lock_both
from audit.staffing.holdings import conflicts_by_person
from audit.staffing.models import AccessReview, AccessReviewItem, Account, Decision
from audit.trail.enums import Category
from hims.lib.access import Permission
from hims.lib.columns import require_fit
from hims.lib.errors import DomainError
from hims.lib.text import squeeze
from hims.staff.models import Facility, Membership, User

RUNNING = "A review of this facility is still open. Finish it before the next one starts."
AT_ONCE = 200


@gate.command(
    Permission.ACCESS_CERTIFY, subject="facility", event="staff.review_started", category=Category.ADMIN,
    detail=("title", "due_on"),
)  # fmt: skip
def start_review(*, by: User, facility: Facility, title: str, due_on: date) -> AccessReview:
    """Put every role held, or to be held, at the facility before a reviewer who is not its holder. Raises DomainError."""
    columns = {"title": squeeze(title)}
    if not columns["title"]:
        raise DomainError("Enter what the review is called.", field="title")
    if due_on < date.today():
        raise DomainError("The due date lies in the past.", field="due_on")
    require_fit(AccessReview, columns)
    try:
        with transaction.atomic():
            review = AccessReview.objects.create(facility=facility, due_on=due_on, started_by=by, **columns)
    except IntegrityError:
        raise DomainError(RUNNING) from None
    AccessReviewItem.objects.bulk_create(_items(review), batch_size=500)
    return review


@gate.command(
    Permission.ACCESS_CERTIFY, subject="item", event="staff.access_decided", category=Category.ADMIN,
    detail=("item", "decision", "reason"),
)  # fmt: skip
def decide(*, by: User, item: AccessReviewItem, decision: Decision, reason: str) -> AccessReviewItem:
    """Keep the role, or end it now. Raises DomainError naming the field."""
    require_another(by, item.user_id, "to review this role")
    if decision is Decision.WAITING:
        raise DomainError("Choose whether the role stays or ends.", field="decision")
    if decision is Decision.END and not squeeze(reason):
        raise DomainError("Say why the role ends.", field="reason")
    require_fit(AccessReviewItem, {"reason": squeeze(reason)})
    if decision is Decision.END:
        lock_both(by, item.user, Permission.ACCESS_CERTIFY)
    found = _undecided(AccessReviewItem.objects.filter(pk=item.pk))[0]
    found.decision, found.reason = decision, squeeze(reason)
    found.decided_by, found.decided_at = by, timezone.now()
    if decision is Decision.END and found.membership is not None and _stands(found.membership):
        end_membership(found.membership)
        found.membership = found.membership if found.membership.pk else None
    found.save(update_fields=["decision", "reason", "decided_by", "decided_at", "membership"])
    _close_when_done(found.review_id)
    return found


@gate.command(
    Permission.ACCESS_CERTIFY, subject="review", event="staff.access_kept_together", category=Category.ADMIN,
    detail=("item_ids",),
)  # fmt: skip
def keep_together(*, by: User, review: AccessReview, item_ids: Sequence[UUID]) -> int:
    """Keep several roles at once; all or none. What needs a look of its own cannot be kept this way. Returns how many."""
    if not item_ids:
        raise DomainError("Tick the roles to keep.")
    if len(item_ids) > AT_ONCE:
        raise DomainError(f"Keep at most {AT_ONCE} roles at once.")
    items = _undecided(AccessReviewItem.objects.filter(review=review, pk__in=item_ids))
    if len(items) != len(set(item_ids)):
        raise DomainError("Not all of these belong to this review.")
    for item in items:
        require_another(by, item.user_id, "to review your own role")
        if item.duties:
            raise DomainError(f"{item.user_name} holds duties that belong to different people: decide that one alone.")
    now = timezone.now()
    AccessReviewItem.objects.filter(pk__in=[item.pk for item in items]).update(
        decision=Decision.KEEP, decided_by=by, decided_at=now
    )
    _close_when_done(review.pk)
    return len(items)


def _undecided(items: QuerySet[AccessReviewItem]) -> list[AccessReviewItem]:
    """The items under lock. Raises DomainError when there is none, or one has been decided."""
    rows = list(items.select_for_update(of=("self",)).select_related("membership", "review").order_by("pk"))
    if not rows or any(row.decision != Decision.WAITING for row in rows):
        raise DomainError("Somebody else has decided this in the meantime. The page shows how it stands now.")
    return rows


def _stands(membership: Membership) -> bool:
    return membership.valid_to is None or membership.valid_to >= date.today()


def _close_when_done(review_id: UUID) -> None:
    """The last decision closes the review; the row is locked so that two last ones see each other."""
    review = AccessReview.objects.select_for_update().get(pk=review_id)
    if review.closed_at is None and not review.items.filter(decision=Decision.WAITING).exists():
        review.closed_at = timezone.now()
        review.save(update_fields=["closed_at"])


def _items(review: AccessReview) -> list[AccessReviewItem]:
    today = date.today()
    held = list(
        Membership.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=today), facility=review.facility)
        .filter(user__is_system=False)
        .select_related("user", "role")
        .order_by("user__display_name", "user_id", "role__name")
    )
    if not held:
        raise DomainError("Nobody holds a role at this facility.")
    against = conflicts_by_person([membership.user for membership in held], today)
    reviewers = _reviewers(review, held)
    return [
        AccessReviewItem(
            review=review, membership=membership, user=membership.user, user_name=str(membership.user)[:120],
            role_name=membership.role.name, valid_from=membership.valid_from, valid_to=membership.valid_to,
            last_sign_in_at=membership.user.last_login, reviewer_id=reviewers[membership.user_id],
            duties=[conflict.key for conflict in against.get(membership.user_id, [])],
        )
        for membership in held
    ]  # fmt: skip


def _reviewers(review: AccessReview, held: Sequence[Membership]) -> dict[UUID, UUID]:
    """Who reviews whom: people share the work evenly, nobody meets themselves. Raises DomainError."""
    able = list(
        Account.objects.holding(Permission.ACCESS_CERTIFY, review.facility, date.today())
        .order_by("display_name", "pk")
        .values_list("pk", flat=True)
    )
    people = dict.fromkeys(membership.user_id for membership in held)
    load, found = dict.fromkeys(able, 0), {}
    # Reviewers first: whom they may not review is decided, so that the rest can even the work out.
    for user_id in sorted(people, key=lambda user_id: user_id not in load):
        others = [reviewer for reviewer in able if reviewer != user_id]
        if not others:
            raise DomainError(
                "Nobody may review the reviewer: a second person at this facility must hold the right to certify access."
            )
        found[user_id] = min(others, key=lambda reviewer: load[reviewer])
        load[found[user_id]] += 1
    return found
