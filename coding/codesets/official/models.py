"""Loads of official files, the journal that takes them back, and what only official files give.

Rows of `Code`, `CodeNote`, `CodeSetRelease` and `PoaExemption` are changed in place and journaled in `CodeSetChange`.
Everything else here hangs on its load: an edition with its days. Which edition holds on a day: `editions_on`.
"""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse

from coding.codesets.models import CODE_LENGTH
from coding.codesets.official.enums import IndexBook, LoadKind, LoadState
from hims.lib.ids import uuid7


class LoadQuerySet(models.QuerySet["CodeSetLoad"]):
    """Loads by what they are part of."""

    def in_force(self) -> LoadQuerySet:
        """Loads that are part of the code sets now, whatever the day they are for."""
        return self.filter(state__in=(LoadState.LOADED, LoadState.ROLLING_BACK))

    def on(self, kind: str, day: date) -> LoadQuerySet:
        """Editions of a kind that cover `day`; the first one holds (the newest start, then the newest load)."""
        covering = self.in_force().filter(kind=kind, effective_from__lte=day).exclude(effective_to__lt=day)
        return covering.order_by("-effective_from", "-applied_order")


class CodeSetLoad(models.Model):
    """One official file, from its upload to its rollback. Never deleted: who loaded what stays known.

    effective_from, effective_to: days the edition is for, both inclusive; a later edition holds from its own start.
    asked_to: the last day the person gave, null when the year of the edition decides.
    edition: what the file says of itself ("2025"), "" when it says nothing.
    counts: read created updated unchanged rejected, and added deleted retitled revalidated.
    diff: for each of these four the first lines, as [code, what was, what is].
    refusal: the sentence with line or element, when REFUSED. applied_order: place in the order of loading.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=24, choices=LoadKind.choices)
    state = models.CharField(max_length=12, choices=LoadState.choices, default=LoadState.CHECKING)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveBigIntegerField()
    edition = models.CharField(max_length=80, blank=True)
    effective_from = models.DateField()
    effective_to = models.DateField(null=True, blank=True)
    asked_to = models.DateField(null=True, blank=True)
    counts = models.JSONField(default=dict)
    diff = models.JSONField(default=dict)
    refusal = models.TextField(blank=True)
    applied_order = models.PositiveIntegerField(null=True, blank=True, unique=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    loaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    loaded_at = models.DateTimeField(null=True, blank=True)
    rolled_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    rolled_back_at = models.DateTimeField(null=True, blank=True)
    attestation = models.TextField(blank=True)
    attested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    attested_at = models.DateTimeField(null=True, blank=True)

    objects = LoadQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(effective_to__isnull=True) | Q(effective_to__gte=models.F("effective_from")),
                name="codeset_load_span",
            ),
            models.CheckConstraint(
                condition=~Q(kind=LoadKind.CPT) | Q(attested_by__isnull=False, attested_at__isnull=False),
                name="codeset_load_cpt_attested",
            ),
        ]
        indexes = [models.Index(fields=["kind", "effective_from"], name="codeset_load_kind")]
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} from {self.effective_from}: {self.file_name}"

    def get_absolute_url(self) -> str:
        return reverse("codesets:load", args=[self.pk])


class CodeSetLoadFile(models.Model):
    """The bytes of a load, gzipped: a rollback of an earlier load, or a new default, applies later ones again."""

    load = models.OneToOneField(CodeSetLoad, on_delete=models.CASCADE, primary_key=True, related_name="file")
    content = models.BinaryField()

    def __str__(self) -> str:
        return f"file of {self.load_id}"


class CodeSetChange(models.Model):
    """One row a load changed: how it was and how it is, as the database writes it in JSON.

    before null: the load made the row. after null: the load took it away. table: name of the table.
    """

    load = models.ForeignKey(CodeSetLoad, on_delete=models.CASCADE, related_name="changes")
    table = models.CharField(max_length=40)
    row_id = models.BigIntegerField()
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["load", "table", "row_id"], name="codeset_change_once")]

    def __str__(self) -> str:
        return f"{self.table} {self.row_id}"


class IndexTerm(models.Model):
    """One line of an alphabetic book, in printed order.

    number: place in the book, from 0. parent: number of the line above it in the tree, null for main terms (level 0).
    path: the titles from the main term down, joined by ", ", as `see` entries refer to them.
    nonessential: modifiers in parentheses, as printed. codes: undotted; a trailing "-" marks an incomplete code of
    ICD-10-CM, and in the PCS book anything shorter than seven characters is one. categories: "see category".
    manifestation: the second code of a pair. cells: the columns 2 to 7 of the neoplasm and drug tables, "" for none.
    use: (PCS) the value of a table to use for this word.
    """

    load = models.ForeignKey(CodeSetLoad, on_delete=models.CASCADE, related_name="terms")
    book = models.CharField(max_length=24, choices=IndexBook.choices)
    number = models.PositiveIntegerField()
    parent = models.PositiveIntegerField(null=True)
    level = models.PositiveSmallIntegerField()
    letter = models.CharField(max_length=4)
    title = models.TextField()
    nonessential = models.TextField(blank=True)
    path = models.TextField()
    codes = ArrayField(models.CharField(max_length=CODE_LENGTH), default=list)
    categories = ArrayField(models.CharField(max_length=CODE_LENGTH), default=list)
    manifestation = models.CharField(max_length=CODE_LENGTH, blank=True)
    see = models.TextField(blank=True)
    see_also = models.TextField(blank=True)
    use = models.TextField(blank=True)
    cells = ArrayField(models.CharField(max_length=CODE_LENGTH), default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["load", "number"], name="index_term_once")]
        indexes = [models.Index(fields=["load", "parent", "number"], name="index_term_children")]
        ordering = ["load", "number"]

    def __str__(self) -> str:
        return self.path


class PcsTable(models.Model):
    """One table of ICD-10-PCS: three characters with their labels, and the meaning of the operation."""

    load = models.ForeignKey(CodeSetLoad, on_delete=models.CASCADE, related_name="tables")
    characters = models.CharField(max_length=3)
    section = models.CharField(max_length=200)
    body_system = models.CharField(max_length=200)
    operation = models.CharField(max_length=200)
    axis_titles = ArrayField(models.CharField(max_length=80), default=list, help_text="titles of axes 1 to 3")
    definition = models.TextField(blank=True)
    position = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["load", "characters"], name="pcs_table_once")]
        ordering = ["load", "position"]

    def __str__(self) -> str:
        return f"{self.characters} {self.operation}, {self.body_system}"


class PcsTableRow(models.Model):
    """One row of a table: every combination of its values is a code.

    axes: for characters 4 to 7 in order, {"title": "Body Part", "values": [["6", "Cerebral Ventricle"], ...]}.
    """

    load = models.ForeignKey(CodeSetLoad, on_delete=models.CASCADE, related_name="table_rows")
    characters = models.CharField(max_length=3)
    position = models.PositiveIntegerField()
    axes = models.JSONField()
    code_count = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["load", "characters", "position"], name="pcs_row_once")]
        ordering = ["load", "characters", "position"]

    def __str__(self) -> str:
        return f"{self.characters} row {self.position + 1}"


class PcsDefinition(models.Model):
    """What one value of an axis means: a label of the tables, with definition, explanation and what it includes."""

    load = models.ForeignKey(CodeSetLoad, on_delete=models.CASCADE, related_name="definitions")
    section = models.CharField(max_length=1)
    axis = models.PositiveSmallIntegerField()
    axis_title = models.CharField(max_length=80)
    title = models.CharField(max_length=200)
    definition = models.TextField(blank=True)
    explanation = models.TextField(blank=True)
    includes = ArrayField(models.TextField(), default=list)
    position = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["load", "position"], name="pcs_definition_once")]
        indexes = [models.Index(fields=["load", "section", "axis"], name="pcs_definition_axis")]
        ordering = ["load", "position"]

    def __str__(self) -> str:
        return self.title


class PcsDeviceGroup(models.Model):
    """Which specific device is coded to which general one, by operation and body system."""

    load = models.ForeignKey(CodeSetLoad, on_delete=models.CASCADE, related_name="device_groups")
    device = models.CharField(max_length=200)
    operation = models.CharField(max_length=200)
    body_systems = ArrayField(models.CharField(max_length=120), default=list)
    parent_value = models.CharField(max_length=1)
    parent_title = models.CharField(max_length=200)
    position = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["load", "position"], name="pcs_device_group_once")]
        ordering = ["load", "position"]

    def __str__(self) -> str:
        return f"{self.device} as {self.parent_title}"


class DrgWeight(models.Model):
    """One line of Table 5: what an MS-DRG weighs in a fiscal year.

    weight null: the table prints none. gmlos, amlos: days. The days it holds for are those of its load.
    """

    load = models.ForeignKey(CodeSetLoad, on_delete=models.CASCADE, related_name="weights")
    drg = models.CharField(max_length=3)
    title = models.CharField(max_length=200)
    mdc = models.CharField(max_length=4, blank=True)
    drg_type = models.CharField(max_length=8, blank=True)
    weight = models.DecimalField(max_digits=8, decimal_places=4, null=True)
    gmlos = models.DecimalField(max_digits=6, decimal_places=1, null=True)
    amlos = models.DecimalField(max_digits=6, decimal_places=1, null=True)
    post_acute = models.BooleanField()
    special_pay = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["load", "drg"], name="drg_weight_once")]
        ordering = ["load", "drg"]

    def __str__(self) -> str:
        return f"{self.drg} {self.weight}"
