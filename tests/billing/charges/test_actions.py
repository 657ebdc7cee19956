"""Charges are posted once, reversed once, never changed; only by those who may, where they may."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import ProgrammingError, transaction

from billing.charges.actions import ChargeLine, add_charge, post_charges, reverse_charge
from billing.charges.enums import AccountState
from billing.charges.models import Account, Charge
from billing.claims.enums import ClaimState
from billing.claims.models import Claim
from hims.jobs.models import Job
from hims.lib.access import Role
from hims.lib.errors import AccessDenied, DomainError, NotVisible
from hims.staff.models import Facility, User
from records.encounters.models import Encounter
from tests.billing.claims import scenes
from tests.trail import told

pytestmark = pytest.mark.django_db


@pytest.fixture
def encounter(facility: Facility) -> Encounter:
    return scenes.stay(scenes.case(scenes.HEART_FAILURE), facility, covered_by=scenes.payer())


@pytest.fixture
def lines(encounter: Encounter) -> list[ChargeLine]:
    return scenes.charge_lines(encounter, scenes.case(scenes.HEART_FAILURE))


@pytest.fixture
def account(encounter: Encounter) -> Account:
    return scenes.charged(encounter, scenes.case(scenes.HEART_FAILURE))


def test_posting_in_bulk_opens_the_account_and_tells_the_trail(
    encounter: Encounter, lines: list[ChargeLine], biller: User, facility: Facility
) -> None:
    done = post_charges(by=biller, facility=facility, lines=lines)
    account = Account.objects.get(encounter=encounter)
    assert (done.created, done.unchanged, done.rejected) == (6, 0, ())
    assert done.patient_ids == [encounter.patient_id]
    assert (account.state, account.discharged_on) == (AccountState.NOT_CODED, encounter.discharged_on)
    assert sum(charge.amount for charge in account.charges.all()) == Decimal("18418.40")
    assert told(biller) == [("charge.posted_in_bulk", "attempted"), ("charge.posted_in_bulk", "done")]


def test_posting_the_same_source_keys_again_changes_nothing(
    lines: list[ChargeLine], biller: User, facility: Facility
) -> None:
    post_charges(by=biller, facility=facility, lines=lines)
    again = post_charges(by=biller, facility=facility, lines=[*lines, lines[0]])
    assert (again.created, again.unchanged, again.rejected) == (0, 7, ())
    assert Charge.objects.count() == 6


def test_posting_rejects_faulty_lines_and_takes_the_others(
    lines: list[ChargeLine], biller: User, facility: Facility
) -> None:
    wrong = [replace(lines[0], revenue_code="12"), lines[1], replace(lines[2], units=Decimal(0), description="")]
    done = post_charges(by=biller, facility=facility, lines=wrong)
    assert done.created == 1
    assert done.rejected == (
        (0, "The revenue code has four digits."),
        (2, "Describe the charge.; Units are more than 0."),
    )


def test_posting_on_an_encounter_of_another_facility_is_rejected(
    lines: list[ChargeLine], biller: User, other_facility: Facility, facility: Facility
) -> None:
    elsewhere = scenes.stay(scenes.case(scenes.FOOT), other_facility, number=2)
    done = post_charges(by=biller, facility=facility, lines=[replace(lines[0], encounter_id=elsewhere.pk)])
    assert done.rejected == ((0, "There is no such encounter here."),)
    assert not Account.objects.filter(encounter=elsewhere).exists()


def test_posting_by_a_coder_is_denied_and_recorded(lines: list[ChargeLine], coder: User, facility: Facility) -> None:
    with pytest.raises(AccessDenied):
        post_charges(by=coder, facility=facility, lines=lines)
    assert Charge.objects.count() == 0
    assert told(coder) == [("charge.posted_in_bulk", "refused")]


def test_posting_at_a_facility_where_one_is_no_biller_is_denied(
    lines: list[ChargeLine], biller: User, other_facility: Facility
) -> None:
    with pytest.raises(AccessDenied):
        post_charges(by=biller, facility=other_facility, lines=lines)


def test_posting_on_coded_encounters_queues_one_refresh(
    encounter: Encounter, lines: list[ChargeLine], biller: User, coder: User, facility: Facility
) -> None:
    scenes.summarize(encounter, scenes.case(scenes.HEART_FAILURE), coder)
    post_charges(by=biller, facility=facility, lines=lines)
    assert [row.payload for row in Job.objects.filter(name="billing.refresh_accounts")] == [
        {"encounter_ids": [str(encounter.pk)]}
    ]


def test_one_charge_rebuilds_the_waiting_claim(
    account: Account, lines: list[ChargeLine], biller: User, coder: User
) -> None:
    scenes.summarize(account.encounter, scenes.case(scenes.HEART_FAILURE), coder)
    scenes.refresh(account.encounter)
    before = Claim.objects.get().total_amount
    add_charge(by=biller, account=account, line=replace(lines[0], source_key="", amount=Decimal("100.00")))
    claim = Claim.objects.get()
    assert (claim.total_amount, claim.state) == (before + 100, ClaimState.READY)


def test_one_charge_with_a_fault_is_refused_at_its_field(
    account: Account, lines: list[ChargeLine], biller: User
) -> None:
    tomorrow = replace(lines[0], service_on=lines[0].service_on + timedelta(days=4000))
    with pytest.raises(DomainError) as refused:
        add_charge(by=biller, account=account, line=tomorrow)
    assert refused.value.field == "service_on"
    assert Charge.objects.count() == 6
    assert told(biller) == [("charge.posted", "attempted"), ("charge.posted", "refused")]


def test_reversal_is_the_opposite_charge_and_happens_once(account: Account, biller: User) -> None:
    charge = account.charges.all()[0]
    reversal = reverse_charge(by=biller, charge=charge)
    assert (reversal.amount, reversal.units, reversal.reverses) == (-charge.amount, -charge.units, charge)
    for wrong in (charge, reversal):
        with pytest.raises(DomainError):
            reverse_charge(by=biller, charge=wrong)
    assert Charge.objects.count() == 7


def test_reversal_by_a_biller_of_another_facility_finds_nothing(
    account: Account, person: Callable[..., User], other_facility: Facility
) -> None:
    stranger = person("zoe", Role.BILLER, other_facility)
    with pytest.raises(NotVisible):
        reverse_charge(by=stranger, charge=account.charges.all()[0])


@pytest.mark.parametrize("act", ["update", "delete"])
def test_charge_is_kept_by_the_database(act: str, account: Account) -> None:
    charge = account.charges.all()[0]
    with pytest.raises(ProgrammingError), transaction.atomic():
        Charge.objects.filter(pk=charge.pk).update(amount=1) if act == "update" else charge.delete()
    assert Charge.objects.filter(pk=charge.pk, amount=charge.amount).exists()


def test_form_sent_twice_makes_one_charge(account: Account, lines: list[ChargeLine], biller: User) -> None:
    line = replace(lines[0], source_key=f"web|{account.pk}|1")
    first, second = (add_charge(by=biller, account=account, line=line) for _ in range(2))
    assert first == second
    assert Charge.objects.filter(source_key=line.source_key).count() == 1


def test_form_sent_again_with_other_values_is_refused(account: Account, lines: list[ChargeLine], biller: User) -> None:
    line = replace(lines[0], source_key=f"web|{account.pk}|1")
    add_charge(by=biller, account=account, line=line)
    with pytest.raises(DomainError, match="other values"):
        add_charge(by=biller, account=account, line=replace(line, amount=line.amount + 1))


def test_known_source_key_with_other_content_is_rejected(
    facility: Facility, lines: list[ChargeLine], biller: User
) -> None:
    post_charges(by=biller, facility=facility, lines=lines)
    changed = replace(lines[0], amount=lines[0].amount + 1)
    again = post_charges(by=biller, facility=facility, lines=[changed, lines[1]])
    assert (again.created, again.unchanged, [place for place, _ in again.rejected]) == (0, 1, [0])


def test_charge_of_another_century_is_refused(account: Account, lines: list[ChargeLine], biller: User) -> None:
    with pytest.raises(DomainError) as refused:
        add_charge(by=biller, account=account, line=replace(lines[0], source_key="", service_on=date(1, 1, 1)))
    assert refused.value.field == "service_on"
