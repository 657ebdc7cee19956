"""Rights that a person on leave lends to a colleague: never more than the lender holds, and never lent on."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from hims.lib.access import Permission
from hims.lib.ids import uuid7
from hims.staff.models import Facility, Membership, User


class DelegationQuerySet(models.QuerySet["Delegation"]):
    def in_force(self, on: date) -> DelegationQuerySet:
        """Delegations that hold on a day; the lender may still sign in or not, the leave decides."""
        return self.filter(valid_from__lte=on, valid_to__gte=on, revoked_at__isnull=True)


class Delegation(models.Model):
    """A leave: `lender` is away from `valid_from` to `valid_to`, both days included, and `borrower` stands in."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    lender = models.ForeignKey(User, on_delete=models.CASCADE, related_name="delegations_given")
    borrower = models.ForeignKey(User, on_delete=models.CASCADE, related_name="delegations_received")
    valid_from = models.DateField()
    valid_to = models.DateField()
    reason = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    objects = DelegationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(valid_to__gte=F("valid_from")), name="delegation_ends_after_start"),
            models.CheckConstraint(condition=~Q(lender=F("borrower")), name="delegation_to_another"),
        ]
        indexes = [
            models.Index(fields=["borrower", "valid_to"], name="delegation_received"),
            models.Index(fields=["lender", "valid_to"], name="delegation_given"),
        ]

    def __str__(self) -> str:
        return f"{self.borrower} for {self.lender}"


class DelegatedRight(models.Model):
    """One permission at one facility, lent with a delegation."""

    delegation = models.ForeignKey(Delegation, on_delete=models.CASCADE, related_name="rights")
    permission = models.CharField(max_length=100)
    facility = models.ForeignKey(Facility, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["delegation", "permission", "facility"], name="delegated_right_once")
        ]

    def __str__(self) -> str:
        return f"{Permission(self.permission).label} at {self.facility}"


def delegated_permissions(user: User, on: date) -> dict[str, set[int]]:
    """For each permission codename the ids of the facilities at which `user` holds it on loan on that day.

    A right counts only while the lender is active and holds it there by a role of their own.
    """
    found: dict[str, set[int]] = defaultdict(set)
    if not user.is_active:
        return found
    # Nearly nobody stands in for somebody: what they hold is asked for only when there is a leave.
    leaves = list(
        Delegation.objects.in_force(on).filter(borrower=user, lender__is_active=True).values_list("pk", flat=True)
    )
    if not leaves:
        return found
    own = Membership.objects.in_force(on).filter(
        user=OuterRef("delegation__lender"),
        facility=OuterRef("facility"),
        role__permissions__content_type__app_label="staff",
        role__permissions__codename=OuterRef("permission"),
    )
    rights = DelegatedRight.objects.filter(Exists(own), delegation__in=leaves)
    for codename, facility_id in rights.values_list("permission", "facility_id"):
        found[codename].add(facility_id)
    return found
