"""The index HIMS makes itself from titles and inclusion terms, for as long as no official book is loaded."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from coding.codesets.models import CODE_LENGTH, EffectiveQuerySet


class OwnIndexBuild(models.Model):
    """One making of the index; the newest one is read, older ones are removed with the next.

    fingerprint: sha256 over the releases and the rule it was made by.
    """

    fingerprint = models.CharField(max_length=64)
    built_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.fingerprint[:12]


class OwnIndexTerm(models.Model):
    """One line of our own index; the fields are those of an official one, with the days on which its codes are in force.

    book: an IndexBook. number: place in the book. codes: undotted; a trailing "-" marks an incomplete code.
    """

    build = models.ForeignKey(OwnIndexBuild, on_delete=models.CASCADE, related_name="terms", db_index=False)
    book = models.CharField(max_length=24)
    number = models.PositiveIntegerField()
    parent = models.PositiveIntegerField(null=True)
    level = models.PositiveSmallIntegerField()
    letter = models.CharField(max_length=4)
    title = models.TextField()
    path = models.TextField()
    codes = ArrayField(models.CharField(max_length=CODE_LENGTH), default=list)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    objects = EffectiveQuerySet["OwnIndexTerm"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["build", "book", "number"], name="own_index_term_once")]
        indexes = [models.Index(fields=["build", "book", "parent", "number"], name="own_index_children")]
        ordering = ["build", "book", "number"]

    def __str__(self) -> str:
        return self.path
