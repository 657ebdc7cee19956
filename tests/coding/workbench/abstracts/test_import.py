"""Coded encounters into the workbench, by the command."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from coding.grouper.engine import group_fields
from coding.grouper.record import grouper_claim
from coding.workbench.holds.actions import take
from coding.workbench.models import CodedDiagnosis, CodedProcedure, CodingRecord, Grouping
from hims.lib.ids import uuid7
from hims.staff.models import Facility, User
from hims.staff.selectors import system_user
from records.encounters.models import Encounter
from records.registry.models import Patient
from tests.coding.workbench.abstracts.test_line import CLAIM
from tests.records.interop.resources import run
from tests.shared_data import shared_data
from tests.trail import events_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def house(facility: Facility) -> Facility:
    return facility


def write(folder: Path, *claims: Any, name: str = "a.jsonl") -> Path:
    path = folder / name
    path.write_text("".join(f"{each if isinstance(each, str) else json.dumps(each)}\n" for each in claims))
    return path


def counts(done: Any) -> tuple[int, ...]:
    return tuple(int(done.counts[name]) for name in ("read", "created", "updated", "unchanged", "rejected"))


def test_import_makes_a_discharged_stay_with_its_coding_in_progress(tmp_path: Path) -> None:
    done = run("import_abstracts", write(tmp_path, {"claim": CLAIM, "expected": {"final_drg": 1}}))
    assert (done.code, counts(done)) == (0, (1, 1, 0, 0, 0))
    record = CodingRecord.objects.select_related("encounter__patient").get()
    stay, person = record.encounter, record.encounter.patient
    assert (record.status, stay.status, stay.encounter_class) == ("in_progress", "discharged", "inpatient")
    assert (record.discharged_on, stay.discharge_disposition, person.sex) == (stay.discharged_on, "06", "F")
    assert person.family_name == "Abstract 0000001"
    assert person.mrns.get().value == "LGH-1000001"
    assert list(record.diagnoses.values_list("role", "sequence", "code", "poa")) == [
        ("principal", 1, "I10", "Y"),
        ("secondary", 1, "E119", ""),
    ]
    assert list(record.procedures.values_list("sequence", "code")) == [(1, "0DTJ4ZZ")]


def test_import_twice_changes_nothing(tmp_path: Path) -> None:
    path = write(tmp_path, CLAIM, {**CLAIM, "account_number": "X1"})
    run("import_abstracts", path)
    assert counts(run("import_abstracts", path, "--resume")) == (2, 0, 0, 2, 0)


def test_interrupted_import_is_continued(tmp_path: Path) -> None:
    path = write(tmp_path, *[CLAIM | {"account_number": f"X{n}"} for n in range(5)])
    run(
        "import_abstracts", write(tmp_path, *[CLAIM | {"account_number": f"X{n}"} for n in range(2)], name="part.jsonl")
    )
    assert counts(run("import_abstracts", path)) == (5, 3, 0, 2, 0)


def test_changed_line_replaces_the_codes_of_its_account(tmp_path: Path) -> None:
    run("import_abstracts", write(tmp_path, CLAIM | {"account_number": "X1"}))
    changed = CLAIM | {"account_number": "X1", "sdx": ["N179"], "discharge_status": 3}
    assert counts(run("import_abstracts", write(tmp_path, changed))) == (1, 0, 1, 0, 0)
    record = CodingRecord.objects.get()
    assert (record.version, record.encounter.discharge_disposition) == (2, "03")
    assert list(record.diagnoses.filter(role="secondary").values_list("code", flat=True)) == ["N179"]


def test_coding_somebody_works_on_is_left_alone(tmp_path: Path, coder: User) -> None:
    path = write(tmp_path, CLAIM | {"account_number": "X1"})
    run("import_abstracts", path)
    CodingRecord.objects.update(coder=coder)
    CodedDiagnosis.objects.filter(role="secondary").delete()
    done = run("import_abstracts", path)
    assert (counts(done), done.counts["warnings"]) == ((1, 0, 0, 1, 0), {"left_to_their_coder": 1})


def test_coding_somebody_has_open_is_left_alone(tmp_path: Path, coder: User) -> None:
    path = write(tmp_path, CLAIM | {"account_number": "X1"})
    run("import_abstracts", path)
    take(by=coder, record=CodingRecord.objects.get(), page=uuid7(), anew=True)
    changed = write(tmp_path, CLAIM | {"account_number": "X1", "sdx": ["N179"]}, name="b.jsonl")
    done = run("import_abstracts", changed)
    assert (counts(done), done.counts["warnings"]) == ((1, 0, 0, 1, 0), {"left_to_their_coder": 1})
    assert CodingRecord.objects.get().version == 1


def test_finalized_coding_refuses_other_codes(tmp_path: Path) -> None:
    run("import_abstracts", write(tmp_path, CLAIM | {"account_number": "X1"}))
    CodingRecord.objects.update(status="finalized")
    done = run("import_abstracts", write(tmp_path, CLAIM | {"account_number": "X1", "sdx": []}))
    assert (done.code, counts(done)) == (1, (1, 0, 0, 0, 1))
    assert "reopen it first" in done.said


def test_lines_of_one_record_number_share_the_patient(tmp_path: Path) -> None:
    line = CLAIM | {"mrn": "M1", "family_name": "Nowak", "given_names": "Jan", "birth_date": "1971-08-01", "age": None}
    stays = [{**line, "account_number": name} for name in ("X1", "X2")]
    other = {**line, "account_number": "X3", "sex": 0}
    done = run(
        "import_abstracts",
        write(tmp_path, *[{k: v for k, v in each.items() if v is not None} for each in (*stays, other)]),
    )
    assert counts(done) == (3, 2, 0, 0, 1)
    assert (Patient.objects.get().mrns.get().value, Encounter.objects.count()) == ("M1", 2)


def test_bad_lines_are_listed_and_the_others_imported(tmp_path: Path) -> None:
    rejects = tmp_path / "rejects.jsonl"
    path = write(tmp_path, CLAIM, "{broken", CLAIM | {"sex": 9}, CLAIM)
    done = run("import_abstracts", path, "--rejects", rejects)
    assert (done.code, counts(done)) == (1, (4, 2, 0, 0, 2))
    assert [json.loads(line)["line"] for line in rejects.read_text().splitlines()] == [2, 3]


def test_dry_run_counts_like_the_import_and_keeps_nothing(tmp_path: Path) -> None:
    path = write(tmp_path, CLAIM | {"account_number": "X1"}, CLAIM | {"account_number": "X1"}, CLAIM, "{")
    tried = run("import_abstracts", path, "--dry-run")
    assert Encounter.objects.count() == 0
    assert counts(tried) == counts(run("import_abstracts", path)) == (4, 2, 0, 1, 1)


def test_account_given_twice_with_other_content_is_refused(tmp_path: Path) -> None:
    done = run(
        "import_abstracts",
        write(tmp_path, CLAIM | {"account_number": "X1"}, CLAIM | {"account_number": "X1", "age": 3}),
    )
    assert counts(done) == (2, 1, 0, 0, 1)


def test_account_of_another_origin_is_not_touched(tmp_path: Path) -> None:
    run("import_abstracts", write(tmp_path, CLAIM | {"account_number": "X1"}))
    Encounter.objects.update(source_key="")
    done = run("import_abstracts", write(tmp_path, CLAIM | {"account_number": "X1"}))
    assert counts(done) == (1, 0, 0, 0, 1)


def test_import_writes_history_and_trail(tmp_path: Path) -> None:
    run("import_abstracts", write(tmp_path, CLAIM))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), count(pgh_context_id) FROM coding_codeddiagnosisevent")
        assert cursor.fetchone() == (2, 2)
    last = events_of(system_user())[-1]
    assert (last["event"], last["patient_ids"]) == ("coding.abstracts_imported", [Patient.objects.get().pk])


def test_template_is_printed_without_a_file() -> None:
    out = io.StringIO()
    call_command("import_abstracts", "--template", stdout=out)
    assert out.getvalue().startswith("account_number,mrn,")


@pytest.mark.parametrize("arguments", [[], ["absent.jsonl"]])
def test_missing_file_is_wrong_usage(arguments: list[str]) -> None:
    with pytest.raises(CommandError) as error:
        call_command("import_abstracts", *arguments)
    assert error.value.returncode == 2


def test_real_claims_come_back_as_the_grouper_would_read_them_from_the_file(tmp_path: Path) -> None:
    lines = (shared_data("msdrg_truth") / "claims.jsonl").read_text().splitlines()[:300]
    done = run("import_abstracts", write(tmp_path, *lines))
    assert counts(done) == (300, 300, 0, 0, 0)
    run("group_encounters", "--inline")
    found = dict(Grouping.objects.values_list("record__encounter__source_key", "final_drg"))
    by_line = {int(name.rpartition(":")[2]): int(drg) for name, drg in found.items()}
    assert by_line == {
        number: group_fields(grouper_claim(json.loads(line)))["final_drg"] for number, line in enumerate(lines, start=1)
    }
    assert CodedProcedure.objects.filter(record__isnull=True).count() == 0
