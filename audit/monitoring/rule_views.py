"""Pages of the rules: what each means, its limits, and what other limits would have done."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from audit.gate import demand
from audit.monitoring.actions import change_rule
from audit.monitoring.backtest import Backtest, backtest
from audit.monitoring.forms import rule_form
from audit.monitoring.limits import chosen
from audit.monitoring.presenters import finding_row, rule_rows
from audit.monitoring.rules import RULE, Rule
from audit.monitoring.selectors import outcomes
from audit.monitoring.views import ALERTS
from audit.subjects import patient_names
from hims.lib.access import Permission
from hims.lib.errors import DomainError, NotVisible
from hims.lib.forms import add_domain_error
from hims.staff.requests import person

RULES = {"label": "Rules", "url": "/privacy/rules/"}


@require_GET
def rules(request: HttpRequest) -> HttpResponse:
    """All rules with their limits and what became of their alerts."""
    by, now = person(request), chosen()
    found = outcomes(by=by)
    context = {"rows": rule_rows(now.active, now.limits, found), "crumbs": [ALERTS, {"label": "Rules"}]}
    return render(request, "privacy/alerts_rules.html", context)


@require_http_methods(["GET", "POST"])
def rule(request: HttpRequest, name: str) -> HttpResponse:
    """One rule: change its limits, or try them out on the last 90 days first."""
    by = person(request)
    demand(by, Permission.PRIVACY_REVIEW, event="alert.rule_viewed")
    if name not in RULE:
        raise NotVisible("There is no such rule.")
    found, now = RULE[name], chosen()
    form = rule_form(found, name in now.active, now.limits[name], request.POST or None)
    tried: Backtest | None = None
    if request.method == "POST" and form.is_valid():
        limits = {limit.name: form.cleaned_data[limit.name] for limit in found.limits}
        if "try" in request.POST:
            tried = backtest(by=by, rule=name, limits=limits)
        elif _changed(request, form, found, limits):
            return redirect("privacy:rules")
    context = {"rule": found, "form": form, "crumbs": [ALERTS, RULES, {"label": found.title}], **_tried(request, tried)}
    return render(request, "privacy/alerts_rule.html", context, status=422 if form.errors else 200)


def _changed(request: HttpRequest, form: forms.Form, found: Rule, limits: dict[str, int]) -> bool:
    try:
        change_rule(by=person(request), rule=found.name, active=form.cleaned_data["active"], limits=limits)
    except DomainError as error:
        add_domain_error(form, error)
        return False
    messages.success(request, f"The rule “{found.title}” is changed. It works this way from now on.")
    return True


def _tried(request: HttpRequest, tried: Backtest | None) -> dict[str, Any]:
    if tried is None:
        return {}
    names = patient_names(person(request), tried.patient_ids)
    return {
        "tried": tried, "added": [finding_row(each, names) for each in tried.added],
        "dropped": [finding_row(each, names) for each in tried.dropped],
    }  # fmt: skip
