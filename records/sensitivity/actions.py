"""Writes of labels, marked passages and consents; and the one look at a number that pages show in part."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from audit import gate
from audit.access.models import LabelConsent
from audit.trail.enums import Category
from hims.lib.access import Permission
from hims.lib.columns import require_fit
from hims.lib.errors import AccessDenied, DomainError, NotVisible
from hims.lib.labels import Label
from hims.lib.masking import MEMBER, national_kind
from hims.lib.text import squeeze
from hims.staff.models import Facility, User
from records.documents.models import Document
from records.encounters.models import Encounter
from records.encounters.signals import encounters_changed
from records.registry.models import Coverage, Patient, PatientIdentifier
from records.sensitivity.enums import UnmaskReason
from records.sensitivity.models import DocumentSection
from records.sensitivity.numbers import clear
from records.sensitivity.passages import places_of
from records.sensitivity.rules import ordered
from records.sensitivity.withheld import is_withheld_from

NOT_HERE = "Psychotherapy notes are written apart from the chart; nothing of the chart is labelled as one."
NOT_YOURS = "Only the author, or whoever manages restrictions, labels a document."
OVERTAKEN = "Somebody else has changed the labels since you opened this page. Open it again to see how they stand."
WITHHELD = "A passage of this document is withheld from you. Ask somebody who may read all of it."


@gate.command(Permission.RESTRICTION_MANAGE, subject="item", event="label.changed")
def label_item(*, by: User, item: Any, labels: Iterable[str], seen: Iterable[str] | None = None) -> Any:
    """The item carries these labels from now on. item: of a kind in selectors.LABELLED.

    seen: the labels that the person had before them; when they have changed since, nothing is done, as it would take back what
    somebody else protected. Raises DomainError; NotVisible when a label put on meanwhile hides the item from `by`.
    """
    return _label(by, Permission.RESTRICTION_MANAGE, item, labels, seen)


@gate.command(Permission.DOCUMENT_WRITE, subject="document", event="label.changed")
def label_own_document(
    *, by: User, document: Document, labels: Iterable[str], seen: Iterable[str] | None = None
) -> Document:
    """The same for the author of a document. Raises AccessDenied for anybody else."""
    _require_author(by, document)
    labelled: Document = _label(by, Permission.DOCUMENT_WRITE, document, labels, seen)
    return labelled


@gate.command(Permission.RESTRICTION_MANAGE, subject="document", event="passage.marked")
def mark_passage(*, by: User, document: Document, words: str, labels: Iterable[str]) -> Document:
    """Every place of the document, in all its versions, where these words stand, is withheld from whoever may not see the
    labels. Raises DomainError naming the field."""
    return _mark(by, Permission.RESTRICTION_MANAGE, document, words, labels)


@gate.command(Permission.DOCUMENT_WRITE, subject="document", event="passage.marked")
def mark_own_passage(*, by: User, document: Document, words: str, labels: Iterable[str]) -> Document:
    """The same for the author of a document. Raises AccessDenied for anybody else."""
    _require_author(by, document)
    return _mark(by, Permission.DOCUMENT_WRITE, document, words, labels)


@gate.command(Permission.RESTRICTION_MANAGE, subject="document", event="passage.unmarked")
def unmark_passage(*, by: User, document: Document, section_id: UUID) -> Document:
    """The mark goes from every version that has the same words marked. Raises NotVisible for a mark out of reach."""
    reach = DocumentSection.objects.visible_to(by, Permission.RESTRICTION_MANAGE)
    rows = list(reach.filter(version__document=document).select_related("version"))
    chosen = next((row for row in rows if row.pk == section_id), None)
    if chosen is None:
        raise NotVisible(gate.NOT_THERE)
    words = _words(chosen)
    DocumentSection.objects.filter(pk__in=[row.pk for row in rows if _words(row) == words]).delete()
    return document


@gate.command(Permission.RESTRICTION_MANAGE, subject="patient", event="consent.recorded", category=Category.CREATE)
def record_consent(
    *, by: User, patient: Patient, label: str, starts_on: date, ends_on: date | None = None, note: str = ""
) -> LabelConsent:
    """The patient allows this kind of information to be seen from the first day on, to the end of the last.

    Days are those of the facility. Raises DomainError naming the field.
    """
    if label == Label.PSYCHOTHERAPY:
        raise DomainError("A consent does not open psychotherapy notes; they stay their author's.", field="label")
    if ends_on is not None and ends_on < starts_on:
        raise DomainError("The consent ends before it starts.", field="ends_on")
    require_fit(LabelConsent, {"note": squeeze(note)})
    zone = ZoneInfo(_zone(patient))
    consent = LabelConsent.objects.create(
        patient_id=patient.pk, label=label, note=squeeze(note), recorded_by=by,
        during=DateTimeTZRange(_midnight(starts_on, zone), _midnight(ends_on + timedelta(1), zone) if ends_on else None),
    )  # fmt: skip
    _tell(by, patient.pk, label)
    return consent


@gate.command(Permission.RESTRICTION_MANAGE, subject="patient", event="consent.revoked")
def revoke_consent(*, by: User, patient: Patient, consent_id: UUID) -> LabelConsent:
    """Taken back: the next look does not find it any more. Raises DomainError when it is taken back already."""
    rows = LabelConsent.objects.select_for_update().filter(patient_id=patient.pk, pk=consent_id)
    consent: LabelConsent | None = rows.first()
    if consent is None:
        raise NotVisible(gate.NOT_THERE)
    if consent.revoked_at is not None:
        raise DomainError("This consent was taken back already.")
    consent.revoked_at, consent.revoked_by = timezone.now(), by
    consent.save(update_fields=["revoked_at", "revoked_by"])
    _tell(by, patient.pk, consent.label)
    return consent


@dataclass(frozen=True)
class Unmasked:
    """A number whole, for one view."""

    value: str = field(repr=False)
    masked_kind: str
    patient_ids: list[UUID]


@gate.command(
    Permission.IDENTIFIER_UNMASK, subject="patient", event="identifier.unmasked", category=Category.READ,
    detail=("kind", "reason"),
)  # fmt: skip
def unmask(*, by: User, patient: Patient, kind: str, number_id: int, reason: str) -> Unmasked:
    """The whole number. kind: "member", or the kind of a number that a state gave. reason: one of UnmaskReason.

    Raises DomainError without a reason, NotVisible for a number that is not this patient's.
    """
    if reason not in UnmaskReason.values:
        raise DomainError("Say why you need to see the number.", field="reason")
    value = _member(patient, number_id) if kind == MEMBER else _national(patient, kind, number_id)
    return Unmasked(value, kind, [patient.pk])


def _member(patient: Patient, number_id: int) -> str:
    row = Coverage.objects.filter(patient=patient, pk=number_id).first()
    if row is None:
        raise NotVisible(gate.NOT_THERE)
    return str(row.member_id)


def _national(patient: Patient, kind: str, number_id: int) -> str:
    row = PatientIdentifier.objects.filter(patient=patient, pk=number_id).first()
    if row is None or national_kind(row.system) != kind:
        raise NotVisible(gate.NOT_THERE)
    return clear(row.system, row.value, row.sealed)


def _label(by: User, permission: Permission, item: Any, labels: Iterable[str], seen: Iterable[str] | None) -> Any:
    wanted = _checked(labels)
    # Asked again under the lock: what somebody has put on since the gate looked may be nothing for this person to take off.
    reach = type(item)._default_manager.visible_to(by, permission)
    fresh = reach.select_for_update(of=("self",)).filter(pk=item.pk).first()
    if fresh is None:
        raise NotVisible(gate.NOT_THERE)
    if seen is not None and {*seen} != {*fresh.labels}:
        raise DomainError(OVERTAKEN, field="labels")
    changed = {*fresh.labels, *wanted} - ({*fresh.labels} & {*wanted})
    if Label.PSYCHOTHERAPY in changed:
        raise DomainError(NOT_HERE, field="labels")
    fresh.labels = wanted
    fresh.save(update_fields=["labels"])
    encounter_id = fresh.pk if isinstance(fresh, Encounter) else None
    if encounter_id and changed:
        encounters_changed.send(sender=Encounter, encounter_ids=[encounter_id], actor_id=by.pk)
    return fresh


def _checked(labels: Iterable[str]) -> list[str]:
    try:
        return ordered(labels)
    except ValueError:
        raise DomainError("Choose labels from the list.", field="labels") from None


def _mark(by: User, permission: Permission, document: Document, words: str, labels: Iterable[str]) -> Document:
    wanted = _checked(labels)
    if not wanted or Label.PSYCHOTHERAPY in wanted:
        raise DomainError(NOT_HERE if wanted else "Choose at least one label.", field="labels")
    versions = list(document.versions.defer("search"))
    if any(is_withheld_from(by, permission, version.pk) for version in versions):
        raise DomainError(WITHHELD)
    found = {version: places_of(words, version.text) for version in versions}
    if not any(found.values()):
        raise DomainError("These words do not stand in the document. Copy them from its text.", field="words")
    for version, places in found.items():
        for begins, ends in places:
            _add_section(by, document, version.pk, (begins, ends), wanted)
    return document


def _add_section(by: User, document: Document, version_id: UUID, place: tuple[int, int], labels: list[str]) -> None:
    section, new = DocumentSection.objects.get_or_create(
        version_id=version_id, begins=place[0], ends=place[1],
        defaults={"labels": labels, "patient_id": document.patient_id, "marked_by": by},
    )  # fmt: skip
    if not new:
        section.labels = ordered([*section.labels, *labels])
        section.save(update_fields=["labels"])


def _words(section: DocumentSection) -> str:
    return squeeze(section.version.text[section.begins : section.ends])


def _require_author(by: User, document: Document) -> None:
    author = document.author
    if author is None or author.user_id != by.pk:
        raise AccessDenied(NOT_YOURS)


def _tell(by: User, patient_id: UUID, label: str) -> None:
    """Claims hang on the consent for substance use treatment: billing looks at them again."""
    if label == Label.PART2:
        rows = Encounter.objects.filter(patient_id=patient_id, labels__contains=[label])
        if ids := list(rows.values_list("pk", flat=True)):
            encounters_changed.send(sender=Encounter, encounter_ids=ids, actor_id=by.pk)


def _zone(patient: Patient) -> str:
    facility = Facility.objects.filter(pk__in=patient.facility_ids).order_by("pk").first()
    return facility.time_zone if facility else "UTC"


def _midnight(on: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(on, time(), tzinfo=zone)
