"""Where a person is signed in."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from hims.lib.ids import uuid7
from hims.staff.sessions.rules import LIFETIME


class End(models.TextChoices):
    """Why a sign-in is over."""

    SIGNED_OUT = "signed_out", "signed out"
    BY_OWNER = "by_owner", "ended from another device"
    BY_ADMINISTRATOR = "by_administrator", "ended by an administrator"
    PASSWORD_CHANGED = "password_changed", "the password was changed"
    EXPIRED = "expired", "twelve hours were over"


class SignInQuerySet(models.QuerySet["SignIn"]):
    def open(self, at: datetime) -> SignInQuerySet:
        """Neither ended nor older than its lifetime."""
        return self.filter(ended_at__isnull=True, signed_in_at__gt=at - LIFETIME)


class SignIn(models.Model):
    """One browser in which a person has signed in, from then until it ends.

    The session carries the id of this row and counts only while the row is open, so that ending the row ends the session with
    the next request. last_active_at: when the person last did something, to within a sixtieth of the idle limit.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sign_ins")
    address = models.GenericIPAddressField(null=True, blank=True)
    browser = models.CharField(max_length=80, blank=True)
    signed_in_at = models.DateTimeField()
    last_active_at = models.DateTimeField()
    locked_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end = models.CharField(max_length=20, choices=End.choices, blank=True)

    objects = SignInQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, end="") | (Q(ended_at__isnull=False) & ~Q(end="")),
                name="sign_in_ends_for_a_reason",
            ),
            models.CheckConstraint(condition=Q(last_active_at__gte=F("signed_in_at")), name="active_after_sign_in"),
        ]
        indexes = [models.Index(fields=["user", "-signed_in_at"], name="sign_in_of_user")]

    def __str__(self) -> str:
        return f"{self.user} at {self.address or 'this machine'}, {self.browser or 'unknown program'}"

    def is_locked(self, at: datetime, limit: timedelta) -> bool:
        """True when locked by hand, or when nothing was done for as long as the limit."""
        return self.locked_at is not None or at - self.last_active_at >= limit
