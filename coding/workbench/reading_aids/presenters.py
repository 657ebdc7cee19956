"""Words for the workbench's reader, its list of documents, and earlier stays."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse

from coding.codesets.rules import dotted
from coding.workbench.evidence.policy import shown_code
from coding.workbench.evidence.state import RecordEvidence
from coding.workbench.models import CodingSummary
from coding.workbench.reading_aids.chronic import is_chronic, readmission_within
from coding.workbench.reading_aids.differences import ADDED, REMOVED, differences
from coding.workbench.reading_aids.pieces import Mark, Piece, pieces
from coding.workbench.reading_aids.selectors import Compared, EarlierStays, ReadDocument
from coding.workbench.reading_aids.sentences import Repeated
from coding.workbench.reading_aids.state import Reading
from records.chart.presenters import document_row, hit_row
from records.documents.enums import DocumentType
from records.documents.models import Document
from records.encounters.enums import EncounterClass
from records.encounters.models import Encounter
from records.presenters import day, moment
from records.sensitivity.passages import Shown, Span

_BLANK = re.compile(r"\s*")


def document_reading(document: Document, reading: Reading, evidence: RecordEvidence) -> dict[str, Any]:
    """What the list tells of one document: read or not, new or not, with evidence or not."""
    return {
        "id": document.pk, "reader": reader_url(document.pk), "type_key": document.document_type,
        "unread": document.pk not in reading.read, "new": document.pk in reading.new,
        "pinned": any(pin.document_id == document.pk and pin.title for pin in evidence.pins),
    }  # fmt: skip


def document_filters(documents: Sequence[Document], reading: Reading) -> dict[str, Any]:
    """What the list can be narrowed to, and how much of it waits."""
    types = {each.document_type for each in documents}
    return {
        "types": [{"value": value, "label": label} for value, label in DocumentType.choices if value in types],
        "authors": sorted({str(each.author) for each in documents if each.author}),
        "unread": sum(each.pk not in reading.read for each in documents), "new": len(reading.new),
    }  # fmt: skip


def reader_url(document_id: UUID) -> str:
    """A document in the workbench's reader."""
    return reverse("coding:document", kwargs={"document_id": document_id})


def reader_context(found: ReadDocument, *, may_edit: bool) -> dict[str, Any]:
    """What the reader prints: the head of the document, and its text in pieces."""
    opened = found.opened
    document, version, zone = opened.document, opened.version, opened.document.facility.time_zone
    newest = version.number == opened.numbers[0]
    return {
        "document": document, "row": document_row(document), "version": version, "newest": newest,
        "signed": moment(version.signed_at, zone), "versions": opened.numbers, "url": reader_url(document.pk),
        "has_file": opened.has_file, "withheld": opened.withheld, "protected": opened.protected, "notice": opened.notice,
        "pieces": text_pieces(found), "pinnable": may_edit and newest, "due": found.due, "unseen": found.unseen,
        "repeats": len(found.repeats), "hits": len(found.hits), "pinned": len(found.pins),
        "differences": reverse("coding:differences", kwargs={"document_id": document.pk}),
    }  # fmt: skip


def text_pieces(found: ReadDocument) -> list[dict[str, Any]]:
    """The text as shown, cut at its marks; offsets count the characters of the shown text."""
    opened = found.opened
    marks = [Mark(pin.place, "evidence", pin) for pin in found.pins if pin.place is not None]
    marks += [Mark(span, "repeated", source) for span, source in runs(found.repeats, opened.version.text)]
    marks += [Mark(span, "hit", number) for number, span in enumerate(found.hits)]
    marks += [Mark(span, "withheld") for span in Shown(opened.length, opened.hidden).withheld]
    cut = pieces(opened.version.text, marks)
    return [_piece(piece, found.earlier) for piece in cut]


def runs(repeats: Sequence[Repeated], text: str) -> list[Repeated]:
    """Repeated sentences that follow each other and stand first in the same document, as one."""
    joined: list[Repeated] = []
    for repeat in repeats:
        last = joined[-1] if joined else None
        between = _BLANK.match(text, last.span.end) if last else None
        if last and between and between.end() == repeat.span.start and last.source == repeat.source:
            joined[-1] = Repeated(Span(last.span.start, repeat.span.end), last.source)
        else:
            joined.append(repeat)
    return joined


