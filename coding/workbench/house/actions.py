"""Writes of house rules: a new one, another wording, on or off, and the trial that comes before on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from audit import gate
from audit.trail.enums import Category
from coding.workbench.abstracting.models import AbstractField
from coding.workbench.house.models import (
    LONGEST_MESSAGE,
    LONGEST_NAME,
    HouseRule,
    HouseRuleTrial,
    HouseRuleVersion,
)
from coding.workbench.house.rules import MOST_CONDITIONS, Condition, as_json, condition_fault
from coding.workbench.house.selectors import Trial
from coding.workbench.house.vocabulary import SEVERITIES, facts_at
from hims.lib.access import Permission
from hims.lib.errors import DomainError
from hims.lib.text import squeeze
from hims.staff.models import Facility, User

MOST_RULES = 200
STALE = "Somebody else has changed this rule since you opened it. Open it again, then repeat your change."
UNTRIED = "Try the rule on recent accounts first; then it can be switched on."


@dataclass(frozen=True)
class Wording:
    """All that a version says. groups: any of them, all conditions within one; none: always."""

    name: str
    severity: str
    message: str
    check: Condition
    groups: Sequence[Sequence[Condition]] = ()
    starts_on: date | None = None
    ends_on: date | None = None


@gate.command(Permission.CODING_POLICY, subject="facility", event="house_rule.written", category=Category.CREATE)
def write_rule(*, by: User, facility: Facility, wording: Wording) -> HouseRule:
    """A new rule, switched off. Raises DomainError naming the field."""
    Facility.objects.select_for_update().only("pk").get(pk=facility.pk)
    rows = HouseRule.objects.filter(facility=facility)
    if rows.count() >= MOST_RULES:
        raise DomainError(f"A facility has at most {MOST_RULES} rules of its own.", field="name")
    name = _checked(wording, facility.pk)
    if rows.filter(name__iexact=name).exists():
        raise DomainError(f"There is a rule {name} already.", field="name")
    rule: HouseRule = HouseRule.objects.create(facility=facility, name=name)
    _version(by, rule, wording, name)
    return rule


@gate.command(Permission.CODING_POLICY, subject="rule", event="house_rule.reworded")
def reword_rule(*, by: User, rule: HouseRule, version: int, wording: Wording) -> HouseRule:
    """The rule's next version, switched off until it has been tried. Raises DomainError naming the field, or for a stale page."""
    locked = _lock(rule, version)
    name = _checked(wording, locked.facility_id)
    others = HouseRule.objects.filter(facility=locked.facility_id, name__iexact=name).exclude(pk=locked.pk)
    if others.exists():
        raise DomainError(f"There is a rule {name} already.", field="name")
    locked.name, locked.version = name, locked.version + 1
    locked.save(update_fields=["name", "version"])
    _version(by, locked, wording, name)
    return locked


@gate.command(Permission.CODING_POLICY, subject="rule", event="house_rule.switched", detail=("active",))
def switch_rule(*, by: User, rule: HouseRule, version: int, active: bool) -> HouseRule:
    """On or off, as the rule's next version with the same words. Raises DomainError for a rule that was not tried, or stands so."""
    locked = _lock(rule, version)
    newest = HouseRuleVersion.objects.get(rule=locked, number=locked.version)
    if newest.active == active:
        raise DomainError(f"This rule is switched {'on' if active else 'off'} already.")
    if active and not newest.trials.exists():
        raise DomainError(UNTRIED)
    locked.version += 1
    locked.save(update_fields=["version"])
    HouseRuleVersion.objects.create(
        rule=locked, number=locked.version, name=newest.name, content=newest.content, severity=newest.severity,
        message=newest.message, starts_on=newest.starts_on, ends_on=newest.ends_on, active=active, changed_by=by,
        changed_at=timezone.now(),
    )  # fmt: skip
    return locked


@gate.command(Permission.CODING_POLICY, subject="rule", event="house_rule.trial_kept", category=Category.CREATE)
def keep_trial(*, by: User, rule: HouseRule, version: int, trial: Trial) -> HouseRuleTrial:
    """How often this version would have fired. Raises DomainError when there is a newer one by now."""
    locked = _lock(rule, version)
    newest = HouseRuleVersion.objects.get(rule=locked, number=locked.version)
    return HouseRuleTrial.objects.create(
        wording=newest, fired=len(trial.fired), tested=trial.tested, first_on=trial.first_on, last_on=trial.last_on,
        tried_by=by, tried_at=timezone.now(),
    )  # fmt: skip


def _lock(rule: HouseRule, version: int) -> HouseRule:
    locked: HouseRule = HouseRule.objects.select_for_update().get(pk=rule.pk)
    if locked.version != version:
        raise DomainError(STALE)
    return locked


def _checked(wording: Wording, facility_id: int) -> str:
    """The name as it is kept. Raises DomainError naming the first field that cannot be."""
    name, message = squeeze(wording.name), squeeze(wording.message)
    if not name or len(name) > LONGEST_NAME:
        raise DomainError(f"Give the rule a name of at most {LONGEST_NAME} characters.", field="name")
    if wording.severity not in dict(SEVERITIES):
        raise DomainError("Choose what the rule does.", field="severity")
    if not message or len(message) > LONGEST_MESSAGE:
        raise DomainError(f"Say to the coder what to do, in at most {LONGEST_MESSAGE} characters.", field="message")
    if wording.starts_on and wording.ends_on and wording.ends_on < wording.starts_on:
        raise DomainError("The last day lies before the first one.", field="ends_on")
    conditions = [each for group in wording.groups for each in group]
    if len(conditions) > MOST_CONDITIONS:
        raise DomainError(f"At most {MOST_CONDITIONS} conditions.", field="message")
    facts = facts_at(AbstractField.objects.filter(facility=facility_id))
    for each in (*conditions, wording.check):
        _, fault = condition_fault(each, facts)
        if fault:
            raise DomainError(fault, field="message")
    return name


def _version(by: User, rule: HouseRule, wording: Wording, name: str) -> HouseRuleVersion:
    return HouseRuleVersion.objects.create(
        rule=rule, number=rule.version, name=name, content=as_json(wording.groups, wording.check),
        severity=wording.severity, message=squeeze(wording.message), starts_on=wording.starts_on,
        ends_on=wording.ends_on, active=False, changed_by=by, changed_at=timezone.now(),
    )  # fmt: skip
