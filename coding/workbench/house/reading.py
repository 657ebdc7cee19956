"""Inside gated reads and writes: the rules in force for a stay, and the stay as they see it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet

from coding.workbench.abstracting.models import AbstractField
from coding.workbench.abstracting.reading import CLINICIANS, clinician
from coding.workbench.coded import CodedStay
from coding.workbench.enums import DiagnosisRole
from coding.workbench.house.models import HouseRuleVersion
from coding.workbench.house.rules import Rule, Snapshot, Value, from_json
from coding.workbench.house.vocabulary import LOCAL
from coding.workbench.models import CodedProcedure, CodingRecord, Grouping
from coding.workbench.rules import REPORTED
from hims.lib.dates import age_days, age_years
from records.encounters.enums import ProviderRole
from records.encounters.models import Provider
from records.encounters.rules import length_of_stay_days
from records.registry.coverage import coverage_on

RECENT = (
    "encounter__facility", "encounter__attending", "patient", "grouping", "abstract__attending", "abstract__operating",
    "abstract__other_operating",
)  # fmt: skip
BESIDE = ("patient__coverages__payer", "encounter__providers__provider")


def newest_versions() -> QuerySet[HouseRuleVersion]:
    """The wording of each rule that counts."""
    return HouseRuleVersion.objects.filter(number=F("rule__version")).select_related("rule")


def rule_of(row: HouseRuleVersion) -> Rule:
    """A version as the rules see it."""
    groups, check = from_json(row.content)
    key = f"house_{row.rule_id}_{row.number}"
    return Rule(key, row.name, row.severity, row.message, check, groups, row.starts_on, row.ends_on)


def rules_in_force(facility_id: int, on: date) -> tuple[Rule, ...]:
    """Those switched on for stays that end on a day, by name. One query."""
    rows = newest_versions().filter(rule__facility_id=facility_id, active=True)
    rows = rows.filter(Q(starts_on=None) | Q(starts_on__lte=on), Q(ends_on=None) | Q(ends_on__gte=on))
    return tuple(rule_of(row) for row in rows.order_by("name", "rule_id"))


def house_part(record: CodingRecord, coded: CodedStay) -> dict[str, Any]:
    """Rules and snapshot for a case; without rules one query, and nothing else is read."""
    rules = rules_in_force(record.facility_id, coded.stay.coded_on)
    if not rules:
        return {}
    step = CodedProcedure.objects.filter(record=record).select_related("provider").order_by("sequence").first()
    grouping = Grouping.objects.filter(record=record).first()
    kinds = kinds_at(record.facility_id) if coded.abstract.local else {}
    return {"house": rules, "snapshot": snapshot_of(record, coded, grouping, step.provider if step else None, kinds)}


def kinds_at(facility_id: int) -> dict[str, str]:
    """What each of the facility's own fields takes, by key."""
    return dict(AbstractField.objects.filter(facility=facility_id).values_list("key", "kind"))


def snapshot_of(
    record: CodingRecord,
    coded: CodedStay,
    grouping: Grouping | None,
    surgeon: Provider | None,
    kinds: Mapping[str, str],
) -> Snapshot:
    """The case as plain values; keys are those of the vocabulary. No query when the record is joined as RECENT has it.

    surgeon: of the principal procedure; kinds: as `kinds_at`.
    """
    local = {f"{LOCAL}{key}": local_value(kinds.get(key, ""), text) for key, text in coded.abstract.local.items()}
    return {
        **_stay(record, coded),
        **_codes(coded),
        **_people(record, coded, surgeon),
        "drg": grouping.final_drg if grouping else "", "mdc": grouping.mdc if grouping else "",
        **local,
    }  # fmt: skip


def _stay(record: CodingRecord, coded: CodedStay) -> dict[str, Value]:
    stay, abstract = coded.stay, coded.abstract
    born = stay.birth_date <= stay.admitted_on
    ended = stay.discharged_on
    return {
        "encounter_class": stay.encounter_class, "admission_type": abstract.admission_type,
        "point_of_origin": abstract.point_of_origin, "admitted_on": stay.admitted_on, "discharged_on": ended,
        "discharge_disposition": stay.discharge_disposition,
        "length_of_stay": length_of_stay_days(stay.admitted_on, ended) if ended else None,
        "age_years": age_years(stay.birth_date, stay.admitted_on) if born else None,
        "age_days": age_days(stay.birth_date, stay.admitted_on) if born else None,
        "sex": stay.sex, "service": record.encounter.service,
        "birth_weight_grams": abstract.birth_weight_grams, "ventilation_hours": abstract.ventilation_hours,
    }  # fmt: skip


def _codes(coded: CodedStay) -> dict[str, Value]:
    diagnoses = tuple(line.code for line in coded.diagnoses if line.role in REPORTED)
    procedures = (*(line.code for line in coded.procedures), *(line.code for line in coded.services))
    return {
        "principal": tuple(line.code for line in coded.in_role(DiagnosisRole.PRINCIPAL)),
        "diagnoses": diagnoses, "procedures": procedures,
        "diagnosis_count": len(diagnoses), "procedure_count": len(procedures),
    }  # fmt: skip


def _people(record: CodingRecord, coded: CodedStay, surgeon: Provider | None) -> dict[str, Value]:
    """Clinicians as the claim names them: where the abstract tells no operating one, the surgeon, or who took part as such."""
    coverage = coverage_on(record.patient.coverages.all(), coded.stay.admitted_on)
    named = {name: clinician(record, name) for name in CLINICIANS}
    if named["operating"] is None:
        taking_part = (
            each.provider for each in record.encounter.providers.all() if each.role == ProviderRole.OPERATING
        )
        named["operating"] = surgeon or next(taking_part, None)
    return {
        "payer_kind": coverage.payer.kind if coverage else "", "payer": coverage.payer.code if coverage else "",
        **{f"{name}_npi": provider.npi if provider else "" for name, provider in named.items()},
    }  # fmt: skip


def local_value(kind: str, text: str) -> Value:
    """What was entered, and checked when it was: a number, a day, or the text itself."""
    if kind == "number":
        return int(text)
    return date.fromisoformat(text) if kind == "date" else text
