"""What an administrator does about the second factor of another person."""

from __future__ import annotations

from allauth.mfa.models import Authenticator

from hims.staff.models import User
from hims.staff.sessions.actions import end_sessions
from hims.staff.signals import tell


def reset_second_factor(user: User, *, by: User | None = None) -> int:
    """Remove all second factors of a person who has lost them, and sign the person out everywhere; how many there were.

    At the next sign-in the person sets a new one up. The caller has checked that `by` may do this, and has made sure who asks.
    """
    count, _ = Authenticator.objects.filter(user=user).delete()
    tell("staff.second_factor_removed", user=user, by=by, detail={"kind": "all", "count": count})
    end_sessions(user, by=by)
    return int(count)
