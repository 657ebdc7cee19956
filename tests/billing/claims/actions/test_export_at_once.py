"""Two exports at the same moment, on connections of their own: rows are committed, and removed by the owner afterwards."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connections

from billing.charges.actions import post_charges
from billing.charges.enums import AccountState
from billing.charges.models import Account
from billing.claims.actions.export import export_claims
from billing.claims.enums import ClaimState
from billing.claims.models import Claim, ClaimFile
from hims.lib.access import Role
from hims.staff.models import Facility, Membership, User
from tests.billing.claims import scenes

LEFT_BEHIND = (
    "staff_facility", "records_patient", "records_provider", "records_payer", "billing_controlnumber", "billing_claimfile",
    "jobs_job",
)  # fmt: skip
CLAIMS = 8


@pytest.fixture
def biller_at_work(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[User, Facility]]:
    """A biller with ready claims, committed."""
    with django_db_blocker.unblock():
        facility = Facility.objects.create(
            code="LGH", name="Lakeside General Hospital", npi="1234567893", tax_id="362170833", taxonomy_code="282N00000X",
            address_line="100 Shore Road", city="Lakeside", state="IL", postal_code="600990001", phone="5555550100",
        )  # fmt: skip
        biller = User.objects.create(username="marcus.at.once", display_name="Marcus")
        Membership.objects.create(user=biller, facility=facility, role=Group.objects.get(name=Role.BILLER.value))
        try:
            for number in range(1, CLAIMS + 1):
                scenes.claim_of(scenes.HEART_FAILURE, facility, biller, number=number)
            yield biller, facility
        finally:
            with connections["owner"].cursor() as cursor:
                cursor.execute(f"TRUNCATE {', '.join(LEFT_BEHIND)} CASCADE")
                cursor.execute("DELETE FROM staff_user WHERE NOT is_system")
            connections.close_all()


def at_once(*works: Any) -> list[Any]:
    """What each work answers, all begun at the same moment on threads of their own."""
    start = threading.Barrier(len(works))
    answers: list[Any] = [None] * len(works)

    def run(place: int) -> None:
        start.wait()
        try:
            answers[place] = works[place]()
        except Exception as error:
            answers[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def controls() -> list[str]:
    """Patient control numbers in all files."""
    text = "".join(bytes(file.content).decode() for file in ClaimFile.objects.all())
    return sorted(line.split("*")[1] for line in text.splitlines() if line.startswith("CLM*"))


def test_two_exports_at_once_send_each_claim_once(biller_at_work: tuple[User, Facility]) -> None:
    biller, facility = biller_at_work

    def export() -> int:
        return export_claims(by=User.objects.get(pk=biller.pk), facility=facility).exported

    answers = at_once(export, export, export)
    assert sum(answers) == CLAIMS
    assert controls() == sorted(f"A{500000 + number}-1" for number in range(1, CLAIMS + 1))
    numbers = list(ClaimFile.objects.values_list("interchange_number", flat=True))
    assert len(set(numbers)) == len(numbers)


def test_export_beside_late_charges_neither_waits_for_ever_nor_loses_any(biller_at_work: tuple[User, Facility]) -> None:
    biller, facility = biller_at_work
    case = scenes.case(scenes.HEART_FAILURE)
    accounts = list(Account.objects.select_related("encounter"))

    def export() -> int:
        return export_claims(by=User.objects.get(pk=biller.pk), facility=facility).exported

    def charge() -> int:
        by = User.objects.get(pk=biller.pk)
        lines = [scenes.charge_lines(account.encounter, case)[0] for account in accounts]
        posted = post_charges(by=by, facility=facility, lines=lines)
        scenes.refresh(*(account.encounter for account in accounts))
        return posted.unchanged

    answers = at_once(export, charge, export)
    assert answers[1] == CLAIMS
    export()
    assert len(controls()) == CLAIMS
    assert set(Claim.objects.values_list("state", flat=True)) == {ClaimState.EXPORTED}
    assert set(Account.objects.values_list("state", flat=True)) == {AccountState.BILLED}
