"""Which commands a key would reach besides its own."""

from __future__ import annotations

from collections.abc import Mapping

from hims.lib.keyboard.catalogue import COMMANDS, EVERYWHERE, LISTS, SHARED, TOGETHER, Command
from hims.lib.keyboard.strokes import collide


def meet(one: Command, other: Command) -> bool:
    """Whether two commands can be on a page at the same time."""
    places = {one.place, other.place}
    return one.place == other.place or bool(places & {EVERYWHERE, LISTS}) or frozenset(places) in TOGETHER


def keys_in_force(own: Mapping[str, str]) -> dict[str, str]:
    """The key of every command for a person. own: what they changed, "" for a key taken away; unknown names count for nothing."""
    return {name: command.keys if command.fixed else own.get(name, command.keys) for name, command in COMMANDS.items()}


def conflicts(name: str, keys: str, own: Mapping[str, str]) -> list[Command]:
    """The other commands that this key would also reach, for a person with these changes; in the order of the catalogue."""
    command = COMMANDS[name]
    held = keys_in_force(own)
    return [
        other
        for other in COMMANDS.values()
        if other.name != name
        and meet(command, other)
        and collide(keys, held[other.name])
        and not _shared(command, keys, other, held[other.name])
    ]


def _shared(one: Command, keys: str, other: Command, held: str) -> bool:
    """Two that are made to share a key, and have the same one now."""
    return keys == held and frozenset({one.name, other.name}) in SHARED
