"""Code sets with effective dates. Nothing is deactivated by loading something newer: dates decide."""

from __future__ import annotations

from datetime import date
from typing import TypeVar

from django.db import models
from django.urls import reverse

from coding.codesets.enums import CodeKind, CodeSystem, NoteKind, SeverityLevel
from coding.codesets.rules import FIRST_DAY, dotted

_M = TypeVar("_M", bound=models.Model, covariant=True)

CODE_LENGTH = 16


class EffectiveQuerySet(models.QuerySet[_M]):
    """Rows that carry `valid_from` and `valid_to` (inclusive; null while no end is known)."""

    def on(self, day: date) -> EffectiveQuerySet[_M]:
        """Rows in force on `day`."""
        return self.filter(valid_from__lte=day).exclude(valid_to__lt=day)


def _span_check(name: str, start: str = "valid_from", end: str = "valid_to") -> models.CheckConstraint:
    ends_later = models.Q(**{f"{end}__isnull": True}) | models.Q(**{f"{end}__gte": models.F(start)})
    return models.CheckConstraint(condition=ends_later, name=name)


class CodeSetRelease(models.Model):
    """One published state of a code set: in force from `effective_from` to `effective_to`, both inclusive.

    sha256: fingerprint of the files and rules it was read from; an unchanged one means nothing to load.
    effective_to null: in force until something newer is known.
    load: the official file it came from; null for what HIMS brings along.
    """

    system = models.CharField(max_length=24, choices=CodeSystem.choices)
    label = models.CharField(max_length=80)
    effective_from = models.DateField()
    effective_to = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    loaded_at = models.DateTimeField(auto_now_add=True)
    code_count = models.PositiveIntegerField()
    added_count = models.PositiveIntegerField(default=0)
    deleted_count = models.PositiveIntegerField(default=0)
    untitled_count = models.PositiveIntegerField(default=0)
    load = models.ForeignKey(
        "coding.CodeSetLoad", null=True, blank=True, on_delete=models.PROTECT, related_name="releases"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["system", "effective_from"], name="codeset_release_once"),
            _span_check("codeset_release_span", "effective_from", "effective_to"),
        ]
        ordering = ["system", "-effective_from"]

    def __str__(self) -> str:
        return self.label


class Code(models.Model):
    """One code, heading, block or chapter during one span of validity.

    code: undotted upper case; blocks as `A00-A09`, chapters by their number.
    kind CODE: reportable in this span. The same characters may be a code first and a heading later
    (a code that was subdivided): two rows, whose spans do not overlap.
    long_title "": the installed packages hold none; presenters borrow from the nearest ancestor.
    """

    system = models.CharField(max_length=24, choices=CodeSystem.choices)
    code = models.CharField(max_length=CODE_LENGTH)
    kind = models.CharField(max_length=8, choices=CodeKind.choices)
    short_title = models.CharField(max_length=80, blank=True)
    long_title = models.CharField(max_length=2000, blank=True)
    parent = models.CharField(max_length=CODE_LENGTH, blank=True)
    block = models.CharField(max_length=CODE_LENGTH, blank=True)
    chapter = models.CharField(max_length=CODE_LENGTH, blank=True)
    position = models.PositiveIntegerField(help_text="order of the printed list")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    objects = EffectiveQuerySet["Code"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["system", "code", "valid_from"], name="code_once"),
            _span_check("code_span"),
        ]
        indexes = [models.Index(fields=["system", "parent", "position"], name="code_children")]
        ordering = ["system", "position", "valid_from"]

    def __str__(self) -> str:
        return f"{self.display} {self.long_title}".strip()

    def get_absolute_url(self) -> str:
        return reverse("codesets:detail", args=[self.system, self.code])

    @property
    def display(self) -> str:
        """The code as printed, with its dot."""
        return dotted(self.code) if self.system == CodeSystem.ICD10CM else self.code

    @property
    def billable(self) -> bool:
        """True when this entry can be reported in its span."""
        return self.kind == CodeKind.CODE


class CodeNote(models.Model):
    """One instructional note at the entry where it is printed; entries below inherit it.

    mark: the character itself for 7th-character definitions, else "".
    Ask for the notes of a day: two releases may print different ones.
    """

    system = models.CharField(max_length=24, choices=CodeSystem.choices)
    code = models.CharField(max_length=CODE_LENGTH)
    kind = models.CharField(max_length=20, choices=NoteKind.choices)
    mark = models.CharField(max_length=1, blank=True)
    text = models.TextField()
    position = models.PositiveIntegerField()
    valid_from = models.DateField(default=FIRST_DAY)
    valid_to = models.DateField(null=True, blank=True)

    objects = EffectiveQuerySet["CodeNote"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["system", "code", "position", "valid_from"], name="code_note_once"),
            _span_check("code_note_span"),
        ]
        ordering = ["system", "code", "position"]

    def __str__(self) -> str:
        return f"{self.code} {self.kind}: {self.text}"


class CodeSeverity(models.Model):
    """CC or MCC of a diagnosis by date, as the MS-DRG versions define it."""

    code = models.CharField(max_length=CODE_LENGTH)
    level = models.CharField(max_length=3, choices=SeverityLevel.choices)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    objects = EffectiveQuerySet["CodeSeverity"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="code_severity_once"),
            _span_check("code_severity_span"),
        ]
        verbose_name_plural = "code severities"

    def __str__(self) -> str:
        return f"{self.code} {self.level}"


class PoaExemption(models.Model):
    """Diagnoses that need no present-on-admission indicator, as a code or a beginning of codes.

    seventh_characters: when not "", only codes with one of these 7th characters are meant.
    official: True for the list the site loaded, False for our conservative default, which it replaces.
    Source of the concept: ICD-10-CM Official Guidelines, Appendix I.
    """

    prefix = models.CharField(max_length=CODE_LENGTH)
    seventh_characters = models.CharField(max_length=20, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=200)
    official = models.BooleanField(default=False)

    objects = EffectiveQuerySet["PoaExemption"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["prefix", "seventh_characters", "valid_from", "official"], name="poa_exemption_once"
            ),
            _span_check("poa_exemption_span"),
        ]

    def __str__(self) -> str:
        return f"{self.prefix} {self.seventh_characters}".strip()


class CodeSearchIndex(models.Model):
    """The search index as it was built after the last load; one row, replaced with each build.

    fingerprint: sha256 over the releases and the index format.
    """

    fingerprint = models.CharField(max_length=64, unique=True)
    payload = models.BinaryField()
    entries = models.PositiveIntegerField()
    built_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.fingerprint[:12]
