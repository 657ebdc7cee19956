"""People who sign in, the facilities they work at, and the role they have there."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.models import AbstractBaseUser, Group, PermissionsMixin, UserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models import Q

from hims.lib.access import Permission
from hims.lib.ids import uuid7
from hims.staff.passwords import MAX_LENGTH, normalised


class User(AbstractBaseUser, PermissionsMixin):
    """One person (or the system itself); nobody shares one.

    is_service: a program's account, which never signs in and acts through API tokens only.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    username = models.CharField(max_length=150, unique=True, validators=[UnicodeUsernameValidator()])
    display_name = models.CharField(max_length=120)
    email = models.EmailField(blank=True)
    job_title = models.CharField(max_length=120, blank=True)
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    is_system = models.BooleanField(default=False, editable=False)
    is_service = models.BooleanField(default=False)
    date_joined = models.DateTimeField(auto_now_add=True)

    objects = UserManager["User"]()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["display_name"]

    def __str__(self) -> str:
        return self.display_name or self.username

    def get_full_name(self) -> str:
        return self.display_name

    # Set on the user of a request that came with an API token: the permissions the token carries, at most.
    token_scopes: frozenset[str] | None = None

    def set_password(self, raw_password: str | None) -> None:
        """Keep the password as `hims.staff.passwords` normalises it."""
        super().set_password(raw_password and normalised(raw_password))

    def check_password(self, raw_password: str | None) -> bool:
        """False at once for what is longer than any password can be."""
        if raw_password is None or len(raw_password) > 4 * MAX_LENGTH:
            return False
        return super().check_password(normalised(raw_password))


class Facility(models.Model):
    """A hospital or clinic; the scope in which medical record numbers are unique and people may look."""

    id = models.SmallAutoField(primary_key=True)
    code = models.CharField(max_length=12, unique=True)
    name = models.CharField(max_length=120)
    time_zone = models.CharField(max_length=40, default="America/Chicago")
    npi = models.CharField(max_length=10, blank=True)
    tax_id = models.CharField(max_length=9, blank=True)
    taxonomy_code = models.CharField(max_length=10, blank=True)
    address_line = models.CharField(max_length=55, blank=True)
    city = models.CharField(max_length=30, blank=True)
    state = models.CharField(max_length=2, blank=True)
    postal_code = models.CharField(max_length=9, blank=True)
    phone = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ["code"]
        verbose_name_plural = "facilities"

    def __str__(self) -> str:
        return self.name


class MembershipQuerySet(models.QuerySet["Membership"]):
    def in_force(self, on: date) -> MembershipQuerySet:
        """Memberships that hold on a day."""
        return self.filter(Q(valid_from__lte=on), Q(valid_to__isnull=True) | Q(valid_to__gte=on))


class Membership(models.Model):
    """A person has a role at a facility for a time."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    facility = models.ForeignKey(Facility, on_delete=models.CASCADE, related_name="memberships")
    role = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="memberships")
    valid_from = models.DateField(default=date.today)
    valid_to = models.DateField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "facility", "role"], name="membership_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user} as {self.role} at {self.facility}"


class AccessRight(models.Model):
    """Carries the permissions of `hims.lib.access` in Django's permission table; has no rows and no table."""

    class Meta:
        managed = False
        default_permissions = ()
        permissions = [(permission.value, permission.label) for permission in Permission]


import hims.staff.delegations  # noqa: E402  (its models belong to this app, like those of the next ones)
import hims.staff.keys.models  # noqa: E402
import hims.staff.sessions.models  # noqa: E402
import hims.staff.tokens.models  # noqa: E402, F401
