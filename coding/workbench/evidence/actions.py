"""Writes of evidence: pin, remove, pin again in a newer text, sign that a code stands without, decide what a facility asks for."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.db.utils import IntegrityError
from django.utils import timezone

from audit import gate
from audit.trail.enums import Category
from coding.codesets.enums import CodeSystem
from coding.workbench.changing import FINAL
from coding.workbench.enums import CodingStatus
from coding.workbench.evidence.enums import Level
from coding.workbench.evidence.found import FoundAgain, found_by
from coding.workbench.evidence.models import Evidence, EvidenceOverride, EvidencePolicy
from coding.workbench.evidence.policy import shown_code
from coding.workbench.evidence.rules import digest_of, trimmed
from coding.workbench.evidence.state import level_of
from coding.workbench.holds.keeping import require_free
from coding.workbench.models import CodedDiagnosis, CodedProcedure, CodingRecord
from coding.workbench.sending.once import apply_once
from hims.lib.access import Permission
from hims.lib.errors import DomainError
from hims.lib.text import squeeze
from hims.staff.models import Facility, User
from records.documents.models import Document, DocumentVersion
from records.sensitivity.passages import Shown, Span, without
from records.sensitivity.withheld import spans_withheld_from

PINS_A_CODE = 40
CHANGED = "The text is not the one you had before you. Open the document again and select the words there."
GONE = "This evidence is no longer on the record."


@gate.command(
    Permission.CODING_EDIT, subject="document", event="evidence.pinned", category=Category.CREATE,
    detail=("number", "system", "code"),
)  # fmt: skip
def pin(
    *, by: User, document: Document, number: int, begins: int, ends: int, quote: str, system: str, code: str
) -> Evidence:
    """The words become evidence for a code of the encounter's record; the same words twice are one piece.

    begins, ends: where they stand in the newest version's text as it is shown to this person, in characters. quote: the words, as
    proof that the person saw this text. Raises DomainError: finalized, no such code, not the newest version, other words, nothing
    selected, or the selection runs across a withheld passage.
    """
    record = _open_record(document)
    _require_code(record, system, code)
    newest = _newest(document)
    if newest.number != number:
        raise DomainError(
            f"Version {newest.number} is the newest one. Open it and select the words there.", field="number"
        )
    place = _true_place(by, newest, Span(begins, ends), quote)
    words = newest.text[place.start : place.end]
    at = {"record": record, "system": system, "code": code, "version": newest, "begins": place.start, "ends": place.end}
    known: Evidence | None = Evidence.objects.filter(**at).first()
    if known is not None:
        return known
    if Evidence.objects.filter(record=record, system=system, code=code).count() >= PINS_A_CODE:
        raise DomainError(f"A code keeps at most {PINS_A_CODE} pieces of evidence. Remove one first.")
    made: Evidence = Evidence.objects.create(
        **at, patient_id=record.patient_id, facility_id=record.facility_id, document=document,
        version_sha256=digest_of(newest.text), quote_sha256=digest_of(words), pinned_by=by, pinned_at=timezone.now(),
    )  # fmt: skip
    return made


def _true_place(by: User, version: DocumentVersion, asked: Span, quote: str) -> Span:
    hidden = spans_withheld_from(by, Permission.CODING_VIEW, version.pk)
    text = without(version.text, hidden)
    if not 0 <= asked.start <= asked.end <= len(text) or text[asked.start : asked.end] != quote:
        raise DomainError(CHANGED, field="quote")
    wanted = trimmed(text, asked)
    if wanted.start == wanted.end:
        raise DomainError("Select the words that support the code first.", field="quote")
    place = Shown(len(version.text), hidden).to_true(wanted)
    if place is None:
        raise DomainError(
            "The selection runs across a withheld passage. Pin what stands before or after it.", field="quote"
        )
    return place


@gate.command(Permission.CODING_EDIT, subject="record", event="evidence.removed", detail=("evidence_id",))
def remove(*, by: User, record: CodingRecord, evidence_id: UUID) -> CodingRecord:
    """The piece leaves; its history stays."""
    _locked(record)
    if not Evidence.objects.filter(record=record, pk=evidence_id).delete()[0]:
        raise DomainError(GONE)
    return record


@gate.command(Permission.CODING_EDIT, subject="record", event="evidence.pinned_again", detail=("evidence_id",))
def pin_again(*, by: User, record: CodingRecord, evidence_id: UUID, begins: int) -> CodingRecord:
    """Stale evidence moves to the newest version, where the same words stand at `begins` of its text as shown to the person.

    Raises DomainError when they do not stand there, or may not be seen by this person.
    """
    _locked(record)
    row = Evidence.objects.select_related("document", "version").filter(record=record, pk=evidence_id).first()
    if row is None:
        raise DomainError(GONE)
    found = found_by(by, row)
    for place in found.places if found else ():
        if found is not None and found.shown(place) == begins:
            _move(row, found, place, by)
            return record
    raise DomainError("These words do not stand there in the newest version. Check again.")


@gate.command(Permission.CODING_EDIT, subject="record", event="evidence.all_pinned_again")
def pin_all_again(*, by: User, record: CodingRecord) -> list[UUID]:
    """Every stale piece whose words stand unchanged, and only once, in the newest version moves there; ids of those moved."""
    _locked(record)
    moved = []
    for row in Evidence.objects.select_related("document", "version").filter(record=record, begins__isnull=False):
        found = found_by(by, row)
        if found is not None and found.newest.pk != row.version_id and len(found.places) == 1:
            _move(row, found, found.places[0], by)
            moved.append(row.pk)
    if not moved:
        raise DomainError("No words were found again unchanged at a single place.")
    return moved


def _move(row: Evidence, found: FoundAgain, place: Span, by: User) -> None:
    row.version, row.begins, row.ends = found.newest, place.start, place.end
    row.version_sha256 = digest_of(found.newest.text)
    row.pinned_by, row.pinned_at = by, timezone.now()
    try:
        with transaction.atomic():
            row.save(update_fields=["version", "begins", "ends", "version_sha256", "pinned_by", "pinned_at"])
    except IntegrityError:  # the same words are pinned there already
        Evidence.objects.filter(pk=row.pk).delete()


@gate.command(
    Permission.CODING_FINALIZE, subject="record", event="evidence.overridden", category=Category.CREATE,
    detail=("system", "code"),
)  # fmt: skip
def override(*, by: User, record: CodingRecord, system: str, code: str, reason: str) -> EvidenceOverride:
    """Signed under the person's name: this code stands without evidence. Raises DomainError (field reason) without a reason."""
    locked = _locked(record)
    _require_code(locked, system, code)
    words = squeeze(reason)[:200]
    if not words:
        raise DomainError("Say why the code stands without evidence.", field="reason")
    if EvidenceOverride.objects.filter(record=record, system=system, code=code, withdrawn_at=None).exists():
        raise DomainError(f"{shown_code((system, code))} is signed for already.")
    return EvidenceOverride.objects.create(
        record=record, patient_id=record.patient_id, facility_id=record.facility_id, system=system, code=code,
        reason=words, signed_by=by, signed_at=timezone.now(),
    )  # fmt: skip


