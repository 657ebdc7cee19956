"""Reads of house rules: the list, one with its history, and a trial on recent accounts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from audit import gate
from coding.workbench.abstracting.models import AbstractField
from coding.workbench.enums import CodingStatus
from coding.workbench.house.models import HouseRule, HouseRuleTrial, HouseRuleVersion
from coding.workbench.house.reading import BESIDE, RECENT, newest_versions, rule_of
from coding.workbench.house.recent import snapshots
from coding.workbench.house.rules import fires
from coding.workbench.models import CodingRecord
from hims.lib.access import Permission

RECENT_ACCOUNTS = 200
VERSIONS_SHOWN = 50


@dataclass(frozen=True)
class HouseRules:
    """The newest version of each rule in reach, by facility and name; fields: the facilities' own, by facility."""

    versions: Sequence[HouseRuleVersion]
    fields: Sequence[AbstractField]
    facility_ids: list[int]
    patient_ids: tuple[()] = ()


@dataclass(frozen=True)
class OneRule:
    """A rule, its versions newest first, and the trials of the newest wording, newest first."""

    rule: HouseRule
    versions: Sequence[HouseRuleVersion]
    trials: Sequence[HouseRuleTrial]
    fields: Sequence[AbstractField]
    patient_ids: tuple[()] = ()

    @property
    def newest(self) -> HouseRuleVersion:
        return self.versions[0]

    @property
    def facility_id(self) -> int:
        """For the trail."""
        return self.rule.facility_id


@dataclass(frozen=True)
class Trial:
    """What a rule would have said of recent accounts. fired: their account numbers with the encounter's id, newest first.

    tested: how many were looked at; first_on, last_on: their days of discharge.
    """

    fired: Sequence[tuple[str, UUID]]
    tested: int
    first_on: date | None
    last_on: date | None
    patient_ids: list[UUID]
    facility_ids: list[int]


@gate.query(Permission.CODING_POLICY, HouseRule, event="house_rule.listed")
def house_rules(rows: QuerySet[HouseRule]) -> HouseRules:
    """The rules of every facility at which the person decides."""
    rules = list(rows.values_list("pk", "facility_id"))
    versions = newest_versions().filter(rule__in=[pk for pk, _ in rules]).select_related("rule__facility", "changed_by")
    fields = list(gate.rows_of(AbstractField))
    places = sorted({facility_id for _, facility_id in rules} | {each.facility_id for each in fields})
    return HouseRules(list(versions.order_by("rule__facility__name", "name")), fields, places)


@gate.query(Permission.CODING_POLICY, HouseRule, event="house_rule.opened", detail=("rule_id",))
def house_rule(rows: QuerySet[HouseRule], *, rule_id: UUID) -> OneRule:
    """One rule with its history."""
    rule = rows.select_related("facility").get(pk=rule_id)
    versions = HouseRuleVersion.objects.filter(rule=rule).select_related("changed_by").order_by("-number")
    newest = list(versions[:VERSIONS_SHOWN])
    trials = HouseRuleTrial.objects.filter(wording__in=newest).select_related("tried_by", "wording").order_by("-pk")
    fields = AbstractField.objects.filter(facility=rule.facility_id).order_by("label")
    return OneRule(rule, newest, list(trials[:VERSIONS_SHOWN]), list(fields))


@gate.query(Permission.CODING_POLICY, AbstractField, event="house_rule.fields_viewed", detail=("facility_id",))
def fields_at(rows: QuerySet[AbstractField], *, facility_id: int) -> list[AbstractField]:
    """The facility's own fields, for a rule that is being written."""
    return list(rows.filter(facility_id=facility_id).order_by("label"))


@gate.query(Permission.CODING_POLICY, CodingRecord, event="house_rule.tried", detail=("rule_id",))
def trial_of(records: QuerySet[CodingRecord], *, version: HouseRuleVersion, rule_id: UUID) -> Trial:
    """The newest wording tried on the last accounts of its facility that are coded and in the person's reach.

    Nothing of a chart is given back but the account's number. Its dates are not asked: it is tried as if in force. The number of
    queries does not depend on how many accounts there are.
    """
    facility_id = version.rule.facility_id
    rows = records.filter(facility_id=facility_id, discharged_on__isnull=False).exclude(status=CodingStatus.UNCODED)
    recent = rows.select_related(*RECENT).prefetch_related(*BESIDE).order_by("-discharged_on", "-pk")[:RECENT_ACCOUNTS]
    found = list(recent)
    rule = rule_of(version)
    cases = zip(found, snapshots(found, facility_id), strict=True)
    fired = [(record.encounter.account_number, record.encounter_id) for record, case in cases if fires(rule, case)]
    days = [record.discharged_on for record in found if record.discharged_on]
    return Trial(
        fired, len(found), min(days, default=None), max(days, default=None),
        sorted({record.patient_id for record in found}), [facility_id],
    )  # fmt: skip
