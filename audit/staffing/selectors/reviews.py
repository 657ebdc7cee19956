"""Reads of access reviews."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from audit import gate
from audit.staffing.models import AccessReview, AccessReviewItem, Decision
from audit.trail.enums import Category
from hims.lib.access import Permission
from hims.lib.paging import keyset_page
from hims.staff.models import Facility, User

NEWEST_FIRST = ("-started_at", "-id")
BY_PERSON = ("user_name", "id")
QUARTER = timedelta(days=92)
UNUSED_AFTER = timedelta(days=90)


@dataclass(frozen=True)
class ReviewPage:
    """One review with one page of its items; done, total: of the whole review."""

    review: AccessReview
    items: list[AccessReviewItem]
    next_cursor: str
    done: int
    total: int

    @property
    def facility_ids(self) -> list[int]:
        """For the trail."""
        return [self.review.facility_id]


@dataclass(frozen=True)
class ReviewList:
    """One page of reviews, and the facilities whose access was not reviewed within a quarter."""

    rows: list[AccessReview]
    next_cursor: str
    overdue: list[Facility]


@gate.query(Permission.ACCESS_CERTIFY, AccessReview, event="staff.reviews_listed", category=Category.ADMIN)
def access_reviews(reviews: QuerySet[Any], *, facilities: list[Facility], after: str = "") -> ReviewList:
    """One page of reviews, newest first, each with `total` and `done`."""
    counted = reviews.select_related("facility", "started_by").annotate(
        total=Count("items"), done=Count("items", filter=~Q(items__decision=Decision.WAITING))
    )
    page = keyset_page(counted, order=NEWEST_FIRST, after=after)
    since = date.today() - QUARTER
    lately = set(
        reviews.filter(Q(closed_at__isnull=True) | Q(closed_at__date__gte=since)).values_list("facility_id", flat=True)
    )
    return ReviewList(page.rows, page.next_cursor, [place for place in facilities if place.pk not in lately])


@gate.query(Permission.ACCESS_CERTIFY, AccessReview, event="staff.review_opened", category=Category.ADMIN)
def access_review(
    reviews: QuerySet[Any], *, review_id: UUID, reviewer: User | None, state: str = "", after: str = ""
) -> ReviewPage:
    """One review. reviewer: only what lies before this person; state: waiting, keep, end or "" for all."""
    review: AccessReview = reviews.select_related("facility", "started_by").get(pk=review_id)
    items = review.items.select_related("reviewer", "decided_by", "membership")
    if reviewer is not None:
        items = items.filter(reviewer=reviewer)
    if state:
        items = items.filter(decision=Decision.WAITING if state == "waiting" else state)
    page = keyset_page(items, order=BY_PERSON, after=after)
    for item in page.rows:
        item.review = review
    total = review.items.count()
    return ReviewPage(review, page.rows, page.next_cursor, total - _waiting(review), total)


@gate.query(Permission.ACCESS_CERTIFY, AccessReviewItem, event="staff.review_item_opened", category=Category.ADMIN)
def item_to_decide(items: QuerySet[Any], *, item_id: UUID) -> AccessReviewItem:
    """One role under review."""
    found: AccessReviewItem = items.select_related("review", "user", "membership").get(pk=item_id)
    return found


@gate.query(
    Permission.ACCESS_CERTIFY, AccessReview, event="staff.review_exported", category=Category.EXPORT, detail=("form",)
)
def review_evidence(reviews: QuerySet[Any], *, review_id: UUID, form: str) -> ReviewPage:
    """The whole review with every item, for a file. form: csv or pdf."""
    review: AccessReview = reviews.select_related("facility", "started_by").get(pk=review_id)
    items = list(review.items.select_related("reviewer", "decided_by").order_by(*BY_PERSON))
    done = sum(1 for item in items if item.decision != Decision.WAITING)
    return ReviewPage(review, items, "", done, len(items))


def _waiting(review: AccessReview) -> int:
    return review.items.filter(decision=Decision.WAITING).count()
