"""Keys as they are written, what is refused, and that the catalogue and the templates say the same."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path

import pytest

from hims.home.context import PLACES as PAGES
from hims.lib.keyboard.catalogue import COMMANDS, PLACES, SHARED
from hims.lib.keyboard.conflicts import conflicts, keys_in_force, meet
from hims.lib.keyboard.strokes import aria, caps, collide, is_single, reserved, spelled, written

ROOT = Path(__file__).resolve().parents[3]
# Elements whose command is named by a variable, and where the names come from.
BY_VARIABLE = ("go.", "view.", "shelf.", "group.")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("f", "f"), ("F", "F"), ("shift+f", "F"), ("g h", "g h"), ("  g   h ", "g h"), ("", ""), ("?", "?"), ("Shift+?", "?"),
        ("alt+arrowup", "Alt+ArrowUp"), ("Alt+↑", "Alt+ArrowUp"), ("CTRL+K", "Ctrl+k"), ("cmd+k", "Ctrl+k"),
        ("shift+alt+q", "Alt+Shift+q"), ("del", "Delete"), ("f2", "F2"), ("+", "+"), ("Alt++", "Alt++"), ("<", "<"), ("ü", "ü"),
    ],
)  # fmt: skip
def test_written_gives_each_key_one_form(typed: str, kept: str) -> None:
    assert written(typed) == kept
    assert written(kept) == kept


@pytest.mark.parametrize("typed", ["a b c", "Alt+q g", "hello", "Hyper+x", "x" * 41, "Alt+Foo", "Delete x"])
def test_written_refuses_what_is_no_key(typed: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        written(typed)


@pytest.mark.parametrize(
    ("key", "why"),
    [
        ("Ctrl+w", "browser"), ("Ctrl+c", "text"), ("Ctrl+Shift+t", "browser"), ("F5", "browser"), ("Tab", "focus"),
        ("Escape", "closes"), ("Enter", "opens"), ("Space", "presses"), ("ArrowDown", "moves"), ("Insert", "screen readers"),
        ("CapsLock", "screen readers"), ("Ctrl+Alt+q", "screen readers"), ("Alt+ArrowLeft", "browser"), ("Alt+1", "browser"),
        ("Alt+F4", "browser"), ("Ctrl+Tab", "browser"),
    ],
)  # fmt: skip
def test_reserved_keys_are_refused_with_the_reason(key: str, why: str) -> None:
    assert why in reserved(key)


@pytest.mark.parametrize("key", ["f", "g h", "Alt+ArrowUp", "Ctrl+k", "Delete", "F2", "Alt+q", ""])
def test_keys_of_our_own_are_not_reserved(key: str) -> None:
    assert reserved(key) == ""


def test_keys_are_printed_and_spelled() -> None:
    assert caps("Alt+ArrowUp") == ["Alt", "↑"]
    assert caps("Ctrl+k") == ["Ctrl", "K"]
    assert caps("g h") == ["g", "h"]
    assert (spelled("g h"), spelled("Ctrl+k"), spelled("")) == ("g then h", "Ctrl+K", "")
    assert (aria("Ctrl+k"), aria("Alt+ArrowUp"), aria("g h")) == ("Control+k", "Alt+ArrowUp", "")


def test_only_characters_alone_count_as_single() -> None:
    assert [key for key in ("f", "g h", "?", "Alt+q", "Delete", "F2", "Ctrl+k", "") if is_single(key)] == [
        "f",
        "g h",
        "?",
    ]


def test_a_key_collides_with_the_sequence_it_begins() -> None:
    assert collide("g", "g h")
    assert collide("g h", "g h")
    assert not collide("h", "g h")
    assert not collide("", "")


def test_catalogue_holds_every_key_once_where_commands_meet() -> None:
    assert all(command.place in PLACES for command in COMMANDS.values())
    assert {command.name: written(command.keys) for command in COMMANDS.values()} == keys_in_force({})
    assert [command.name for command in COMMANDS.values() if not command.fixed and reserved(command.keys)] == []
    assert {
        name: conflicts(name, command.keys, {})
        for name, command in COMMANDS.items()
        if conflicts(name, command.keys, {})
    } == {}


def test_shared_keys_are_those_that_the_catalogue_explains() -> None:
    found = {
        frozenset({one.name, other.name})
        for one, other in combinations(COMMANDS.values(), 2)
        if meet(one, other) and collide(one.keys, other.keys)
    }
    assert found == set(SHARED)


def test_conflict_follows_what_the_person_changed() -> None:
    assert [each.name for each in conflicts("docs.next", "s", {})] == ["code.search"]
    assert conflicts("docs.next", "s", {"code.search": "Alt+q"}) == []
    assert [each.name for each in conflicts("docs.next", "Alt+q", {"code.search": "Alt+q"})] == ["code.search"]
    # One that shares a key by design keeps that right only while both have the same key.
    assert [each.name for each in conflicts("evidence.next", "j", {})] == ["lists.next", "docs.next"]
    # On another page a key may mean something else.
    assert conflicts("claim.rebuild", "f", {}) == []
    assert [each.name for each in conflicts("claim.rebuild", "g", {})][:1] == ["go.home"]


def sources() -> dict[str, str]:
    return {
        path.relative_to(ROOT).as_posix(): path.read_text() for path in sorted((ROOT / "templates").rglob("*.html"))
    }


def test_templates_name_commands_of_the_catalogue_and_no_keys_of_their_own() -> None:
    named, literal = set(), []
    for name, text in sources().items():
        named |= set(re.findall(r'{% (?:command|key|key_words|fixed_key) "([^"]+)"', text))
        literal += [name for _ in re.findall(r"data-key=|data-key-label=", text)]
    assert literal == []
    assert named - COMMANDS.keys() == set()
    lists = {name for name in COMMANDS if name.startswith("lists.")}
    unused = {
        name for name, command in COMMANDS.items()
        if name not in named | lists and not command.fixed and not name.startswith(BY_VARIABLE)
    }  # fmt: skip
    assert unused == set()


def test_every_page_of_the_navigation_has_a_command_of_its_name() -> None:
    assert [COMMANDS[place.command].label for place in PAGES] == [f"Go to {place.label}" for place in PAGES]


def test_scripts_ask_for_commands_of_the_catalogue() -> None:
    text = "\n".join(path.read_text() for path in sorted((ROOT / "static/js").glob("*.js")))
    asked = set(re.findall(r'(?:does|keysOfCommand)\("([^"]+)"', text))
    assert {"lists.next", "keys.help", "evidence.pin"} <= asked
    assert asked - COMMANDS.keys() == set()
