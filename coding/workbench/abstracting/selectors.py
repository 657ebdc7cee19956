"""Reads of abstracts: the panel of one coding, and the fields facilities have added."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from audit import gate
from coding.workbench.abstracting.models import AbstractField
from coding.workbench.abstracting.reading import RELATED
from coding.workbench.models import CodedProcedure, CodingRecord
from coding.workbench.reading import stay_of
from coding.workbench.rules import Stay
from hims.lib.access import Permission
from records.encounters.models import Provider
from records.registry.coverage import coverage_on
from records.registry.models import Address, Coverage


@dataclass(frozen=True)
class AbstractPanel:
    """All that the panel shows. clinicians: whom the chart names, to choose from; step_clinician: of the principal procedure.

    fields: the facility's own that are switched on; coverage: that counts on the day of admission; address: of the home.
    """

    record: CodingRecord
    stay: Stay
    clinicians: Sequence[Provider]
    step_clinician: Provider | None
    coverage: Coverage | None
    address: Address | None
    fields: Sequence[AbstractField]

    @property
    def patient_ids(self) -> list[UUID]:
        """For the trail."""
        return [self.record.patient_id]

    @property
    def facility_id(self) -> int:
        """For the trail."""
        return self.record.facility_id


@gate.query(Permission.CODING_VIEW, CodingRecord, event="coding.abstract_viewed", detail=("encounter_id",))
def abstract_panel(records: QuerySet[CodingRecord], *, encounter_id: UUID) -> AbstractPanel:
    """The abstract of an encounter's coding. The number of queries does not depend on how much is filed."""
    record = (
        records.select_related(
            "encounter__facility", "encounter__attending", "patient", "abstract__changed_by", *RELATED
        )
        .prefetch_related(
            "patient__mrns", "patient__coverages__payer", "patient__addresses", "encounter__providers__provider"
        )
        .get(encounter_id=encounter_id)
    )
    step = CodedProcedure.objects.filter(record=record).select_related("provider").order_by("sequence").first()
    named = {entry.provider.pk: entry.provider for entry in record.encounter.providers.all()}
    extra = [record.encounter.attending, step.provider if step else None]
    named |= {provider.pk: provider for provider in extra if provider}
    homes = [place for place in record.patient.addresses.all() if place.use == "home"]
    return AbstractPanel(
        record, stay_of(record), sorted(named.values(), key=lambda each: (each.family_name, each.given_names)),
        step.provider if step else None, coverage_on(record.patient.coverages.all(), record.encounter.admitted_on),
        homes[0] if homes else None,
        list(AbstractField.objects.filter(facility=record.facility_id, active=True)),
    )  # fmt: skip


@gate.query(Permission.CODING_POLICY, AbstractField, event="abstract.fields_viewed")
def abstract_fields(rows: QuerySet[AbstractField]) -> list[AbstractField]:
    """The fields of every facility at which the person decides, also those switched off."""
    return list(rows.select_related("facility", "changed_by").order_by("facility__name", "label"))


@gate.query(Permission.CODING_POLICY, AbstractField, event="abstract.field_opened")
def abstract_field(rows: QuerySet[AbstractField], *, field_id: UUID) -> AbstractField:
    """One of them, to switch."""
    return rows.select_related("facility").get(pk=field_id)
