"""The table of the page Keys, and a key as it stands beside its command."""

from __future__ import annotations

from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from hims.lib.keyboard.catalogue import COMMANDS, PLACES, Command
from hims.lib.keyboard.conflicts import conflicts
from hims.lib.keyboard.strokes import aria, caps, spelled
from hims.staff.keys.selectors import KeyChoice


def key_mark(choice: KeyChoice, name: str) -> SafeString:
    """A command's key. Hidden from screen readers where the element tells it itself (aria-keyshortcuts)."""
    held = choice.heard(name)
    if aria(held):
        return format_html('<span class="kbd" data-key-of="{}" aria-hidden="true">{}</span>', name, key_caps(held))
    return format_html('<span class="kbd" data-key-of="{}">{}</span>', name, key_caps(held))


def key_caps(keys: str) -> SafeString:
    """Each key of a stroke as a cap."""
    return format_html_join("", "<kbd>{}</kbd>", ((cap,) for cap in caps(keys)))


def groups_of(choice: KeyChoice, wanted: str = "") -> list[dict[str, Any]]:
    """The commands by the place where they apply, in the order of the catalogue.

    wanted: beginnings of words of their names, in any order; "" for all. A place without any is left out.
    """
    found = [each for each in COMMANDS.values() if _named(each, wanted.lower().split())]
    groups = [
        {"title": title, "rows": [_row(each, choice) for each in found if each.place == place]}
        for place, title in PLACES.items()
    ]
    return [group for group in groups if group["rows"]]


def _named(command: Command, wanted: list[str]) -> bool:
    words = f"{command.label} {PLACES[command.place]}".lower().replace(":", " ").split()
    return all(any(word.startswith(part) for word in words) for part in wanted)


def _row(command: Command, choice: KeyChoice) -> dict[str, Any]:
    """also: the commands that a key shares by now, as when a default changed with a new version."""
    keys = choice.keys[command.name]
    own = command.name in choice.own
    return {
        "name": command.name, "label": command.label, "keys": keys, "caps": caps(keys), "fixed": command.fixed, "own": own,
        "default": spelled(command.keys) or "none",
        "also": [other.label for other in conflicts(command.name, keys, choice.own)] if own else [],
    }  # fmt: skip
