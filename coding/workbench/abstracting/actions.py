"""Writes of abstracts: one item stated or taken back; and the fields a facility adds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from audit import gate
from audit.trail.enums import Category
from coding.workbench.abstracting.enums import FieldKind
from coding.workbench.abstracting.items import ITEMS, LOCAL, read_item
from coding.workbench.abstracting.models import Abstract, AbstractField
from coding.workbench.abstracting.reading import CODED_ITEMS, abstract_of
from coding.workbench.changing import changing
from coding.workbench.models import CodingRecord
from hims.lib.access import Permission
from hims.lib.errors import DomainError
from hims.lib.text import fold, squeeze
from hims.staff.models import Facility, User
from records.encounters.models import Provider

MOST_FIELDS, MOST_CHOICES, LONGEST_CHOICE = 40, 40, 60


@dataclass(frozen=True)
class Stated:
    """One item changed. before: what brings the former state back when it is sent again."""

    name: str
    label: str
    before: str


@gate.command(Permission.CODING_EDIT, subject="record", event="coding.abstract_set", detail=("name",))
def set_item(*, by: User, record: CodingRecord, version: int, name: str, text: str) -> Stated:
    """An item of the abstract is stated; "" takes it back, and so does saying what registration says.

    The stay is grouped anew and its edits are settled, as after every change. Raises StaleCoding, and DomainError (field: the
    item) for what cannot be.
    """
    with changing(record, version) as draft:
        locked = draft.record
        fields = {row.key: row for row in AbstractField.objects.filter(facility=locked.facility_id)}
        value = read_item(name, text, draft.stay, fields)
        row = abstract_of(locked) or Abstract(record=locked)
        before = _write(locked, row, name, value)
        row.changed_by, row.changed_at = by, timezone.now()
        row.save()
        locked.abstract = row
    key = name.removeprefix(LOCAL)
    return Stated(name, ITEMS[name].label if name in ITEMS else fields[key].label, before)


def _write(record: CodingRecord, row: Abstract, name: str, value: Any) -> str:
    """The value on the row; what stood there before, as text."""
    if name.startswith(LOCAL):
        key = name.removeprefix(LOCAL)
        before = row.local.pop(key, "")
        if value:
            row.local[key] = value
        return str(before)
    stood = getattr(row, name)
    row.against.pop(name, None)
    if name in CODED_ITEMS:
        registered = getattr(record.encounter, name)
        value = "" if value == registered else value
        if value:
            row.against[name] = registered
    elif name == "attending" and value is not None and value.pk == record.encounter.attending_id:
        value = None
    setattr(row, name, value)
    if isinstance(stood, Provider):
        return str(stood.pk)
    return "" if stood is None else str(stood)


@gate.command(
    Permission.CODING_POLICY,
    subject="facility",
    event="abstract.field_added",
    category=Category.CREATE,
    detail=("label",),
)
def add_field(*, by: User, facility: Facility, label: str, kind: str, choices: list[str]) -> AbstractField:
    """The facility's abstracts get a field. Raises DomainError naming label, kind or choices."""
    words = squeeze(label)
    key = "_".join(fold(words).replace("-", " ").split())[:40]
    Facility.objects.select_for_update().only("pk").get(pk=facility.pk)
    rows = AbstractField.objects.filter(facility=facility)
    if not words or len(words) > 60:
        raise DomainError("Give the field a name of at most 60 characters.", field="label")
    if kind not in FieldKind.values:
        raise DomainError("Choose what the field takes.", field="kind")
    if rows.filter(key=key).exists():
        raise DomainError(f"{facility.name} has a field of this name already.", field="label")
    if rows.count() >= MOST_FIELDS:
        raise DomainError(f"A facility has at most {MOST_FIELDS} fields of its own.", field="label")
    return AbstractField.objects.create(
        facility=facility, key=key, label=words, kind=kind, choices=_choices(kind, choices), changed_by=by,
        changed_at=timezone.now(),
    )  # fmt: skip


def _choices(kind: str, choices: list[str]) -> list[str]:
    wanted = list(dict.fromkeys(filter(None, map(squeeze, choices))))
    if kind != FieldKind.CHOICE:
        if wanted:
            raise DomainError("Only a choice has a list.", field="choices")
        return []
    if len(wanted) < 2:
        raise DomainError("List at least two choices, one a line.", field="choices")
    if len(wanted) > MOST_CHOICES or any(len(each) > LONGEST_CHOICE or "," in each for each in wanted):
        raise DomainError(
            f"At most {MOST_CHOICES} choices of {LONGEST_CHOICE} characters, without commas.", field="choices"
        )
    return wanted


@gate.command(Permission.CODING_POLICY, subject="field", event="abstract.field_switched", detail=("active",))
def switch_field(*, by: User, field: AbstractField, active: bool) -> AbstractField:
    """The field is shown from now on, or no longer; what was entered stays."""
    AbstractField.objects.filter(pk=field.pk).update(active=active, changed_by=by, changed_at=timezone.now())
    field.active = active
    return field
