"""Claims of substance use treatment: held without the patient's consent, and with the notice when they leave."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import autodiscover_modules

from audit.access.models import LabelConsent
from billing.charges.enums import AccountState
from billing.charges.models import Account
from billing.claims.actions.export import export_claims
from billing.claims.enums import ClaimState
from billing.claims.models import Claim, ClaimFile
from billing.x12.claim import Claim as X12Claim
from billing.x12.faults import CONSENT_MISSING, faults
from billing.x12.referee import validate
from hims.jobs.models import Job, JobState
from hims.jobs.tasks import run_job
from hims.lib.access import Permission
from hims.staff.models import Facility, User
from hims.staff.selectors import system_user
from records.encounters.models import Encounter
from records.registry.models import Patient
from records.sensitivity.actions import label_item, record_consent, revoke_consent
from records.sensitivity.rules import SHORT_NOTICE
from tests.billing.claims import scenes
from tests.billing.x12.samples import INPATIENT, PROFESSIONAL
from tests.clients import signed_in
from tests.records.sensitivity.scenes import READER, someone

pytestmark = pytest.mark.django_db
MONEY = (Permission.CLAIM_VIEW, Permission.CLAIM_EXPORT, Permission.CHARGE_VIEW, Permission.RESTRICTION_MANAGE)


@pytest.fixture
def cleared(facility: Facility) -> User:
    """Bills, manages restrictions, and is cleared for substance use treatment."""
    return someone(facility, *READER, *MONEY, cleared=["part2"])


@pytest.fixture
def claim(facility: Facility, coder: User) -> Claim:
    return scenes.claim_of(scenes.HEART_FAILURE, facility, coder)


def settle() -> None:
    """The jobs that wait, as the worker does them."""
    autodiscover_modules("tasks")
    for job in Job.objects.filter(state=JobState.PENDING, name="billing.refresh_accounts"):
        run_job(str(job.pk))


def now(claim: Claim) -> Claim:
    found: Claim = Claim.objects.select_related("account", "encounter").get(encounter=claim.encounter_id)
    return found


def consent(by: User, claim: Claim, label: str = "part2") -> LabelConsent:
    patient = Patient.objects.get(pk=claim.patient_id)
    return record_consent(by=by, patient=patient, label=label, starts_on=timezone.localdate() - timedelta(2))


def test_label_holds_the_claim_and_consent_lets_it_go(claim: Claim, cleared: User) -> None:
    assert claim.state == ClaimState.READY
    label_item(by=cleared, item=claim.encounter, labels=["part2"])
    settle()
    held = now(claim)
    assert (held.state, scenes.codes_of(held)) == (ClaimState.HELD, ["CONSENT_MISSING"])
    assert held.faults[0]["sentence"] == CONSENT_MISSING
    assert held.account.state == AccountState.HELD
    given = consent(cleared, claim)
    settle()
    assert now(claim).state == ClaimState.READY
    revoke_consent(by=cleared, patient=Patient.objects.get(pk=claim.patient_id), consent_id=given.pk)
    settle()
    assert now(claim).state == ClaimState.HELD


def test_consent_to_another_kind_does_not_let_it_go(claim: Claim, cleared: User) -> None:
    label_item(by=cleared, item=claim.encounter, labels=["part2"])
    consent(cleared, claim, "hiv")
    settle()
    assert scenes.codes_of(now(claim)) == ["CONSENT_MISSING"]


def test_other_labels_hold_nothing(claim: Claim, cleared: User) -> None:
    label_item(by=cleared, item=claim.encounter, labels=["hiv"])
    settle()
    assert now(claim).state == ClaimState.READY


def test_export_looks_again_when_no_job_has_run(claim: Claim, facility: Facility) -> None:
    """A consent taken back a moment ago, with the claim still marked ready."""
    Encounter.objects.filter(pk=claim.encounter_id).update(labels=["part2"])
    done = export_claims(by=system_user(), facility=facility)
    assert (done.exported, [held.pk for held in done.held]) == (0, [claim.pk])
    assert now(claim).state == ClaimState.HELD
    assert not ClaimFile.objects.exists()


def test_claim_that_leaves_carries_the_notice(claim: Claim, cleared: User, facility: Facility) -> None:
    label_item(by=cleared, item=claim.encounter, labels=["part2"])
    consent(cleared, claim)
    settle()
    export_claims(by=system_user(), facility=facility)
    content = bytes(ClaimFile.objects.get().content)
    assert f"NTE*ADD*{SHORT_NOTICE.upper()}~".encode() in content.upper()
    assert validate(content) == []


def test_other_claims_carry_no_notice(claim: Claim, facility: Facility) -> None:
    export_claims(by=system_user(), facility=facility)
    assert b"NTE*" not in bytes(ClaimFile.objects.get().content)


def test_held_claim_says_why_to_the_cleared_and_is_not_there_for_others(
    claim: Claim, cleared: User, biller: User
) -> None:
    label_item(by=cleared, item=claim.encounter, labels=["part2"])
    settle()
    page = reverse("billing:claim", args=[claim.pk])
    assert "written consent" in signed_in(cleared).get(page).content.decode()
    assert signed_in(biller).get(page).status_code == 404
    account = Account.objects.get(encounter=claim.encounter_id)
    assert signed_in(biller).get(reverse("billing:account", args=[account.pk])).status_code == 404


@pytest.mark.parametrize("claim", [INPATIENT, PROFESSIONAL])
def test_fact_is_passed_to_the_rule(claim: X12Claim) -> None:
    assert faults(claim) == []
    assert [fault.code for fault in faults(claim, consent_missing=True)] == ["CONSENT_MISSING"]


def test_claim_page_shows_the_member_number_in_part(claim: Claim, biller: User, facility: Facility) -> None:
    page = reverse("billing:claim", args=[claim.pk])
    for _ in range(2):
        body = signed_in(biller).get(page).content.decode()
        assert scenes.MBI not in body
        assert "*******MK73" in body
        export_claims(by=system_user(), facility=facility)
    assert scenes.MBI.encode() in bytes(ClaimFile.objects.get().content)
