"""Signing in; in DEMO mode also without a password, as one of the people of the demo hospital."""

from __future__ import annotations

from typing import Any

from allauth.account.views import LoginView, PasswordChangeView, ReauthenticateView
from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn.views import RemoveWebAuthnView
from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from hims.lib.errors import DomainError
from hims.staff.models import User
from hims.staff.passwords import LengthValidator
from hims.staff.personas import PERSONAS
from hims.staff.reauthentication import demo_hint
from hims.staff.requests import person

BACKEND = "hims.staff.backend.StaffBackend"


@method_decorator(login_not_required, name="dispatch")
class SignIn(LoginView):
    """The sign-in page; in DEMO mode with one button a persona."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """htmx, sent here when the session has ended, gets a 401: a sign-in page has no place inside another one."""
        if request.headers.get("HX-Request"):
            return HttpResponse("You have been signed out. Sign in again.", status=401, content_type="text/plain")
        answer: HttpResponse = super().dispatch(request, *args, **kwargs)
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["personas"] = PERSONAS if settings.DEMO else ()
        return context


class ChangePassword(PasswordChangeView):
    """Only for accounts that have a password; the others get one from an administrator."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not person(request).has_usable_password():
            raise DomainError("This account has no password. An administrator can give it one.")
        answer: HttpResponse = super().dispatch(request, *args, **kwargs)
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["password_rule"] = LengthValidator().get_help_text()
        return context


class Reauthenticate(ReauthenticateView):
    """The password again; the demonstration says which it is."""

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        attributes = form.fields["password"].widget.attrs
        attributes.pop("placeholder", None)
        attributes["autofocus"] = True
        return form

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["demo_hint"] = demo_hint()
        return context


class RemoveKey(RemoveWebAuthnView):
    """Not the last second factor where everybody needs one."""

    def form_valid(self, form: Any) -> HttpResponse:
        adapter = get_adapter()
        if not adapter.can_delete_authenticator(self.get_object()):
            raise DomainError(str(adapter.error_messages["cannot_delete_authenticator"]))
        answer: HttpResponse = super().form_valid(form)
        return answer


@login_not_required
@require_POST
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """Only in DEMO mode, which the settings allow on loopback alone, and only as one of the personas."""
    username = request.POST.get("username", "")
    if not settings.DEMO or username not in {persona.username for persona in PERSONAS}:
        raise Http404
    user = get_object_or_404(User, username=username, is_active=True)
    if request.user.is_authenticated:
        logout(request)
    login(request, user, backend=BACKEND)
    return redirect("home")
