"""Inside actions: what a facility's policy says of a coding that is to be finalized, and what the summary keeps of evidence."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from coding.codesets.enums import CodeSystem
from coding.codesets.rules import dotted
from coding.workbench.coded import CodedStay
from coding.workbench.evidence.enums import Level
from coding.workbench.evidence.models import Evidence
from coding.workbench.evidence.rules import Key, lacking
from coding.workbench.evidence.state import is_stale, level_of, overrides_of, rows_of_evidence
from coding.workbench.models import CodingRecord
from coding.workbench.notices import Check
from records.sensitivity.models import DocumentSection

TITLE = "Evidence for every code"


def keys_of(coded: CodedStay) -> list[Key]:
    """Every code of the stay with its system, each once, in coded order."""
    diagnoses = [(CodeSystem.ICD10CM.value, line.code) for line in coded.diagnoses]
    procedures = [(CodeSystem.ICD10PCS.value, line.code) for line in coded.procedures]
    return list(dict.fromkeys([*diagnoses, *procedures]))


def shown_code(key: Key) -> str:
    """With its dot, as coders write it."""
    return dotted(key[1]) if key[0] == CodeSystem.ICD10CM else key[1]


def evidence_check(level: Level, missing: Iterable[Key]) -> list[Check]:
    """The point of the checklist at facilities that stop for want of evidence; none elsewhere."""
    if level != Level.STOP:
        return []
    codes = ", ".join(shown_code(key) for key in missing)
    return [
        Check(TITLE, f"Missing or out of date for {codes}. Pin it, or sign that it stands without." if codes else "")
    ]


def evidence_checks(record: CodingRecord, coded: CodedStay) -> list[Check]:
    """The same, of the rows as they stand in the database."""
    level = level_of(record.facility_id)
    if level != Level.STOP:
        return []
    current = {row.key for row in rows_of_evidence(record) if not is_stale(row)}
    return evidence_check(level, lacking(keys_of(coded), current, {row.key for row in overrides_of(record)}))


def evidence_content(record: CodingRecord, coded: CodedStay) -> dict[str, Any]:
    """What the immutable summary keeps: places and digests, never words; no digest of words in a protected passage, which could
    be guessed from it."""
    wanted = set(keys_of(coded))
    rows = [row for row in rows_of_evidence(record) if row.key in wanted]
    marked = DocumentSection.objects.filter(version__in={row.version_id for row in rows})
    sections = list(marked.values_list("version_id", "begins", "ends"))
    return {
        "evidence_policy": level_of(record.facility_id).value,
        "evidence": [_kept(row, sections) for row in rows],
        "evidence_overrides": [
            {"system": row.system, "code": row.code, "reason": row.reason, "signed_by": str(row.signed_by),
             "signed_at": row.signed_at.isoformat()}
            for row in overrides_of(record) if row.key in wanted
        ],
    }  # fmt: skip


def _kept(row: Evidence, sections: Iterable[tuple[Any, int, int]]) -> dict[str, Any]:
    begins, ends = row.begins or 0, row.ends or 0
    protected = any(row.version_id == version and begins < end and start < ends for version, start, end in sections)
    kept: dict[str, Any] = {
        "system": row.system, "code": row.code, "document": str(row.document_id), "version": row.version.number,
        "version_sha256": row.version_sha256, "current": not is_stale(row), "pinned_by": str(row.pinned_by),
        "pinned_at": row.pinned_at.isoformat(),
    }  # fmt: skip
    if row.page is not None:
        return {**kept, "page": row.page, "box": [str(side) for side in row.box or ()]}
    return {**kept, "begins": row.begins, "ends": row.ends, "quote_sha256": "" if protected else row.quote_sha256}
