"""What the middleware answers when a request cannot be read, or the database is away."""

from __future__ import annotations

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from hims.staff.models import User
from tests.clients import signed_in
from tests.trail import told

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/accounts/login/", "/demo/sign-in", "/patients/search"])
def test_form_in_another_charset_is_a_bad_request(path: str) -> None:
    answer = Client().post(path, "text=x", content_type="application/x-www-form-urlencoded; charset=utf-16")
    assert answer.status_code == 400


def test_database_away_is_a_503_that_says_so(coder: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(**_: object) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    client = signed_in(coder)
    monkeypatch.setattr("records.registry.views.find_patients", away)
    answer = client.post(reverse("records:patient_search"), {"text": "okafor"})
    assert answer.status_code == 503
    assert "did not answer" in answer.content.decode()
    assert "unexpectedly" not in answer.content.decode()


def test_password_page_of_an_account_without_password_is_a_sentence(coder: User) -> None:
    coder.set_unusable_password()
    coder.save()
    answer = signed_in(coder).get(reverse("account_change_password"))
    assert answer.status_code == 409
    assert "no password" in answer.content.decode()


def test_registration_page_without_the_right_leaves_a_refusal(coder: User) -> None:
    assert signed_in(coder).get(reverse("records:register")).status_code == 403
    assert ("patient.registration_opened", "refused") in told(coder)
