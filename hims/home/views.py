"""The first page of each role, the health page, and the style guide."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from hims.home.health import health
from hims.home.waiting import waiting_for
from hims.staff.requests import person


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What is waiting for this person."""
    return render(request, "home/home.html", {"waiting": waiting_for(by=person(request))})


@login_not_required
@require_GET
def healthz(request: HttpRequest) -> JsonResponse:
    """For monitors: 200 when everything works, 503 otherwise; names of parts and figures only."""
    report = health()
    return JsonResponse(report.as_dict(), status=200 if report.ok else 503)


@require_GET
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component in one place."""
    return render(request, "home/styleguide.html")
