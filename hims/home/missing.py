"""The answer to an address that leads nowhere."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.defaults import page_not_found

NOTHING = "There is nothing here that you can open."


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """JSON for programs, a page for people; neither says whether there ever was anything."""
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": NOTHING}, status=404)
    return page_not_found(request, exception)
