"""Every request of a signed-in person is measured: is the sign-in still open, is the screen locked, was a second factor shown?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from allauth.mfa.adapter import get_adapter
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone

from hims.staff.lockout import LockedOut
from hims.staff.models import User
from hims.staff.reauthentication import demo_hint
from hims.staff.sessions.actions import note_activity
from hims.staff.sessions.models import SignIn
from hims.staff.sessions.standing import is_verified, limit_of, open_sign_in

Handler = Callable[[HttpRequest], HttpResponse]
BACKGROUND_HEADER = "X-HIMS-Background"
# Pages around signing in and out, which look after themselves and show nothing of a patient.
ENTRANCE = frozenset(
    {"healthz", "account_login", "account_logout", "account_inactive", "demo_sign_in", "mfa_authenticate"}
)
SCREEN = frozenset(
    {"account_session", "account_alive", "account_lock", "account_unlock", "account_unlock_key", "account_open_seal"}
)
WHILE_LOCKED = frozenset({"account_session", "account_unlock", "account_unlock_key"})
SHOW_SECOND_FACTOR = frozenset({"mfa_reauthenticate", "mfa_reauthenticate_webauthn"})
SET_UP_SECOND_FACTOR = frozenset(
    {"mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "account_reauthenticate", "mfa_reauthenticate"}
)
# Asked by pages on their own; they keep no screen open.
POLLED = frozenset({"account_session", "account_unlock", "account_unlock_key", "billing:export_status"})
LOCKED = "The screen is locked. Enter your password to go on."
UNVERIFIED = "A second factor is needed here. Open the sign-in settings of your account first."
API_ONLY = "API tokens work for addresses under /api/ only."


def is_background(request: HttpRequest, route: str) -> bool:
    """True for what a page asks by itself."""
    return route in POLLED or request.headers.get(BACKGROUND_HEADER) == "1"


class SignInMiddleware:
    """Refuses ended, locked and unverified sign-ins before any view runs. Stands before LoginRequiredMiddleware.

    A request with an API token stands for itself: a session that comes along with it is not looked at.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        route = request.resolver_match.view_name if request.resolver_match else ""
        if route in ENTRANCE:
            return None
        if request.headers.get("Authorization", "").lower().startswith("bearer"):
            request.user = AnonymousUser()
            return (
                None
                if request.path.startswith("/api/")
                else HttpResponse(API_ONLY, status=401, content_type="text/plain")
            )
        if not isinstance(request.user, User):
            return None
        now = timezone.now()
        sign_in = open_sign_in(request, request.user, now)
        if sign_in is None:
            request.session.flush()
            request.user = AnonymousUser()
            return None
        limit = limit_of(request.user)
        request.sign_in = sign_in  # type: ignore[attr-defined]
        request.idle_seconds = int(limit.total_seconds())  # type: ignore[attr-defined]
        return self._measure(request, route, sign_in, now, limit)

    def _measure(
        self, request: HttpRequest, route: str, sign_in: SignIn, now: datetime, limit: timedelta
    ) -> HttpResponse | None:
        if route not in WHILE_LOCKED and sign_in.is_locked(now, limit):
            return _locked(request)
        if settings.REQUIRE_MFA and route not in SCREEN and not _may_without(request, sign_in.user, route):
            return _unverified(request, sign_in.user)
        if not is_background(request, route):
            note_activity(sign_in, at=now, limit=limit)
        return None


class LockoutMiddleware:
    """Too many guesses become a page that says when to try again. Stands last, so that it sees the error first."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, LockedOut):
            return None
        answer = _refusal(request, 429, error.message, "account/locked_out.html", {"message": error.message})
        answer.headers["Retry-After"] = str(error.seconds)
        return answer


def _may_without(request: HttpRequest, user: User, route: str) -> bool:
    """Routes for a session without a second factor: to show it, or, by a person who has none yet, to set it up."""
    if is_verified(request, user):
        return True
    return route in (SHOW_SECOND_FACTOR if _has_second_factor(user) else SET_UP_SECOND_FACTOR)


def _has_second_factor(user: User) -> bool:
    return bool(get_adapter().is_mfa_enabled(user))


def _locked(request: HttpRequest) -> HttpResponse:
    path = request.get_full_path() if request.method == "GET" else "/"
    context = {"next": path, "sent": request.method != "GET", "demo_hint": demo_hint()}
    return _refusal(request, 423, LOCKED, "account/locked.html", context)


def _unverified(request: HttpRequest, user: User) -> HttpResponse:
    context = {"has_second_factor": _has_second_factor(user), "next": request.path}
    return _refusal(request, 403, UNVERIFIED, "account/second_factor_needed.html", context)


def _refusal(request: HttpRequest, status: int, sentence: str, template: str, context: dict[str, Any]) -> HttpResponse:
    """JSON for programs and scripts, a sentence for htmx, a page for people."""
    if request.path.startswith("/api/") or request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"detail": sentence}, status=status)
    if request.headers.get("HX-Request"):
        return HttpResponse(f"<p data-problem>{sentence}</p>", status=status)
    return render(request, template, context, status=status)
