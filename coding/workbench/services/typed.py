"""A service as it is typed into the search box."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from coding.workbench.models import CodingRecord
from coding.workbench.services import actions
from hims.staff.models import User

DETAILS = ("serviced_on", "modifiers", "units", "revenue_code", "ndc", "pointers", "provider")


def add_typed(by: User, record: CodingRecord, asked: Mapping[str, Any]) -> str:
    """A picked or typed service, its modifiers behind the code if wanted: "99213-25". Returns the code."""
    code, *modifiers = re.split(r"[\s-]+", asked["code"].strip(), maxsplit=1)
    given = {name: asked[name] for name in DETAILS if asked[name]}
    if modifiers:
        given["modifiers"] = modifiers[0]
    if asked["place"]:
        given["place"] = asked["place"]
    row = actions.add_service(by=by, record=record, version=asked["version"], code=code, **given)
    return row.code
