"""import_charges: rows to charges, refused rows with their reason, safe to repeat."""

from __future__ import annotations

import csv
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from billing.charges.importing import COLUMNS, EXAMPLES
from billing.charges.models import Charge, ChargeItem
from hims.staff.models import Facility
from records.encounters.models import Encounter
from tests.billing.claims import scenes

pytestmark = pytest.mark.django_db


@pytest.fixture
def encounter(facility: Facility) -> Encounter:
    ChargeItem.objects.create(
        facility=facility, code="LB300", description="Laboratory", revenue_code="0300", price_amount=Decimal("165.00")
    )
    return scenes.stay(scenes.case(scenes.HEART_FAILURE), facility)


def write(path: Path, *rows: dict[str, str]) -> Path:
    cells = [[row.get(name, "") for name in COLUMNS] for row in rows]
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([COLUMNS, *cells])
    return path


def row(**change: str) -> dict[str, str]:
    return {**dict(zip(COLUMNS, EXAMPLES[0], strict=True)), **change}


def run(path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[dict[str, Any], int]:
    code = 0
    try:
        call_command("import_charges", str(path), "--json")
    except SystemExit as ended:
        code = int(str(ended.code))
    counts = json.loads(capsys.readouterr().out.splitlines()[-1])
    del counts["seconds"]
    return counts, code


def test_template_is_a_file_that_can_be_imported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], encounter: Encounter
) -> None:
    path = tmp_path / "charges.csv"
    call_command("import_charges", str(path), "--template")
    counts, code = run(path, capsys)
    assert (counts, code) == ({"read": 2, "created": 2, "updated": 0, "unchanged": 0, "rejected": 0}, 0)
    from_master = Charge.objects.get(item_code="LB300")
    assert (from_master.amount, from_master.revenue_code, from_master.description) == (
        Decimal("495.00"),
        "0300",
        "Laboratory",
    )


def test_import_twice_changes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str], encounter: Encounter) -> None:
    path = write(tmp_path / "charges.csv", row())
    run(path, capsys)
    assert run(path, capsys) == ({"read": 1, "created": 0, "updated": 0, "unchanged": 1, "rejected": 0}, 0)
    assert Charge.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"facility": "XXX"}, "There is no such facility."),
        ({"account_number": "A999999"}, "There is no account with this number at the facility."),
        ({"source_key": ""}, "Fill source_key."),
        ({"service_on": "soon"}, "Write the service date as 2026-03-09 or 03/09/2026."),
        ({"units": "many"}, "The units is not a number."),
        ({"amount": ""}, "Fill amount, or name an item."),
        ({"item_code": "NONE"}, "The charge master has no such item in use."),
        ({"revenue_code": "45"}, "The revenue code has four digits."),
        ({"pointers": "a b"}, "Write pointers as numbers with blanks between them, such as 1 2."),
        ({"amount": "-5"}, "The amount is 0 or more, with at most two decimals."),
    ],
)
def test_row_that_cannot_be_is_refused_with_its_reason_and_the_others_go(
    change: dict[str, str], reason: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], encounter: Encounter
) -> None:
    path = write(tmp_path / "charges.csv", row(source_key="good"), row(**change))
    counts, code = run(path, capsys)
    assert (counts["created"], counts["rejected"], code) == (1, 1, 1)
    with (tmp_path / "charges.rejects.csv").open(encoding="utf-8", newline="") as lines:
        [refused] = list(csv.DictReader(lines))
    assert refused["reason"] == reason


def test_file_without_the_columns_is_wrong_usage(tmp_path: Path) -> None:
    path = tmp_path / "charges.csv"
    path.write_text("facility,amount\nLGH,1\n")
    with pytest.raises(CommandError, match="lacks the columns") as refused:
        call_command("import_charges", str(path))
    assert refused.value.returncode == 2


def test_file_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_charges", str(tmp_path / "none.csv"))


def test_template_never_overwrites_a_file(tmp_path: Path) -> None:
    path = write(tmp_path / "charges.csv", row())
    before = path.read_bytes()
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("import_charges", str(path), "--template")
    assert path.read_bytes() == before


@pytest.mark.parametrize("column", ["facility", "account_number", "item_code", "description"])
def test_row_with_a_nul_character_is_refused_and_the_others_go(
    column: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], encounter: Encounter
) -> None:
    good = row(account_number=encounter.account_number)
    bad = {**good, "source_key": "other", column: "x\x00y"}
    counts, code = run(write(tmp_path / "charges.csv", bad, good), capsys)
    assert (counts["read"], counts["created"], counts["rejected"], code) == (2, 1, 1, 1)
