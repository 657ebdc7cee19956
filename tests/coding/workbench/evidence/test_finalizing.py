"""What a facility's policy means for finalizing, and what the summary keeps."""

from __future__ import annotations

import json
from typing import Any

import pytest

from coding.workbench.actions.finalizing import finalize
from coding.workbench.evidence.actions import override, pin, set_policy
from coding.workbench.evidence.models import Evidence
from coding.workbench.evidence.rules import digest_of
from coding.workbench.models import CodingRecord
from hims.lib.errors import DomainError
from hims.staff.models import Facility, User
from records.documents.models import Document
from tests.clients import signed_in
from tests.coding.workbench.evidence.conftest import TEXT, amended
from tests.coding.workbench.evidence.test_actions import HEART, POTASSIUM, pinned
from tests.factories.coding import admitted_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def ready(coded: CodingRecord) -> CodingRecord:
    """Nothing is missing but evidence, which the admitting diagnosis owes too."""
    admitted_for(coded)
    return coded


def final(record: CodingRecord, by: User) -> dict[str, Any]:
    content: dict[str, Any] = finalize(by=by, record=record, version=record.version).content
    return content


@pytest.mark.parametrize("level", [None, "warn"])
def test_finalize_without_evidence_where_it_is_not_asked_for(
    level: str | None, ready: CodingRecord, facility: Facility, coder: User, him_manager: User
) -> None:
    if level:
        set_policy(by=him_manager, facility=facility, level=level)
    content = final(ready, coder)
    assert (content["evidence"], content["evidence_overrides"]) == ([], [])
    assert content["evidence_policy"] == (level or "off")


def test_finalize_stops_until_each_code_has_evidence_or_a_signature(
    ready: CodingRecord, note: Document, facility: Facility, coder: User, him_manager: User
) -> None:
    set_policy(by=him_manager, facility=facility, level="stop")
    pinned(coder, note, HEART)
    pinned(coder, note, POTASSIUM, "E876")
    with pytest.raises(DomainError, match=r"Evidence for every code: Missing or out of date for R06\.02\."):
        final(ready, coder)
    override(by=coder, record=ready, system="icd10cm", code="R0602", reason="Triage sheet on paper")
    amended(note, TEXT.replace("Hypokalemia", "Hyperkalemia"))
    with pytest.raises(DomainError, match=r"out of date for I50\.23, E87\.6\."):
        final(ready, coder)
    for words, code in ((HEART, "I5023"), ("potassium 2.9", "E876")):
        pinned(coder, note, words, code, text=note.versions.get(number=2).text)
    content = final(ready, coder)
    kept = [(each["code"], each["version"], each["current"]) for each in content["evidence"]]
    assert sorted(kept) == [("E876", 1, False), ("E876", 2, True), ("I5023", 1, False), ("I5023", 2, True)]
    signed = content["evidence_overrides"]
    assert [(each["code"], each["reason"], each["signed_by"]) for each in signed] == [
        ("R0602", "Triage sheet on paper", "Dana")
    ]


def test_summary_keeps_places_and_digests_but_no_words(
    ready: CodingRecord, marked: Document, coder: User, cleared: User
) -> None:
    pinned(cleared, marked, HEART)
    pinned(cleared, marked, "methadone 40 mg", "E876")
    content = final(ready, coder)
    assert "methadone" not in json.dumps(content)
    kept = {each["code"]: each for each in content["evidence"]}
    version = marked.versions.get()
    start = TEXT.index(HEART)
    assert kept["I5023"] | {"pinned_at": ""} == {
        "system": "icd10cm", "code": "I5023", "document": str(marked.pk), "version": 1, "version_sha256": version.sha256,
        "current": True, "pinned_by": str(cleared), "pinned_at": "", "begins": start, "ends": start + len(HEART),
        "quote_sha256": digest_of(HEART),
    }  # fmt: skip
    assert kept["E876"]["quote_sha256"] == ""


def test_pin_on_a_finalized_coding_is_refused(ready: CodingRecord, note: Document, coder: User) -> None:
    final(ready, coder)
    with pytest.raises(DomainError, match="finalized"):
        pin(
            by=coder, document=note, number=1, begins=0, ends=5, quote=TEXT[:5], system="icd10cm", code="I5023"
        )  # fmt: skip
    assert not Evidence.objects.exists()


def test_checklist_names_codes_without_evidence_and_offers_to_sign(
    ready: CodingRecord, facility: Facility, coder: User, him_manager: User
) -> None:
    client = signed_in(coder)
    address = f"/coding/{ready.encounter_id}/checklist"
    assert "evidence" not in client.get(address).content.decode().lower()
    set_policy(by=him_manager, facility=facility, level="warn")
    page = client.get(address).content.decode()
    assert "Some codes have no evidence" in page
    assert "data-override" not in page
    set_policy(by=him_manager, facility=facility, level="stop")
    page = client.get(address).content.decode()
    missing = page.partition("Missing or out of date for ")[2].partition(". Pin it")[0]
    assert sorted(missing.split(", ")) == ["E87.6", "I50.23", "R06.02"]
    assert page.count("data-override") == 3
    assert f'data-action="/coding/{ready.encounter_id}/evidence/override"' in page
