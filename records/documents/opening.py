"""Inside gated selectors: a document opened at one of its versions, as the person may read it."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import QuerySet

from records.documents.models import Document, DocumentVersion
from records.registry.numbers import own_numbers
from records.sensitivity.models import DocumentSection
from records.sensitivity.passages import Span, without
from records.sensitivity.rules import ordered, redisclosure_notice
from records.sensitivity.withheld import hidden_spans


@dataclass(frozen=True)
class OpenDocument:
    """A document with one of its versions as the person may read it, and the numbers of all.

    withheld: passages are missing from the text; then the file is not given out and the digest not told. sections: the marked
    passages that the person may see. hidden, length: where the withheld ones stand in the true text, and how long that is.
    """

    document: Document
    version: DocumentVersion
    versions: list[DocumentVersion]
    has_file: bool
    withheld: bool = False
    sections: list[DocumentSection] = field(default_factory=list)
    hidden: list[Span] = field(default_factory=list)
    length: int = 0

    @property
    def patient_id(self) -> UUID:
        """For the trail."""
        return self.document.patient_id

    @property
    def numbers(self) -> list[int]:
        """Of all versions, newest first."""
        return [version.number for version in self.versions]

    @property
    def facility_id(self) -> int:
        """For the trail."""
        return self.document.facility_id

    @property
    def labels(self) -> list[str]:
        """Of the document itself."""
        return list(self.document.labels)

    @property
    def protected(self) -> list[str]:
        """Of the document and of its encounter, each once."""
        encounter = self.document.encounter.labels if self.document.encounter else []
        return ordered([*self.document.labels, *encounter])

    @property
    def notice(self) -> str:
        """What must go with every copy that leaves the house; "" when nothing asks for it."""
        encounter = self.document.encounter.labels if self.document.encounter else ()
        return redisclosure_notice(self.document.labels, encounter, *(section.labels for section in self.sections))


def opened(documents: QuerySet[Document], document_id: UUID, number: int | None) -> OpenDocument:
    """The asked version, or the newest one, without what is withheld. Raises DoesNotExist."""
    document = (
        documents.select_related("patient", "author", "encounter", "facility")
        .prefetch_related(own_numbers("patient__mrns"))
        .get(pk=document_id)
    )
    versions = list(document.versions.defer("text", "search").order_by("-number"))
    if not versions:
        raise DocumentVersion.DoesNotExist
    wanted = number if number is not None else versions[0].number
    version = document.versions.select_related("file").defer("search", "file__content").get(number=wanted)
    hidden, sections = passages(document)
    spans, length = hidden.get(version.pk, []), len(version.text)
    if spans:
        version.text, version.sha256 = without(version.text, spans), ""
    # A file says what its picture shows, whichever version has the words as text: no file beside a passage withheld anywhere.
    has_file = hasattr(version, "file") and not hidden
    shown = [each for each in sections if each.version_id == version.pk and each.span not in spans]
    return OpenDocument(
        document,
        version,
        versions,
        has_file=has_file,
        withheld=bool(spans),
        sections=shown,
        hidden=spans,
        length=length,
    )


def passages(document: Document) -> tuple[dict[UUID, list[Span]], list[DocumentSection]]:
    """By version, where passages are withheld from the person; and all that are marked. One query, two where there are any."""
    sections = list(DocumentSection.objects.filter(version__document=document).order_by("begins", "ends"))
    return (hidden_spans({each.version_id for each in sections}), sections) if sections else ({}, [])
