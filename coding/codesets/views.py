"""Pages of the code sets: search, results, one entry."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET

from coding.codesets import presenters, selectors
from coding.codesets.browse.guidelines import guidelines_for
from coding.codesets.enums import CodeKind, CodeSystem
from coding.codesets.forms import CodeSearchForm
from coding.codesets.models import Code
from coding.codesets.search.find import search as find_codes
from hims.lib.reference_links import links_for

WRITTEN = re.compile(r"[A-Za-z0-9.-]+\Z")  # blocks have a hyphen: I30-I5A
BROWSED = (CodeSystem.ICD10CM, CodeSystem.ICD10PCS)


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """The search page; without words it lists the chapters."""
    form = CodeSearchForm(request.GET or None, initial={"on": timezone.localdate()})
    context = {"form": form, "crumbs": [{"label": "Codes"}], "links": True, **_results(form)}
    if not context["searched"]:
        context["chapters"] = _chapters(context["on"])
    return render(request, "coding/codesets/search.html", context)


@require_GET
def results(request: HttpRequest) -> HttpResponse:
    """The results as a fragment: rows to pick from, or links when `links` is given."""
    form = CodeSearchForm(request.GET)
    context = {"links": "links" in request.GET, "form": form, **_results(form)}
    status = 200 if form.is_valid() else 422
    return render(request, "coding/codesets/partials/results.html", context, status=status)


@require_GET
def detail(request: HttpRequest, system: str, code: str) -> HttpResponse:
    """One entry on a day: path, validity, inherited notes, what is below."""
    on = _day(request)
    if system not in CodeSystem.values or not WRITTEN.match(code):
        raise Http404
    row = selectors.code_on(system, code, on) or selectors.newest(system, code)
    if row is None:
        raise Http404
    return render(request, "coding/codesets/detail.html", _detail(row, on))


def _results(form: CodeSearchForm) -> dict[str, Any]:
    if not form.is_valid():
        return {"rows": [], "searched": form.is_bound, "on": timezone.localdate(), "query": ""}
    asked = form.cleaned_data
    hits = find_codes(asked["q"], asked["system"], on=asked["on"], limit=asked["limit"])
    rows = presenters.hit_rows(hits, asked["on"])
    return {"rows": rows, "searched": bool(asked["q"]), "on": asked["on"], "query": asked["q"]}


def _chapters(on: date) -> list[dict[str, object]]:
    return [
        {
            "title": system.label,
            "release": selectors.release_on(system, on),
            "rows": presenters.child_rows(chapters, [chapter.long_title for chapter in chapters], on),
        }
        for system in BROWSED
        if (chapters := selectors.children(system, "", on))
    ]


def _detail(row: Code, on: date) -> dict[str, object]:
    path = selectors.path_of(row, on=on)
    below = selectors.children(row.system, row.code, on) if row.kind != CodeKind.CODE else []
    own_title, *titles = selectors.shown_titles([row, *below], on=on)
    is_cm = row.system == CodeSystem.ICD10CM
    return {
        "row": row,
        "on": on,
        "title": own_title,
        "crumbs": presenters.path_crumbs(path, row, on),
        "path": presenters.child_rows(path, selectors.shown_titles(path, on=on), on),
        "validity": selectors.validity(row.system, row.code, on),
        "release": selectors.release_on(row.system, on),
        "severity": selectors.severity_on([row.code], on).get(row.code, "") if is_cm else "",
        "poa": selectors.poa_exempt(row.code, on) if is_cm and row.billable else None,
        "sections": presenters.note_sections(selectors.notes_for(row, on=on)),
        "below": presenters.child_rows(below, titles, on),
        "guidelines": guidelines_for(row.system, row.code),
        "references": links_for(settings.REFERENCE_LINKS, row.display),
    }


def _day(request: HttpRequest) -> date:
    try:
        return parse_date(request.GET.get("on", "")) or timezone.localdate()
    except ValueError:
        return timezone.localdate()
