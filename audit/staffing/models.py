"""Accounts as administrators see them, exceptions from the separation of duties, external audits, reviews of access."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.auth.models import Group
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from audit.authority import authority_of
from hims.lib.access import Permission
from hims.lib.ids import uuid7
from hims.staff.models import Facility, Membership, User


class AccountQuerySet(models.QuerySet["Account"]):
    """People by the facilities at which they hold a role."""

    def visible_to(self, user: User, permission: Permission) -> AccountQuerySet:
        """People with a role, now or formerly, at a facility where `user` holds `permission`; and those without any role."""
        mine = authority_of(user).at(permission)
        if not mine:
            return self.none()
        people = self.filter(is_system=False)
        if mine >= set(Facility.objects.values_list("pk", flat=True)):
            return people
        roles = Membership.objects.filter(user=OuterRef("pk"))
        return people.filter(Exists(roles.filter(facility__in=mine)) | ~Exists(roles))

    def holding(self, permission: Permission, facility: Facility, on: date) -> AccountQuerySet:
        """Active people who hold the permission at the facility by a role of their own."""
        roles = Membership.objects.in_force(on).filter(
            user=OuterRef("pk"),
            facility=facility,
            role__permissions__content_type__app_label="staff",
            role__permissions__codename=permission.value,
        )
        return self.filter(Exists(roles), is_active=True, is_system=False)


class Account(User):
    """A person who signs in, as the gate hands it to whoever manages accounts."""

    objects = AccountQuerySet.as_manager()  # type: ignore[assignment, misc]

    class Meta:
        proxy = True

    @property
    def facility_ids(self) -> list[int]:
        """For the trail: where the person holds or held a role."""
        return sorted({membership.facility_id for membership in self.memberships.all()})


class AtFacilityQuerySet(models.QuerySet[Any, Any]):
    """Rows of one facility each."""

    def visible_to(self, user: User, permission: Permission) -> AtFacilityQuerySet:
        """Those of the facilities at which `user` holds `permission`."""
        return self.filter(facility__in=authority_of(user).at(permission))


class PasswordTicket(models.Model):
    """Leave to choose a new password once. Only the SHA-256 of the code is kept."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="password_tickets")
    digest = models.CharField(max_length=64, unique=True)
    issued_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    issued_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["user"], name="ticket_open", condition=Q(used_at__isnull=True))]

    def __str__(self) -> str:
        return f"new password of {self.user}"


class SodException(models.Model):
    """Leave for one person to hold duties together that belong apart: asked for by one, approved by another, with an end.

    role, facility, valid_from, valid_to: the membership that brings the duties together; it begins with the approval.
    duties: keys of audit.staffing.duties.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="sod_exceptions")
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+")
    role = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateField()
    valid_to = models.DateField()
    duties = ArrayField(models.CharField(max_length=40))
    reason = models.CharField(max_length=500)
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(auto_now_add=True)
    approver = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    approved = models.BooleanField(null=True)
    note = models.CharField(max_length=500, blank=True)

    objects = AtFacilityQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(valid_to__gte=F("valid_from")), name="sod_exception_ends_after_start"),
            models.CheckConstraint(
                condition=~Q(approver=F("requested_by")) & ~Q(approver=F("user")) & ~Q(requested_by=F("user")),
                name="sod_exception_by_two_others",
            ),
            models.CheckConstraint(
                condition=Q(approved__isnull=True, decided_at__isnull=True)
                | Q(approved__isnull=False, decided_at__isnull=False),
                name="sod_exception_decided_once",
            ),
            models.UniqueConstraint(
                fields=["user", "facility", "role"], condition=Q(approved__isnull=True), name="sod_exception_asked_once"
            ),
        ]
        indexes = [
            models.Index(fields=["approver"], name="sod_exception_waiting", condition=Q(approved__isnull=True)),
            models.Index(fields=["user", "valid_to"], name="sod_exception_of_user", condition=Q(approved=True)),
        ]

    def __str__(self) -> str:
        return f"{self.user} as {self.role} at {self.facility}"


class ExternalAudit(models.Model):
    """Somebody from outside looks at a list of charts of one facility for a time. The list itself are access grants."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+")
    auditor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="external_audits")
    title = models.CharField(max_length=120)
    starts_on = models.DateField()
    ends_on = models.DateField()
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = AtFacilityQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="external_audit_ends_after_start"),
            models.CheckConstraint(condition=~Q(auditor=F("opened_by")), name="external_audit_opened_by_another"),
        ]
        indexes = [
            models.Index(fields=["facility", "-created_at", "-id"], name="external_audit_list"),
            models.Index(fields=["auditor", "ends_on"], name="external_audit_of_auditor"),
        ]

    def __str__(self) -> str:
        return self.title


class AccessReview(models.Model):
    """One campaign: every role held at a facility is confirmed or ended by somebody who does not hold it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=120)
    due_on = models.DateField()
    started_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = AtFacilityQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["facility"], condition=Q(closed_at__isnull=True), name="access_review_open_once"
            ),
        ]
        indexes = [models.Index(fields=["facility", "-started_at", "-id"], name="access_review_list")]

    def __str__(self) -> str:
        return self.title


class Decision(models.TextChoices):
    """What the reviewer decided; empty while it waits."""

    WAITING = "", "waiting"
    KEEP = "keep", "keep"
    END = "end", "end"


class ReviewItemQuerySet(models.QuerySet["AccessReviewItem"]):
    def visible_to(self, user: User, permission: Permission) -> ReviewItemQuerySet:
        """Those of reviews at the facilities at which `user` holds `permission`."""
        return self.filter(review__facility__in=authority_of(user).at(permission))


class AccessReviewItem(models.Model):
    """One role of one person, as it stood when the review began, and what was decided.

    last_sign_in_at, duties: what the reviewer was shown; duties: keys of conflicts (audit.staffing.duties).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    review = models.ForeignKey(AccessReview, on_delete=models.CASCADE, related_name="items")
    membership = models.ForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    user_name = models.CharField(max_length=120)
    role_name = models.CharField(max_length=150)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    last_sign_in_at = models.DateTimeField(null=True, blank=True)
    duties = ArrayField(models.CharField(max_length=40), default=list)
    reviewer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    decision = models.CharField(max_length=4, choices=Decision.choices, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = ReviewItemQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["review", "user", "role_name"], name="access_review_item_once"),
            models.CheckConstraint(condition=~Q(reviewer=F("user")), name="access_review_by_another"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("user")), name="access_decided_by_another"
            ),
            models.CheckConstraint(
                condition=Q(decision="", decided_at__isnull=True, decided_by__isnull=True)
                | (~Q(decision="") & Q(decided_at__isnull=False, decided_by__isnull=False)),
                name="access_review_decided_with_name",
            ),
            models.CheckConstraint(condition=~Q(decision="end", reason=""), name="access_ended_with_reason"),
        ]
        indexes = [models.Index(fields=["review", "user_name", "id"], name="access_review_items")]

    def __str__(self) -> str:
        return f"{self.user_name}, {self.role_name}"

    @property
    def facility_id(self) -> int:
        """For the trail."""
        return self.review.facility_id


def external_audits_now(user: User, on: date) -> models.QuerySet[ExternalAudit]:
    """Audits for which the person may look at charts on that day."""
    return ExternalAudit.objects.filter(auditor=user, starts_on__lte=on, ends_on__gte=on, closed_at__isnull=True)
