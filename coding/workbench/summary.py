"""What a finalized coding keeps."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

import orjson

from coding.codesets.enums import CodeSystem
from coding.codesets.selectors import titles_for
from coding.workbench.abstracting.content import abstract_content, provider_words
from coding.workbench.coded import CodedStay
from coding.workbench.edits.models import EditOverride
from coding.workbench.evidence.policy import evidence_content
from coding.workbench.grouping import drg_snapshot
from coding.workbench.models import CodingRecord, Grouping
from coding.workbench.services.presenters import service_content


def content_of(
    locked: CodingRecord, coded: CodedStay, grouping: Grouping | None, overrides: Iterable[EditOverride] = ()
) -> dict[str, Any]:
    """The whole coding in words that need no other table; its shape is told at CodingSummary."""
    on = coded.stay.coded_on
    diagnoses = titles_for(CodeSystem.ICD10CM, [line.code for line in coded.diagnoses], on=on)
    procedures = titles_for(CodeSystem.ICD10PCS, [line.code for line in coded.procedures], on=on)
    providers = {row.pk: row.provider for row in locked.procedures.select_related("provider")}
    encounter, stay = locked.encounter, coded.stay
    return {
        "diagnoses": [
            {"role": line.role, "sequence": line.sequence, "code": line.code, "poa": line.poa,
             "title": diagnoses.get(line.code, "")}
            for line in coded.diagnoses
        ],
        "procedures": [
            {"sequence": line.sequence, "code": line.code, "title": procedures.get(line.code, ""),
             "performed_on": line.performed_on.isoformat() if line.performed_on else "",
             "provider": provider_words(providers[line.id])}
            for line in coded.procedures
        ],
        "services": service_content(locked, coded),
        "overrides": [_override_words(row) for row in overrides],
        "drg": drg_snapshot(grouping),
        **evidence_content(locked, coded),
        **abstract_content(locked),
        "encounter": {
            "account_number": encounter.account_number, "class": stay.encounter_class,
            "admitted_on": stay.admitted_on.isoformat(), "discharge_disposition": stay.discharge_disposition,
            "admission_type": coded.abstract.admission_type, "point_of_origin": coded.abstract.point_of_origin,
            "discharged_on": stay.discharged_on.isoformat() if stay.discharged_on else "",
            "birth_date": stay.birth_date.isoformat(), "sex": stay.sex,
        },
    }  # fmt: skip


def _override_words(row: EditOverride) -> dict[str, Any]:
    return {
        "edit": row.edit, "codes": list(row.codes), "text": row.text, "reason": row.reason, "by": str(row.given_by),
        "at": row.given_at.isoformat(),
    }  # fmt: skip


def fingerprint(content: dict[str, Any]) -> str:
    """SHA-256 of the canonical JSON: keys sorted, no blanks."""
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()
