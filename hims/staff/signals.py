"""What happens around signing in, named, so that an upper app can keep it in the trail."""

from __future__ import annotations

from typing import Any

from django.dispatch import Signal

# Sent with: event (noun.verb), done (False: refused), user (whose account, or None), by (who did it; None: nobody signed in),
# name (what to call the actor when nobody is known), detail (flat, without secrets).
security_event = Signal()


def tell(
    event: str, *, user: Any, by: Any = None, done: bool = True, name: str = "", detail: dict[str, Any] | None = None
) -> None:
    """Send one event. What a listener raises is raised here: what cannot be recorded does not happen unseen."""
    security_event.send(sender=tell, event=event, done=done, user=user, by=by, name=name, detail=detail or {})
