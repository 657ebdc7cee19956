"""Every request has an origin for the trail, and domain errors become pages that tell no more than they should."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from audit.context import Origin, originating
from audit.trail.enums import Source
from hims.lib.errors import AccessDenied, DomainError, NotVisible, TrailUnavailable
from hims.staff.requests import client_address

log = logging.getLogger("hims.web")
DATABASE_AWAY = "The database did not answer. Nothing was changed. Try again in a moment."
UTF8 = frozenset({"", "utf-8", "utf8", "us-ascii"})
Handler = Callable[[HttpRequest], HttpResponse]


class FormCharsetMiddleware:
    """Forms come in UTF-8. Another charset would fail deep inside, where no page can be made of it any more."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if str((request.content_params or {}).get("charset", "")).lower() not in UTF8:
            return HttpResponse("Send forms in UTF-8.", status=400, content_type="text/plain; charset=utf-8")
        return self.get_response(request)


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
        if isinstance(error, OperationalError):
            log.error("the database did not answer a request")
            return render(request, "409.html", {"message": DATABASE_AWAY}, status=503)
        return None
