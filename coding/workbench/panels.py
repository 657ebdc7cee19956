"""What the middle of the workbench can show: the document, or one of the panels beside it, loaded when first asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse

from audit.gate import Can
from hims.lib.access import Permission


@dataclass(frozen=True)
class Panel:
    """One tab. key: its name on the page; keys: what opens it, as [data-key]; route: takes the encounter's id.

    follows: loaded anew after each change of the coding while it is shown. inpatient: for inpatient stays only.
    permission: whoever lacks it is not shown the tab (the route refuses on its own).
    """

    key: str
    label: str
    keys: str
    route: str
    permission: Permission = Permission.CODING_VIEW
    follows: bool = False
    inpatient: bool = False


PANELS: tuple[Panel, ...] = (
    Panel("what-if", "What if", "v w", "coding:what_if", permission=Permission.DRG_GROUP, follows=True, inpatient=True),
    Panel("abstract", "Abstract", "v a", "coding:abstract"),
    Panel("history", "History", "v h", "coding:history", follows=True),
    Panel("evidence", "Evidence", "v e", "coding:evidence", follows=True),
    Panel("stays", "Earlier stays", "v b", "coding:earlier_stays"),
    Panel("index", "Index", "v i", "coding:index"),
    Panel("tabular", "Tabular", "v t", "coding:tabular"),
    Panel("pcs", "PCS tables", "v p", "coding:pcs", inpatient=True),
    Panel("code", "Code", "v c", "coding:code"),
    Panel("shelf", "Shelf", "v s", "coding:shelf"),
)


def panel_tabs(encounter_id: UUID, *, inpatient: bool, can: Can) -> list[dict[str, Any]]:
    """The tabs beside the document, for what a person may do."""
    return [
        {
            "key": panel.key, "label": panel.label, "keys": panel.keys, "follows": panel.follows,
            "url": reverse(panel.route, kwargs={"encounter_id": encounter_id}),
        }
        for panel in PANELS
        if can[panel.permission] and (inpatient or not panel.inpatient)
    ]  # fmt: skip
