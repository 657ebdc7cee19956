"""Documents with their versions. A signed version is never touched: another text is a further version."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from records.documents.enums import DocumentStatus
from records.documents.models import Document, DocumentFile, DocumentVersion
from records.encounters.models import Provider
from records.interop.fhir.drafts import DocumentDraft
from records.interop.work import Ready, Work
from records.interop.writers.entries import OTHER_PATIENT, OTHER_VISIT, patients_of_encounters
from records.interop.writers.rows import by_source_key, create_all, differences, update_all
from records.sensitivity.carry import carry_sections
from records.sensitivity.models import DocumentSection
from records.sensitivity.rules import ordered

CHANGED = "The source sent another text"
WITHDRAWN = "Withdrawn by the source"


@dataclass(frozen=True)
class Placed:
    """A document whose patient, encounter and author are known."""

    each: Ready[DocumentDraft]
    patient_id: UUID
    encounter_id: UUID | None
    author_id: UUID | None

    @property
    def draft(self) -> DocumentDraft:
        return self.each.draft


class DocumentWriter:
    """One chunk's documents."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.placed = [found for each in work.of(DocumentDraft) if (found := _place(work, each))]
        self.names = _names({found.author_id for found in self.placed if found.author_id})
        self.patients = patients_of_encounters({found.encounter_id for found in self.placed if found.encounter_id})
        self.on_file = by_source_key(Document.objects.all(), (found.draft.source_key for found in self.placed))
        self.versions = _versions([row.pk for row in self.on_file.values()])
        self.documents: list[Document] = []
        self.new_versions: list[DocumentVersion] = []
        self.signed: list[DocumentVersion] = []
        self.files: list[DocumentFile] = []
        self.touched: list[tuple[Document, list[str]]] = []
        self.followed: list[tuple[DocumentVersion, DocumentVersion]] = []

    def write(self) -> None:
        """All of them."""
        for found in self.placed:
            self._decide(found)
        create_all(Document, self.documents)
        create_all(DocumentVersion, self.new_versions)
        self._carry_marks()
        create_all(DocumentFile, self.files)
        update_all(DocumentVersion, self.signed, ["signed_at", "signed_by"])
        update_all(Document, (row for row, _ in self.touched), {name for _, names in self.touched for name in names})

    def _carry_marks(self) -> None:
        """What was marked in the version before stays marked in a further one, or the whole document takes over the labels."""
        if not self.followed:
            return
        older_ids = [older.pk for older, _ in self.followed]
        marked = set(DocumentSection.objects.filter(version__in=older_ids).values_list("version_id", flat=True))
        for older, version in self.followed:
            if older.pk not in marked:
                continue
            marked.add(version.pk)
            lost = carry_sections(older, version)
            if lost:
                version.document.labels = ordered([*version.document.labels, *lost])
                self.touched.append((version.document, ["labels"]))

    def _decide(self, found: Placed) -> None:
        self.work.tally.warnings.update(found.draft.notes)
        row = self.on_file.get(found.draft.source_key)
        visit = found.encounter_id
        if visit is not None and self.patients.get(visit) != found.patient_id:
            self.work.reject(found.each, OTHER_VISIT)
        elif row is None:
            self._file(found)
        elif row.patient_id != found.patient_id:
            self.work.reject(found.each, OTHER_PATIENT)
        else:
            self._compare(found, row)

    def _file(self, found: Placed) -> None:
        row = Document(
            patient_id=found.patient_id, encounter_id=found.encounter_id, facility=self.work.facility,
            author_id=found.author_id, source_key=found.draft.source_key, **found.draft.columns,
        )  # fmt: skip
        self.documents.append(row)
        self.on_file[found.draft.source_key] = row
        self._add_version(found, row, 1, "")
        self.work.patient_ids.add(found.patient_id)
        self.work.tally.created += 1

    def _compare(self, found: Placed, row: Document) -> None:
        """What the source says against what is on file; what was retracted here stays retracted."""
        self.work.patient_ids.add(row.patient_id)
        if row.status == DocumentStatus.RETRACTED:
            self.work.tally.unchanged += 1
            return
        columns = {name: value for name, value in found.draft.columns.items() if name != "status"}
        columns |= {"encounter_id": found.encounter_id, "author_id": found.author_id}
        changed = [name.removesuffix("_id") for name in differences(row, columns)]
        changed += self._compare_text(found, row)
        if changed:
            self.touched.append((row, changed))
        self.work.tally.updated += bool(changed)
        self.work.tally.unchanged += not changed

    def _compare_text(self, found: Placed, row: Document) -> list[str]:
        held = self.versions[row.pk]
        newest = held[-1]
        if found.draft.columns["status"] == DocumentStatus.RETRACTED:
            self._add_version(found, row, newest.number + 1, WITHDRAWN, text="")
            row.status = DocumentStatus.RETRACTED
            return ["status"]
        same = [version for version in held if version.sha256 == _digest(found.draft.text)]
        if not same or not self._same_file(found, held):
            self._add_version(found, row, newest.number + 1, CHANGED)
            signed_before = any(version.signed_at for version in held)
            row.status = DocumentStatus.AMENDED if signed_before else found.draft.columns["status"]
            return ["status"]
        if found.draft.signed_at and newest in same and newest.signed_at is None:
            newest.signed_at, newest.signed_by = found.draft.signed_at, self._signer(found)
            self.signed.append(newest)
            row.status = DocumentStatus.SIGNED if newest.number == 1 else DocumentStatus.AMENDED
            return ["status"]
        return []

    def _same_file(self, found: Placed, held: list[DocumentVersion]) -> bool:
        """Is the file the source sends one of those on file? Without a file the text decides alone."""
        if found.draft.file is None:
            return True
        digest = hashlib.sha256(found.draft.file.content).hexdigest()
        return any(version.file.sha256 == digest for version in held if hasattr(version, "file"))

    def _add_version(self, found: Placed, row: Document, number: int, reason: str, text: str | None = None) -> None:
        draft = found.draft
        content = draft.text if text is None else text
        version = DocumentVersion(
            document=row, patient_id=row.patient_id, number=number, text=content, sha256=_digest(content), reason=reason,
            signed_at=draft.signed_at, signed_by=self._signer(found) if draft.signed_at else "",
        )  # fmt: skip
        self.new_versions.append(version)
        if self.versions[row.pk] and text is None:
            self.followed.append((self.versions[row.pk][-1], version))
        self.versions[row.pk].append(version)
        if draft.file is not None and text is None:
            digest = hashlib.sha256(draft.file.content).hexdigest()
            file = DocumentFile(
                version=version, media_type=draft.file.media_type, content=draft.file.content, sha256=digest
            )
            self.files.append(file)

    def _signer(self, found: Placed) -> str:
        return (
            self.names.get(found.author_id, found.draft.signed_by)[:150] if found.author_id else found.draft.signed_by
        )


def _place(work: Work, each: Ready[DocumentDraft]) -> Placed | None:
    patient_id = work.need(each, each.draft.patient)
    if patient_id is None:
        return None
    go_on, visit = work.follow(each, each.draft.encounter)
    if not go_on:
        return None
    go_on, author = work.follow(each, each.draft.author)
    return Placed(each, patient_id, visit, author) if go_on else None


def _names(provider_ids: set[UUID]) -> dict[UUID, str]:
    return {pk: str(row) for pk, row in Provider.objects.in_bulk(sorted(provider_ids)).items()}


def _versions(document_ids: list[UUID]) -> defaultdict[UUID, list[Any]]:
    """Versions by document, oldest first, without their search vectors."""
    found: defaultdict[UUID, list[Any]] = defaultdict(list)
    rows = (
        DocumentVersion.objects.filter(document_id__in=document_ids)
        .select_related("file")
        .defer("search", "file__content")
    )
    for row in rows.order_by("document_id", "number"):
        found[row.document_id].append(row)
    return found


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
