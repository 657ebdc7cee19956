"""The keys in force for a person."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.http import HttpRequest

from hims.lib.keyboard.catalogue import COMMANDS
from hims.lib.keyboard.conflicts import keys_in_force
from hims.lib.keyboard.strokes import is_single
from hims.staff.keys.models import KeySettings
from hims.staff.models import User

KEPT = "_key_choice"


@dataclass(frozen=True)
class KeyChoice:
    """keys: every command's key in force; own: what the person changed; recent: commands chosen last in the palette."""

    own: dict[str, str] = field(default_factory=dict)
    single: bool = True
    recent: tuple[str, ...] = ()
    keys: dict[str, str] = field(default_factory=lambda: keys_in_force({}))

    def heard(self, name: str) -> str:
        """The key that reaches a command now: none while single characters are switched off and it is made of them."""
        keys = self.keys[name]
        return "" if is_single(keys) and not self.single else keys


def key_choice_of(user: User) -> KeyChoice:
    """What the person has chosen; commands that no longer exist are left out."""
    row = KeySettings.objects.filter(user=user).first()
    if row is None:
        return KeyChoice()
    own = {name: keys for name, keys in row.keys.items() if name in COMMANDS}
    recent = tuple(name for name in row.recent if name in COMMANDS)
    return KeyChoice(own=own, single=row.single, recent=recent, keys=keys_in_force(own))


def key_choice_at(request: HttpRequest) -> KeyChoice:
    """The keys of the person behind the request, read once a request; the defaults where nobody has signed in."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return KeyChoice()
    choice: KeyChoice | None = getattr(request, KEPT, None)
    if choice is None:
        choice = key_choice_of(user)
        setattr(request, KEPT, choice)
    return choice
