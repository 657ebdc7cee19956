"""export_claims as a site's scheduler calls it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from billing.charges.models import Account
from billing.claims.models import Claim, ClaimFile
from billing.claims.refresh import queue_refresh
from billing.x12.referee import validate
from hims.staff.models import Facility, User
from hims.staff.selectors import system_user
from records.registry.models import Coverage
from tests.billing.claims import scenes

pytestmark = pytest.mark.django_db


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[dict[str, Any], str]:
    call_command("export_claims", *arguments, "--json")
    told = capsys.readouterr()
    return json.loads(told.out.splitlines()[-1]), told.err


def test_export_writes_valid_files_and_counts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], facility: Facility, coder: User
) -> None:
    scenes.claim_of(scenes.HEART_FAILURE, facility, coder)
    lacking = scenes.claim_of(scenes.FOOT, facility, coder, number=2)
    Coverage.objects.filter(patient=lacking.patient).update(member_id="NOT-AN-MBI")
    counts, notes = run(capsys, "--out", str(tmp_path / "new" / "folder"))
    seconds = counts.pop("seconds")
    assert counts == {"exported": 1, "held": 1, "files": 1}
    assert seconds > 0
    [path] = sorted((tmp_path / "new" / "folder").iterdir())
    assert (path.name, path.stat().st_mode & 0o077) == ("837I_LGH_000000001.x12", 0)
    assert path.read_bytes() == bytes(ClaimFile.objects.get().content)
    assert validate(path.read_bytes()) == []
    assert "held  A500002-1: ******-MBI is not a Medicare identifier" in notes


def test_export_builds_claims_that_no_worker_has_built_yet(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], facility: Facility, coder: User
) -> None:
    case = scenes.case(scenes.HEART_FAILURE)
    encounter = scenes.stay(case, facility, covered_by=scenes.payer())
    scenes.charged(encounter, case)
    scenes.summarize(encounter, case, coder)
    queue_refresh([encounter.pk], system_user())
    assert not Claim.objects.exists()
    assert run(capsys, "--out", str(tmp_path))[0]["exported"] == 1


def test_export_without_ready_claims_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], facility: Facility
) -> None:
    assert run(capsys, "--out", str(tmp_path))[0]["files"] == 0
    assert list(tmp_path.iterdir()) == []


def test_dry_run_writes_and_marks_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], facility: Facility, coder: User
) -> None:
    scenes.claim_of(scenes.HEART_FAILURE, facility, coder)
    counts, _ = run(capsys, "--out", str(tmp_path), "--dry-run")
    assert (counts["exported"], counts["files"]) == (1, 1)
    assert list(tmp_path.iterdir()) == []
    assert Account.objects.get().state == "ready"


def test_export_of_one_facility_leaves_the_other(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], facility: Facility, other_facility: Facility, coder: User
) -> None:
    scenes.claim_of(scenes.HEART_FAILURE, facility, coder)
    assert run(capsys, "--out", str(tmp_path), "--facility", "LGS")[0]["exported"] == 0
    assert run(capsys, "--out", str(tmp_path), "--facility", "LGH")[0]["exported"] == 1


def test_file_is_written_again_with_the_same_bytes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], facility: Facility, coder: User
) -> None:
    scenes.claim_of(scenes.HEART_FAILURE, facility, coder)
    run(capsys, "--out", str(tmp_path / "a"))
    run(capsys, "--out", str(tmp_path / "b"), "--again", "837I_LGH_000000001.x12")
    first, second = ((tmp_path / name / "837I_LGH_000000001.x12").read_bytes() for name in "ab")
    assert first == second
    assert ClaimFile.objects.count() == 1


@pytest.mark.parametrize(("arguments", "code"), [(("--facility", "NONE"), 1), (("--again", "x"), 1)])
def test_unknown_facility_or_file_is_refused(
    arguments: tuple[str, ...], code: int, tmp_path: Path, facility: Facility
) -> None:
    with pytest.raises(CommandError) as refused:
        call_command("export_claims", "--out", str(tmp_path), *arguments)
    assert refused.value.returncode == code


def test_folder_that_cannot_be_written_is_refused_before_any_claim_is_marked(
    tmp_path: Path, facility: Facility, coder: User
) -> None:
    claim = scenes.claim_of(scenes.HEART_FAILURE, facility, coder)
    (tmp_path / "file").write_text("")
    with pytest.raises(CommandError) as refused:
        call_command("export_claims", "--out", str(tmp_path / "file"))
    claim.refresh_from_db()
    assert (refused.value.returncode, claim.state) == (2, "ready")
