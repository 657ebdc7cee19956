"""Background work as rows: the database is the truth, the broker only a doorbell."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from hims.lib.ids import uuid7


class JobState(models.TextChoices):
    PENDING = "pending", "waiting"
    DONE = "done", "done"
    DEAD = "dead", "given up"


class Job(models.Model):
    """One piece of work, written in the transaction that asks for it (outbox) and done exactly once.

    payload: ids and options only, never patient data. key: doing the same work twice is refused by the database.
    batch: jobs that belong to one request of a person; its progress is the share of jobs done.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=80)
    key = models.CharField(max_length=160, unique=True)
    batch = models.UUIDField(null=True, blank=True)
    payload = models.JSONField(default=dict)
    actor_id = models.UUIDField()
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True, blank=True)
    result = models.JSONField(default=dict)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["created_at"], name="job_pending", condition=Q(state="pending")),
            models.Index(fields=["created_at"], name="job_dead", condition=Q(state="dead")),
            models.Index(fields=["batch"], name="job_batch", condition=Q(batch__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.key}"


class Heartbeat(models.Model):
    """When a process last showed that it lives."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} at {self.at:%H:%M:%S}"
