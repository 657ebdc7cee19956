"""Words for the service lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from coding.workbench.coded import CodedStay
from coding.workbench.models import CodingRecord
from coding.workbench.reading import diagnosis_lines
from coding.workbench.rules import REPORTED
from coding.workbench.services.models import CodedService
from coding.workbench.services.reading import service_titles
from coding.workbench.services.rules import pointer_words
from records.presenters import day


def listed_diagnoses(coded: CodedStay) -> list[int]:
    """Ids of the diagnoses a service may point to, as the page numbers them."""
    return [line.id for line in coded.diagnoses if line.role in REPORTED]


def listed_ids(record: CodingRecord) -> list[int]:
    """The same for a record. One query."""
    return [line.id for line in diagnosis_lines(record.diagnoses.all()) if line.role in REPORTED]


def service_rows(
    coded: CodedStay, rows: Sequence[CodedService], titles: Mapping[str, str], base: str
) -> list[dict[str, Any]]:
    """The services as lines of the page. base: address of the record."""
    listed = listed_diagnoses(coded)
    providers = {row.pk: row.provider for row in rows}
    return [
        {
            "key": line.key, "id": line.id, "code": line.code, "display": line.code, "number": line.sequence,
            "sequence": line.sequence,
            "title": titles.get(line.code) or ("CPT code" if line.system == "cpt" else "HCPCS code"),
            "serviced_on": line.serviced_on.isoformat(), "serviced": day(line.serviced_on), "units": line.units,
            "modifiers": " ".join(line.modifiers), "pointers": pointer_words(line.pointers, listed),
            "revenue_code": line.revenue_code, "ndc": line.ndc, "provider": providers.get(line.id),
            "base": f"{base}services/{line.id}/", "up": line.sequence - 1, "down": line.sequence + 1,
            "first": line.sequence == 1, "last": line.sequence == len(coded.services),
        }
        for line in coded.services
    ]  # fmt: skip


def service_content(record: CodingRecord, coded: CodedStay) -> list[dict[str, Any]]:
    """The services as a summary keeps them; diagnoses by code, the most important first."""
    if not coded.services:
        return []
    titles = service_titles(line.code for line in coded.services)
    codes = {line.id: line.code for line in coded.diagnoses}
    providers = {row.pk: row.provider for row in record.services.select_related("provider")}
    return [
        {
            "sequence": line.sequence, "system": line.system, "code": line.code, "title": titles.get(line.code, ""),
            "modifiers": list(line.modifiers), "units": line.units, "serviced_on": line.serviced_on.isoformat(),
            "revenue_code": line.revenue_code, "ndc": line.ndc,
            "provider": {"id": str(by.pk), "name": str(by), "npi": by.npi} if (by := providers[line.id]) else {},
            "diagnoses": [codes[each] for each in line.pointers if each in codes],
        }
        for line in coded.services
    ]  # fmt: skip
