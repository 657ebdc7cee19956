"""The keys in force for a person."""

from __future__ import annotations

from dataclasses import dataclass, field

from hims.lib.keyboard.catalogue import COMMANDS
from hims.lib.keyboard.conflicts import keys_in_force
from hims.staff.keys.models import KeySettings
from hims.staff.models import User


@dataclass(frozen=True)
class KeyChoice:
    """keys: every command's key in force; own: what the person changed; recent: commands chosen last in the palette."""

    own: dict[str, str] = field(default_factory=dict)
    single: bool = True
    recent: tuple[str, ...] = ()
    keys: dict[str, str] = field(default_factory=lambda: keys_in_force({}))


def key_choice_of(user: User) -> KeyChoice:
    """What the person has chosen; commands that no longer exist are left out."""
    row = KeySettings.objects.filter(user=user).first()
    if row is None:
        return KeyChoice()
    own = {name: keys for name, keys in row.keys.items() if name in COMMANDS}
    recent = tuple(name for name in row.recent if name in COMMANDS)
    return KeyChoice(own=own, single=row.single, recent=recent, keys=keys_in_force(own))
