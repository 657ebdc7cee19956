"""The answer to an address that leads nowhere."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.defaults import page_not_found

from hims.staff.models import User
from hims.staff.sessions.standing import is_present

NOTHING = "There is nothing here that you can open."


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """JSON for programs, a page for people; neither says whether there ever was anything, nor who sits behind a locked screen."""
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": NOTHING}, status=404)
    user = getattr(request, "user", None)
    if isinstance(user, User) and not hasattr(request, "sign_in") and not is_present(request, user, timezone.now()):
        request.user = AnonymousUser()
    return page_not_found(request, exception)
