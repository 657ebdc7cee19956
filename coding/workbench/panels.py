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
    """One tab. key: its name on the page; command: what opens it; route: takes the encounter's id.

    follows: loaded anew after each change of the coding while it is shown. inpatient: for inpatient stays only.
    permission: whoever lacks it is not shown the tab (the route refuses on its own).
    """

    key: str
    label: str
    command: str
    route: str
    permission: Permission = Permission.CODING_VIEW
    follows: bool = False
    inpatient: bool = False


PANELS: tuple[Panel, ...] = (
    Panel("what-if", "What if", "view.what-if", "coding:what_if", Permission.DRG_GROUP, follows=True, inpatient=True),
    Panel("abstract", "Abstract", "view.abstract", "coding:abstract"),
    Panel("history", "History", "view.history", "coding:history", follows=True),
    Panel("evidence", "Evidence", "view.evidence", "coding:evidence", follows=True),
    Panel("stays", "Earlier stays", "view.stays", "coding:earlier_stays"),
    Panel("index", "Index", "view.index", "coding:index"),
    Panel("tabular", "Tabular", "view.tabular", "coding:tabular"),
    Panel("pcs", "PCS tables", "view.pcs", "coding:pcs", inpatient=True),
    Panel("code", "Code", "view.code", "coding:code"),
    Panel("shelf", "Shelf", "view.shelf", "coding:shelf"),
)


def panel_tabs(encounter_id: UUID, *, inpatient: bool, can: Can) -> list[dict[str, Any]]:
    """The tabs beside the document, for what a person may do."""
    return [
        {
            "key": panel.key, "label": panel.label, "command": panel.command, "follows": panel.follows,
            "url": reverse(panel.route, kwargs={"encounter_id": encounter_id}),
        }
        for panel in PANELS
        if can[panel.permission] and (inpatient or not panel.inpatient)
    ]  # fmt: skip
