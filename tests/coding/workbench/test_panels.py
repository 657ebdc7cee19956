"""Tabs of the workbench: who is offered what."""

from __future__ import annotations

from uuid import UUID

import pytest

from audit.gate import Can
from coding.workbench import panels
from coding.workbench.panels import Panel, panel_tabs
from hims.lib.access import Permission
from hims.staff.models import User

pytestmark = pytest.mark.django_db
ENCOUNTER = UUID(int=7)
SHOWN = (
    Panel("pane", "Pane", "v p", "coding:pane", follows=True),
    Panel("stays", "Stays", "v s", "coding:checklist", inpatient=True),
    Panel("money", "Money", "v m", "coding:checklist", permission=Permission.CHARGE_VIEW),
)


@pytest.mark.parametrize(("inpatient", "offered"), [(True, ["pane", "stays"]), (False, ["pane"])])
def test_panel_tabs_offer_what_fits_stay_and_person(
    inpatient: bool, offered: list[str], coder: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(panels, "PANELS", SHOWN)
    tabs = panel_tabs(ENCOUNTER, inpatient=inpatient, can=Can(coder))
    assert [tab["key"] for tab in tabs] == offered
    assert tabs[0]["url"] == f"/coding/{ENCOUNTER}/pane"
    assert tabs[0]["follows"] is True
