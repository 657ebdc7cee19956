"""The validation designer: the list of a facility's rules, one rule, its wording, trial and switch."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.gate import demand, facilities_for
from coding.workbench.forms import values_of
from coding.workbench.house import presenters
from coding.workbench.house.actions import Wording, keep_trial, reword_rule, switch_rule, write_rule
from coding.workbench.house.forms import RuleForm, SwitchForm, VersionForm, initial_of
from coding.workbench.house.rules import MOST_CONDITIONS, Fact, from_json
from coding.workbench.house.selectors import OneRule, fields_at, house_rule, house_rules, trial_of
from coding.workbench.house.vocabulary import facts_at
from coding.workbench.views import PASSED_ON
from hims.lib.access import Permission
from hims.lib.errors import DomainError, NotVisible
from hims.lib.forms import add_domain_error
from hims.staff.models import Facility, User
from hims.staff.requests import person

PAGE = "coding/workbench/house/rule.html"
DESIGN = "coding/workbench/house/design.html"
MORE = "more"
Step = Callable[[int], HttpResponse]


@require_GET
def rules(request: HttpRequest) -> HttpResponse:
    """The rules of every facility at which the person decides."""
    by = person(request)
    found = house_rules(by=by)
    context = presenters.list_context(found, facilities_for(by, Permission.CODING_POLICY))
    return render(request, "coding/workbench/house/rules.html", context)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A new rule of one facility, by default the first at which the person decides."""
    by = person(request)
    demand(by, Permission.CODING_POLICY, event="house_rule.fields_viewed")
    facility = _facility(by, request.POST.get("facility") or request.GET.get("facility", ""))
    facts = facts_at(fields_at(by=by, facility_id=facility.pk))
    form = _form(request, facts)
    if (wording := _sent(request, form)) is not None:
        try:
            made = write_rule(by=by, facility=facility, wording=wording)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, "Saved, switched off. Try it on recent accounts, then switch it on.")
            return redirect("coding:house_rule", rule_id=made.pk)
    return _design(
        request,
        form,
        {"facility": facility, "heading": "New house rule", "crumbs": presenters.crumbs({"label": "New"})},
    )


@require_GET
def rule(request: HttpRequest, rule_id: UUID) -> HttpResponse:
    """What a rule says, how it was tried, its history."""
    return render(request, PAGE, presenters.rule_context(house_rule(by=person(request), rule_id=rule_id)))


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, rule_id: UUID) -> HttpResponse:
    """Another wording; it is switched off until it has been tried."""
    by = person(request)
    found = house_rule(by=by, rule_id=rule_id)
    form = _form(request, facts_at(found.fields), found)
    if (wording := _sent(request, form)) is not None:
        try:
            reword_rule(by=by, rule=found.rule, version=form.cleaned_data["version"] or 0, wording=wording)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, "Saved as a new version, switched off. Try it, then switch it on.")
            return redirect("coding:house_rule", rule_id=rule_id)
    own = {"label": found.rule.name, "url": reverse("coding:house_rule", args=[rule_id])}
    context = {
        "facility": found.rule.facility, "heading": f"Change {found.rule.name}",
        "crumbs": presenters.crumbs(own, {"label": "Change"}),
    }  # fmt: skip
    return _design(request, form, context)


@require_POST
def attempt(request: HttpRequest, rule_id: UUID) -> HttpResponse:
    """The rule tried on recent accounts; the count is kept, the accounts are shown this once."""
    by = person(request)
    found = house_rule(by=by, rule_id=rule_id)

    def step(version: int) -> HttpResponse:
        trial = trial_of(by=by, version=found.newest, rule_id=rule_id)
        keep_trial(by=by, rule=found.rule, version=version, trial=trial)
        return render(request, PAGE, presenters.rule_context(house_rule(by=by, rule_id=rule_id), trial))

    return _answered(request, found, step)


@require_POST
def switch(request: HttpRequest, rule_id: UUID) -> HttpResponse:
    """On, once it has been tried; or off."""
    by = person(request)
    found = house_rule(by=by, rule_id=rule_id)

    def step(version: int) -> HttpResponse:
        active = values_of(SwitchForm(request.POST))["active"]
        switch_rule(by=by, rule=found.rule, version=version, active=active)
        messages.success(request, f"{found.rule.name} is switched {'on' if active else 'off'}.")
        return redirect("coding:house_rule", rule_id=rule_id)

    return _answered(request, found, step)


def _answered(request: HttpRequest, found: OneRule, step: Step) -> HttpResponse:
    try:
        return step(values_of(VersionForm(request.POST))["version"])
    except PASSED_ON:
        raise
    except DomainError as error:
        return render(request, PAGE, {**presenters.rule_context(found), "refused": error.message}, status=422)


def _facility(by: User, asked: str) -> Facility:
    """Raises NotVisible for one at which the person does not decide."""
    places = facilities_for(by, Permission.CODING_POLICY)
    found = next((place for place in places if asked in ("", str(place.pk))), None)
    if found is None:
        raise NotVisible("There is nothing here that you can open.")
    return found


def _form(request: HttpRequest, facts: dict[str, Fact], found: OneRule | None = None) -> RuleForm:
    """As it was sent; with one row more when that was asked for, which is no attempt to save."""
    if request.method == "POST":
        rows = _count(request.POST.get("rows", ""))
        if MORE not in request.POST:
            return RuleForm(request.POST, facts=facts, rows=rows)
        sent = {name: value for name, value in request.POST.items() if name != "rows"}
        return RuleForm(initial=sent, facts=facts, rows=rows + 1)
    if found is None:
        return RuleForm(facts=facts)
    newest = found.newest
    days = (newest.starts_on, newest.ends_on)
    values, rows = initial_of(newest.name, newest.severity, newest.message, days, from_json(newest.content))
    return RuleForm(initial={**values, "version": found.rule.version}, facts=facts, rows=rows)


def _count(text: str) -> int:
    return min(int(text), MOST_CONDITIONS) if text.isascii() and text.isdigit() and len(text) < 4 else 0


def _sent(request: HttpRequest, form: RuleForm) -> Wording | None:
    return form.wording if form.is_bound and form.is_valid() else None


def _design(request: HttpRequest, form: RuleForm, context: dict[str, object]) -> HttpResponse:
    full = {
        **context, "form": form, "lists": presenters.code_lists(form.facts), "can_add": form.row_count < MOST_CONDITIONS,
        "rows": form.row_count,
    }  # fmt: skip
    return render(request, DESIGN, full, status=422 if form.is_bound and form.errors else 200)
