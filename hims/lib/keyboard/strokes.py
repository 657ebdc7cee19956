"""How keys are written: strokes such as "f", "Alt+ArrowUp" or "Ctrl+k", and sequences of two such as "g h"."""

from __future__ import annotations

import re

CTRL, ALT, SHIFT = "Ctrl", "Alt", "Shift"
MODIFIERS = (CTRL, ALT, SHIFT)
MOST_STROKES = 2
LONGEST = 40
NAMED = {
    "ArrowUp": "↑", "ArrowDown": "↓", "ArrowLeft": "←", "ArrowRight": "→", "Delete": "Del", "Escape": "Esc",
    "Enter": "Enter", "Tab": "Tab", "Space": "Space", "Backspace": "Backspace", "Insert": "Insert", "Home": "Home",
    "End": "End", "PageUp": "Page up", "PageDown": "Page down", "CapsLock": "Caps lock", "ContextMenu": "Menu",
    "PrintScreen": "Print screen",
    **{f"F{number}": f"F{number}" for number in range(1, 13)},
}  # fmt: skip
_BY_NAME = {name.lower(): name for name in NAMED} | {shown.lower(): name for name, shown in NAMED.items()}
_BY_MODIFIER = {
    "ctrl": CTRL, "control": CTRL, "cmd": CTRL, "meta": CTRL, "alt": ALT, "option": ALT, "shift": SHIFT,
}  # fmt: skip

TEXT = "cuts, copies, pastes, selects or undoes text"
BROWSER = "belongs to the browser"
READER = "belongs to screen readers"
_ALONE = {
    "Tab": "moves the focus", "Escape": "closes, and leaves a field", "Enter": "opens, sends and chooses",
    "Space": "presses buttons and scrolls", "Backspace": "deletes text", "ContextMenu": "opens the browser's menu",
    "Insert": READER, "CapsLock": READER, "PrintScreen": "belongs to the system",
    **dict.fromkeys(("ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Home", "End", "PageUp", "PageDown"),
                    "moves within lists, fields and text"),
    **dict.fromkeys(("F1", "F3", "F5", "F6", "F7", "F10", "F11", "F12"), BROWSER),
}  # fmt: skip
_WITH_CTRL = {**dict.fromkeys("acvxzy", TEXT), **dict.fromkeys("dfghjlnopqrstuw0123456789+-=", BROWSER)}
_WITH_ALT = {
    **dict.fromkeys(("ArrowLeft", "ArrowRight", "Home", "F4", "Tab", "Space", "Escape", "d", "e", "f"), BROWSER),
    **dict.fromkeys("0123456789", BROWSER),
}  # fmt: skip


def written(text: str) -> str:
    """The one way of writing a key; "" stays "".

    text: strokes separated by blanks, each a key with modifiers before it, in any case: "alt+arrowup", "Alt+↑", "CTRL+K".
    Raises ValueError with a sentence for what is no key.
    """
    strokes = text.split()
    if len(text) > LONGEST or len(strokes) > MOST_STROKES:
        raise ValueError(f"At most {MOST_STROKES} keys, one after the other.")
    keys = [_stroke(stroke) for stroke in strokes]
    if len(keys) > 1 and not all(is_character(key) for key in keys):
        raise ValueError("Of two keys one after the other, each is a single character.")
    return " ".join(keys)


def _stroke(text: str) -> str:
    *before, key = [*text[:-1].split("+"), text[-1]] if text.endswith("+") else text.split("+")
    before = [part for part in before if part]
    unknown = [part for part in before if part.lower() not in _BY_MODIFIER]
    if unknown:
        raise ValueError(f"{unknown[0]} is no key that goes with another one. Use Ctrl, Alt or Shift.")
    held = {_BY_MODIFIER[part.lower()] for part in before}
    if len(key) == 1 and key.isprintable() and not key.isspace() and key not in "↑↓←→":
        if held & {CTRL, ALT} and key.isalpha():
            key = key.lower()
        elif held == {SHIFT} and key.isalpha():
            held, key = set(), key.upper()
        elif not key.isalpha():
            held -= {SHIFT}
    elif key.lower() in _BY_NAME:
        key = _BY_NAME[key.lower()]
    else:
        raise ValueError(f"{key[:20] or text[:20]} is not the name of a key.")
    return "+".join([*(modifier for modifier in MODIFIERS if modifier in held), key])


def is_character(key: str) -> bool:
    """Whether a stroke is one character with neither Ctrl nor Alt. Source: WCAG 2.1.4, character key shortcuts."""
    return len(key) == 1


def is_single(keys: str) -> bool:
    """Whether a key, or a sequence, is made of characters alone, and so can be switched off."""
    return bool(keys) and all(is_character(stroke) for stroke in keys.split())


def reserved(keys: str) -> str:
    """Why a key, written as `written` does, cannot be given to a command; "" when it can."""
    for stroke in keys.split():
        why = _reserved(stroke)
        if why:
            return f"{spelled(stroke)} {why}."
    return ""


def _reserved(stroke: str) -> str:
    *held, key = [*stroke[:-1].split("+")[:-1], "+"] if stroke.endswith("+") else stroke.split("+")
    if key in {"Insert", "CapsLock"} or (CTRL in held and ALT in held):
        return READER
    if CTRL in held:
        return _WITH_CTRL.get(key, "") or (BROWSER if SHIFT in held or key in _ALONE or key in NAMED else "")
    if ALT in held:
        return _WITH_ALT.get(key, "")
    return _ALONE.get(key, "")


def caps(keys: str) -> list[str]:
    """The keys as they are printed, one a cap: "Alt+ArrowUp" is Alt, ↑."""
    return [cap for stroke in keys.split() for cap in _caps(stroke)]


def _caps(stroke: str) -> list[str]:
    parts = [*stroke[:-1].split("+")[:-1], "+"] if stroke.endswith("+") else stroke.split("+")
    shown = [NAMED.get(part, part) for part in parts]
    return [*shown[:-1], shown[-1].upper()] if CTRL in parts and len(shown[-1]) == 1 else shown


def spelled(keys: str) -> str:
    """The keys within a sentence: "g then h", "Alt+↑"."""
    return " then ".join("+".join(_caps(stroke)) for stroke in keys.split())


def aria(keys: str) -> str:
    """For aria-keyshortcuts, "" for a sequence, which that attribute cannot say. Source: WAI-ARIA 1.2, aria-keyshortcuts."""
    return "" if " " in keys else re.sub(rf"^{CTRL}\b", "Control", keys)


def collide(one: str, other: str) -> bool:
    """Whether two keys cannot both be heard: the same, or one the beginning of the other."""
    if not one or not other:
        return False
    first, second = one.split(), other.split()
    shorter = min(len(first), len(second))
    return first[:shorter] == second[:shorter]
