"""docs/operations.md keeps up with the code."""

from __future__ import annotations

import re

from hims.platform.settings import PROJECT

GUIDE = (PROJECT / "docs/operations.md").read_text()
SET_BY_THE_PLATFORM = {"HIMS_TESTING", "HIMS_LOG_DIR", "HIMS_TRIED_PYTHON", "HIMS_HOST"}


def test_every_variable_that_is_read_is_in_the_table() -> None:
    sources = [PROJECT / "hims/settings.py", *(PROJECT / "hims/platform").glob("*.py")]
    read = {name for source in sources for name in re.findall(r'"(HIMS_[A-Z_]+[A-Z]|[A-Z]+_URL)"', source.read_text())}
    listed = set(re.findall(r"`(HIMS_[A-Z_]+|[A-Z]+_URL)`", GUIDE))
    assert len(read) > 15
    assert read - SET_BY_THE_PLATFORM <= listed


def test_every_link_inside_the_guide_leads_somewhere() -> None:
    anchors = {heading.lower().replace(" ", "-") for heading in re.findall(r"^## (.+)$", GUIDE, re.MULTILINE)}
    assert set(re.findall(r"\]\(#([^)]+)\)", GUIDE)) <= anchors
    for place in re.findall(r"\]\(([^)#]+)\)", GUIDE):
        assert (PROJECT / "docs" / place).exists(), place
