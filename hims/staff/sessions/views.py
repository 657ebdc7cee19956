"""The locked screen, and the list of signed-in devices."""

from __future__ import annotations

import json
from uuid import UUID

from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.webauthn.internal import auth as webauthn
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hims.lib.errors import DomainError
from hims.staff import lockout
from hims.staff.models import User
from hims.staff.reauthentication import confirm_identity, demo_hint, ways_of
from hims.staff.requests import person
from hims.staff.second_factor.keys import proven_by
from hims.staff.sessions.actions import end_others, end_own, lock, unlock
from hims.staff.sessions.models import SignIn
from hims.staff.sessions.seal import opening_key, public_key
from hims.staff.sessions.selectors import devices_of
from hims.staff.sessions.standing import limit_of, seconds_left

KEY_REFUSED = "The security key was not accepted."


def sign_in_of(request: HttpRequest) -> SignIn:
    """The open sign-in of the request; the middleware has found it."""
    row: SignIn = request.sign_in  # type: ignore[attr-defined]
    return row


@login_not_required
@require_GET
def session(request: HttpRequest) -> JsonResponse:
    """For the page itself: is anybody signed in here, and for how long is the screen open? Keeps nothing open."""
    user = request.user
    if not isinstance(user, User):
        return JsonResponse({"signed_in": False})
    row, limit = sign_in_of(request), limit_of(user)
    left = seconds_left(row, limit, timezone.now())
    return JsonResponse(
        {
            "signed_in": True, "locked": left == 0, "seconds_left": left, "limit_seconds": int(limit.total_seconds()),
            "name": str(user), "ways": ways_of(user), "hint": demo_hint(), "seal_key": public_key(row),
        }
    )  # fmt: skip


@require_POST
def alive(request: HttpRequest) -> HttpResponse:
    """The person types or reads with the pointer; the middleware has noted it."""
    return HttpResponse(status=204)


@require_POST
def lock_screen(request: HttpRequest) -> HttpResponse:
    """Now, by hand."""
    lock(sign_in_of(request))
    if request.headers.get("Accept", "").startswith("application/json"):
        return HttpResponse(status=204)
    return redirect("home")


@require_GET
def unlock_key(request: HttpRequest) -> JsonResponse:
    """What the browser needs to ask for a security key or passkey."""
    return JsonResponse(webauthn.begin_authentication(person(request)), json_dumps_params={"default": str})


@require_http_methods(["GET", "POST"])
def unlock_screen(request: HttpRequest) -> HttpResponse:
    """By password, code, security key or passkey; answers the script in JSON, the plain page with the next page."""
    if request.method == "GET":
        return redirect("home")
    try:
        _prove(request)
    except lockout.LockedOut as error:
        return _not_unlocked(request, error, 429)
    except DomainError as error:
        return _not_unlocked(request, error, 409)
    unlock(sign_in_of(request))
    if _wants_json(request):
        return JsonResponse({"locked": False})
    wanted = request.POST.get("next", "/")
    return redirect(wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else "/")


@require_POST
def open_seal(request: HttpRequest) -> JsonResponse:
    """The key to what a page encrypted while it was locked. The middleware refuses this while the screen is locked."""
    try:
        key = opening_key(sign_in_of(request), request.POST.get("public", ""))
    except DomainError as error:
        return JsonResponse({"detail": error.message}, status=409)
    return JsonResponse({"key": key})


@require_GET
def devices(request: HttpRequest) -> HttpResponse:
    """Where the person is signed in."""
    page = devices_of(person(request), this=sign_in_of(request), after=request.GET.get("after", ""))
    return render(request, "account/devices.html", {"page": page})


@require_POST
def end_device(request: HttpRequest, sign_in_id: UUID) -> HttpResponse:
    """One of them."""
    end_own(by=person(request), sign_in_id=sign_in_id)
    messages.success(request, "That device is signed out.")
    return redirect("account_devices")


@require_POST
def end_other_devices(request: HttpRequest) -> HttpResponse:
    """All but this one."""
    count = end_others(by=person(request), keep=sign_in_of(request))
    messages.success(request, f"Signed out elsewhere: {count}.")
    return redirect("account_devices")


def _prove(request: HttpRequest) -> None:
    credential = request.POST.get("credential", "")
    if not credential:
        confirm_identity(request, password=request.POST.get("password", ""), code=request.POST.get("code", ""))
        return
    try:
        authenticator = proven_by(person(request), json.loads(credential))
    except (ValueError, ValidationError):
        raise DomainError(KEY_REFUSED) from None
    post_authentication(request, authenticator, reauthenticated=True)


def _not_unlocked(request: HttpRequest, error: DomainError, status: int) -> HttpResponse:
    if _wants_json(request):
        return JsonResponse({"detail": error.message, "field": error.field}, status=status)
    context = {"next": request.POST.get("next", "/"), "problem": error.message, "demo_hint": demo_hint()}
    return render(request, "account/locked.html", context, status=status)


def _wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")
