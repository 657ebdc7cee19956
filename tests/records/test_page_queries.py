"""Pages of the records app take the same queries for one row and for three."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hims.staff.models import Facility, User
from records.documents.models import Document
from tests.clients import signed_in
from tests.factories import records as make

pytestmark = pytest.mark.django_db


def queries(client: Client, act: Callable[[Client], Any]) -> int:
    act(client)
    with CaptureQueriesContext(connection) as found:
        assert act(client).status_code == 200
    return len(found)


def test_search_page_takes_the_same_queries_for_one_and_three_patients(coder: User, facility: Facility) -> None:
    counts = []
    for number in (1, 2, 3):
        make.patient(facility, family_name="Okafor", given_names=f"Ruth {number}")
        counts.append(
            queries(signed_in(coder), lambda client: client.post(reverse("records:patient_search"), {"text": "okafor"}))
        )
    assert len(set(counts)) == 1
    assert counts[0] <= 30


def test_encounter_page_takes_the_same_queries_for_one_and_three_rows(coder: User, facility: Facility) -> None:
    stay = make.encounter(facility)
    counts = []
    for number in (1, 2, 3):
        make.document(stay, author=make.provider(f"Lind{number}"))
        stay.locations.create(unit=f"{number} West", from_at=make.ADMITTED_AT)
        stay.providers.create(provider=make.provider(f"Reyes{number}"), role="consulting")
        counts.append(queries(signed_in(coder), lambda client: client.get(stay.get_absolute_url())))
    assert len(set(counts)) == 1
    assert counts[0] <= 26


@pytest.mark.parametrize("route", ["in_house", "unsigned"])
def test_list_pages_take_the_same_queries_for_one_and_three_rows(
    route: str, specialist: User, facility: Facility
) -> None:
    counts = []
    for number in (1, 2, 3):
        stay = make.encounter(facility, status="in_progress", discharged_at=None, attending=make.provider(f"R{number}"))
        stay.locations.create(unit="4 West", from_at=make.ADMITTED_AT)
        make.document(stay, author=make.provider(f"Lind{number}"))
        Document.objects.update(status="draft")
        counts.append(queries(signed_in(specialist), lambda client: client.get(reverse(f"records:{route}"))))
    assert len(set(counts)) == 1