@gate.command(
    Permission.CODING_FINALIZE, subject="record", event="evidence.override_withdrawn", detail=("system", "code")
)
def withdraw_override(*, by: User, record: CodingRecord, system: str, code: str) -> CodingRecord:
    """The code asks for evidence again; what was signed stays on file."""
    _locked(record)
    rows = EvidenceOverride.objects.filter(record=record, system=system, code=code, withdrawn_at=None)
    if not rows.update(withdrawn_at=timezone.now(), withdrawn_by=by):
        raise DomainError("Nothing is signed for this code.")
    return record


@gate.command(Permission.CODING_POLICY, subject="facility", event="evidence.policy_changed", detail=("level",))
def set_policy(*, by: User, facility: Facility, level: str) -> EvidencePolicy:
    """From now on the facility asks for this. Raises DomainError (field level) when it does so already."""
    if level not in Level.values:
        raise DomainError("Choose what happens to a code without evidence.", field="level")
    Facility.objects.select_for_update().only("pk").get(pk=facility.pk)
    if level_of(facility.pk) == level:
        raise DomainError(f"{facility.name} asks for this already.", field="level")
    return EvidencePolicy.objects.create(facility=facility, level=level, changed_by=by, changed_at=timezone.now())


def _open_record(document: Document) -> CodingRecord:
    record = CodingRecord.objects.filter(encounter=document.encounter).first()
    if record is None:
        raise DomainError("This document belongs to no encounter that is coded.")
    return _locked(record)


def _locked(record: CodingRecord) -> CodingRecord:
    locked: CodingRecord = CodingRecord.objects.select_for_update(of=("self",)).get(pk=record.pk)
    apply_once(locked, gate.acting())
    require_free(locked, gate.acting())
    if locked.status == CodingStatus.FINALIZED:
        raise DomainError(FINAL)
    return locked


def _require_code(record: CodingRecord, system: str, code: str) -> None:
    lines: dict[str, QuerySet[Any]] = {
        CodeSystem.ICD10CM.value: CodedDiagnosis.objects.all(), CodeSystem.ICD10PCS.value: CodedProcedure.objects.all(),
    }  # fmt: skip
    if system not in lines or not lines[system].filter(record=record, code=code).exists():
        raise DomainError("This code is no longer on the record. Look, then pin again.", field="code")


def _newest(document: Document) -> DocumentVersion:
    newest: DocumentVersion | None = document.versions.defer("search").order_by("-number").first()
    if newest is None:
        raise DomainError("This document has no content yet.")
    return newest
