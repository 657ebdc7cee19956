"""Every request has an origin for the trail, and domain errors become pages that tell no more than they should."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from audit.context import Origin, originating
from audit.trail.enums import Source
from hims.lib.errors import AccessDenied, DomainError, NotVisible, TrailUnavailable
from hims.staff.requests import client_address

Handler = Callable[[HttpRequest], HttpResponse]


class OriginMiddleware:
    """Names the request for the trail and keeps pages out of every cache."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        source = Source.API if request.path.startswith("/api/") else Source.WEB
        with originating(Origin(source, address=client_address(request))):
            response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response


class DomainErrorMiddleware:
    """404 for what is out of reach, 403 for a missing right, 503 when the trail is away, 409 for a broken rule."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, NotVisible):
            return render(request, "404.html", status=404)
        if isinstance(error, AccessDenied):
            return render(request, "403.html", {"message": error.message}, status=403)
        if isinstance(error, TrailUnavailable):
            return render(request, "409.html", {"message": error.message}, status=503)
        if isinstance(error, DomainError):
            return render(request, "409.html", {"message": error.message}, status=409)
        return None
