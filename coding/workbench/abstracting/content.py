"""What an immutable summary keeps of the abstract, and of what registration said at that moment."""

from __future__ import annotations

from typing import Any

from coding.workbench.abstracting.models import AbstractField
from coding.workbench.abstracting.reading import CLINICIANS, abstract_of
from coding.workbench.models import CodingRecord
from records.encounters.models import Provider


def abstract_content(record: CodingRecord) -> dict[str, Any]:
    """The coder's items with the words of the moment; a clinician is there only where the coder named one.

    registered: what registration said, by which billing notices that it says something else by now.
    """
    encounter, abstract = record.encounter, abstract_of(record)
    registered = {
        "discharge_disposition": encounter.discharge_disposition, "admission_type": encounter.admission_type,
        "point_of_origin": encounter.point_of_origin, "admitted_on": encounter.admitted_on.isoformat(),
        "discharged_on": encounter.discharged_on.isoformat() if encounter.discharged_on else "",
    }  # fmt: skip
    stated: dict[str, Any] = {}
    if abstract is not None:
        stated = {
            "birth_weight_grams": abstract.birth_weight_grams, "ventilation_hours": abstract.ventilation_hours,
            **{name: provider_words(getattr(abstract, name)) for name in CLINICIANS},
            "local": _local(record, abstract.local),
        }  # fmt: skip
    return {"abstract": stated, "registered": registered}


def provider_words(provider: Provider | None) -> dict[str, str]:
    """A clinician as content keeps one, empty for none."""
    return {"id": str(provider.pk), "name": str(provider), "npi": provider.npi} if provider else {}


def _local(record: CodingRecord, values: dict[str, str]) -> list[dict[str, str]]:
    labels: dict[str, str] = {}
    if values:
        labels = dict(AbstractField.objects.filter(facility=record.facility_id).values_list("key", "label"))
    return [{"key": key, "label": labels.get(key, key), "value": value} for key, value in sorted(values.items())]
