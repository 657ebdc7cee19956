"""What the forms of the records app do with what nobody should type: a field error, never a broken page."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from hims.staff.models import Facility, User
from records.registry.models import Patient
from tests.clients import signed_in
from tests.records.doors import PERSON, WRITES, url_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


NONSENSE = [
    "\x00", "a\x00b", "x" * 100_000, "\U0001f600" * 50, "\ufb2c" * 60, "99999999999999999999", "0001-01-01T00:00",
    "9999-12-31T23:59", "\x1b[31m\x07", "\u0645\u062d\u0645\u062f", "\u202egnp.exe", "<script>alert(1)</script>",
    "'; DROP TABLE records_patient; --", "%s%n", "-1", "nan", "2026-03-08T02:30", "[]", "\u0301",
]  # fmt: skip


OPTIONAL = {
    "admit": ("attending", "service", "room"), "coverage": ("starts_on", "subscriber_birth_date", "group_number"),
    "correct": ("deceased_on", "state", "postal_code", "phone"), "file_document": ("author",), "amend": ("based_on",),
}  # fmt: skip


@pytest.mark.parametrize(("route", "about", "data"), [entry for entry in WRITES if entry[2]])
@pytest.mark.parametrize("value", NONSENSE[:8], ids=range(8))
def test_nonsense_in_any_field_is_stripped_or_refused_but_never_breaks(
    value: str, route: str, about: str, data: dict[str, str], ids: dict[str, Any], specialist: User
) -> None:
    client = signed_in(specialist)
    whole = {**data, "payer": ids["payer"], "facility": ids["facility"]}
    for name in (*whole, *OPTIONAL.get(route, ())):
        answer = client.post(url_of(route, about, ids), {**whole, name: value})
        assert answer.status_code in (302, 409, 422), (name, answer.status_code)


@pytest.mark.parametrize(("route", "about", "data"), [entry for entry in WRITES if entry[2]])
def test_nonsense_in_all_fields_is_refused_but_never_breaks(
    route: str, about: str, data: dict[str, str], ids: dict[str, Any], specialist: User
) -> None:
    client = signed_in(specialist)
    for value in NONSENSE:
        answer = client.post(url_of(route, about, ids), dict.fromkeys((*data, *OPTIONAL.get(route, ())), value))
        assert answer.status_code in (302, 409, 422), (value, answer.status_code)


def test_empty_form_that_is_sent_is_refused_beside_its_fields(ids: dict[str, Any], specialist: User) -> None:
    for route, about, data in WRITES:
        if data:
            answer = signed_in(specialist).post(url_of(route, about, ids), {})
            assert answer.status_code == 422, route
            assert "This field is required" in answer.content.decode()


@pytest.mark.parametrize("value", NONSENSE[:8], ids=range(8))
def test_nonsense_in_any_field_of_a_registration_never_breaks(value: str, specialist: User, facility: Facility) -> None:
    client = signed_in(specialist)
    for name in (*PERSON, "facility", "suffix", "deceased_on", "address_line", "state", "postal_code", "phone"):
        client.post(reverse("records:patient_search"), {"text": "okafor"})
        answer = client.post(
            reverse("records:register"), {**PERSON, "facility": facility.pk, "another_person": "on", name: value}
        )
        assert answer.status_code in (302, 422), (name, answer.status_code)


@pytest.mark.parametrize("value", [*NONSENSE, "", "  "], ids=range(len(NONSENSE) + 2))
def test_search_for_nonsense_gives_a_page(value: str, ruth: Patient, coder: User) -> None:
    answer = signed_in(coder).post(reverse("records:patient_search"), {"text": value})
    assert answer.status_code == 200
