"""Words for the pages of house rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse

from coding.workbench.house.models import HouseRuleTrial, HouseRuleVersion
from coding.workbench.house.rules import Fact, from_json
from coding.workbench.house.selectors import HouseRules, OneRule, Trial
from coding.workbench.house.vocabulary import SEVERITIES, facts_at, sentence
from hims.staff.models import Facility
from records.presenters import day, moment

SHOWN = 20
NAMES = dict(SEVERITIES)


def crumbs(*more: dict[str, str]) -> list[dict[str, str]]:
    """From the worklist over the list of rules."""
    first = {"label": "Coding", "url": reverse("coding:worklist")}
    rules = {"label": "House rules", "url": reverse("coding:house_rules")}
    return [first, *([rules, *more] if more else [{"label": "House rules"}])]


def list_context(found: HouseRules, places: Sequence[Facility]) -> dict[str, Any]:
    """The rules, facility by facility."""
    facts = {place.pk: facts_at(row for row in found.fields if row.facility_id == place.pk) for place in places}
    return {
        "places": [
            {
                "id": place.pk, "name": place.name,
                "rules": [_line(row, facts[place.pk]) for row in found.versions if row.rule.facility_id == place.pk],
            }
            for place in places
        ],
        "crumbs": crumbs(),
    }  # fmt: skip


def _line(row: HouseRuleVersion, facts: Mapping[str, Fact]) -> dict[str, Any]:
    return {
        "url": reverse("coding:house_rule", kwargs={"rule_id": row.rule_id}), "name": row.name,
        "severity": row.severity, "active": row.active, "days": days_words(row), "sentence": said(row, facts),
    }  # fmt: skip


def said(row: HouseRuleVersion, facts: Mapping[str, Fact]) -> str:
    """The version as a sentence."""
    groups, check = from_json(row.content)
    return sentence(groups, check, facts)


def days_words(row: HouseRuleVersion) -> str:
    """For which discharges it holds."""
    if row.starts_on and row.ends_on:
        return f"discharged {day(row.starts_on)} to {day(row.ends_on)}"
    if row.starts_on:
        return f"discharged from {day(row.starts_on)}"
    return f"discharged until {day(row.ends_on)}" if row.ends_on else "all discharges"


def rule_context(found: OneRule, trial: Trial | None = None) -> dict[str, Any]:
    """One rule: what it says, how it was tried, and its history."""
    rule, newest = found.rule, found.newest
    facts = facts_at(found.fields)
    zone = rule.facility.time_zone
    tried = next((each for each in found.trials if each.wording_id == newest.pk), None)
    base = reverse("coding:house_rule", kwargs={"rule_id": rule.pk})
    return {
        "rule": {**_line(newest, facts), "message": newest.message, "does": NAMES[newest.severity], "version": rule.version,
                 "facility": rule.facility.name},
        "edit_url": f"{base}edit", "try_url": f"{base}try", "switch_url": f"{base}switch",
        "tried": trial_words(tried, zone) if tried else "", "can_switch_on": bool(tried) and not newest.active,
        "fired": _fired(trial), "history": [_version(row, facts, zone) for row in found.versions],
        "trials": [{"number": each.wording.number, "text": trial_words(each, zone)} for each in found.trials],
        "crumbs": crumbs({"label": rule.name}),
    }  # fmt: skip


def trial_words(trial: HouseRuleTrial, zone: str) -> str:
    """ "Would fire on 3 of the last 200 accounts (discharged ... to ...)", with who tried it when."""
    if not trial.tested:
        text = "No coded account to try it on"
    else:
        span = f"discharged {day(trial.first_on)} to {day(trial.last_on)}"
        text = f"Would fire on {trial.fired} of the last {trial.tested} accounts ({span})"
    return f"{text}. Tried by {trial.tried_by}, {moment(trial.tried_at, zone)}."


def _fired(trial: Trial | None) -> dict[str, Any]:
    if trial is None or not trial.fired:
        return {}
    rows = [
        {"account": number, "url": reverse("coding:workbench", kwargs={"encounter_id": encounter_id})}
        for number, encounter_id in trial.fired[:SHOWN]
    ]
    return {"rows": rows, "more": max(0, len(trial.fired) - SHOWN)}


def _version(row: HouseRuleVersion, facts: Mapping[str, Fact], zone: str) -> dict[str, Any]:
    return {
        "number": row.number, "at": moment(row.changed_at, zone), "by": str(row.changed_by), "active": row.active,
        "severity": row.severity, "name": row.name, "message": row.message, "sentence": said(row, facts),
        "days": days_words(row),
    }  # fmt: skip


def code_lists(facts: Mapping[str, Fact]) -> list[dict[str, Any]]:
    """The values of each field that takes only some, to look up while writing."""
    return [{"label": fact.label, "choices": fact.choices} for fact in facts.values() if fact.choices]
