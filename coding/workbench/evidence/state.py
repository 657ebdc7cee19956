"""Inside gated selectors: the evidence of one record as a person may see it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import OuterRef, Subquery

from audit import gate
from coding.workbench.evidence.enums import Level
from coding.workbench.evidence.models import Evidence, EvidenceOverride, EvidencePolicy
from coding.workbench.evidence.rules import Key
from coding.workbench.models import CodingRecord
from records.documents.models import Document, DocumentVersion
from records.sensitivity.passages import Shown, Span
from records.sensitivity.withheld import hidden_spans


@dataclass(frozen=True)
class Pin:
    """One piece of evidence. number: of the version it is pinned to; stale: that is not the newest text any more.

    title: of the document, "" when the person may not see it; place: where the words stand in the text as it is shown to them,
    None when it stands in a passage they may not see, or is a box.
    """

    id: UUID
    key: Key
    document_id: UUID
    version_id: UUID
    number: int
    stale: bool
    title: str = ""
    place: Span | None = None
    page: int | None = None
    by: str = ""

    @property
    def seen(self) -> bool:
        """May the person see what was pinned?"""
        return bool(self.title) and (self.place is not None or self.page is not None)


@dataclass(frozen=True)
class RecordEvidence:
    """All evidence of a record, what was signed in its stead, and what the facility asks for."""

    pins: Sequence[Pin] = ()
    overrides: Sequence[EvidenceOverride] = ()
    level: Level = Level.OFF
    by_code: dict[Key, list[Pin]] = field(default_factory=dict)

    def of(self, system: str, code: str) -> list[Pin]:
        """The evidence for a code, as it was pinned."""
        return self.by_code.get((system, code), [])

    @property
    def current(self) -> set[Key]:
        """Codes with evidence in a newest text."""
        return {pin.key for pin in self.pins if not pin.stale}

    @property
    def overridden(self) -> dict[Key, EvidenceOverride]:
        """Signed overrides in force by code."""
        return {row.key: row for row in self.overrides}


def rows_of_evidence(record: CodingRecord) -> list[Evidence]:
    """The rows with their document and version; each has `newest_number`, of its document's newest version."""
    newest = DocumentVersion.objects.filter(document=OuterRef("document")).order_by("-number").values("number")[:1]
    rows = Evidence.objects.filter(record=record).select_related("document", "version", "pinned_by")
    return list(rows.defer("version__text", "version__search").annotate(newest_number=Subquery(newest)))


def is_stale(row: Evidence) -> bool:
    """The words were pinned in a text that is not the newest one any more. row: of rows_of_evidence."""
    newest: int = vars(row)["newest_number"]
    return row.version.number != newest or row.version.sha256 != row.version_sha256


def level_of(facility_id: int) -> Level:
    """What the facility asks for today."""
    newest = EvidencePolicy.objects.filter(facility=facility_id).order_by("-id").values_list("level", flat=True).first()
    return Level(newest) if newest else Level.OFF


def overrides_of(record: CodingRecord) -> list[EvidenceOverride]:
    """Signed overrides in force."""
    return list(EvidenceOverride.objects.filter(record=record, withdrawn_at=None).select_related("signed_by"))


def record_evidence(record: CodingRecord) -> RecordEvidence:
    """Five queries at most, whatever is pinned."""
    rows = rows_of_evidence(record)
    pins = _pins(rows) if rows else []
    by_code: dict[Key, list[Pin]] = defaultdict(list)
    for pin in pins:
        by_code[pin.key].append(pin)
    return RecordEvidence(pins, overrides_of(record), level_of(record.facility_id), dict(by_code))


def _pins(rows: Sequence[Evidence]) -> list[Pin]:
    visible = gate.rows_of(Document).filter(pk__in={row.document_id for row in rows})
    titles = dict(visible.values_list("pk", "title"))
    hidden = hidden_spans({row.version_id for row in rows})
    return [_pin(row, titles.get(row.document_id, ""), hidden.get(row.version_id, ())) for row in rows]


def _pin(row: Evidence, title: str, hidden: Iterable[Span]) -> Pin:
    place = None
    if title and row.begins is not None and row.ends is not None:
        length = max(row.ends, *(span.end for span in hidden), 0)
        place = Shown(length, hidden).to_shown(Span(row.begins, row.ends))
    return Pin(
        row.pk, row.key, row.document_id, row.version_id, row.version.number, is_stale(row), title, place, row.page,
        str(row.pinned_by),
    )  # fmt: skip
