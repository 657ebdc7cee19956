"""An address that leads nowhere: JSON for programs, a page for people."""

from __future__ import annotations

import pytest

from hims.staff.models import User
from tests.clients import signed_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/api/v1/patients/x/", "/api/v1/nowhere", "/api/"])
def test_unknown_address_of_the_api_is_json(path: str, coder: User) -> None:
    answer = signed_in(coder).get(path)
    assert (answer.status_code, answer.json()) == (404, {"detail": "There is nothing here that you can open."})


def test_unknown_page_is_a_page(coder: User) -> None:
    answer = signed_in(coder).get("/nowhere/")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("text/html")
