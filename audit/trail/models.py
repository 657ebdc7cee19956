"""Who looked at, tried or did what: the append-only trail (table and rights: audit/migrations/0001)."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from audit.authority import authority_of
from hims.lib.access import Permission
from hims.staff.models import Facility, User

Hiding = Callable[[User], Q]
_hidings: list[Hiding] = []


def hide_from_trail(hiding: Hiding) -> None:
    """Events that match `hiding(user)` are kept from that user; for what must stay unknown to the person it is about."""
    _hidings.append(hiding)


class AuditEventQuerySet(models.QuerySet["AuditEvent"]):
    """Events by the facilities they concern."""

    def visible_to(self, user: User, permission: Permission) -> AuditEventQuerySet:
        """Events of facilities at which `user` holds `permission`, and those that concern no facility."""
        mine = authority_of(user).at(permission)
        if not mine:
            return self.none()
        rows = self
        for hiding in _hidings:
            hidden = hiding(user)
            rows = rows.exclude(hidden) if hidden else rows
        if mine >= set(Facility.objects.values_list("pk", flat=True)):
            return rows
        return rows.filter(Q(facility_ids__overlap=sorted(mine)) | Q(facility_ids=[]))


class AuditEvent(models.Model):
    """One event. Written only by audit/trail/writer.py, on its own connection; never changed, never deleted.

    request_id ties together what one request, job or command did. patient_ids: everyone whose data was shown or touched.
    canonical, leaf: the sealed bytes and SHA-256(0x00 || canonical), made by the database when the row is written.
    """

    id = models.BigIntegerField(primary_key=True)
    event_id = models.UUIDField()
    at = models.DateTimeField()
    request_id = models.UUIDField()
    actor_id = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=150)
    actor_role = models.CharField(max_length=200)
    event = models.CharField(max_length=60)
    category = models.CharField(max_length=12)
    result = models.CharField(max_length=12)
    purpose = models.CharField(max_length=20)
    source = models.CharField(max_length=10)
    address = models.GenericIPAddressField(null=True)
    facility_ids = ArrayField(models.IntegerField())
    patient_ids = ArrayField(models.UUIDField())
    object_type = models.CharField(max_length=40)
    object_id = models.CharField(max_length=64)
    detail = models.JSONField()
    canonical = models.BinaryField()
    leaf = models.BinaryField()

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "audit_event"

    def __str__(self) -> str:
        return f"{self.event} {self.result} by {self.actor_name}"
