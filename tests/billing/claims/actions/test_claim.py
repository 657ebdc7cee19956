"""Accounts and claims follow encounters, codings and reopenings."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing.charges.enums import AccountState
from billing.charges.models import Account
from billing.claims.actions.claim import build_claim, rebuild_claim, record_payer_number, refresh_accounts
from billing.claims.actions.export import export_claims
from billing.claims.enums import ClaimState
from billing.claims.jobs import refresh_accounts_job
from billing.claims.models import Claim
from coding.workbench.models import CodingRecord, CodingSummary
from hims.jobs.models import Job
from hims.lib.errors import AccessDenied, DomainError, NotVisible
from hims.staff.models import Facility, User
from hims.staff.selectors import system_user
from records.encounters.models import Encounter, Provider
from tests.billing.claims import scenes
from tests.trail import told

pytestmark = pytest.mark.django_db


@pytest.fixture
def encounter(facility: Facility) -> Encounter:
    case = scenes.case(scenes.HEART_FAILURE)
    found = scenes.stay(case, facility, covered_by=scenes.payer())
    scenes.charged(found, case)
    return found


def coded(encounter: Encounter, by: User, number: int = 1) -> CodingSummary:
    summary = scenes.summarize(encounter, scenes.case(scenes.HEART_FAILURE), by, number=number)
    scenes.refresh(encounter)
    return summary


def account_of(encounter: Encounter) -> Account:
    return Account.objects.get(encounter=encounter)


def reopen(encounter: Encounter) -> None:
    CodingRecord.objects.create(
        encounter=encounter, patient=encounter.patient, facility=encounter.facility, encounter_class="inpatient",
        status="in_progress",
    )  # fmt: skip


def test_job_opens_accounts_for_encounters_in_house(facility: Facility) -> None:
    stay = scenes.stay(scenes.case(scenes.HEART_FAILURE), facility, discharged=False)
    row = Job(name="billing.refresh_accounts", payload={"encounter_ids": [str(stay.pk)]}, actor_id=system_user().pk)
    refresh_accounts_job(row)
    assert (account_of(stay).state, account_of(stay).discharged_on) == (AccountState.IN_HOUSE, None)
    assert refresh_accounts_job(row) == {"accounts": 0, "claims": 0}


def test_account_follows_its_encounter_to_discharge_and_cancellation(facility: Facility) -> None:
    stay = scenes.stay(scenes.case(scenes.HEART_FAILURE), facility)
    scenes.refresh(stay)
    assert (account_of(stay).state, account_of(stay).discharged_on) == (AccountState.NOT_CODED, stay.discharged_on)
    Encounter.objects.filter(pk=stay.pk).update(status="cancelled")
    scenes.refresh(stay)
    assert account_of(stay).state == AccountState.CANCELLED


def test_final_summary_makes_the_account_leave_not_coded(encounter: Encounter, coder: User) -> None:
    assert account_of(encounter).state == AccountState.NOT_CODED
    coded(encounter, coder)
    claim = Claim.objects.get()
    assert (claim.control_number, claim.frequency, claim.state, claim.faults) == (
        "A500001-1",
        "1",
        ClaimState.READY,
        [],
    )
    assert (account_of(encounter).state, account_of(encounter).hold_reason) == (AccountState.READY, "")


def test_refresh_again_changes_nothing(encounter: Encounter, coder: User, facility: Facility) -> None:
    coded(encounter, coder)
    done = refresh_accounts(by=system_user(), facility=facility, encounter_ids=[encounter.pk])
    assert (done.accounts, done.claims, done.patient_ids) == (0, 0, [encounter.patient_id])
    assert Claim.objects.count() == 1


def test_held_claim_gives_the_account_its_reason_and_is_ready_once_mended(
    encounter: Encounter, coder: User, biller: User
) -> None:
    Provider.objects.update(npi="")
    coded(encounter, coder)
    assert account_of(encounter).state == AccountState.HELD
    assert account_of(encounter).hold_reason == "Enter the NPI of the attending provider."
    Provider.objects.update(npi="1000000012")
    mended = rebuild_claim(by=biller, claim=Claim.objects.get())
    assert (mended.state, mended.faults) == (ClaimState.READY, [])
    assert account_of(encounter).state == AccountState.READY
    assert told(biller) == [("claim.rebuilt", "attempted"), ("claim.rebuilt", "done")]


def test_build_of_an_uncoded_account_is_refused(encounter: Encounter, biller: User) -> None:
    with pytest.raises(DomainError, match="not coded yet"):
        build_claim(by=biller, account=account_of(encounter))


def test_build_by_a_coder_is_denied(encounter: Encounter, coder: User) -> None:
    coded(encounter, coder)
    with pytest.raises(AccessDenied):
        build_claim(by=coder, account=account_of(encounter))


def test_build_at_another_facility_finds_nothing(other_facility: Facility, biller: User) -> None:
    elsewhere = scenes.stay(scenes.case(scenes.FOOT), other_facility, number=2)
    scenes.refresh(elsewhere)
    with pytest.raises(NotVisible):
        build_claim(by=biller, account=account_of(elsewhere))


def test_reopened_coding_holds_a_claim_that_has_not_left(encounter: Encounter, coder: User) -> None:
    coded(encounter, coder)
    reopen(encounter)
    scenes.refresh(encounter)
    assert scenes.codes_of(Claim.objects.get()) == ["CODING_REOPENED"]
    assert account_of(encounter).state == AccountState.NOT_CODED


def test_recode_before_export_supersedes_the_first_claim(encounter: Encounter, coder: User) -> None:
    coded(encounter, coder)
    coded(encounter, coder, number=2)
    assert list(Claim.objects.order_by("created_at").values_list("control_number", "state", "frequency")) == [
        ("A500001-1", ClaimState.SUPERSEDED, "1"),
        ("A500001-2", ClaimState.READY, "1"),
    ]


def test_superseded_claim_cannot_be_rebuilt(encounter: Encounter, coder: User, biller: User) -> None:
    coded(encounter, coder)
    coded(encounter, coder, number=2)
    with pytest.raises(DomainError, match="coded again"):
        rebuild_claim(by=biller, claim=Claim.objects.get(state=ClaimState.SUPERSEDED))


def test_recode_after_export_makes_a_replacement_that_waits_for_the_payers_number(
    encounter: Encounter, coder: User, biller: User, facility: Facility
) -> None:
    coded(encounter, coder)
    export_claims(by=biller, facility=facility)
    coded(encounter, coder, number=2)
    original, replacement = Claim.objects.order_by("created_at")
    assert (replacement.frequency, scenes.codes_of(replacement)) == ("7", ["ORIGINAL_CLAIM_MISSING"])
    assert account_of(encounter).state == AccountState.HELD
    record_payer_number(by=biller, claim=original, payer_control_number=" 2026-0042 ")
    replacement.refresh_from_db()
    assert replacement.state == ClaimState.READY
    done = export_claims(by=biller, facility=facility)
    assert b"REF*F8*2026-0042~" in bytes(done.files[0].content)
    assert b"CLM*A500001-2*18418.4***11:A:7*" in bytes(done.files[0].content)
    assert account_of(encounter).state == AccountState.BILLED


@pytest.mark.parametrize("number", ["", "12*34", "12~"])
def test_payers_number_that_cannot_be_sent_is_refused(
    number: str, encounter: Encounter, coder: User, biller: User, facility: Facility
) -> None:
    coded(encounter, coder)
    export_claims(by=biller, facility=facility)
    with pytest.raises(DomainError) as refused:
        record_payer_number(by=biller, claim=Claim.objects.get(), payer_control_number=number)
    assert refused.value.field == "payer_control_number"


def test_payers_number_of_a_claim_that_has_not_left_is_refused(encounter: Encounter, coder: User, biller: User) -> None:
    coded(encounter, coder)
    with pytest.raises(DomainError, match="Only a claim that has left"):
        record_payer_number(by=biller, claim=Claim.objects.get(), payer_control_number="1")


def test_exported_claim_is_not_rebuilt(encounter: Encounter, coder: User, biller: User, facility: Facility) -> None:
    coded(encounter, coder)
    export_claims(by=biller, facility=facility)
    with pytest.raises(DomainError, match="has left"):
        rebuild_claim(by=biller, claim=Claim.objects.get())


def test_refresh_reads_many_accounts_with_the_same_queries(facility: Facility, coder: User) -> None:
    case = scenes.case(scenes.HEART_FAILURE)
    spent = []
    for group in ([1], [2, 3, 4]):
        stays = [scenes.stay(case, facility, covered_by=scenes.payer(), number=number) for number in group]
        for stay in stays:
            scenes.charged(stay, case)
            scenes.summarize(stay, case, coder)
        with CaptureQueriesContext(connection) as queries:
            scenes.refresh(*stays)
        spent.append(len(queries))
    assert spent[0] == spent[1]
