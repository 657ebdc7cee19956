"""The page Keys among a person's own settings."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from hims.lib.errors import DomainError
from hims.lib.keyboard.catalogue import COMMANDS
from hims.lib.keyboard.strokes import spelled
from hims.staff.keys import actions
from hims.staff.keys.forms import CHANGE, RESET, RESET_ALL, KeysForm, UsedForm
from hims.staff.keys.presenters import groups_of
from hims.staff.keys.selectors import key_choice_of
from hims.staff.models import User
from hims.staff.requests import person


@require_http_methods(["GET", "POST"])
def keys(request: HttpRequest) -> HttpResponse:
    """The table; ?q= narrows it, ?change= opens the field of one command, a refused key stays in it with the reason."""
    user = person(request)
    if request.method != "POST":
        return _page(request, user, request.GET.get("change", ""))
    form = KeysForm(request.POST)
    if not form.is_valid():
        raise DomainError("Nothing was changed: " + " ".join(str(error[0]) for error in form.errors.values()))
    asked = form.cleaned_data
    try:
        said = _done(user, asked)
    except DomainError as error:
        if error.field != "keys":
            raise
        return _page(request, user, asked["command"], typed=asked["keys"], problem=error.message, status=422)
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204)
    messages.success(request, said)
    place = f"#{asked['command']}" if asked["command"] in COMMANDS else ""
    return redirect(reverse("account_keys") + place)


@require_POST
def used(request: HttpRequest) -> HttpResponse:
    """The palette tells what was chosen, so that it comes first the next time."""
    form = UsedForm(request.POST)
    if not form.is_valid():
        raise DomainError("There is no such command.")
    actions.note_used(by=person(request), name=form.cleaned_data["command"])
    return HttpResponse(status=204)


def _done(user: User, asked: dict[str, Any]) -> str:
    """The change that was asked for, and what to say about it."""
    name = asked["command"]
    if asked["do"] == CHANGE:
        key = actions.set_key(by=user, name=name, keys=asked["keys"])
        return f"{COMMANDS[name].label}: {spelled(key) or 'no key'}."
    if asked["do"] == RESET:
        key = actions.reset_key(by=user, name=name)
        return f"{COMMANDS[name].label}: {spelled(key) or 'no key'} again."
    if asked["do"] == RESET_ALL:
        actions.reset_all(by=user)
        return "All keys are as they were in the beginning."
    actions.use_single(by=user, on=asked["on"])
    return "Single keys are on." if asked["on"] else "Single keys are off. Ctrl+K still finds every command."


def _page(
    request: HttpRequest, user: User, change: str, *, typed: str | None = None, problem: str = "", status: int = 200
) -> HttpResponse:
    choice = key_choice_of(user)
    wanted = "" if change else request.GET.get("q", "")[:60]
    context = {
        "choice": choice, "groups": groups_of(choice, wanted), "wanted": wanted, "change": change, "typed": typed,
        "problem": problem, "changed": len(choice.own),
    }  # fmt: skip
    return render(request, "account/keys.html", context, status=status)
