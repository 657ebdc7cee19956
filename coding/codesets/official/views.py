"""Pages of the official files: the list, a new file, and one load with its dry run."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit import gate
from coding.codesets.official import actions
from coding.codesets.official.forms import LoadForm
from coding.codesets.official.models import CodeSetLoad
from coding.codesets.official.presenters import load_page, load_rows
from hims.lib.access import Permission
from hims.lib.errors import DomainError
from hims.lib.forms import add_domain_error
from hims.staff.models import User
from hims.staff.requests import person

LISTED = 200
CRUMBS = ("Codes", "codesets:search"), ("Official files", "codesets:loads")


@require_GET
def loads(request: HttpRequest) -> HttpResponse:
    """What was loaded, refused and rolled back; newest first."""
    _loader(request)
    found = CodeSetLoad.objects.select_related("created_by", "loaded_by").defer("diff")[:LISTED]
    context = {"rows": load_rows(found), "crumbs": [*_crumbs()[:-1], {"label": "Official files"}]}
    return render(request, "coding/codesets/loads.html", context)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Upload a file; it is read in the background and nothing is loaded before somebody confirms."""
    by = _loader(request)
    form = LoadForm(request.POST or None, request.FILES or None) if request.method == "POST" else LoadForm()
    if request.method == "POST" and form.is_valid():
        official = form.official()
        try:
            load = actions.submit_file(by=by, official=official, note=f"{official.kind} {official.file_name}")
        except DomainError as error:
            add_domain_error(form, error)
        else:
            return redirect(load)
    context = {"form": form, "crumbs": [*_crumbs(), {"label": "Load a file"}], "cancel_url": reverse("codesets:loads")}
    return render(request, "coding/codesets/new_load.html", context, status=422 if form.errors else 200)


@require_GET
def load(request: HttpRequest, load_id: UUID) -> HttpResponse:
    """One load: state, facts, and what it changes."""
    _loader(request)
    found = _found(load_id)
    context = {**load_page(found), "crumbs": [*_crumbs(), {"label": found.file_name}]}
    return render(request, "coding/codesets/load.html", context)


@require_GET
def progress(request: HttpRequest, load_id: UUID) -> HttpResponse:
    """The same as a fragment, asked for while work goes on."""
    _loader(request)
    return render(request, "coding/codesets/partials/load.html", load_page(_found(load_id)))


@require_POST
def confirm(request: HttpRequest, load_id: UUID) -> HttpResponse:
    """Load what the dry run showed."""
    by = _loader(request)
    confirmed = actions.confirm_load(by=by, load=_found(load_id))
    return redirect(confirmed)


@require_POST
def rollback(request: HttpRequest, load_id: UUID) -> HttpResponse:
    """Restore the state before a load."""
    by = _loader(request)
    asked = actions.ask_rollback(by=by, load=_found(load_id))
    messages.info(request, "The load is being rolled back.")
    return redirect(asked)


def _loader(request: HttpRequest) -> User:
    by = person(request)
    gate.demand(by, Permission.CODESET_LOAD, event="codeset.loads_viewed")
    return by


def _found(load_id: UUID) -> CodeSetLoad:
    people = ("created_by", "loaded_by", "rolled_back_by", "attested_by")
    found = CodeSetLoad.objects.select_related(*people).filter(pk=load_id).first()
    if found is None:
        raise Http404
    return found


def _crumbs() -> list[dict[str, str]]:
    return [{"label": label, "url": reverse(route)} for label, route in CRUMBS]
