"""Pages of accounts and charges: content, and what the outsider gets."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from billing.charges.models import Account, Charge, ChargeItem
from billing.claims.models import Claim
from hims.lib.access import Role
from hims.staff.models import Facility, User
from records.encounters.models import Provider
from tests.billing.claims import scenes
from tests.clients import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def claim(facility: Facility, coder: User) -> Claim:
    return scenes.claim_of(scenes.HEART_FAILURE, facility, coder)


@pytest.fixture
def item(facility: Facility) -> ChargeItem:
    return ChargeItem.objects.create(
        facility=facility, code="LB300", description="Laboratory", revenue_code="0300", price_amount=Decimal("165.00")
    )


def page_of(client: Client, name: str, **ids: object) -> str:
    answer = client.get(reverse(f"billing:{name}", kwargs=ids))
    assert answer.status_code == 200
    return answer.content.decode()


def test_worklist_shows_what_waits_with_state_age_and_total(claim: Claim, biller: User) -> None:
    page = page_of(signed_in(biller), "accounts")
    assert "Thornbury, Walter Ames" in page
    assert "A500001" in page
    assert "Ready to bill" in page
    assert "18,418.40" in page
    assert "$18,418 in 1 account" in page


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("?state=ready", True),
        ("?state=billed", False),
        ("?band=31", True),
        ("?band=hold", False),
        ("?state=in_house", False),
    ],
)
def test_worklist_filters_by_state_and_age(query: str, shown: bool, claim: Claim, biller: User) -> None:
    page = signed_in(biller).get(reverse("billing:accounts") + query).content.decode()
    assert ("A500001" in page) is shown


def test_worklist_of_one_facility_shows_no_other(claim: Claim, biller: User, other_facility: Facility) -> None:
    page = signed_in(biller).get(reverse("billing:accounts") + f"?facility={other_facility.pk}").content.decode()
    assert "A500001" not in page


def test_worklist_is_closed_to_a_coder(claim: Claim, coder: User) -> None:
    assert signed_in(coder).get(reverse("billing:accounts")).status_code == 403


def test_worklist_with_damaged_link_is_refused_in_words(biller: User) -> None:
    answer = signed_in(biller).get(reverse("billing:accounts") + "?after=x")
    assert answer.status_code == 409
    assert "page link is damaged" in answer.content.decode()


def test_worklist_leads_on_to_the_next_page(biller: User, facility: Facility) -> None:
    case = scenes.case(scenes.HEART_FAILURE)
    stays = [scenes.stay(case, facility, number=number) for number in range(1, 54)]
    scenes.refresh(*stays)
    client = signed_in(biller)
    first = client.get(reverse("billing:accounts"))
    second = client.get(reverse("billing:accounts") + f"?after={first.context['page'].next_cursor}")
    numbers = [row["number"] for answer in (first, second) for row in answer.context["rows"]]
    assert sorted(numbers) == [f"A{500000 + number}" for number in range(1, 54)]


@pytest.mark.parametrize("name", ["accounts", "claims"])
def test_lists_with_one_and_three_rows_take_the_same_queries(
    name: str, biller: User, facility: Facility, coder: User
) -> None:
    client, spent = signed_in(biller), []
    client.get(reverse(f"billing:{name}"))
    for group in ([1], [2, 3]):
        for number in group:
            scenes.claim_of(scenes.HEART_FAILURE, facility, coder, number=number)
        with CaptureQueriesContext(connection) as queries:
            page_of(client, name)
        spent.append(len(queries))
    assert spent[0] == spent[1]


def test_account_page_shows_two_identifiers_charges_and_the_claim(claim: Claim, biller: User) -> None:
    page = page_of(signed_in(biller), "account", account_id=claim.account_id)
    room = "Intermediate care room, per day"
    for words in ("LGH-1000001", "Thornbury", "11/01/1951", room, "9,250.00", "A500001-1", "18,418.40"):
        assert words in page


def test_account_page_says_what_holds_the_claim_and_where_to_mend_it(
    facility: Facility, coder: User, biller: User
) -> None:
    Provider.objects.update(npi="")
    claim = scenes.claim_of(scenes.HEART_FAILURE, facility, coder)
    claim.patient.coverages.update(member_id="X123456789")
    scenes.refresh(claim.encounter)
    page = page_of(signed_in(biller), "account", account_id=claim.account_id)
    assert "6789 is not a Medicare identifier" in page
    assert "X123456789" not in page
    assert "Coverage (registration)" in page


def test_account_page_with_one_and_three_charges_takes_the_same_queries(facility: Facility, biller: User) -> None:
    case = scenes.case(scenes.HEART_FAILURE)
    stay = scenes.stay(case, facility, covered_by=scenes.payer())
    account = scenes.charged(stay, case)
    client = signed_in(biller)
    page_of(client, "account", account_id=account.pk)
    spent = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            page_of(client, "account", account_id=account.pk)
        spent.append(len(queries))
        for n in (1, 2):
            account.charges.create(
                patient=account.patient, facility=facility, description=f"Drug {n}", revenue_code="0250", units=1, amount=1,
                service_on=stay.admitted_on, rendering=scenes.clinician(),
            )  # fmt: skip
    assert spent[0] == spent[1]


def test_account_of_another_facility_is_a_404_that_tells_nothing(
    claim: Claim, person: Callable[..., User], other_facility: Facility
) -> None:
    stranger = signed_in(person("zoe", Role.BILLER, other_facility))
    for name, ids in (("account", {"account_id": claim.account_id}), ("claim", {"claim_id": claim.pk})):
        answer = stranger.get(reverse(f"billing:{name}", kwargs=ids))
        assert answer.status_code == 404
        for secret in ("Thornbury", "LGH-1000001", "A500001", "I130"):
            assert secret not in answer.content.decode()


def test_charge_is_entered_from_the_charge_master(claim: Claim, item: ChargeItem, biller: User) -> None:
    client = signed_in(biller)
    url = reverse("billing:new_charge", kwargs={"account_id": claim.account_id})
    assert "LB300" in client.get(url).content.decode()
    answer = client.post(url, {"item": str(item.pk), "service_on": "2026-03-10", "units": "3"})
    assert answer.headers["Location"] == reverse("billing:account", kwargs={"account_id": claim.account_id})
    charge = Charge.objects.get(item_code="LB300")
    assert (charge.amount, charge.units, charge.revenue_code) == (Decimal("495.00"), Decimal(3), "0300")
    claim.refresh_from_db()
    assert claim.total_amount == Decimal("18913.40")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"item": "0"}, "Select a valid choice"),
        ({"units": "0"}, "greater than or equal to 0.01"),
        ({"pointers": "x"}, "Enter places as numbers"),
        ({"modifiers": "25"}, "A modifier needs a HCPCS code"),
        ({"service_on": "2150-01-01"}, "lies in the future"),
    ],
)
def test_charge_that_cannot_be_is_refused_beside_its_field(
    change: dict[str, str], words: str, claim: Claim, item: ChargeItem, biller: User
) -> None:
    url = reverse("billing:new_charge", kwargs={"account_id": claim.account_id})
    answer = signed_in(biller).post(url, {"item": str(item.pk), "service_on": "2026-03-10", "units": "1", **change})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Charge.objects.filter(item_code="LB300").exists()


def test_charge_is_reversed_by_its_button(claim: Claim, biller: User) -> None:
    charge = claim.account.charges.all()[0]
    client = signed_in(biller)
    client.post(reverse("billing:reverse_charge", kwargs={"charge_id": charge.pk}))
    answer = client.post(reverse("billing:reverse_charge", kwargs={"charge_id": charge.pk}), follow=True)
    assert "has been reversed already" in answer.content.decode()
    assert Charge.objects.filter(reverses=charge).count() == 1


def test_charge_of_another_facility_is_not_reversed(
    claim: Claim, person: Callable[..., User], other_facility: Facility
) -> None:
    stranger = signed_in(person("zoe", Role.BILLER, other_facility))
    charge = claim.account.charges.all()[0]
    assert stranger.post(reverse("billing:reverse_charge", kwargs={"charge_id": charge.pk})).status_code == 404
    assert not Charge.objects.filter(reverses=charge).exists()


def test_late_charges_of_a_billed_account_are_said(claim: Claim, biller: User, facility: Facility) -> None:
    from billing.claims.actions.export import export_claims

    export_claims(by=biller, facility=facility)
    account = Account.objects.get()
    account.charges.create(
        patient=account.patient, facility=facility, description="Drug", revenue_code="0250", units=1, amount=Decimal("12.50"),
        service_on=account.encounter.admitted_on,
    )  # fmt: skip
    page = page_of(signed_in(biller), "account", account_id=account.pk)
    assert "Late charges" in page
    assert "12.50" in page


@pytest.mark.parametrize(
    ("text", "shown"), [("", True), ("labor", True), ("LB3", True), ("0300", True), ("zzz", False)]
)
def test_charge_master_is_searched_by_code_and_words(text: str, shown: bool, item: ChargeItem, biller: User) -> None:
    page = signed_in(biller).get(reverse("billing:charge_master"), {"text": text}).content.decode()
    assert ("165.00" in page) is shown


def test_charge_master_is_closed_to_a_coder(item: ChargeItem, coder: User) -> None:
    assert signed_in(coder).get(reverse("billing:charge_master")).status_code == 403
