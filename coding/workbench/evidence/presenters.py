"""Words for evidence: the chip on a line, the panel, the points of finalizing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from coding.workbench.coded import CodedStay
from coding.workbench.evidence.enums import Level
from coding.workbench.evidence.policy import evidence_check, keys_of, shown_code
from coding.workbench.evidence.rules import Key, lacking
from coding.workbench.evidence.selectors import EvidencePanel
from coding.workbench.evidence.state import Pin, RecordEvidence
from coding.workbench.notices import Check

HIDDEN = "Evidence in a passage you may not see"
HIDDEN_DOCUMENT = "Evidence in a document you may not see"


def evidence_chip(evidence: RecordEvidence, system: str, code: str) -> dict[str, Any]:
    """What a line tells of its evidence. places: for the page's own script, pieces that can be opened, in order."""
    pins = evidence.of(str(system), code)
    stale = sum(pin.stale for pin in pins)
    signed = evidence.overridden.get((str(system), code))
    return {
        "system": str(system), "code": code, "count": len(pins), "stale": stale, "signed": bool(signed),
        "words": _chip_words(len(pins), stale, signed=bool(signed)),
        "places": json.dumps([_place(pin) for pin in pins if pin.seen]),
    }  # fmt: skip


def _chip_words(count: int, stale: int, *, signed: bool) -> str:
    if not count:
        return "Signed: stands without evidence" if signed else "No evidence"
    words = f"{count} piece{'s' if count > 1 else ''} of evidence"
    return f"{words}, {stale} out of date" if stale else words


def _place(pin: Pin) -> dict[str, Any]:
    return {"id": str(pin.id), "document": str(pin.document_id), "url": document_url(pin)}


def document_url(pin: Pin) -> str:
    """The document in the workbench's reader, at the version the words are pinned to."""
    url = reverse("coding:document", kwargs={"document_id": pin.document_id})
    return f"{url}?version={pin.number}" if pin.stale else url


def panel_context(panel: EvidencePanel, *, may_edit: bool) -> dict[str, Any]:
    """What the evidence panel prints, code by code; codes that left the record with evidence come last."""
    gone = [key for key in panel.evidence.by_code if key not in set(panel.codes)]
    single = [found for found in panel.found.values() if len(found.places) == 1]
    base = reverse("coding:evidence", kwargs={"encounter_id": panel.record.encounter_id})
    missing = set(lacking(panel.codes, panel.evidence.current, panel.evidence.overridden))
    return {
        "codes": [_code(panel, key, missing=key in missing) for key in panel.codes],
        "gone": [_code(panel, key, missing=False) for key in gone], "unchanged": len(single), "base": base,
        "editable": may_edit, "lacking": len(missing), "level": panel.evidence.level,
        "stale": sum(pin.stale for pin in panel.evidence.pins),
    }  # fmt: skip


def _code(panel: EvidencePanel, key: Key, *, missing: bool) -> dict[str, Any]:
    signed = panel.evidence.overridden.get(key)
    return {
        "system": key[0], "code": key[1], "shown": shown_code(key), "title": panel.titles.get(key[0], {}).get(key[1], ""),
        "pins": [_pin_row(panel, pin) for pin in panel.evidence.of(*key)], "missing": missing,
        "signed": {"by": str(signed.signed_by), "at": signed.signed_at, "reason": signed.reason} if signed else None,
    }  # fmt: skip


def _pin_row(panel: EvidencePanel, pin: Pin) -> dict[str, Any]:
    found = panel.found.get(pin.id)
    return {
        "id": pin.id, "stale": pin.stale, "seen": pin.seen, "number": pin.number, "by": pin.by,
        "title": pin.title or HIDDEN_DOCUMENT, "hidden": "" if pin.seen or not pin.title else HIDDEN,
        "words": panel.words.get(pin.id, ""), "url": document_url(pin), "document": pin.document_id,
        "page": pin.page,
        "again": [{"begins": found.shown(place), "around": found.around(place)} for place in found.places] if found else [],
        "lost": bool(found and not found.places), "newest": found.newest.number if found else None,
    }  # fmt: skip


@dataclass(frozen=True)
class FinalizeEvidence:
    """What the dialog of finalizing says of evidence. missing: codes without; stops: the facility finalizes none of them."""

    checks: Sequence[Check]
    missing: Sequence[dict[str, Any]]
    stops: bool
    warns: bool


def finalize_evidence(
    evidence: RecordEvidence, coded: CodedStay, titles: Mapping[str, Mapping[str, str]]
) -> FinalizeEvidence:
    """Nothing at facilities that ask for nothing."""
    missing = lacking(keys_of(coded), evidence.current, evidence.overridden)
    asked = evidence.level != Level.OFF
    rows = [
        {"system": key[0], "code": key[1], "shown": shown_code(key), "title": titles.get(key[0], {}).get(key[1], "")}
        for key in missing
    ]
    return FinalizeEvidence(
        evidence_check(evidence.level, missing), rows if asked else [], evidence.level == Level.STOP,
        evidence.level == Level.WARN and bool(rows),
    )  # fmt: skip
