"""How much one caller may ask: sizes, depths, pages, requests a minute."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.cache import cache
from django.urls import reverse
from rest_framework.throttling import AnonRateThrottle, UserRateThrottle

from hims.lib.paging import MAX_PAGE_SIZE
from hims.staff.models import Facility, User
from tests.clients import signed_in
from tests.factories import records as make

pytestmark = pytest.mark.django_db
SEARCH = "/api/v1/patients/search"


@pytest.fixture(autouse=True)
def fresh_counters() -> None:
    cache.clear()


def test_body_over_ten_megabytes_is_refused(coder: User) -> None:
    client = signed_in(coder, raise_request_exception=False)
    large = json.dumps({"text": "x" * (10 * 1024 * 1024)})
    answer = client.post(SEARCH, large, content_type="application/json")
    assert answer.status_code in (400, 413)
    assert client.post(reverse("records:patient_search"), {"text": "x" * (10 * 1024 * 1024 + 1)}).status_code in (
        200,
        400,
        413,
    )
    urlencoded = client.post(
        reverse("records:patient_search"),
        b"text=" + b"x" * (10 * 1024 * 1024 + 1),
        content_type="application/x-www-form-urlencoded",
    )
    assert urlencoded.status_code in (400, 413)


def test_form_of_thousands_of_fields_is_refused(coder: User) -> None:
    client = signed_in(coder, raise_request_exception=False)
    many = "&".join(f"a{number}=1" for number in range(5000))
    answer = client.post(reverse("records:patient_search"), many, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '{"a":' * 100_000,
        "[" * 100_000 + "]" * 100_000,
        '{"text": "\\ud800"}',
        '{"text": NaN}',
        "1" * 5000,
    ],
)
def test_json_without_end_or_sense_is_a_bad_request(text: str, coder: User) -> None:
    answer = signed_in(coder, raise_request_exception=False).post(SEARCH, text, content_type="application/json")
    assert answer.status_code in (200, 400)
    assert answer.status_code == 400 or "ud800" in text


@pytest.mark.parametrize(
    "kind",
    [
        "text/xml",
        "application/xml",
        "application/x-yaml",
        "multipart/form-data; boundary=x",
        "text/plain",
        "application/x-pickle",
    ],
)
def test_body_of_another_kind_than_json_is_refused(kind: str, coder: User) -> None:
    answer = signed_in(coder).post(SEARCH, b"<x/>", content_type=kind)
    assert answer.status_code == 415


@pytest.mark.parametrize("name", ["limit", "page_size", "size", "per_page", "count"])
def test_page_cannot_be_made_larger(name: str, privacy_officer: User, facility: Facility) -> None:
    client = signed_in(privacy_officer)
    for _ in range(3):
        client.get(reverse("audit:events"))
    answer = client.get("/api/v1/audit/events", {name: 10**9})
    assert answer.status_code in (200, 400)
    assert answer.status_code == 400 or len(answer.json()["events"]) <= MAX_PAGE_SIZE


def test_more_requests_than_a_minute_allows_are_told_to_wait(
    coder: User, biller: User, facility: Facility, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(UserRateThrottle, "rate", "5/min", raising=False)
    patient = make.patient(facility)
    path = reverse("records_api:patient", args=[patient.pk])
    client = signed_in(coder)
    assert [client.get(path).status_code for _ in range(6)] == [200] * 5 + [429]
    refused = client.get(path)
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert patient.family_name not in refused.content.decode()
    assert signed_in(biller).get(path).status_code == 200
    assert client.get("/patients/").status_code == 200


def test_counters_hold_no_names(coder: User, facility: Facility, settings: Any) -> None:
    client = signed_in(coder)
    client.post(SEARCH, {"text": "Okafor"}, content_type="application/json")
    kept = str(getattr(cache, "_cache", {}))
    assert "Okafor" not in kept
    assert coder.username not in kept


def test_throttles_stand_before_every_view_of_the_api(settings: Any) -> None:
    from rest_framework.settings import api_settings

    assert list(map(str, api_settings.DEFAULT_THROTTLE_CLASSES)) == [str(UserRateThrottle), str(AnonRateThrottle)]
    assert set(settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]) == {"user", "anon"}
