"""load_codeset and rollback_codeset: keys of the last line, exit codes, wrong usage."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from coding.codesets.models import Code
from coding.codesets.official.models import CodeSetLoad
from hims.staff.models import Facility, User
from tests.coding.codesets.official.files import CM_OCTOBER, order_file

pytestmark = pytest.mark.django_db


@pytest.fixture
def path(tmp_path: Path, facility: Facility) -> Path:
    found = tmp_path / "order.txt"
    found.write_bytes(order_file(CM_OCTOBER))
    return found


def say(*arguments: str) -> dict[str, Any]:
    out = io.StringIO()
    call_command(*arguments, "--json", stdout=out, stderr=io.StringIO())
    last: dict[str, Any] = json.loads(out.getvalue().splitlines()[-1])
    return last


def test_dry_run_tells_the_counts_and_keeps_nothing(path: Path) -> None:
    told = say("load_codeset", "icd10cm_order", str(path), "--effective", "2025-10-01", "--dry-run")
    assert {name: told[name] for name in ("read", "created", "updated", "unchanged", "rejected", "added")} == {
        "read": 4, "created": 4, "updated": 0, "unchanged": 0, "rejected": 0, "added": 3,
    }  # fmt: skip
    assert told["seconds"] >= 0
    assert not CodeSetLoad.objects.exists()
    assert not Code.objects.exists()


def test_load_and_rollback_by_the_id_it_prints(path: Path) -> None:
    told = say("load_codeset", "icd10cm-order", str(path), "--effective", "2025-10-01")
    assert (told["created"], told["searchable"]) == (4, 3)
    again = say("load_codeset", "icd10cm_order", str(path), "--effective", "2025-10-01")
    assert (again["created"], again["unchanged"], again["load"]) == (0, 4, told["load"])
    assert say("rollback_codeset", told["load"])["rolled_back"] == told["load"]
    assert not Code.objects.exists()
    assert say("rollback_codeset")["loads"] == 0


def test_refusal_ends_with_code_one_and_its_sentence(path: Path) -> None:
    path.write_bytes(b"no order file")
    with pytest.raises(CommandError, match="Line 1: this is no line of an order file") as refused:
        say("load_codeset", "icd10cm_order", str(path), "--effective", "2025-10-01")
    assert refused.value.returncode == 1


@pytest.mark.parametrize(
    ("kind", "day", "more", "said"),
    [
        ("none", "2025-10-01", [], "There is no kind 'none'"),
        ("hcpcs", "soon", [], "'soon' is no date"),
        ("cpt", "2026-01-01", [], "attested by a person"),
    ],
)
def test_wrong_usage_ends_with_code_two(path: Path, kind: str, day: str, more: list[str], said: str) -> None:
    with pytest.raises(CommandError, match=said) as refused:
        say("load_codeset", kind, str(path), "--effective", day, *more)
    assert refused.value.returncode == 2


def test_attestation_by_command_keeps_the_person(path: Path, him_manager: User) -> None:
    path.write_bytes(b"code,description\n99991,Invented visit\n")
    text = "Licence 123 of this hospital covers this file."
    say("load_codeset", "cpt", str(path), "--effective", "2026-01-01", "--attest", text, "--as", him_manager.username)
    load = CodeSetLoad.objects.get()
    assert (load.attested_by, load.attestation) == (him_manager, text)


def test_load_that_does_not_exist_is_refused() -> None:
    with pytest.raises(CommandError, match="is no load"):
        say("rollback_codeset", "nothing")
