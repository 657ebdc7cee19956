"""Number, grip and buttons of a line. Every line repeats them, so their templates are rendered once for each kind of line."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from hims.staff.keys.presenters import key_mark
from hims.staff.keys.selectors import KeyChoice

FILLED = ("key", "display", "base", "sequence", "number", "up", "down")
"""What differs from line to line of one kind."""
GRIP, TOOLS = ("coding/workbench/partials/grip.html", "coding/workbench/partials/line_tools.html")
ACTS = ("principal", "up", "down", "remove")
"""What the menu of a line does."""


def with_controls(rows: Iterable[dict[str, Any]], *, editable: bool, choice: KeyChoice) -> list[dict[str, Any]]:
    """The lines with `grip`, and with `tools` where they can be changed. choice: the person's keys."""
    marks = tuple(key_mark(choice, f"line.{act}") for act in ACTS) if editable else ()
    return [{**row, **_controls(row, editable, marks)} for row in rows]


def _controls(row: dict[str, Any], editable: bool, marks: tuple[SafeString, ...]) -> dict[str, str]:
    kind = (bool(row.get("principal")), bool(row.get("can_lead")), row["first"], row["last"])
    values = {name: row[name] for name in FILLED}
    return {
        "grip": format_html(_form(GRIP, editable, (), *kind), **values),
        "tools": format_html(_form(TOOLS, editable, marks, *kind), **values) if editable else "",
    }


@lru_cache(256)
def _form(
    template: str, editable: bool, marks: tuple[SafeString, ...], principal: bool, can_lead: bool, first: bool, last: bool
) -> str:  # fmt: skip
    """A template for lines of one kind as a format string."""
    line: dict[str, Any] = {name: f"⟦{name}⟧" for name in FILLED}
    line |= {"principal": principal, "can_lead": can_lead, "first": first, "last": last}
    text = render_to_string(
        template, {"line": line, "editable": editable, "marks": dict(zip(ACTS, marks, strict=False))}
    ).strip()
    text = text.replace("{", "{{").replace("}", "}}")
    for name in FILLED:
        text = text.replace(f"⟦{name}⟧", f"{{{name}}}")
    return text
