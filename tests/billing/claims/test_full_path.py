"""From a coded and charged account to a file that an independent validator accepts."""

from __future__ import annotations

import pytest

from billing.charges.enums import AccountState
from billing.claims.actions.export import export_claims
from billing.claims.enums import ClaimForm, ClaimState
from billing.claims.models import ClaimFile
from billing.x12.referee import validate
from hims.staff.models import Facility, User
from tests.billing.claims import scenes

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "form"),
    [
        (scenes.HEART_FAILURE, ClaimForm.INSTITUTIONAL),
        (scenes.HERNIA, ClaimForm.INSTITUTIONAL),
        (scenes.FOOT, ClaimForm.PROFESSIONAL),
    ],
)
def test_claim_of_a_written_case_leaves_in_a_valid_file(
    name: str, form: ClaimForm, facility: Facility, biller: User, coder: User
) -> None:
    claim = scenes.claim_of(name, facility, coder)
    assert (claim.faults, claim.state, claim.form) == ([], ClaimState.READY, form)
    done = export_claims(by=biller, facility=facility)
    claim.refresh_from_db()
    file = ClaimFile.objects.get()
    assert validate(bytes(file.content)) == []
    assert (done.exported, claim.state, claim.file) == (1, ClaimState.EXPORTED, file)
    assert claim.account.state == AccountState.BILLED
