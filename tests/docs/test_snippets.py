"""What the guides tell an administrator to type works."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from audit.authority import authority_of, forget_authority
from hims.jobs.models import Job, JobState
from hims.lib.access import Permission, Role
from hims.staff.models import Facility, User
from records.registry.actions import PatientDetails, register_patient
from records.registry.models import Patient
from tests.docs.pages import ROOT, code_blocks

pytestmark = pytest.mark.django_db
ADMINISTRATOR = ROOT / "docs/guides/administrator.md"
PRIVACY_OFFICER = ROOT / "docs/guides/privacy-officer.md"


def typed(text: str) -> dict[str, Any]:
    """The names after the lines were run, as in the management shell."""
    names: dict[str, Any] = {}
    exec(compile(text, "guide", "exec"), names)
    return names


def test_account_of_the_guide_may_code_until_it_is_closed(facility: Facility) -> None:
    _, make, close, _ = code_blocks(ADMINISTRATOR, "python")
    person = typed(make)["person"]
    assert authority_of(person).at(Permission.CODING_EDIT) == {facility.pk}
    assert person.check_password("three words and a number 7")
    typed(close)
    person.refresh_from_db()
    forget_authority(person)
    assert not authority_of(person).may(Permission.CODING_EDIT)


def test_given_up_job_of_the_guide_is_listed_and_waits_again(
    facility: Facility, specialist: User, capsys: pytest.CaptureFixture[str]
) -> None:
    lost = Job.objects.create(
        name="coding.open_work", key="lost", actor_id=specialist.pk, state=JobState.DEAD, attempts=5, error="OSError"
    )
    jobs, *_ = code_blocks(ADMINISTRATOR, "python")
    typed(jobs)
    lost.refresh_from_db()
    assert "coding.open_work OSError" in capsys.readouterr().out
    assert (lost.state, lost.attempts) == (JobState.PENDING, 0)


def test_facility_of_the_guide_is_there(db: None) -> None:
    *_, facility = code_blocks(ADMINISTRATOR, "python")
    typed(facility)
    assert Facility.objects.get(code="NCH").time_zone == "America/Chicago"


def test_exception_of_the_guide_opens_the_confidential_chart_and_is_taken_back(
    facility: Facility, specialist: User, person: Callable[..., User]
) -> None:
    coder = person("dana.whitfield", Role.CODER, facility)
    details = PatientDetails(family_name="Okafor", given_names="Ruth", birth_date=date(1958, 3, 9), sex="F")
    patient = register_patient(by=specialist, facility=facility, details=details)
    (block,) = code_blocks(PRIVACY_OFFICER, "python")
    grant, _, _ = block.partition('remove_perm("')
    typed(grant.replace("LGH-1000001", patient.mrns.get().value))
    assert Patient.objects.visible_to(coder, Permission.CHART_VIEW).filter(pk=patient.pk).exists()
    assert not Patient.objects.visible_to(specialist, Permission.CHART_VIEW).filter(pk=patient.pk).exists()
    typed(block.replace("LGH-1000001", patient.mrns.get().value))
    assert not Patient.objects.visible_to(coder, Permission.CHART_VIEW).filter(pk=patient.pk).exists()
