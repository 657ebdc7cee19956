"""What happens around signing in is an event too: sign-ins, refusals, lockouts, second factors, tokens, ended sessions."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed

from audit.authority import authority_of
from audit.context import current_origin
from audit.trail.enums import Category, Purpose, Result, Source
from audit.trail.writer import Event, write
from hims.lib.text import squeeze
from hims.staff.models import User
from hims.staff.signals import security_event


def connect() -> None:
    """Called once, when the app is ready."""
    user_logged_in.connect(_signed_in, dispatch_uid="audit.signed_in")
    user_logged_out.connect(_signed_out, dispatch_uid="audit.signed_out")
    user_login_failed.connect(_failed, dispatch_uid="audit.sign_in_failed")
    security_event.connect(_security, dispatch_uid="audit.security_event")


def _record(event: str, result: Result, user: User | None, name: str) -> None:
    origin = current_origin()
    write(
        [
            Event(
                request_id=origin.request_id, actor_id=user.pk if user else None, actor_name=name,
                actor_role=", ".join(authority_of(user).roles) if user else "", event=event,
                category=Category.SIGN_IN, result=result, source=origin.source,
                purpose=Purpose.ADMINISTRATION, address=origin.address,
            )
        ]
    )  # fmt: skip


def _signed_in(user: User, **_: Any) -> None:
    _record("staff.signed_in", Result.DONE, user, str(user))


def _signed_out(user: User | None, **_: Any) -> None:
    if user is not None:
        _record("staff.signed_out", Result.DONE, user, str(user))


def _failed(credentials: dict[str, Any], **_: Any) -> None:
    """The name that was typed is kept only when it is a user's: people type passwords into the wrong field."""
    user = User.objects.filter(username__iexact=squeeze(str(credentials.get("username", "")))).first()
    _record("staff.sign_in_failed", Result.REFUSED, user, str(user) if user else "unknown name")


def _security(
    event: str, done: bool, user: User | None, by: User | None, name: str, detail: dict[str, Any], **_: Any
) -> None:
    """The actor is who did it; without one, the account it happened to: nobody else is known. Outside a door it is a command."""
    origin = current_origin()
    actor = by or (user if origin.source is not Source.COMMAND else None)
    write(
        [
            Event(
                request_id=origin.request_id, actor_id=actor.pk if actor else None,
                actor_name=str(actor) if actor else (name or "management command"),
                actor_role=", ".join(authority_of(actor).roles) if actor else "", event=event,
                category=Category.SIGN_IN, result=Result.DONE if done else Result.REFUSED, source=origin.source,
                purpose=Purpose.ADMINISTRATION, address=origin.address, object_type="person" if user else "",
                object_id=str(user.pk) if user else "", detail=detail,
            )
        ]
    )  # fmt: skip
