"""Changing one's own keys. Nobody changes those of somebody else, so that only `by` says whose they are."""

from __future__ import annotations

from django.db import transaction

from hims.lib.errors import DomainError
from hims.lib.keyboard.catalogue import COMMANDS, Command
from hims.lib.keyboard.conflicts import conflicts
from hims.lib.keyboard.strokes import reserved, spelled, written
from hims.staff.keys.models import RECENT, KeySettings
from hims.staff.models import User


def set_key(*, by: User, name: str, keys: str) -> str:
    """Give a command another key, or none with "". How the key is written now.

    Raises DomainError (field keys) for what is no key, belongs to the browser or a screen reader, or reaches another command.
    """
    command = _changeable(name)
    try:
        key = written(keys)
    except ValueError as error:
        raise DomainError(str(error), field="keys") from None
    if why := reserved(key):
        raise DomainError(f"{why} Choose another key.", field="keys")
    with transaction.atomic():
        row = _row(by)
        _check(command, key, row)
        row.keys = {**row.keys, name: key}
        if key == command.keys:
            del row.keys[name]
        row.save(update_fields=["keys"])
    return key


def reset_key(*, by: User, name: str) -> str:
    """Give a command its default key back; which that is. Raises DomainError when another command has it by now."""
    return set_key(by=by, name=name, keys=_changeable(name).keys)


def reset_all(*, by: User) -> None:
    """Every command has its default key, and single characters are heard."""
    KeySettings.objects.filter(user=by).update(keys={}, single=True)


def use_single(*, by: User, on: bool) -> None:
    """Whether keys made of characters alone are heard. Source: WCAG 2.1.4."""
    KeySettings.objects.update_or_create(user=by, defaults={"single": on})


def note_used(*, by: User, name: str) -> None:
    """Put a command first among those the palette offers first."""
    if name not in COMMANDS:
        raise DomainError("There is no such command.", field="command")
    with transaction.atomic():
        row = _row(by)
        row.recent = [name, *(each for each in row.recent if each != name)][:RECENT]
        row.save(update_fields=["recent"])


def _changeable(name: str) -> Command:
    command = COMMANDS.get(name)
    if command is None or command.fixed:
        raise DomainError("There is no such command, or its key cannot be changed.", field="command")
    return command


def _row(by: User) -> KeySettings:
    KeySettings.objects.get_or_create(user=by)
    return KeySettings.objects.select_for_update().get(user=by)


def _check(command: Command, key: str, row: KeySettings) -> None:
    others = conflicts(command.name, key, {**row.keys, command.name: key})
    if not others:
        return
    held = row.keys.get(others[0].name, others[0].keys)
    more = f" and {len(others) - 1} more" if len(others) > 1 else ""
    raise DomainError(f"{spelled(held)} is the key of “{others[0].label}”{more}. Change that one first.", field="keys")
