"""The documentation says what the code says: states, permissions, tables."""

from __future__ import annotations

import re
from itertools import chain

import pytest
from django.apps import apps
from django.db.models import Model, TextChoices

from audit.trail.enums import Category, Purpose, Result, Source
from billing.charges.enums import AccountState
from billing.charges.rules import AGE_BANDS, BILL_HOLD_DAYS, DNFB
from billing.claims.enums import ClaimState
from coding.workbench.enums import CodingStatus, Poa
from hims.lib.access import ROLE_PERMISSIONS, Permission, Role
from records.documents.enums import DocumentStatus
from records.encounters.enums import EncounterStatus
from tests.docs.pages import ROOT

DEFINITIONS = (ROOT / "docs/definitions.md").read_text(encoding="utf-8")
DATA_MODEL = (ROOT / "docs/data-model.md").read_text(encoding="utf-8")
SECURITY = (ROOT / "docs/security.md").read_text(encoding="utf-8")
OURS = ("staff", "jobs", "audit", "records", "coding", "scheduling", "billing")


@pytest.mark.parametrize("states", [AccountState, ClaimState, CodingStatus])
def test_state_stands_in_the_definitions_with_its_value(states: type[TextChoices]) -> None:
    assert [value for value in states.values if f"(`{value}`)" not in DEFINITIONS] == []


@pytest.mark.parametrize("words", [Result, DocumentStatus])
def test_result_and_document_state_have_a_line_of_their_own(words: type[Result] | type[DocumentStatus]) -> None:
    assert [word.value for word in words if f"| **{word.value}** |" not in DEFINITIONS] == []


@pytest.mark.parametrize("words", [Category, Source, Purpose])
def test_word_of_the_trail_stands_in_the_definitions(words: type[Category] | type[Source] | type[Purpose]) -> None:
    trail = DEFINITIONS.partition("## 8.")[2]
    assert [word.value for word in words if word.value.replace("_", "-") not in trail] == []


def test_encounter_status_stands_in_the_definitions() -> None:
    assert ", ".join(label.lower() for label in EncounterStatus.labels) in DEFINITIONS


def test_poa_indicators_stand_in_the_definitions() -> None:
    assert [value for value in Poa.values if value and f"`{value}`" not in DEFINITIONS] == []


def test_bill_hold_and_age_bands_are_those_of_the_code() -> None:
    assert f"Days after discharge in which late charges are awaited: {BILL_HOLD_DAYS}." in DEFINITIONS
    assert [(band.first_day, band.last_day) for band in AGE_BANDS] == [(0, 0), (1, 7), (8, 14), (15, 30), (31, None)]
    assert "In bill hold (0), 1-7, 8-14, 15-30, over 30 days past hold." in DEFINITIONS


def test_dnfb_counts_the_states_it_is_said_to_count() -> None:
    assert set(DNFB) == {AccountState.NOT_CODED, AccountState.HELD, AccountState.READY}
    assert "Discharged, not final billed: not coded, held, or ready." in DEFINITIONS


def test_roles_table_is_that_of_the_code() -> None:
    rows = dict(re.findall(r"^\| ([A-Z][\w ]+) \| ([a-z0-9 ,]+) \|$", SECURITY, re.MULTILINE))
    expected = {
        role.value: {permission.label.lower() for permission in ROLE_PERMISSIONS[role]}
        for role in Role
        if role is not Role.SYSTEM
    }
    assert {role: set(words.split(", ")) for role, words in rows.items()} == expected
    assert len(Permission) == len(set(chain.from_iterable(expected.values())))


def _models() -> list[type[Model]]:
    return [
        model for label in OURS for model in apps.get_app_config(label).get_models() if model.__name__ != "AccessRight"
    ]


@pytest.mark.parametrize("model", _models(), ids=lambda model: str(model._meta.db_table))
def test_table_is_described_with_all_that_it_enforces(model: type[Model]) -> None:
    options = model._meta
    names = [each.name for each in (*options.constraints, *options.indexes, *getattr(options, "triggers", ()))]
    assert [name for name in (options.db_table, *names) if f"`{name}`" not in DATA_MODEL] == []
