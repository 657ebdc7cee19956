"""The made-up week: every seeded snoop is alerted, hardly anyone else is, and nearly everything explains itself."""

from __future__ import annotations

import json
import sys
from datetime import date

import pytest

from hims.demo.week_run import run

LAST = date(2026, 3, 15)
pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def test_week_with_fifty_snoops_reaches_the_figures(capsys: pytest.CaptureFixture[str]) -> None:
    found = run(last=LAST)
    with capsys.disabled():
        sys.stdout.write(f"\n{json.dumps(found.as_dict())}\n")
    assert found.missed == []
    assert (found.seeds, found.seeds_alerted) == (50, 50)
    assert found.accesses >= 20_000
    assert found.false_per_1000 <= 1
    assert found.explained_charts_percent >= 95
    assert found.explained_accesses_percent >= 95
    assert found.purpose_percent >= 95
