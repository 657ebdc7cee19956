"""What Django and allauth announce, told in our words and kept with the sign-in."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.signals import password_changed
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed, authenticator_added, authenticator_removed, authenticator_reset
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db.models.signals import post_save
from django.http import HttpRequest

from hims.staff.models import User
from hims.staff.sessions.actions import SESSION_KEY, begin_sign_in, end_others, finish
from hims.staff.sessions.models import End, SignIn
from hims.staff.signals import tell


def connect() -> None:
    """Called once, when the app is ready."""
    user_logged_in.connect(_signed_in, dispatch_uid="staff.signed_in")
    user_logged_out.connect(_signed_out, dispatch_uid="staff.signed_out")
    password_changed.connect(_password_changed, dispatch_uid="staff.password_changed")
    post_save.connect(_made, sender=Authenticator, dispatch_uid="staff.second_factor_made")
    authenticator_added.connect(_added, dispatch_uid="staff.second_factor_added")
    authenticator_removed.connect(_removed, dispatch_uid="staff.second_factor_removed")
    authenticator_reset.connect(_reset, dispatch_uid="staff.second_factor_reset")
    authentication_failed.connect(_code_failed, dispatch_uid="staff.code_failed")


def _signed_in(request: HttpRequest, user: User, **_: Any) -> None:
    begin_sign_in(request, user)


def _signed_out(request: HttpRequest, **_: Any) -> None:
    finish(request.session.get(SESSION_KEY), End.SIGNED_OUT)


def _password_changed(request: HttpRequest, user: User, **_: Any) -> None:
    """Whoever else is signed in with the old password is out."""
    tell("staff.password_changed", user=user, by=user)
    this: SignIn | None = getattr(request, "sign_in", None)
    if this is not None:
        end_others(by=user, keep=this, because=End.PASSWORD_CHANGED)


def _made(instance: Authenticator, created: bool, **_: Any) -> None:
    """Told with the row, so that there is none without its event: what allauth announces comes after the commit."""
    if created:
        tell("staff.second_factor_added", user=instance.user, by=instance.user, detail={"kind": instance.type})


def _added(request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    """Setting a second factor up proves that the person has it."""
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        record_authentication(request, user, method="mfa", id=authenticator.pk, type=authenticator.type)
        request.session.save()


def _removed(user: User, authenticator: Authenticator, **_: Any) -> None:
    tell("staff.second_factor_removed", user=user, by=user, detail={"kind": authenticator.type})


def _reset(user: User, authenticator: Authenticator, **_: Any) -> None:
    tell("staff.recovery_codes_renewed", user=user, by=user)


def _code_failed(user: User, authenticator: Authenticator, **_: Any) -> None:
    tell("staff.code_failed", user=user, done=False, detail={"kind": authenticator.type})
