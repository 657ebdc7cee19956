"""Number, grip and buttons of a line. Every line repeats them, so their templates are rendered once for each kind of line."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.template.loader import render_to_string
from django.utils.html import format_html

FILLED = ("key", "display", "base", "sequence", "number", "up", "down")
"""What differs from line to line of one kind."""
GRIP, TOOLS = ("coding/workbench/partials/grip.html", "coding/workbench/partials/line_tools.html")


def with_controls(rows: Iterable[dict[str, Any]], *, editable: bool) -> list[dict[str, Any]]:
    """The lines with `grip`, and with `tools` where they can be changed."""
    return [{**row, **_controls(row, editable)} for row in rows]


def _controls(row: dict[str, Any], editable: bool) -> dict[str, str]:
    kind = (bool(row.get("principal")), bool(row.get("can_lead")), row["first"], row["last"])
    values = {name: row[name] for name in FILLED}
    return {
        "grip": format_html(_form(GRIP, editable, *kind), **values),
        "tools": format_html(_form(TOOLS, editable, *kind), **values) if editable else "",
    }


@lru_cache(64)
def _form(template: str, editable: bool, principal: bool, can_lead: bool, first: bool, last: bool) -> str:
    """A template for lines of one kind as a format string."""
    line: dict[str, Any] = {name: f"⟦{name}⟧" for name in FILLED}
    line |= {"principal": principal, "can_lead": can_lead, "first": first, "last": last}
    text = render_to_string(template, {"line": line, "editable": editable}).strip()
    text = text.replace("{", "{{").replace("}", "}}")
    for name in FILLED:
        text = text.replace(f"⟦{name}⟧", f"{{{name}}}")
    return text