def _piece(piece: Piece, earlier: Sequence[Document]) -> dict[str, Any]:
    """One run of the text: the classes it wears, and what it leads to."""
    pins = [mark.value for mark in piece.of("evidence")]
    hits, copied = piece.of("hit"), piece.of("repeated")
    classes = [name for name, on in (("is-copied", copied), ("hit", hits), ("is-withheld", piece.of("withheld"))) if on]
    shown: dict[str, Any] = {"at": piece.at, "text": piece.text, "classes": " ".join(classes), "hit": bool(hits)}
    if pins:
        words = ", ".join(dict.fromkeys(shown_code(pin.key) for pin in pins))
        begins = any(mark.span.start == piece.at for mark in piece.of("evidence"))
        shown |= {
            "pins": " ".join(str(pin.id) for pin in pins), "codes": " ".join(":".join(pin.key) for pin in pins),
            "title": f"Evidence for {words}", "begins": begins, "stale": any(pin.stale for pin in pins),
        }  # fmt: skip
    if copied and copied[0].span.end == piece.at + len(piece.text):
        source = earlier[copied[0].value]
        written = moment(source.written_at, source.facility.time_zone)
        shown["origin"] = {"url": reader_url(source.pk), "document": source.pk, "on": written[:5],
                           "words": f"Stands first in {source.title}, {written}"}  # fmt: skip
    return shown


def differences_context(found: Compared) -> dict[str, Any]:
    """What the comparison prints: the later text with what was added, and between it what was removed."""
    document = found.new.document
    parts = differences(found.old.version.text, found.new.version.text)
    return {
        "document": document, "row": document_row(document), "versions": found.new.numbers,
        "old": found.old.version.number, "new": found.new.version.number, "reason": found.new.version.reason,
        "withheld": found.old.withheld or found.new.withheld, "url": reader_url(document.pk),
        "parts": parts, "changes": sum(part.kind != "same" for part in parts),
        "added": ADDED, "removed": REMOVED,
        "address": reverse("coding:differences", kwargs={"document_id": document.pk}),
    }  # fmt: skip


def search_hit(document: Any) -> dict[str, Any]:
    """A document in which words were found, for the workbench's list."""
    return {**hit_row(document), "reader": reader_url(document.pk), "id": document.pk}


def stays_context(found: EarlierStays) -> dict[str, Any]:
    """What the panel of earlier stays prints."""
    stay = found.record.encounter
    rows = [_stay_row(each, found.summaries.get(each.pk), stay) for each in found.stays]
    return {
        "stays": rows,
        "chronic": _chronic_rows(found),
        "url": reverse("coding:workbench", kwargs={"encounter_id": stay.pk}),
    }


def _stay_row(each: Encounter, summary: CodingSummary | None, now: Encounter) -> dict[str, Any]:
    both = each.encounter_class == now.encounter_class == EncounterClass.INPATIENT
    content: dict[str, Any] = summary.content if summary else {}
    drg = content.get("drg") or {}
    return {
        "label": f"{each.get_encounter_class_display()} {each.account_number}", "url": each.get_absolute_url(),
        "dates": f"{day(each.admitted_on)} - {day(each.discharged_on) or 'today'}", "facility": each.facility.name,
        "within": readmission_within(each.discharged_on, now.admitted_on) if both else None,
        "days": (now.admitted_on - each.discharged_on).days if each.discharged_on else None,
        "drg": summary.final_drg if summary else "", "drg_title": drg.get("title", ""),
        "summary": f"Summary {summary.number}" if summary else "",
        "diagnoses": [{**line, "shown": dotted(line["code"])} for line in content.get("diagnoses", [])],
        "procedures": content.get("procedures", []),
    }  # fmt: skip


def _chronic_rows(found: EarlierStays) -> list[dict[str, Any]]:
    """Chronic codes of earlier stays without evidence in this one, newest stay first, each once."""
    rows: dict[str, dict[str, Any]] = {}
    for stay in found.stays:
        summary = found.summaries.get(stay.pk)
        for line in summary.content.get("diagnoses", []) if summary else ():
            code = line["code"]
            if is_chronic(code) and code not in rows and code not in found.supported:
                rows[code] = {
                    "code": dotted(code), "title": line.get("title", ""), "on": day(stay.discharged_on),
                    "coded": code in found.coded,
                }  # fmt: skip
    return list(rows.values())
