"""What people keep beside the code sets. Rows of a person are that person's alone, also for the database."""

from __future__ import annotations

from typing import Any, Self

from django.db import models

from audit.authority import authority_of
from coding.codesets.enums import CodeSystem
from coding.codesets.models import CODE_LENGTH
from coding.codesets.rules import dotted
from coding.shelf.enums import PlaceKind
from hims.lib.access import Permission
from hims.staff.models import Facility, User


class OwnedQuerySet(models.QuerySet[Any, Any]):
    """Rows that belong to one person."""

    def visible_to(self, user: User, permission: Permission) -> Self:
        """The person's own rows, whatever the permission."""
        return self.filter(owner=user)


class CommentQuerySet(models.QuerySet[Any, Any]):
    """Rows that belong to a facility."""

    def visible_to(self, user: User, permission: Permission) -> Self:
        """Rows of the facilities at which the person holds the permission."""
        return self.filter(facility_id__in=authority_of(user).at(permission))


class CodeGroup(models.Model):
    """A named group of codes of one person, such as "Hip replacement, routine"."""

    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    position = models.PositiveSmallIntegerField(default=0)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="code_group_once")]
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name


class Favourite(models.Model):
    """A code with a star. group null: among the loose favourites. code: undotted, of ICD-10-CM or ICD-10-PCS."""

    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    group = models.ForeignKey(CodeGroup, null=True, blank=True, on_delete=models.CASCADE, related_name="favourites")
    system = models.CharField(max_length=24, choices=CodeSystem.choices)
    code = models.CharField(max_length=CODE_LENGTH)
    position = models.PositiveSmallIntegerField(default=0)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "group", "system", "code"], name="favourite_once", nulls_distinct=False
            )
        ]
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.display

    @property
    def display(self) -> str:
        """The code as printed."""
        return dotted(self.code) if self.system == CodeSystem.ICD10CM else self.code


class PersonalNote(models.Model):
    """What one person wrote to a code for themselves."""

    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    system = models.CharField(max_length=24, choices=CodeSystem.choices)
    code = models.CharField(max_length=CODE_LENGTH)
    text = models.TextField()
    updated_at = models.DateTimeField(auto_now=True)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "system", "code"], name="personal_note_once")]

    def __str__(self) -> str:
        return f"note on {self.code}"


class CodeComment(models.Model):
    """A remark on a code for everyone who codes at a facility; its author may withdraw it. About codes, never about patients."""

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    system = models.CharField(max_length=24, choices=CodeSystem.choices)
    code = models.CharField(max_length=CODE_LENGTH)
    text = models.TextField()
    written_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = CommentQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["facility", "system", "code", "written_at"], name="code_comments")]
        ordering = ["-written_at", "-pk"]

    def __str__(self) -> str:
        return f"comment on {self.code}"


class Bookmark(models.Model):
    """A place in a book that one person wants to come back to. place: what names it there, as in the address."""

    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=PlaceKind.choices)
    place = models.CharField(max_length=120)
    label = models.CharField(max_length=120)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "kind", "place"], name="bookmark_once")]
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.label
