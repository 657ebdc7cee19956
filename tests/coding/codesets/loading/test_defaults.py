"""The whole default load, and the quality of the search over it."""

from __future__ import annotations

import io
import json
from datetime import date
from typing import Any

import pytest
from django.core.management import call_command

from coding.codesets import selectors
from coding.codesets.enums import CodeKind, CodeSystem
from coding.codesets.models import Code, CodeSetRelease, CodeSeverity
from coding.codesets.search import store
from coding.codesets.search.find import search
from tests.shared_data import json_lines, shared_data

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
ON = date(2026, 4, 15)
FLOOR = 0.75


def load() -> dict[str, Any]:
    out = io.StringIO()
    call_command("load_default_codesets", "--json", stdout=out, stderr=io.StringIO())
    summary: dict[str, Any] = json.loads(out.getvalue().splitlines()[-1])
    return summary


def valid_on(system: CodeSystem, day: date) -> int:
    return Code.objects.on(day).filter(system=system, kind=CodeKind.CODE).count()


def share_within_ten() -> float:
    cases = list(json_lines(shared_data("code_search") / "queries.jsonl"))
    hits = [{hit.display for hit in search(case["q"], on=ON, limit=10)} & set(case["codes"]) != set() for case in cases]
    return sum(hits) / len(hits)


def test_whole_load_has_published_counts_and_boundaries_and_finds_codes() -> None:
    store.forget()
    first, second = load(), load()
    assert first["created"] > 200_000
    assert (second["read"], second["already_loaded"]) == (
        0,
        len(CodeSystem) - 3,
    )  # all but HCPCS, its modifiers and CPT
    days = {date(2026, 9, 30): (74719, 79193), date(2026, 10, 1): (74879, 79256), date(2025, 4, 1): (74260, 78986)}
    for day, counts in days.items():
        assert (valid_on(CodeSystem.ICD10CM, day), valid_on(CodeSystem.ICD10PCS, day)) == counts
    assert CodeSetRelease.objects.get(system="icd10cm", effective_from=date(2026, 10, 1)).untitled_count == 190
    assert CodeSeverity.objects.on(date(2026, 10, 1)).filter(level="MCC").count() == 3357
    for code in ("D69.1", "I42.0", "I42.8", "I49.8", "M72.2"):
        assert selectors.validity("icd10cm", code, date(2026, 9, 30)).valid
        assert not selectors.validity("icd10cm", code, date(2026, 10, 1)).valid
    leaf = selectors.code_on("icd10cm", "E11.40", ON)
    assert leaf is not None
    assert {note.at for note in selectors.notes_for(leaf, on=ON)} >= {"E11", "4"}
    assert share_within_ten() >= FLOOR
    store.forget()
