"""What the guides tell an administrator to type works."""

from __future__ import annotations

from typing import Any

import pytest

from audit.authority import authority_of, forget_authority
from hims.jobs.models import Job, JobState
from hims.lib.access import Permission
from hims.staff.models import Facility, User
from tests.docs.pages import ROOT, code_blocks

pytestmark = pytest.mark.django_db
ADMINISTRATOR = ROOT / "docs/guides/administrator.md"


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
